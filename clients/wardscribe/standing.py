"""Where a client stands with its session: all it needs to come back to it.  No I/O."""

from __future__ import annotations

from typing import Any

from wardscribe import protocol
from wardscribe.greeting import Sealed
from wardscribe.protocol import State, StateChanged

_LOGGED = (
    protocol.Commit, protocol.Utterance, protocol.Gap, protocol.Finalized, protocol.Note, protocol.Editor, StateChanged,
)  # fmt: skip
"""The daemon says these again to a client that comes back; what else it says holds at the moment only."""


class Standing:
    """The session as the daemon's events tell it."""

    def __init__(self) -> None:
        self.session = ""
        """Its id, or empty: none has begun, or it was wiped."""
        self.state: State | None = None
        self.last_seq = 0
        """The last event that was told."""
        self.sealed = Sealed()
        self._counted = ""  # the session whose last event that is

    def receive(self, event: Any) -> None:
        """Take an event of the daemon."""
        if isinstance(event, StateChanged):
            self._receive_state(event)
        if isinstance(event, _LOGGED):
            self.last_seq = max(self.last_seq, event.seq)

    def _receive_state(self, event: StateChanged) -> None:
        if event.session != self._counted:
            self._counted, self.last_seq = event.session, 0
        self.state = event.state
        is_wiped = event.state is State.WIPED
        self.session = "" if is_wiped else event.session
        if is_wiped:
            self.sealed = Sealed()
