"""What a connection asks of the daemon."""

from __future__ import annotations

from typing import Protocol

from wardscribe import protocol
from wardscribed.sealing import Keeper
from wardscribed.session import Session


class Ward(Protocol):
    """What a connection asks of the daemon."""

    def admit(self, hello: protocol.Hello) -> protocol.Ready:
        """Return the greeting, or raise ProtocolError `unauthorized`."""

    def open_session(self, start: protocol.Start) -> Session:
        """Return a new session, or raise ProtocolError (`busy`, `bad_field`)."""

    def unseal(self, unseal: protocol.Unseal, hello: protocol.Hello) -> Session:
        """Return the session that was sealed, or raise ProtocolError (`bad_seal`, `stale_seal`, `wrong_order`)."""

    def keeper(self, session: Session, hello: protocol.Hello) -> Keeper | None:
        """Return what seals the session for its client, or None where nothing is sealed."""

    def approve(self, session: Session, content_hash: str) -> None:
        """Begin to approve the draft that has this hash, or raise ProtocolError (`wrong_order`, `stale_hash`)."""

    is_going_down: bool
    """Whether the daemon was asked to stop."""

    @property
    def is_deaf(self) -> bool:
        """Whether the daemon goes down and takes no more audio: its client will say it again."""

    def find(self, session_id: str) -> Session:
        """Return a session, live or over, or raise ProtocolError `unknown_session`."""

    def touched(self, session: Session) -> None:
        """Somebody did something with the session."""

    def heard(self) -> None:
        """Some session received audio."""
