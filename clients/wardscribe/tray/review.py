"""The review: the draft beside what was said, until it is approved or discarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QSplitter, QVBoxLayout, QWidget

from wardscribe.client import Client
from wardscribe.conversation import Placed
from wardscribe.labels import Labels
from wardscribe.protocol import LeftOut
from wardscribe.reading import as_text, carried_by
from wardscribe.tray.lists import LeftOutList, NoteList, SaidList
from wardscribe.tray.state import TrayState
from wardscribe.tray.words import Words

Ask = Callable[[Callable[[Client], None]], None]


class Review(QWidget):
    """The window."""

    def __init__(self, state: TrayState, labels: Labels, words: Words, ask: Ask) -> None:
        super().__init__()
        self._state = state
        self._labels = labels
        self._words = words
        self._ask = ask
        self._note = NoteList(labels)
        self._left_out = LeftOutList(labels, words)
        self._said = SaidList(labels, words)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._next = _button(words.next_doubts, "F8", self._next_doubts)
        self._approve = _button(words.approve, "Ctrl+Return", self._say_approve)
        self._approve.setObjectName("approve")
        self._discard = _button(words.discard, "", self._say_discard)
        self._copy = _button(words.copy, "Ctrl+Shift+C", self._copy_note)
        self._take = _button(words.take_over, "", lambda: self._ask(Client.take_over))
        self.setWindowTitle(labels.note)
        self.resize(1000, 680)
        self._lay_out()
        self._note.chosen.connect(self._choose_sentence)
        self._note.changed.connect(self._change)
        self._left_out.restored.connect(self._restore)
        self._said.chosen.connect(self._choose_utterance)

    def _lay_out(self) -> None:
        left = QSplitter(Qt.Orientation.Vertical)
        self._left_out_title = _title(self._labels.left_out)
        left.addWidget(_titled(_title(self._labels.note), self._note))
        left.addWidget(_titled(self._left_out_title, self._left_out))
        left.setSizes([440, 170])
        whole = QSplitter()
        whole.addWidget(left)
        whole.addWidget(_titled(_title(self._words.said), self._said))
        whole.setSizes([600, 400])
        for splitter in (left, whole):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(12)
        buttons = QHBoxLayout()
        buttons.addWidget(self._hint, 1)
        for button in (self._take, self._copy, self._discard, self._next, self._approve):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(12)
        column.addWidget(whole, 1)
        column.addLayout(buttons)
        lists, deciding = (self._note, self._left_out, self._said), (self._discard, self._next, self._approve)
        way = (*lists, self._take, self._copy, *deciding)
        for one, following in pairwise(way):
            self.setTabOrder(one, following)

    # ---------------------------------------------------------------------------------------------------- what is shown

    def refresh(self) -> None:
        """Draw the draft and what may be done with it."""
        reading = self._state.reading
        if reading.note is None:
            for each in (self._note, self._left_out, self._said):
                each.clear()
            self.hide()
            return
        self._draw_note()
        self._left_out.show_note(reading.note, reading, self._state.conversation)
        self._left_out_title.setText(f"{self._labels.left_out} ({len(reading.note.not_included)})")
        self._said.show_lines(self._state.conversation)
        self._show_what_may_be_done()

    def _draw_note(self) -> None:
        reading = self._state.reading
        assert reading.note is not None  # nothing else is drawn
        self._note.show_note(reading.note, reading, self._state.conversation)

    def focus(self) -> None:
        """Let the keyboard act on the draft."""
        self._note.setFocus()

    def _show_what_may_be_done(self) -> None:
        reading = self._state.reading
        self._approve.setEnabled(reading.may_approve)
        self._next.setEnabled(reading.may_edit and bool(reading.untouched))
        self._discard.setEnabled(reading.may_edit)
        self._take.setVisible(reading.may_take_over)
        self._hint.setText(self.hint())

    def hint(self) -> str:
        """Return what the person needs to know before the decision."""
        reading = self._state.reading
        conversation = self._state.conversation
        if self._state.trouble is not None:
            return self._labels.refusal(self._state.trouble.code)
        if not reading.is_editor and reading.editor:
            return self._words.edited_by.format(client=reading.editor)
        if reading.may_edit and reading.untouched:
            return self._words.untouched.format(count=len(reading.untouched))
        if reading.may_edit:
            warning = self._words.warnings.get(reading.note.warning, "") if reading.note else ""
            return warning or self._words.how
        return self._labels.states[conversation.state] if conversation.state is not None else ""

    def _choose_sentence(self, place: Placed) -> None:
        self._note.open([place])
        self._look_at([place])

    def _next_doubts(self) -> None:
        """Look at the flagged sentences that find room on the screen, with what was heard for them."""
        doubts = self._state.reading.untouched
        if doubts and not self._note.is_editing:
            self._look_at(self._note.open_doubts(doubts, self._draw_note))

    def _look_at(self, places: Sequence[Placed]) -> None:
        self._state.reading.touch(places)
        self._said.light({number for place in places for number in place.sentence.evidence})
        self.refresh()

    def _choose_utterance(self, number: int) -> None:
        note = self._state.reading.note
        if note is not None:
            self._note.light({place.number for place in carried_by(note, number)})

    # ---------------------------------------------------------------------------------------------------- what is done

    def _change(self, place: Placed, text: str) -> None:
        self._ask(lambda client: client.edit(place.section, place.index, text))

    def _restore(self, item: LeftOut, section: str) -> None:
        self._ask(lambda client: client.restore(item.turn, item.text, section))

    def _say_approve(self) -> None:
        if self._state.reading.may_approve:
            content_hash = self._state.reading.note_hash
            self._ask(lambda client: client.approve(content_hash))

    def _say_discard(self) -> None:
        if confirmed(self, self._words.really_discard, self._words):
            self._ask(Client.discard)

    def _copy_note(self) -> None:
        note = self._state.reading.note
        if note is None:
            return
        copied = QMimeData()
        copied.setText(as_text(note))
        copied.setData("x-kde-passwordManagerHint", b"secret")  # clipboard histories leave it out
        QGuiApplication.clipboard().setMimeData(copied)
        self._hint.setText(self._words.copied)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Forget a note that was only kept to be copied."""
        self._state.forget()
        super().closeEvent(event)


def confirmed(parent: QWidget | None, question: str, words: Words) -> bool:
    """Ask before something that cannot be undone; Enter and Escape keep everything."""
    box = QMessageBox(
        QMessageBox.Icon.Warning, words.yes_discard, question, QMessageBox.StandardButton.NoButton, parent
    )
    discard = box.addButton(words.yes_discard, QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(words.no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is discard


def _button(text: str, keys: str, work: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    if keys:
        button.setShortcut(QKeySequence(keys))
        button.setToolTip(f"{text} ({button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
    button.clicked.connect(work)
    return button


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("title")
    return label


def _titled(title: QLabel, content: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addWidget(title)
    column.addWidget(content, 1)
    return box
