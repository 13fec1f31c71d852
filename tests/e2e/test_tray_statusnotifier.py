"""The tray under a StatusNotifier host, as KDE's and most Wayland desktops have it: no window, all over D-Bus."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.daemon import Daemon
from tests.desktop import needs_screen, running_desktop, running_tray
from tests.e2e.test_tray import Told, spoken
from tests.packages import needs_package
from tests.soundserver import MICROPHONE, needs_sound_server, running_sound_server
from tests.statusnotifier import running_host
from wardscribe import protocol
from wardscribe.protocol import Note, State
from wardscribe.tray.words import words

pytest.importorskip("PySide6", reason="the tray's extra is not installed")
pytestmark = [needs_screen, needs_sound_server, needs_package("dbus"), pytest.mark.timeout(240)]


def test_a_conversation_by_the_hosts_menu(daemon: Daemon, tmp_path: Path) -> None:
    """The item registers itself, and its menu starts, pauses and ends a conversation; the icon follows."""
    w = words("nb")
    start, pause, resume, stop = (text.replace("&", "") for text in (w.start, w.pause, w.resume, w.stop))
    with running_sound_server(tmp_path) as sound, running_host() as host, running_desktop(has_tray=False) as desktop:
        environment = sound.environment | desktop.own | {"DBUS_SESSION_BUS_ADDRESS": host.address}
        with running_tray(environment, "--url", daemon.url, "--device", MICROPHONE, "--roles", "clinician") as process:
            told = Told(process)
            told.until(protocol.Ready)
            ready = host.property("IconPixmap")

            host.press(start)
            told.until_state(State.RECORDING)
            recording = host.property("IconPixmap")
            with sound.play(spoken(tmp_path / "a.wav")):
                told.until(protocol.Commit)
            host.press(pause)
            told.until_state(State.PAUSED)
            host.press(resume)
            told.until_state(State.RECORDING)
            host.press(stop)
            note = told.until(Note, final=True).note

    assert any(section.sentences for section in note.sections)
    assert ready != recording
