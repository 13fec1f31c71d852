"""`wardscribe tray`: the icon, its menu and its two windows, over one link to the daemon."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from wardscribe import protocol
from wardscribe.client import Client
from wardscribe.labels import labels
from wardscribe.notices import Disconnected, Waiting
from wardscribe.protocol import Start
from wardscribe.sources import Audio
from wardscribe.tray import icons
from wardscribe.tray.captions import Captions
from wardscribe.tray.link import Link
from wardscribe.tray.review import Review, confirmed
from wardscribe.tray.state import Announcement, Failed, Level, Listening, Look, TrayState
from wardscribe.tray.words import words

_REFRESH_MS = 100
_FAREWELL_MS = 3_000  # for the daemon to answer `discard`
_GRAVE = (Announcement.TROUBLE, Announcement.CONNECTION_LOST)


@dataclass(frozen=True, slots=True)
class Options:
    """How the tray is set up."""

    start: Start
    name: str
    """What this client calls itself."""
    watched: str = ""
    scheme: str = ""
    """light or dark; empty: as the desktop has it."""
    prints_events: bool = False


class Tray(QObject):
    """Everything that is seen; what it decides is in `state`."""

    told = Signal(object)
    """Something that the link says, brought over from its thread."""

    def __init__(self, options: Options, connect: Callable[[], Client], source: Callable[[], Audio]) -> None:
        super().__init__()
        self._options = options
        self._words = words(options.start.language)
        self._labels = labels(options.start.language)
        self._state = TrayState(options.start.channels, options.name, is_watching=bool(options.watched))
        self._link = Link(connect, source, self.told.emit, options.watched)
        self._icons = {look: icons.icon(look) for look in Look}
        self._icon = QSystemTrayIcon(self._icons[Look.IDLE], self)
        self._captions = Captions(self._state, self._labels, self._words, len(options.start.channels))
        self._review = Review(self._state, self._labels, self._words, self._link.ask)
        self._menu = QMenu()
        self._menu.setWindowTitle(self._words.menu)
        self._make_actions()
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activate)
        self._icon.messageClicked.connect(self.open_review)
        self.told.connect(self._receive)
        self._timer = QTimer(self)  # also what lets Python see a signal while Qt waits
        self._timer.timeout.connect(self._tick)
        self._is_stale = True
        self._is_leaving = False
        self._leaves_when_idle = False
        self._printed = ""  # the last failure

    def open(self) -> None:
        """Show the icon and begin to connect."""
        self._refresh_menu()
        self._icon.show()
        self._link.open()
        self._timer.start(_REFRESH_MS)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self.open_captions()  # a desktop without a tray: the window has the same buttons

    def leave(self) -> None:
        """Quit as soon as Qt comes to it; a quit before Qt waits for events would be forgotten."""
        self._is_leaving = True

    def close(self) -> bool:
        """Leave the daemon and go; return whether nothing of the tray runs any more.

        What has no parent in Qt is deleted here: Python would do it when it clears its modules, after Qt has ended.
        """
        self._timer.stop()
        self._icon.hide()
        has_ended = self._link.close()
        for each in (self._icon, self._templates, self._menu, self._captions, self._review, self):
            shiboken6.delete(each)
        return has_ended

    # --------------------------------------------------------------------------------------------------------- the menu

    def _make_actions(self) -> None:
        w = self._words
        self._status, self._microphone = QAction(self), QAction(self)
        for fixed in (self._status, self._microphone):
            fixed.setEnabled(False)
        name = self._options.start.microphone or w.default_microphone
        self._microphone.setText(w.microphone.format(name=name))
        self._start = self._action(w.start, lambda: self._begin(self._options.start.template))
        self._templates = QMenu(w.start_with)
        self._informed = QAction(w.informed, self)
        self._informed.setCheckable(True)
        self._informed.setChecked(self._options.start.informed)
        self._pause = self._action(w.pause, self._pause_or_resume)
        self._stop = self._action(w.stop, self._link.stop)
        self._show_captions = self._action(w.captions, self.open_captions)
        self._show_review = self._action(w.review, self.open_review)
        self._quit = self._action(w.quit, self._quit_if_wanted)
        self._fill_menu()

    def _action(self, text: str, work: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _=False: work())
        return action

    def _fill_menu(self) -> None:
        own = [self._start, self._templates.menuAction(), self._informed, self._pause, self._stop]
        groups = [
            [self._status, self._microphone],
            [] if self._options.watched else own,
            [self._show_captions, self._show_review],
            [self._quit],
        ]
        if self._options.watched:
            groups[0].remove(self._microphone)
        for group in groups:
            self._menu.addActions(group)
            self._menu.addSeparator()
        for action in [*([] if self._options.watched else [self._start, self._pause, self._stop]), self._show_review]:
            self._captions.add_button(action)

    def _refresh_menu(self) -> None:
        allowed, look = self._state.allowed, self._state.look
        self._status.setText(self._words.looks[look])
        self._start.setEnabled(allowed.start)
        self._templates.menuAction().setEnabled(allowed.start)
        self._informed.setEnabled(allowed.start)
        self._pause.setText(self._words.resume if allowed.resume else self._words.pause)
        self._pause.setEnabled(allowed.pause or allowed.resume)
        self._stop.setEnabled(allowed.stop)
        self._show_review.setEnabled(allowed.review)
        self._icon.setIcon(self._icons[look])
        self._icon.setToolTip(f"Wardscribe – {self._words.looks[look]}")
        if [action.text() for action in self._templates.actions()] != list(self._state.templates):
            self._templates.clear()
            for name in self._state.templates:
                self._templates.addAction(self._action(name, partial(self._begin, name)))

    # ---------------------------------------------------------------------------------------------------- what happens

    def _begin(self, template: str) -> None:
        self._state.start()
        self._review.refresh()
        self._link.start(replace(self._options.start, template=template, informed=self._informed.isChecked()))
        self._informed.setChecked(False)  # each patient is told anew
        self._refresh_menu()
        self._is_stale = True

    def _pause_or_resume(self) -> None:
        if self._state.allowed.pause:
            self._link.pause()
        else:
            self._state.resume()
            self._link.resume()
        self._refresh_menu()
        self._is_stale = True

    def _receive(self, event: Any) -> None:
        announcement = self._state.receive(event)
        self._is_stale = True
        if isinstance(event, Level):
            return
        self._print(event)
        if self._leaves_when_idle and self._state.is_idle:
            self.leave()
        self._refresh_menu()
        if announcement is not None:
            self._announce(announcement, event)
        if isinstance(event, protocol.Note | protocol.StateChanged | protocol.Editor | Failed):
            self._review.refresh()

    def _announce(self, announcement: Announcement, event: Any) -> None:
        match event:
            case Failed():
                text = f"{self._labels.refusal(event.code)}\n{event.detail}"
            case protocol.Error():
                text = f"{self._labels.refusal(event.code)}\n{event.message}"
            case protocol.Note():
                text = self._words.read_it
            case _:
                text = ""
        kind = (
            QSystemTrayIcon.MessageIcon.Warning if announcement in _GRAVE else QSystemTrayIcon.MessageIcon.Information
        )
        self._icon.showMessage(self._words.announcements[announcement], text, kind)

    def _print(self, event: Any) -> None:
        if isinstance(event, Failed):
            if event.detail != self._printed:  # not again with every try to connect
                print(f"wardscribe: {event.detail}", file=sys.stderr, flush=True)
            self._printed = event.detail
        elif self._options.prints_events and not isinstance(event, Disconnected | Waiting | Listening):
            print(protocol.encode(event), flush=True)

    def _tick(self) -> None:
        if self._is_leaving:
            QApplication.quit()
        if self._is_stale and self._captions.isVisible():
            self._is_stale = False
            self._captions.refresh()

    def _activate(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how is QSystemTrayIcon.ActivationReason.Trigger:
            self.open_review() if self._state.reading.note is not None else self.open_captions()

    def open_captions(self) -> None:
        """Bring the captions to the front."""
        self._captions.refresh()
        _raise(self._captions)

    def open_review(self) -> None:
        """Bring the draft to the front, if there is one."""
        if self._state.reading.note is not None:
            self._review.refresh()
            _raise(self._review)
            self._review.focus()

    def _quit_if_wanted(self) -> None:
        if self._options.watched or self._state.is_idle:
            self.leave()
        elif confirmed(None, self._words.really_quit, self._words):
            self._link.ask(Client.discard)
            self._leaves_when_idle = True  # it is over once the daemon says so
            QTimer.singleShot(_FAREWELL_MS, self.leave)


def _raise(window: Any) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
