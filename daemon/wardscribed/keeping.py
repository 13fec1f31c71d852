"""What of a session outlives the daemon: the seals that its client keeps, and the mark that tells how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from wardscribe import protocol
from wardscribe.protocol import ProtocolError, Reason, Start, State, StateChanged
from wardscribed.sealing import Keeper, over, take_up
from wardscribed.session import Session
from wardscribed.trust import moment
from wardscribed.trust.identity import log_name
from wardscribed.trust.seal import Owner, Seals
from wardscribed.trust.tombstones import End

log = logging.getLogger(__name__)

_LAST = (State.WRITTEN, State.DISCARDED)


class Keeping:
    """Seals sessions for their clients, where there is a key."""

    def __init__(self, seals: Seals | None) -> None:
        self._seals = seals

    @property
    def seals(self) -> bool:
        """Whether sessions outlive the daemon."""
        return self._seals is not None

    def keeper(self, session: Session, hello: protocol.Hello) -> Keeper | None:
        """Return what seals the session for who began it; None without a key."""
        return Keeper(session, self._seals, _owner(session.id, hello)) if self._seals is not None else None

    def take_up(self, unseal: protocol.Unseal, hello: protocol.Hello, begin: Callable[[Start], Session]) -> Session:
        """Return the session that was sealed for this client, in one that `begin` gives.

        Raises ProtocolError `bad_seal` or `stale_seal`.
        """
        if self._seals is None:
            raise ProtocolError("bad_seal", "this daemon seals nothing: 'seal.key_file' is not configured")
        now = moment.now()
        try:
            count, contents = self._seals.open(_owner(unseal.session, hello), unseal.states, now)
            return take_up(contents, count, now, begin)
        except ProtocolError as error:
            log.warning("session %s is not taken up: %s", log_name(unseal.session), error.code)
            raise

    async def approve(self, session: Session, content_hash: str) -> None:
        """Approve the draft that has this hash once it is on disk that it is; `approval_failed` where that cannot be.

        So no restart, nor a power cut, brings the session back, and no note is approved twice.  A disk may take longer
        than an event loop may be held: hence a thread.
        """
        # It will be told as approved, and then as written.
        end = End(State.WRITTEN, Reason.NO_RECORD_SYSTEM, session.log.seq + 2)
        try:
            await asyncio.to_thread(self._retire, session, end, is_durable=True)
            session.approve(content_hash)
        except OSError as error:
            log.error("'seal.ended_file': an approval is refused: %s", error.strerror)
            message = f"nothing was approved: the daemon cannot write down that it is ({error.strerror}); try again"
            session.warn("approval_failed", message)
        except ProtocolError as error:  # it failed meanwhile, and was ended
            session.warn(error.code, str(error))

    def retire(self, session: Session) -> None:
        """The session is wiped.  Where that cannot be written down this life of the daemon knows it, and the log."""
        told = (event for event in session.log.since(0) if isinstance(event, StateChanged) and event.state in _LAST)
        try:
            for event in told:
                self._retire(session, End(event.state, event.reason, event.seq))
        except OSError as error:
            log.error("'seal.ended_file': a restart will not know that a session is over: %s", error.strerror)

    def _retire(self, session: Session, end: End, *, is_durable: bool = False) -> None:
        if self._seals is not None:
            self._seals.retire(session.id, end, moment.now(), is_durable=is_durable)

    def recall(self, session_id: str) -> Session | None:
        """Return a session that is over, of which nothing is left but how it ended; None where that is not known."""
        end = self._seals.end_of(session_id) if self._seals is not None else None
        return over(session_id, end) if end is not None else None


def _owner(session_id: str, hello: protocol.Hello) -> Owner:
    return Owner(session_id, hello.token, hello.device)
