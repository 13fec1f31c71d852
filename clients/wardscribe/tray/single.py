"""One tray a person: a second one asks the first to come to the front, and ends."""

from __future__ import annotations

import getpass
import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from wardscribe.errors import ClientError

_PATIENCE_MS = 2_000


class Single(QObject):
    """The place that only one process has; trays that watch different sessions do not stand in each other's way."""

    asked = Signal()
    """A second one was started."""

    def __init__(self, watched: str = "") -> None:
        super().__init__()
        who = hashlib.sha256(f"{getpass.getuser()} {watched}".encode()).hexdigest()[:16]
        own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))  # this person's alone; elsewhere Qt knows a place
        self._name = str((own if own.is_absolute() and own.is_dir() else Path()) / f"wardscribe-tray-{who}")
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def is_first(self) -> bool:
        """Take the place, or tell who has it.  Raises ClientError when neither can be done."""
        if self._tell_first():
            return False
        QLocalServer.removeServer(self._name)  # left by one that was killed: nobody answered
        if not self._server.listen(self._name):
            raise ClientError(f"cannot make sure that this is the only tray: {self._server.errorString()}")
        return True

    def _tell_first(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        return socket.waitForConnected(_PATIENCE_MS)

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.deleteLater()
        self.asked.emit()
