"""Who records a session and who edits its draft: at most one connection each."""

from __future__ import annotations

from typing import Protocol


class Holder(Protocol):
    """A connection, as far as rights go."""

    @property
    def client(self) -> str:
        """The name that it gave itself."""


class Rights:
    """The rights to one session.  Who records it edits it, until another connection takes the editing over."""

    def __init__(self) -> None:
        self.recorder: Holder | None = None
        self._editor: Holder | None = None  # who took it over; None: nobody did

    @property
    def editor(self) -> Holder | None:
        """Who may edit, approve and discard."""
        return self._editor or self.recorder

    def record(self, holder: Holder) -> Holder | None:
        """Let `holder` record; return whom it displaces."""
        displaced, self.recorder = self.recorder, holder
        return displaced

    def take(self, holder: Holder) -> None:
        """Let `holder` edit."""
        self._editor = holder

    def leave(self, holder: Holder) -> bool:
        """`holder` is gone, and its rights with it; return whether the editing went back to who records."""
        if self.recorder is holder:
            self.recorder = None
        had_taken = self._editor is holder
        if had_taken:
            self._editor = None
        return had_taken
