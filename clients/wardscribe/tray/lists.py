"""The three lists of the review: the note, what was left out, and what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QBrush, QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu

from wardscribe.conversation import Conversation, Line, Placed, left_out
from wardscribe.labels import Labels
from wardscribe.protocol import DraftNote, LeftOut, Role, Sentence
from wardscribe.reading import HARMLESS, Reading, is_flagged, may_stand, pieces
from wardscribe.terminal import clock
from wardscribe.tray.captions import html, speaker
from wardscribe.tray.paint import HTML, TEXT, RichItems, coloured, tones
from wardscribe.tray.words import Words

_VALUE = Qt.ItemDataRole.UserRole + 2
_FIXED = Qt.ItemFlag.NoItemFlags
_CHOSEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _List(QListWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.drawing = RichItems(self)

    def put(self, plain: str, html_text: str, value: object, flags: Qt.ItemFlag = _CHOSEN) -> QListWidgetItem:
        """Add an item; `plain` is what a screen reader says."""
        item = QListWidgetItem(plain)
        item.setData(HTML, html_text)
        item.setData(_VALUE, value)
        item.setFlags(flags)
        self.addItem(item)
        return item

    def all_items(self) -> list[QListWidgetItem]:
        """Return the items in their order."""
        return [self.item(row) for row in range(self.count())]

    def light(self, values: set[int]) -> None:
        """Let the items with these numbers light up, and show the first."""
        lit = [item for item in self.all_items() if item.data(_VALUE) in values]
        for item in self.all_items():
            item.setBackground(QBrush(QColor(tones().lit)) if item in lit else QBrush())
        if lit:
            self.scrollToItem(lit[0])


class NoteList(_List):
    """The draft by section; a sentence can be edited in place."""

    chosen = Signal(object)
    """A Placed that the person looks at."""
    changed = Signal(object, str)
    """A Placed, and the text that it is to have."""

    def __init__(self, labels: Labels) -> None:
        super().__init__(labels.note)
        self._labels = labels
        self._places: dict[int, Placed] = {}
        self._open: frozenset[Sentence] = frozenset()
        self.drawing.edited.connect(self._edit)
        self.itemSelectionChanged.connect(self._choose)
        self.itemActivated.connect(self._edit_item)
        remove = QShortcut(QKeySequence(Qt.Key.Key_Delete), self)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._remove)

    def open_doubts(self, doubts: Sequence[Placed], draw: Callable[[], None]) -> Sequence[Placed]:
        """Open flagged sentences, as many as the screen holds and the first at least; return those.

        `draw` draws the note anew.
        """
        self.open(doubts)
        draw()
        items = {item.data(_VALUE): item for item in self.all_items()}
        self.scrollToItem(items[doubts[0].number], QAbstractItemView.ScrollHint.PositionAtTop)
        bottoms = [self.visualItemRect(items[place.number]).bottom() for place in doubts]
        shown = sum(bottom <= self.viewport().height() for bottom in bottoms)
        self.open(doubts[: max(shown, 1)])
        draw()
        return doubts[: max(shown, 1)]

    @property
    def is_editing(self) -> bool:
        """Whether a sentence is being typed: drawing anew would lose it."""
        return self.state() is QAbstractItemView.State.EditingState

    def open(self, places: Sequence[Placed]) -> None:
        """From the next drawing on these sentences, where they are flagged, stand with what was heard for them."""
        self._open = frozenset(place.sentence for place in places if is_flagged(place))

    def show_note(self, note: DraftNote, reading: Reading, conversation: Conversation) -> None:
        """Draw the draft anew; what was selected stays selected, and in its place."""
        selected, scrolled = self.selected(), self.verticalScrollBar().value()
        self.blockSignals(True)  # drawing is not looking
        self.clear()
        self._places = {place.number: place for place in reading.places}
        titles = {section.id: section.title for section in note.sections}
        shown = ""
        for place in reading.places:
            if place.section != shown:
                shown = place.section
                title = (
                    f'<div style="margin-top:8px">{coloured(titles[shown], tones().accent, "font-weight:600")}</div>'
                )
                self.put(titles[shown], title, 0, _FIXED)
            item = self._put_sentence(place, reading, conversation)
            if selected is not None and (place.section, place.index) == (selected.section, selected.index):
                self.setCurrentItem(item)
        if not self._places:
            self.put(self._labels.nothing, coloured(self._labels.nothing, tones().dim), 0, _FIXED)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)
        self.blockSignals(False)

    def _put_sentence(self, place: Placed, reading: Reading, conversation: Conversation) -> QListWidgetItem:
        flags = [self._labels.flags.get(flag, flag) for flag in place.sentence.flags]
        mark = "⚑" if reading.must_be_touched(place) else "·"
        colour = tones().flag if reading.must_be_touched(place) else tones().dim
        marks = "".join("&nbsp;&nbsp;" + coloured(f"{mark} {flag}", colour, "font-size:small") for flag in flags)
        is_open = place.sentence in self._open
        lines = conversation.evidence(place.sentence) if is_open else []
        plain = ", ".join([place.sentence.text, *flags, *(line.text for line in lines)])
        heard = "".join(_heard(line, place.sentence, conversation, self._labels) for line in lines)
        can_edit = Qt.ItemFlag.ItemIsEditable if reading.may_edit else _FIXED
        text = _underlined(place.sentence.text, place.sentence.doubted)
        item = self.put(plain, text + marks + heard, place.number, _CHOSEN | can_edit)
        item.setData(TEXT, place.sentence.text)
        item.setBackground(QBrush(QColor(tones().lit)) if is_open else QBrush())
        return item

    def selected(self) -> Placed | None:
        """Return the sentence that is selected."""
        items = self.selectedItems()
        return self._places.get(items[0].data(_VALUE)) if items else None

    def _choose(self) -> None:
        if (place := self.selected()) is not None:
            self.chosen.emit(place)

    def _edit_item(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEditable:
            self.editItem(item)

    def _edit(self, index: QModelIndex, text: str) -> None:
        self.changed.emit(self._places[index.data(_VALUE)], text)

    def _remove(self) -> None:
        if (place := self.selected()) is not None and self.selectedItems()[0].flags() & Qt.ItemFlag.ItemIsEditable:
            self.changed.emit(place, "")


def _heard(line: Line, sentence: Sentence, conversation: Conversation, labels: Labels) -> str:
    who = coloured(f"{speaker(line, conversation, labels)} {clock(line.start_ms)}", tones().dim, "font-size:small")
    return f'<div style="margin-left:16px">{who} «{_underlined(line.text, sentence.doubted)}»</div>'


def _underlined(text: str, doubted: Iterable[str]) -> str:
    """Return a text as HTML, its doubted words underlined."""
    return "".join(
        f"<u><b>{escape(part)}</b></u>" if is_doubted else escape(part) for part, is_doubted in pieces(text, doubted)
    )


class LeftOutList(_List):
    """What was said and is not in the note; one key takes it in."""

    restored = Signal(object, str)
    """A LeftOut, and the section it is to stand in; empty: where it fits best."""

    def __init__(self, labels: Labels, words: Words) -> None:
        super().__init__(labels.left_out)
        self._labels = labels
        self._words = words
        self._note: DraftNote | None = None
        self._items: list[LeftOut] = []
        self._roles: list[Role] = []
        self.itemActivated.connect(lambda item: self._restore(item, ""))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self._offer(self.itemAt(at), self.mapToGlobal(at)))
        key = QShortcut(QKeySequence(Qt.Key.Key_R), self)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(lambda: self._restore(self.currentItem(), ""))

    def show_note(self, note: DraftNote, reading: Reading, conversation: Conversation) -> None:
        """Draw the list anew, what matters most first."""
        row = self.currentRow()
        self.clear()
        self._note = note
        self._items = sorted(left_out(note), key=lambda item: item.reason in HARMLESS)
        self._roles = [conversation.speaker(item.turn) for item in self._items]
        for number, item in enumerate(self._items):
            reason = self._labels.reasons.get(item.reason, item.reason)
            text = coloured(item.text, tones().dim if item.reason in HARMLESS else tones().text)
            mark = coloured(f"  {reason}", tones().dim, "font-size:small")
            flags = _CHOSEN if reading.may_edit else Qt.ItemFlag.ItemIsEnabled
            self.put(f"{item.text}, {reason}", text + mark, number, flags)
        self.setCurrentRow(row)

    def _restore(self, item: QListWidgetItem | None, section: str) -> None:
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsSelectable:
            self.restored.emit(self._items[item.data(_VALUE)], section)

    def _offer(self, item: QListWidgetItem | None, at: object) -> None:
        if item is None or self._note is None or not item.flags() & Qt.ItemFlag.ItemIsSelectable:
            return
        menu = QMenu(self._words.restore_in, self)
        role = self._roles[item.data(_VALUE)]
        for section in (section for section in self._note.sections if may_stand(role, section)):
            action = QAction(f"{self._words.restore_in} «{section.title}»", menu)
            action.triggered.connect(lambda _=False, to=section.id: self._restore(item, to))
            menu.addAction(action)
        menu.popup(at)  # type: ignore[arg-type]  # a QPoint


class SaidList(_List):
    """The conversation, an utterance an item."""

    chosen = Signal(int)
    """The number of an utterance that the person looks at."""

    def __init__(self, labels: Labels, words: Words) -> None:
        super().__init__(words.said)
        self._labels = labels
        self.itemSelectionChanged.connect(self._choose)

    def show_lines(self, conversation: Conversation) -> None:
        """Draw what was said, if anything came since the last time."""
        lines = sorted((line for line in conversation.lines.values() if line.committed), key=lambda line: line.start_ms)
        if [item.data(_VALUE) for item in self.all_items()] == [line.number for line in lines]:
            return
        self.clear()
        for line in lines:
            self.put(line.text, html(line, conversation, self._labels, tones()), line.number)

    def _choose(self) -> None:
        if items := self.selectedItems():
            self.chosen.emit(items[0].data(_VALUE))
