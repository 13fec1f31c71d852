"""What a person does with a draft before the decision: events in, what may be done out.  No I/O, no layout."""

from __future__ import annotations

from typing import Any

from wardscribe import protocol
from wardscribe.conversation import Placed, placed
from wardscribe.protocol import DraftNote, State

MUST_BE_TOUCHED = frozenset({"unsure", "corrected"})
"""Flags of sentences that a person must have looked at before the draft can be approved."""


class Reading:
    """A draft being read.  `name` is what this client calls itself: who that is, may edit."""

    def __init__(self, name: str, *, is_watching: bool = False) -> None:
        self.note: DraftNote | None = None
        self.note_hash = ""
        self.is_editor = not is_watching
        self.editor = ""
        """Who took the editing over, or empty."""
        self._name = name
        self._state: State | None = None
        self._touched: set[tuple[str, str]] = set()  # section and text: a sentence that moves stays read

    def receive(self, event: Any) -> None:
        """Take one event of the client."""
        match event:
            case protocol.Note(final=True):
                self.note, self.note_hash = event.note, event.hash
            case protocol.Editor():
                self.editor, self.is_editor = event.client, event.client == self._name
            case protocol.StateChanged():
                self._state = event.state

    def end(self) -> None:
        """Nobody can decide any more: the session is out of reach."""
        self._state = None

    def touch(self, place: Placed) -> None:
        """The person has looked at this sentence and what was said for it."""
        self._touched.add((place.section, place.sentence.text))

    def must_be_touched(self, place: Placed) -> bool:
        """Whether a sentence has a flag that nobody has looked at yet."""
        is_flagged = not MUST_BE_TOUCHED.isdisjoint(place.sentence.flags)
        return is_flagged and (place.section, place.sentence.text) not in self._touched

    @property
    def untouched(self) -> list[Placed]:
        """The sentences that hold the approval up."""
        return [place for place in self.places if self.must_be_touched(place)]

    @property
    def places(self) -> list[Placed]:
        """The draft's sentences."""
        return placed(self.note) if self.note is not None else []

    @property
    def may_edit(self) -> bool:
        """Whether the draft can be changed or thrown away here."""
        return self._state is State.REVIEW and self.note is not None and self.is_editor

    @property
    def may_approve(self) -> bool:
        """Whether the draft can be approved here."""
        return self.may_edit and not self.untouched

    @property
    def may_take_over(self) -> bool:
        """Whether the editing can be taken over from somebody else."""
        return self._state is State.REVIEW and not self.is_editor


def carried_by(note: DraftNote, utterance: int) -> list[Placed]:
    """Return the sentences that have an utterance among their evidence."""
    return [place for place in placed(note) if utterance in place.sentence.evidence]


def as_text(note: DraftNote) -> str:
    """Return the note as plain text, to be pasted where no record system is configured."""
    sections = [(s.title, [sentence.text for sentence in s.sentences]) for s in note.sections if s.sentences]
    return "\n\n".join("\n".join([title, *sentences]) for title, sentences in sections) + "\n"
