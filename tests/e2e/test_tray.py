"""The tray for real: a screen, a tray host, a microphone, a daemon and its model; only the hands are a program's."""

from __future__ import annotations

import subprocess
import sys
import textwrap
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
from wardscribe.protocol import DAEMON_EVENTS, DraftNote, Note, State, StateChanged
from wardscribe.tray.words import words

pytest.importorskip("PySide6", reason="the tray's extra is not installed")
pytestmark = [needs_desktop, needs_sound_server, pytest.mark.timeout(240)]
NB = labels("nb")
NB_WORDS = words("nb")
PATIENCE_S = 60


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


def spoken(path: Path, seconds: int = 9, start_s: int = 11) -> Path:
    """Write a part of the demo's consultation."""
    with wave.open(str(demo.CONSULTATION)) as whole, wave.open(str(path), "wb") as part:
        part.setparams(whole.getparams())
        whole.setpos(start_s * whole.getframerate())
        part.writeframes(whole.readframes(seconds * whole.getframerate()))
    return path


def drafted(desktop: Desktop, told: Told, sound: SoundServer, speech: Path) -> DraftNote:
    """Hold a conversation from the tray, and open its draft."""
    told.until(protocol.Ready)
    choose(desktop, "s")
    told.until_state(State.RECORDING)
    with sound.play(speech):
        told.until(protocol.Commit)
    choose(desktop, "a")
    note: DraftNote = told.until(Note, final=True).note
    choose(desktop, "l")
    desktop.wait_for(NB.note)
    return note


def press(desktop: Desktop, *keys: str) -> None:
    """Press keys one after the other, as fast as a quick person."""
    desktop.do("key", "--delay", "100", *keys)


def look_at_all(desktop: Desktop, note: DraftNote) -> None:
    """Go through the sentences, from the chosen one down and from the last one up."""
    sentences = len(texts(note))
    press(desktop, *["Down"] * sentences, *["Up"] * sentences)


def texts(note: DraftNote) -> list[str]:
    """Return the draft's sentences."""
    return [sentence.text for section in note.sections for sentence in section.sentences]


def copied(desktop: Desktop) -> str:
    """Return what any program of this desktop would paste, once there is something."""
    program = """
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtCore import QTimer
        application = QGuiApplication([])
        timer = QTimer()
        timer.timeout.connect(lambda: application.clipboard().text() and application.quit())
        timer.start(50)
        application.exec()
        print(application.clipboard().text())
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(
        command, env=desktop.environment, check=True, capture_output=True, text=True, timeout=PATIENCE_S
    )
    return done.stdout.strip()


def test_a_conversation_from_start_to_approved(
    desktop: Desktop, sound_server: SoundServer, daemon: Daemon, tmp_path: Path
) -> None:
    """Start, pause, go on, stop; edit, take in, copy, look at the doubts, approve: all by the icon and the keyboard."""
    environment = sound_server.environment | desktop.own
    with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE, "--roles", "clinician") as process:
        told = Told(process)
        note = drafted(desktop, told, sound_server, spoken(tmp_path / "a.wav"))
        press(desktop, *["Down"] * len(texts(note)), "F2", "End", "x", "Return")
        edited = told.until(Note, final=True).note
        press(desktop, "Tab", "Down", "r")
        restored = told.until(Note, final=True).note
        press(desktop, "ctrl+shift+c")
        pasted = copied(desktop)
        press(desktop, "shift+Tab")
        press(desktop, *["F8"] * len(texts(restored)))
        press(desktop, "ctrl+Return")
        told.until_state(State.WIPED)

    last = [section.sentences[-1] for section in edited.sections if section.sentences][-1]
    assert last.text.endswith("x")
    assert "edited" in last.flags
    assert len(texts(restored)) == len(texts(note)) + 1
    assert all(text in pasted for text in texts(restored))
    assert told.states[-4:] == [State.REVIEW, State.APPROVED, State.WRITTEN, State.WIPED]


def test_nobody_listens_in_a_pause(desktop: Desktop, sound_server: SoundServer, daemon: Daemon) -> None:
    """The sound server sees the microphone open while it is recorded, and only then; the draft needs none."""
    environment = sound_server.environment | desktop.own
    with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE) as process:
        told = Told(process)
        told.until(protocol.Ready)
        for letter, state, heard in (
            ("s", State.RECORDING, MICROPHONE),
            ("p", State.PAUSED, ""),
            ("f", State.RECORDING, MICROPHONE),
            ("a", State.REVIEW, ""),
        ):
            choose(desktop, letter)
            told.until_state(state)
            sound_server.until_recorded(process.pid, heard)


def test_a_draft_is_discarded_only_when_asked_twice(
    desktop: Desktop, sound_server: SoundServer, daemon: Daemon, tmp_path: Path
) -> None:
    """The button asks; Enter there keeps everything."""
    environment = sound_server.environment | desktop.own
    with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE, "--roles", "clinician") as process:
        told = Told(process)
        drafted(desktop, told, sound_server, spoken(tmp_path / "a.wav", 4))
        press(desktop, "Tab", "Tab", "Tab", "Tab", "space")
        desktop.wait_for(NB_WORDS.yes_discard)
        press(desktop, "Return")
        desktop.wait_for(NB.note)
        press(desktop, "space")
        desktop.wait_for(NB_WORDS.yes_discard)
        press(desktop, "Tab", "space")
        told.until_state(State.WIPED)

    assert told.states[-3:] == [State.REVIEW, State.DISCARDED, State.WIPED]


def test_who_quits_in_the_middle_is_asked_and_leaves_nothing_behind(
    desktop: Desktop, sound_server: SoundServer, daemon: Daemon
) -> None:
    """The daemon has discarded the conversation before the tray is gone."""
    environment = sound_server.environment | desktop.own
    with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE) as process:
        told = Told(process)
        told.until(protocol.Ready)
        choose(desktop, "s")
        told.until_state(State.RECORDING)
        choose(desktop, "w")
        desktop.wait_for(NB_WORDS.yes_discard)
        press(desktop, "Tab", "space")
        told.until_state(State.WIPED)
        assert process.wait(PATIENCE_S) == 0

    assert told.states == [State.RECORDING, State.DISCARDED, State.WIPED]


def test_a_second_tray_shows_the_first(desktop: Desktop, daemon: Daemon) -> None:
    """It ends at once and well; there is one icon."""
    with running_tray(desktop.environment, "--url", daemon.url) as process:
        Told(process).until(protocol.Ready)
        with running_tray(desktop.environment, "--url", daemon.url) as second:
            assert second.wait(PATIENCE_S) == 0
        desktop.wait_for(NB_WORDS.said)
        assert process.poll() is None
