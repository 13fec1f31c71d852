"""The tray's process: one a person, from Qt's beginning to its end, in Qt's order."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import shiboken6
from PySide6.QtWidgets import QApplication

from wardscribe.client import Client
from wardscribe.errors import ClientError, ExitStatus
from wardscribe.sources import Audio
from wardscribe.tray import icons
from wardscribe.tray.app import Options, Tray
from wardscribe.tray.paint import dress
from wardscribe.tray.single import Single
from wardscribe.tray.state import Look

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")  # without one Qt would abort the process


def run(options: Options, connect: Callable[[], Client], source: Callable[[], Audio]) -> None:
    """Be in the tray until the person quits; a second start only shows what the first one has.  Raises ClientError."""
    if sys.platform == "linux" and not any(name in os.environ for name in _DISPLAYS):
        raise ClientError("there is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is set")
    application = _application(options.scheme)
    single = Single(options.watched)
    try:
        if single.is_first():
            _serve(single, Tray(options, connect, source))
    finally:
        # In Qt's order, and not in that in which Python happens to clear its modules: that can end in a crash.
        shiboken6.delete(single)
        shiboken6.delete(application)


def _application(scheme: str) -> QApplication:
    application = QApplication(["wardscribe"])
    application.setApplicationName("wardscribe")
    application.setApplicationDisplayName("Wardscribe")
    application.setDesktopFileName("wardscribe-tray")
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    application.setWindowIcon(icons.icon(Look.IDLE))
    dress(application, scheme)
    application.styleHints().colorSchemeChanged.connect(lambda _: dress(application, scheme))
    return application


def _serve(single: Single, tray: Tray) -> None:
    single.asked.connect(tray.open_captions)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: tray.leave())
    tray.open()
    QApplication.exec()
    if not tray.close():
        # A thread sits in a system call, of a name server or a sound driver, and would run on while Python is taken
        # down under it.  Nothing is left to be saved.
        os._exit(ExitStatus.OK)
