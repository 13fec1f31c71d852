"""The tray's review window: doubts a screenful at a time, by the rule of every client; a menu without refusals.

Qt draws into memory, in a process of its own.
"""

from __future__ import annotations

import textwrap

import pytest

from tests.desktop import QT_PACKAGES, run_offscreen
from tests.packages import needs_package

pytest.importorskip("PySide6", reason="the tray's extra is not installed")
pytestmark = needs_package(*QT_PACKAGES)
_DOUBTS = 12
_WINDOW = f"""
    from PySide6.QtWidgets import QApplication, QMenu
    from wardscribe import protocol
    from wardscribe.labels import labels
    from wardscribe.protocol import DraftNote, LeftOut, Role, Section, Sentence, State, Word
    from wardscribe.tray.paint import HTML
    from wardscribe.tray.review import Review
    from wardscribe.tray.state import TrayState
    from wardscribe.tray.words import words

    application = QApplication([])
    state = TrayState((Role.CLINICIAN, Role.PATIENT), "tray")
    said = Word("metoprolol", 0, 1, 0.6)
    for number in range({_DOUBTS}):
        state.receive(protocol.Commit(number, number, 1, (said,) * 30))
    sentences = [Sentence(f"Tar metoprolol {{n}}.", (n,), ("unsure",), ("metoprolol",)) for n in range({_DOUBTS})]
    sections = (
        Section("aktuelt", "Aktuelt", tuple(sentences)), Section("plan", "Plan", (), clinician_only=True)
    )
    state.receive(protocol.StateChanged(90, "s", State.REVIEW))
    state.receive(protocol.Note(91, True, "h", DraftNote("t", "nb", sections, (LeftOut(0, "Hei.", "smaprat"),))))
    window = Review(state, labels("nb"), words("nb"), lambda step: None)
    window.resize(900, 500)
    window.show()
    window.refresh()
    reading, note = state.reading, window._note
"""


def run(program: str) -> list[str]:
    """Return what a program prints that has the window at hand."""
    return run_offscreen(textwrap.dedent(_WINDOW) + textwrap.dedent(program))


def test_a_press_takes_a_screenful() -> None:
    """Whatever counts as looked at stood on the screen whole, beside what was heard for it."""
    presses = run("""
        while left := len(reading.untouched):
            assert not reading.may_approve
            window._next.click()
            opened = [item for item in note.all_items() if "«" in item.data(HTML)]
            boxes = [note.visualItemRect(item) for item in opened]
            whole = [0 <= box.top() and box.bottom() <= note.viewport().height() for box in boxes]
            print(left - len(reading.untouched), len(opened), all(whole))
        assert reading.may_approve
    """)
    taken = [line.split() for line in presses]

    assert [(looked_at, is_whole) for looked_at, _, is_whole in taken] == [(opened, "True") for _, opened, _ in taken]
    assert sum(int(looked_at) for looked_at, _, _ in taken) == _DOUBTS
    assert 1 < len(taken) < _DOUBTS


def test_a_chosen_sentence_shows_what_was_heard() -> None:
    """It alone counts as looked at."""
    shown = run("""
        note.setCurrentRow(2)
        item = note.currentItem()
        print("«" in item.data(HTML), len(reading.untouched), item.data(HTML).count("<u>"))
    """)

    assert shown == [f"True {_DOUBTS - 1} 31"]


def test_what_is_chosen_stays_in_sight() -> None:
    """Also far below, and with what was heard for it; and what is being typed is lost to no key."""
    shown = run("""
        for row in range(note.count()):
            note.setCurrentRow(row)
        box = note.visualItemRect(note.currentItem())
        print(note.currentRow() == note.count() - 1, 0 <= box.top() and box.bottom() <= note.viewport().height())
        other = (Sentence("Tar annet.", (0,), ("corrected",)),)
        state.receive(protocol.Note(92, True, "i", DraftNote("t", "nb", (Section("a", "A", other),))))
        window.refresh()
        note.editItem(note.item(1))
        window._next.click()
        print(note.is_editing, len(reading.untouched))
    """)

    assert shown == ["True True", "True 1"]


def test_nothing_is_offered_that_the_daemon_refuses() -> None:
    """What a patient said goes into no section that is the clinician's."""
    offered = run("""
        left_out = window._left_out
        left_out._offer(left_out.item(0), left_out.mapToGlobal(left_out.rect().center()))
        print(*(action.text() for menu in left_out.findChildren(QMenu) for action in menu.actions()))
    """)

    assert offered == ["Ta med under «Aktuelt»"]
