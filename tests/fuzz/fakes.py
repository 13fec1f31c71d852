"""A ward without a wire."""

from __future__ import annotations

from tests.test_session import open_session
from wardscribe import protocol
from wardscribe.protocol import Hello, ProtocolError
from wardscribed.session import Session
from wardscribed.trust.moment import BEGINNING
from wardscribed.trust.seal import KEY_BYTES, Owner, Seals


class FakeWard:
    """A ward of one session, which nobody moves but the test."""

    is_deaf = is_going_down = False

    def __init__(self) -> None:
        self.session: Session | None = None

    def admit(self, hello: Hello) -> protocol.Ready:
        """Everybody may."""
        return protocol.Ready()

    def open_session(self, start: protocol.Start) -> Session:
        """Open one as asked for."""
        if not 1 <= len(start.channels) <= 2:
            raise ProtocolError("bad_field", "channels")
        self.session = open_session(start.channels)
        return self.session

    def unseal(self, unseal: protocol.Unseal, hello: Hello) -> Session:
        """What comes here was never sealed."""
        Seals(bytes(KEY_BYTES), 60).open(Owner(unseal.session, hello.token, hello.device), unseal.states, BEGINNING)
        raise AssertionError("a made-up seal was opened")

    def keeper(self, session: Session, hello: Hello) -> None:
        """Nothing is sealed."""

    def approve(self, session: Session, content_hash: str) -> None:
        """Nothing is written down."""
        session.approve(content_hash)

    def find(self, session_id: str) -> Session:
        """The one that there is."""
        if self.session is None:
            raise ProtocolError("unknown_session", "none")
        return self.session

    def touched(self, session: Session) -> None:
        """Nobody looks after it."""

    def heard(self) -> None:
        """Nobody listens but when the test says so."""
