"""Colours, and list items that are drawn as rich text: what the tray's windows have in common."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPalette, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from wardscribe.protocol import Role

HTML = Qt.ItemDataRole.UserRole
"""What an item shows."""
TEXT = Qt.ItemDataRole.UserRole + 1
"""What of it can be edited."""
_MARGIN = 6
_HALF = 128  # of lightness
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_Index = QModelIndex | QPersistentModelIndex


class Tones:
    """Colours of the light or the dark scheme; text on background has a contrast of 4.5 or more."""

    def __init__(self, *, is_dark: bool) -> None:
        def pick(light: str, dark: str) -> str:
            return dark if is_dark else light

        self.page = pick("#ffffff", "#161b22")
        self.panel = pick("#f3f5f8", "#0e1217")
        self.line = pick("#d5dbe3", "#303843")
        self.text = pick("#1b2430", "#e4e9f0")
        self.dim = pick("#5f6b7a", "#98a4b3")
        self.accent = pick("#0f5f9c", "#7cc0ff")
        self.flag = pick("#8a5300", "#f2b84b")
        self.alarm = pick("#b3261e", "#ff8a80")
        self.chosen = pick("#dcebf8", "#20344a")
        self.lit = pick("#fff1c9", "#4a3d16")
        self.roles = {
            Role.CLINICIAN: pick("#0f5f9c", "#7cc0ff"),
            Role.PATIENT: pick("#1b6b3a", "#76d69a"),
            Role.OTHER: pick("#7a3d8f", "#d9a2ee"),
            Role.UNKNOWN: pick("#46536a", "#b3c0d4"),
        }

    def palette(self) -> QPalette:
        """Return the palette of the application."""
        palette = QPalette(QColor(self.panel))
        role = QPalette.ColorRole
        for each, colour in {
            role.Window: self.panel,
            role.Base: self.page,
            role.AlternateBase: self.panel,
            role.Button: self.page,
            role.WindowText: self.text,
            role.Text: self.text,
            role.ButtonText: self.text,
            role.PlaceholderText: self.dim,
            role.ToolTipBase: self.page,
            role.ToolTipText: self.text,
            role.Highlight: self.chosen,
            role.HighlightedText: self.text,
            role.Link: self.accent,
        }.items():
            palette.setColor(each, QColor(colour))
        for each in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(self.dim))
        return palette

    def style_sheet(self) -> str:
        """Return the little that a palette cannot say."""
        return f"""
            QListWidget, QTextBrowser {{
                background: {self.page}; border: 1px solid {self.line}; border-radius: 6px; padding: 4px;
            }}
            QLabel#title {{ color: {self.dim}; font-weight: 600; }}
            QPushButton, QToolButton {{
                background: {self.page}; border: 1px solid {self.line}; border-radius: 6px; padding: 7px 14px;
            }}
            QPushButton:hover, QToolButton:hover {{ border-color: {self.accent}; }}
            QPushButton:focus, QToolButton:focus {{ border-color: {self.accent}; }}
            QPushButton:disabled, QToolButton:disabled {{ color: {self.dim}; background: {self.panel}; }}
            QToolButton::menu-button {{ border: none; width: 20px; }}
            QPushButton#approve:enabled {{
                background: #0f5f9c; border-color: #0f5f9c; color: #ffffff; font-weight: 600;
            }}
            QPlainTextEdit {{ border: 2px solid {self.accent}; }}
        """


def tones() -> Tones:
    """Return the colours that the application wears; see `dress`."""
    return Tones(is_dark=QGuiApplication.palette().window().color().lightness() < _HALF)


def dress(application: QApplication, scheme: str) -> None:
    """Put the light or the dark colours on; without a `scheme` those that the desktop prefers."""
    prefers_dark = application.styleHints().colorScheme() is Qt.ColorScheme.Dark
    worn = Tones(is_dark=scheme == "dark" if scheme else prefers_dark)
    application.setPalette(worn.palette())
    application.setStyleSheet(worn.style_sheet())


def coloured(text: str, colour: str, style: str = "") -> str:
    """Return text as HTML in a colour."""
    return f'<span style="color:{colour};{style}">{escape(text)}</span>'


class RichItems(QStyledItemDelegate):
    """Draws items from their HTML, wrapped to the list's width, and edits their text in place."""

    edited = Signal(QModelIndex, str)

    def __init__(self, view: QListWidget) -> None:
        super().__init__(view)
        self._view = view
        view.setItemDelegate(self)
        view.setResizeMode(QListWidget.ResizeMode.Adjust)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)

    def _document(self, index: _Index) -> QTextDocument:
        document = QTextDocument()
        document.setDefaultFont(self._view.font())
        document.setDocumentMargin(_MARGIN)
        document.setHtml(f'<div style="color:{tones().text}">{index.data(HTML)}</div>')
        document.setTextWidth(self._view.viewport().width())
        return document

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the background as the style does, and the text on it."""
        self.initStyleOption(option, index)
        empty: Any = option  # its fields are not in the type stubs
        empty.text = ""
        style = empty.widget.style() if empty.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, empty.widget)
        painter.save()
        painter.translate(empty.rect.topLeft())
        self._document(index).drawContents(painter, QRectF(0, 0, empty.rect.width(), empty.rect.height()))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802  # Qt's name
        """Return the height that the wrapped text has."""
        return QSize(self._view.viewport().width(), round(self._document(index).size().height()))

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: _Index) -> QWidget:  # noqa: N802
        """Return an editor of several lines, which Enter ends."""
        return QPlainTextEdit(parent)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:  # noqa: N802
        """Begin with the text, all of it, without its marks."""
        assert isinstance(editor, QPlainTextEdit)
        editor.setPlainText(index.data(TEXT))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:  # noqa: N802
        """Leave room for a line more than there is."""
        place: Any = option
        editor.setGeometry(place.rect.adjusted(0, 0, 0, self._view.fontMetrics().lineSpacing()))

    def setModelData(self, editor: QWidget, _model: object, index: _Index) -> None:  # noqa: N802
        """Tell what was typed; the list changes when the daemon has taken it."""
        assert isinstance(editor, QPlainTextEdit)
        if editor.toPlainText() != index.data(TEXT):
            self.edited.emit(index, editor.toPlainText())

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let Enter end the editing."""
        ends = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _ENTER
        if ends and isinstance(editor, QWidget):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)
            return True
        return super().eventFilter(editor, event)
