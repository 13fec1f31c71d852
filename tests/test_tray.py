"""The deciding part of the tray, its words, its icons and its autostart file; the real thing is in tests/e2e."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import os
import shlex
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import QT_PACKAGES, run_offscreen
from tests.packages import needs_package
from wardscribe import cli, protocol
from wardscribe.errors import RefusedError
from wardscribe.notices import Disconnected, Waiting
from wardscribe.protocol import DraftNote, Role, Section, State
from wardscribe.tray import autostart
from wardscribe.tray.state import Allowed, Announcement, Failed, Level, Listening, Look, TrayState
from wardscribe.tray.words import Words, words

READY = protocol.Ready(templates=("strukturert", "plo"))
NOTE = DraftNote("strukturert", "nb", (Section("plan", "Plan", ()),))


def changed(state: State) -> protocol.StateChanged:
    """The session came to a state."""
    return protocol.StateChanged(1, "s", state)


def tray(*events: Any, is_watching: bool = False) -> TrayState:
    """A tray to which this happened."""
    state = TrayState((Role.CLINICIAN,), "tray", is_watching=is_watching)
    for event in events:
        state.receive(event)
    return state


@pytest.mark.parametrize(
    ("state", "look", "allowed"),
    [
        (State.OPEN, Look.RECORDING, Allowed(stop=True)),
        (State.RECORDING, Look.RECORDING, Allowed(pause=True, stop=True)),
        (State.PAUSED, Look.PAUSED, Allowed(resume=True, stop=True)),
        (State.DRAFTING, Look.REVIEWING, Allowed()),
        (State.REVIEW, Look.REVIEWING, Allowed()),
        (State.APPROVED, Look.REVIEWING, Allowed()),
        (State.WRITTEN, Look.IDLE, Allowed(start=True)),
        (State.DISCARDED, Look.IDLE, Allowed(start=True)),
        (State.WIPED, Look.IDLE, Allowed(start=True)),
    ],
)
def test_every_state_has_its_look_and_its_menu(state: State, look: Look, allowed: Allowed) -> None:
    """All nine states of a session."""
    shown = tray(READY, changed(state))

    assert (shown.look, shown.allowed) == (look, allowed)


def test_nothing_starts_before_the_daemon_was_reached_nor_twice() -> None:
    """And not while a start waits for the microphone."""
    assert tray().allowed == Allowed()
    shown = tray(READY)
    assert shown.allowed == Allowed(start=True)

    shown.start()

    assert shown.allowed == Allowed()
    assert tray(READY, Disconnected()).allowed == Allowed()


@pytest.mark.parametrize("event", [Disconnected(), Waiting(20, 300), Failed("no microphone")])
def test_trouble_is_seen_while_recording_and_passes(event: Any) -> None:
    """A lost connection, sound that waits, and a microphone that went away."""
    before = [READY, changed(State.RECORDING), event]
    mended = [READY, Waiting(0, 300), changed(State.WIPED)]

    assert tray(*before).look is Look.TROUBLE
    assert tray(*before, *mended).look is Look.IDLE


def test_a_session_out_of_reach_for_good_leaves_the_tray_idle() -> None:
    """The next one can begin as soon as the daemon is there again."""
    shown = tray(READY, changed(State.RECORDING))
    assert shown.receive(Failed("gone", is_end=True)) is Announcement.TROUBLE
    assert (shown.is_idle, shown.look) == (True, Look.TROUBLE)

    shown.receive(READY)

    assert (shown.look, shown.allowed.start) == (Look.IDLE, True)


def test_a_draft_is_announced_once() -> None:
    """Not again with every edit, but again for the next session."""
    note = protocol.Note(1, True, "h", NOTE)
    shown = tray(READY, changed(State.REVIEW))

    assert [shown.receive(note), shown.receive(note)] == [Announcement.DRAFT_READY, None]
    assert shown.allowed.review

    shown.receive(changed(State.WIPED))
    shown.start()
    assert shown.receive(note) is Announcement.DRAFT_READY


def test_an_unreachable_daemon_disturbs_nobody_who_waits_for_nothing() -> None:
    """The icon tells; a notification comes only where somebody started something."""
    shown = tray(READY)
    assert shown.receive(Failed("no connection", is_end=True)) is None

    waiting = tray(READY)
    waiting.start()
    assert waiting.receive(Failed("no microphone", is_end=True)) is Announcement.TROUBLE
    assert not waiting.is_starting


def test_who_watches_starts_and_stops_nothing() -> None:
    """But reads along."""
    shown = tray(READY, changed(State.RECORDING), protocol.Note(1, True, "h", NOTE), is_watching=True)

    assert shown.allowed == Allowed(review=True)


def test_what_was_shown_is_forgotten_once_it_is_over() -> None:
    """Not before: a window that is closed in the middle loses nothing."""
    shown = tray(READY, changed(State.REVIEW), protocol.Note(1, True, "h", NOTE))
    shown.forget()
    assert shown.reading.note is not None

    shown.receive(changed(State.WIPED))
    shown.forget()

    assert shown.reading.note is None


def test_the_microphone_ends_the_wait() -> None:
    """And its level is shown."""
    shown = tray(READY)
    shown.start()
    shown.receive(Listening())
    shown.receive(Level(0, -12.0))

    assert not shown.is_starting
    assert shown.conversation.levels == {0: -12.0}


def _texts(value: object) -> list[str]:
    match value:
        case dict():
            return [text for each in value.values() for text in _texts(each)]
        case _:
            return [str(value)]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_words_are_complete(language: str) -> None:
    """Every text is there, with the places that are filled in, and every look and announcement has its own."""
    here, nb = words(language), words("nb")
    for field in dataclasses.fields(Words):
        own, others = getattr(here, field.name), getattr(nb, field.name)
        assert all(_texts(own)), field.name
        assert _places(own) == _places(others), field.name
    assert set(here.looks) == set(Look)
    assert set(here.announcements) == set(Announcement)
    assert len(set(here.looks.values())) == len(Look)


def _places(value: object) -> list[set[str | None]]:
    return [{name for _, name, _, _ in string.Formatter().parse(text)} for text in _texts(value)]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_letter_chooses_one_entry(language: str) -> None:
    """Every entry of the menu has a letter, and no other has it."""
    w = words(language)
    entries = [w.start, w.start_with, w.informed, w.pause, w.resume, w.stop, w.captions, w.review, w.quit]
    letters = [text[text.index("&") + 1].lower() for text in entries]

    assert len(set(letters)) == len(entries)


@needs_package(*QT_PACKAGES)
def test_icons_differ_in_grey_too() -> None:
    """For who sees no colours, at the smallest size: another shape, not another shade."""
    pytest.importorskip("PySide6", reason="the tray's extra is not installed")
    shapes = run_offscreen("""
        from PySide6.QtGui import QGuiApplication, QImage
        from wardscribe.tray.icons import pixmap
        from wardscribe.tray.state import Look
        app = QGuiApplication([])
        for look in Look:
            grey = pixmap(look, 16).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
            print(*[grey.pixelColor(x, y).red() > 100 for y in range(16) for x in range(16)])
    """)

    assert len(shapes) == len(Look)
    for one, other in itertools.combinations([shape.split() for shape in shapes], 2):
        assert sum(a != b for a, b in zip(one, other, strict=True)) >= 24


@needs_package(*QT_PACKAGES)
def test_qt_takes_no_references_away() -> None:
    """Bindings that miscount end the process in the middle of a review: the lock must not hold such a release."""
    pytest.importorskip("PySide6", reason="the tray's extra is not installed")
    is_counted_right = run_offscreen("""
        import sys
        from PySide6.QtCore import QObject
        there, before = QObject(), sys.getrefcount(None)
        for _ in range(500):
            there.setObjectName("x")
        print(before - sys.getrefcount(None) < 100)
    """)

    assert is_counted_right == ["True"]


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    """The thin client has no Qt."""
    (tmp_path / "PySide6.py").write_text("raise ImportError('no Qt')\n", encoding="utf-8")
    command = [sys.executable, "-m", "wardscribe", "tray"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 69
    assert "extra 'tray'" in done.stderr
    assert "Traceback" not in done.stderr


def test_autostart_is_installed_and_removed(tmp_path: Path) -> None:
    """The file starts the tray with the options that hold for every session, and removing it twice does no harm."""
    arguments = cli.parser().parse_args(
        [
            *["tray", "--device", "Mic & 100 %", "--roles", "clinician", "--patient", "p", "--informed"],
            *["--token-file", "t", "--preferences", "my notes.json"],
        ]
    )
    file = autostart.path({"XDG_CONFIG_HOME": str(tmp_path)})
    autostart.install(["/usr/bin/wardscribe", *autostart.words(arguments)], file)
    [line] = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("Exec=")]

    assert file == tmp_path / "autostart" / "wardscribe-tray.desktop"
    assert shlex.split(line.removeprefix("Exec=").replace("%%", "%")) == [
        "/usr/bin/wardscribe",
        *["tray", "--url", "ws://127.0.0.1:8790", "--token-file", str(Path("t").absolute())],
        *["--device", "Mic & 100 %", "--channels", "1", "--roles", "clinician"],
        *["--language", "nb", "--template", "strukturert", "--preferences", str(Path("my notes.json").absolute())],
    ]
    for _ in range(2):
        autostart.remove(file)
    assert not file.exists()


@needs_package("desktop-file-utils")
@pytest.mark.parametrize("name", ["Mic", "Mic & 100 %", 'a "b" \\ $c `d`'])
def test_autostart_is_what_desktops_expect(tmp_path: Path, name: str) -> None:
    """As freedesktop.org's own tool sees it, whatever a microphone is called."""
    file = tmp_path / "a.desktop"
    autostart.install(["/usr/bin/wardscribe", "tray", "--device", name], file)
    done = subprocess.run(["desktop-file-validate", str(file)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_autostart_names_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A sentence, not a traceback."""
    (tmp_path / "autostart").write_text("a file", encoding="utf-8")

    with pytest.raises(RefusedError, match="cannot write"):
        autostart.install(["wardscribe"], tmp_path / "autostart" / "a.desktop")


def test_autostart_keeps_nothing_of_a_patient() -> None:
    """No patient, no encounter, and nobody is informed once and for all."""
    assert not {"patient", "encounter", "informed", "watch"} & set(vars(autostart)["_KEPT"])
    assert autostart.words(argparse.Namespace(**dict.fromkeys(vars(autostart)["_KEPT"], ""))) == ["tray"]
