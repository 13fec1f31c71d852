"""The five icons: a ring, a disc, two bars, a page, a triangle.  Each is another shape, not only another colour."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from wardscribe.tray.state import Look

SIZES = (16, 22, 24, 32, 48, 64)
_PLATE = QColor("#1d2939")  # the same under all, so that a shape is seen on a light panel and on a dark one
_UNIT = 64.0  # shapes are drawn on a square of so many units


def icon(look: Look) -> QIcon:
    """Return a look's icon in the sizes that trays ask for."""
    drawn = QIcon()
    for size in SIZES:
        drawn.addPixmap(pixmap(look, size))
    return drawn


def pixmap(look: Look, size: int) -> QPixmap:
    """Return a look's picture, `size` pixels wide."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _UNIT, size / _UNIT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(QRectF(0, 0, _UNIT, _UNIT), 14, 14)
    _SHAPES[look](painter)
    painter.end()
    return picture


def _ring(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#d0d8e2"), 7))
    painter.drawEllipse(QPointF(32, 32), 16, 16)


def _disc(painter: QPainter) -> None:
    painter.setBrush(QColor("#ff5f57"))
    painter.drawEllipse(QPointF(32, 32), 21, 21)


def _bars(painter: QPainter) -> None:
    painter.setBrush(QColor("#ffc247"))
    painter.drawRoundedRect(QRectF(14, 13, 13, 38), 3, 3)
    painter.drawRoundedRect(QRectF(37, 13, 13, 38), 3, 3)


def _page(painter: QPainter) -> None:
    painter.setBrush(QColor("#8cc8ff"))
    painter.drawRoundedRect(QRectF(14, 9, 36, 46), 4, 4)
    painter.setPen(QPen(_PLATE, 5))
    for y, end in ((22, 42), (32, 42), (42, 34)):
        painter.drawLine(QPointF(22, y), QPointF(end, y))


def _triangle(painter: QPainter) -> None:
    painter.setBrush(QColor("#ffe14d"))
    painter.drawPolygon(QPolygonF([QPointF(32, 7), QPointF(59, 55), QPointF(5, 55)]))
    painter.setPen(QPen(_PLATE, 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(32, 25), QPointF(32, 36))
    painter.drawPoint(QPointF(32, 47))


_SHAPES: dict[Look, Callable[[QPainter], None]] = {
    Look.IDLE: _ring,
    Look.RECORDING: _disc,
    Look.PAUSED: _bars,
    Look.REVIEWING: _page,
    Look.TROUBLE: _triangle,
}
