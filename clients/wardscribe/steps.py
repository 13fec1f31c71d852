"""What a program can ask of a session: said after all that came before it, and again until it is answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from wardscribe import protocol


class Steps(ABC):
    """The steps of a session, for whoever can say events."""

    @abstractmethod
    def _say(self, event: Any) -> None:
        """Say an event after all that was said before it."""

    def lost(self, missing_ms: int) -> None:
        """Tell that so much was not recorded after what was sent: the transcript shows it."""
        self._say(protocol.Lost(missing_ms))

    def finalize(self) -> None:
        """Have what was sent so far decoded to its end, without a pause; `finalized` follows."""
        self._say(protocol.Finalize())

    def pause(self) -> None:
        """Stop listening for a while."""
        self._say(protocol.Pause())

    def resume(self) -> None:
        """Listen again."""
        self._say(protocol.Resume())

    def stop(self) -> None:
        """End the conversation; the draft note follows as a `note` event with `final`."""
        self._say(protocol.Stop())

    def edit(self, section: str, index: int, text: str) -> None:
        """Change, remove (empty text) or add (index behind the last) a sentence; a `note` with a new hash follows."""
        self._say(protocol.Edit(section, index, text))

    def restore(self, turn: int, text: str, section: str = "") -> None:
        """Take something of `not_included` into the note, of a section or where it fits best; a `note` follows."""
        self._say(protocol.Restore(turn, text, section))

    def approve(self, content_hash: str) -> None:
        """Approve the note that has this hash."""
        self._say(protocol.Approve(content_hash))

    def discard(self) -> None:
        """Throw the session away."""
        self._say(protocol.Discard())

    def take_over(self) -> None:
        """Take the editing over: from now on this client edits, restores, approves and discards, and no other."""
        self._say(protocol.Take())
