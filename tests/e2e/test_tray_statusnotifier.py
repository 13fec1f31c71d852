"""The tray under a StatusNotifier host, as KDE's and most Wayland desktops have it: no window, all over D-Bus."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.daemon import Daemon, running_daemon
from tests.desktop import Desktop, needs_screen, running_desktop, running_tray
from tests.e2e.test_tray import NB, NB_WORDS, Told, look_at_all, press, spoken
from tests.packages import needs_package
from tests.soundserver import MICROPHONE, needs_sound_server, running_sound_server
from tests.statusnotifier import Host, running_host
from wardscribe import protocol
from wardscribe.protocol import Note, State
from wardscribe.tray.state import Look

pytest.importorskip("PySide6", reason="the tray's extra is not installed")
pytestmark = [needs_screen, needs_package("dbus"), pytest.mark.timeout(240)]


@pytest.fixture
def host() -> Iterator[Host]:
    """A bus with a host of icons."""
    with running_host() as running:
        yield running


@pytest.fixture
def desktop(host: Host) -> Iterator[Desktop]:
    """A screen without a tray of its own."""
    with running_desktop(has_tray=False) as running:
        yield Desktop(running.environment | {"DBUS_SESSION_BUS_ADDRESS": host.address})


def entry(text: str) -> str:
    """Return how an entry of the menu is called over D-Bus."""
    return text.replace("&", "")


def tooltip(look: Look) -> str:
    """Return what the icon says then."""
    return f"Wardscribe – {NB_WORDS.looks[look]}"


@needs_sound_server
def test_a_conversation_by_the_hosts_menu(daemon: Daemon, host: Host, desktop: Desktop, tmp_path: Path) -> None:
    """The item registers itself, and its menu leads from start to an approved note; the icon follows."""
    with running_sound_server(tmp_path) as sound:
        environment = sound.environment | desktop.own
        with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE, "--roles", "clinician") as process:
            told = Told(process)
            told.until(protocol.Ready)
            host.wait_for_tooltip(tooltip(Look.IDLE))
            ready = host.property("IconPixmap")

            host.press(entry(NB_WORDS.start))
            told.until_state(State.RECORDING)
            host.wait_for_tooltip(tooltip(Look.RECORDING))
            recording = host.property("IconPixmap")
            with sound.play(spoken(tmp_path / "a.wav")):
                told.until(protocol.Commit)
            host.press(entry(NB_WORDS.pause))
            told.until_state(State.PAUSED)
            host.press(entry(NB_WORDS.resume))
            told.until_state(State.RECORDING)
            host.press(entry(NB_WORDS.stop))
            note = told.until(Note, final=True).note
            host.press(entry(NB_WORDS.review))
            desktop.wait_for(NB.note)
            look_at_all(desktop, note)
            press(desktop, "ctrl+Return")
            told.until_state(State.WIPED)

    assert any(section.sentences for section in note.sections)
    assert ready != recording
    assert told.states[-4:] == [State.REVIEW, State.APPROVED, State.WRITTEN, State.WIPED]


def test_a_daemon_that_dies_is_trouble_until_it_is_back(host: Host, desktop: Desktop, tmp_path: Path) -> None:
    """The icon tells without being asked, and the next conversation can begin when the daemon is there again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running_tray(desktop.own | {"HOME": str(tmp_path)}, "--url", f"ws://127.0.0.1:{port}") as process:
        host.wait_for_tooltip(tooltip(Look.TROUBLE))
        for _ in range(2):
            with running_daemon(tmp_path / "daemon.log", port=port):
                Told(process).until(protocol.Ready)
                host.wait_for_tooltip(tooltip(Look.IDLE))
                assert entry(NB_WORDS.start) in host.enabled()
            host.wait_for_tooltip(tooltip(Look.TROUBLE))
            assert entry(NB_WORDS.start) not in host.enabled()
