"""The tray for real: a screen, a tray host, a microphone, a daemon and its model; only the hands are a program's."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.daemon import Daemon
from tests.desktop import Desktop, choose, needs_desktop, running_desktop, running_tray
from tests.soundserver import MICROPHONE, SoundServer, needs_sound_server, running_sound_server
from wardscribe import demo, protocol
from wardscribe.labels import labels
from wardscribe.protocol import DAEMON_EVENTS, Note, State, StateChanged

pytest.importorskip("PySide6", reason="the tray's extra is not installed")
pytestmark = [needs_desktop, needs_sound_server, pytest.mark.timeout(240)]
NB = labels("nb")


@pytest.fixture(scope="module")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """A sound server with the microphone."""
    with running_sound_server(tmp_path_factory.mktemp("sound")) as server:
        yield server


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """A screen with a tray."""
    with running_desktop() as running:
        yield running


class Told:
    """What a tray tells, event by event."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._lines = process.stdout
        self.states: list[State] = []

    def until(self, kind: type, **fields: object) -> Any:
        """Wait for an event of a kind whose fields are these."""
        for line in self._lines:
            event = protocol.decode(line, DAEMON_EVENTS)
            if isinstance(event, StateChanged):
                self.states.append(event.state)
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return event
        raise AssertionError(f"the tray ended before it told of {kind.__name__}")

    def until_state(self, state: State) -> None:
        """Wait for a state of the session."""
        self.until(StateChanged, state=state)


def spoken(path: Path, seconds: int = 9) -> Path:
    """Write a part of the demo's consultation."""
    with wave.open(str(demo.CONSULTATION)) as whole, wave.open(str(path), "wb") as part:
        part.setparams(whole.getparams())
        whole.setpos(11 * whole.getframerate())
        part.writeframes(whole.readframes(seconds * whole.getframerate()))
    return path


def test_a_conversation_from_start_to_approved(
    desktop: Desktop, sound_server: SoundServer, daemon: Daemon, tmp_path: Path
) -> None:
    """Start, pause, go on, stop, read every flagged sentence, edit one, approve: all by the icon and the keyboard."""
    environment = sound_server.environment | desktop.own
    with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE, "--roles", "clinician") as process:
        told = Told(process)
        told.until(protocol.Ready)

        choose(desktop, "s")
        told.until_state(State.RECORDING)
        with sound_server.play(spoken(tmp_path / "a.wav")):
            told.until(protocol.Commit)
        choose(desktop, "p")
        told.until_state(State.PAUSED)
        choose(desktop, "f")
        told.until_state(State.RECORDING)
        choose(desktop, "a")
        note = told.until(Note, final=True).note

        choose(desktop, "l")
        desktop.wait_for(NB.note)
        sentences = sum(len(section.sentences) for section in note.sections)
        desktop.do("key", "--delay", "100", *["Down"] * sentences)
        desktop.do("key", "--delay", "100", "F2", "End", "x", "Return")
        edited = told.until(Note, final=True).note
        desktop.do("key", "ctrl+Return")
        told.until_state(State.WIPED)

    last = [section.sentences[-1] for section in edited.sections if section.sentences][-1]
    assert last.text.endswith("x")
    assert "edited" in last.flags
    assert told.states == [
        State.RECORDING,
        State.PAUSED,
        State.RECORDING,
        State.DRAFTING,
        State.REVIEW,
        State.APPROVED,
        State.WRITTEN,
        State.WIPED,
    ]
