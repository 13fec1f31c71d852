"""The live captions: who says what, the words that still may change dimmed, and how the microphone does."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from wardscribe.conversation import Conversation, Line
from wardscribe.labels import Labels
from wardscribe.protocol import Role, State
from wardscribe.terminal import clock
from wardscribe.tray import icons
from wardscribe.tray.paint import Tones, coloured, tones
from wardscribe.tray.state import TrayState
from wardscribe.tray.words import Words

_SHOWN_LINES = 60  # the last ones; the review has them all
_FLOOR_DB = -60.0
_LOUD_DB = -3.0


class Meter(QWidget):
    """How loud one channel is."""

    def __init__(self) -> None:
        super().__init__()
        self.level_db = _FLOOR_DB
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Return the size of a thin bar."""
        return QSize(120, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar."""
        share = min(max(1 - self.level_db / _FLOOR_DB, 0.0), 1.0)
        painter, colours = QPainter(self), tones()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for width, colour in ((1.0, colours.line), (share, _level_colour(self.level_db, colours))):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(0, 0, self.width() * width, self.height()), 4, 4)
        painter.end()


def _level_colour(level_db: float, colours: Tones) -> str:
    return colours.alarm if level_db > _LOUD_DB else colours.roles[Role.PATIENT]


class Captions(QWidget):
    """The window."""

    def __init__(self, state: TrayState, labels: Labels, words: Words, channels: int) -> None:
        super().__init__()
        self._state = state
        self._labels = labels
        self._words = words
        self._meters = [Meter() for _ in range(channels)]
        self._picture, self._title, self._detail = QLabel(), QLabel(), QLabel()
        self._text = QTextBrowser()
        self._buttons = QHBoxLayout()
        self.setWindowTitle(words.said)
        self.resize(560, 460)
        self._lay_out()

    def _lay_out(self) -> None:
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._title.setFont(font)
        self._detail.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self._picture)
        head.addWidget(self._title)
        head.addStretch(1)
        for meter in self._meters:
            head.addWidget(meter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._detail)
        column.addWidget(self._text, 1)
        column.addLayout(self._buttons)

    def add_button(self, action: QAction) -> None:
        """Offer an entry of the menu here too."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons.addWidget(button)

    def refresh(self) -> None:
        """Draw what there is now."""
        shown = self._state.conversation
        self._picture.setPixmap(icons.pixmap(self._state.look, 32))
        elapsed = f"  {clock(shown.elapsed_ms)}" if shown.state is not None else ""
        self._title.setText(self._words.looks[self._state.look] + elapsed)
        self._detail.setText(self.detail())
        self._detail.setVisible(bool(self.detail()))
        for channel, meter in enumerate(self._meters):
            level = shown.levels.get(channel, _FLOOR_DB) if shown.state is State.RECORDING else _FLOOR_DB
            meter.level_db = level
            meter.update()
        self._show_lines(shown)

    def detail(self) -> str:
        """Return the sentence under the title: what is wrong, or what is waited for."""
        shown = self._state.conversation
        if self._state.trouble is not None:
            return self._labels.refusal(self._state.trouble.code)
        if not shown.is_connected:
            return self._labels.disconnected.capitalize()
        if shown.unsent is not None:
            return self._labels.unsent.format(seconds=shown.unsent.seconds, limit=shown.unsent.limit_s)
        if self._state.is_starting:
            return self._words.starting
        return self._labels.clipping.capitalize() if shown.clipping else ""

    def _show_lines(self, shown: Conversation) -> None:
        lines = [line for line in shown.lines.values() if line.committed or line.partial]
        colours = tones()
        pieces = [html(line, shown, self._labels, colours) for line in lines[-_SHOWN_LINES:]]
        bar = self._text.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum() - 4
        before = bar.value()
        self._text.setHtml("".join(pieces) or f"<p>{coloured(self._words.nothing_said, colours.dim)}</p>")
        bar.setValue(bar.maximum() if is_at_end else before)


def html(line: Line, shown: Conversation, labels: Labels, colours: Tones) -> str:
    """Return one utterance: who, when, what is committed, and the tail dimmed."""
    who = coloured(speaker(line, shown, labels), colours.roles[shown.role(line.channel)], "font-weight:600")
    head = who + coloured(f"  {clock(line.start_ms)}", colours.dim)
    tail = coloured(" ".join(line.partial), colours.dim, "font-style:italic") if line.partial else ""
    return f'<p style="margin:0 0 8px 0">{head}<br>{coloured(line.text, colours.text)} {tail}</p>'


def speaker(line: Line, shown: Conversation, labels: Labels) -> str:
    """Return who said an utterance; where only the channel is known, its number."""
    role = shown.role(line.channel)
    return labels.roles[role] + (f" {line.channel + 1}" if role is Role.UNKNOWN else "")
