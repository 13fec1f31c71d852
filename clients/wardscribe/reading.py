"""What a person does with a draft before the decision: events in, what may be done out.  No I/O, no layout.

The rules of the review live here for every client: the daemon hands them to its page (`/rules.json`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from wardscribe import protocol
from wardscribe.conversation import Placed, placed
from wardscribe.protocol import DraftNote, Role, Section, Sentence, State

MUST_BE_TOUCHED = frozenset({"unsure", "corrected"})
"""Flags of sentences that a person must have looked at before the draft can be approved.

Looked at is what stood on the screen together with what was heard for it; a screenful at a time, at a person's wish.
"""
HARMLESS = frozenset({"smaprat", "prosess", "spm", "gjentatt"})
"""Reasons for which things are left out that nobody needs to look at one by one."""
_WORD = re.compile(r"\w+(?:[-/.,:'’]\w+)*")  # as the daemon cuts what it doubts


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
        self._touched: set[tuple[str, Sentence]] = set()  # with its section: a sentence that moves stays read

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

    def touch(self, places: Iterable[Placed]) -> None:
        """The person has looked at these sentences and at what was heard for them."""
        self._touched.update((place.section, place.sentence) for place in places)

    def must_be_touched(self, place: Placed) -> bool:
        """Whether a sentence has a flag that nobody has looked at yet."""
        return is_flagged(place) and (place.section, place.sentence) not in self._touched

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


def is_flagged(place: Placed) -> bool:
    """Return whether a sentence must be looked at before the draft can be approved."""
    return not MUST_BE_TOUCHED.isdisjoint(place.sentence.flags)


def pieces(text: str, doubted: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is one of the words (in lower case) that were doubted."""
    wanted, at = frozenset(doubted), 0
    for word in _WORD.finditer(text):
        if word.group().lower() in wanted:
            yield from ((text[at : word.start()], False),) if word.start() > at else ()
            yield word.group(), True
            at = word.end()
    if at < len(text):
        yield text[at:], False


def may_stand(role: Role, section: Section) -> bool:
    """Return whether the daemon takes what was left out, spoken by `role`, into a section.

    Where nobody knows who spoke, a person may say that it was the clinician.
    """
    return not section.clinician_only or role in (Role.CLINICIAN, Role.UNKNOWN)


def carried_by(note: DraftNote, utterance: int) -> list[Placed]:
    """Return the sentences that have an utterance among their evidence."""
    return [place for place in placed(note) if utterance in place.sentence.evidence]


def as_text(note: DraftNote) -> str:
    """Return the note as plain text, to be pasted where no record system is configured."""
    sections = [(s.title, [sentence.text for sentence in s.sentences]) for s in note.sections if s.sentences]
    return "\n\n".join("\n".join([title, *sentences]) for title, sentences in sections) + "\n"
