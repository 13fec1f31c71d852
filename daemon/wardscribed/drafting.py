"""A session's draft note: made from what was said, shown while it grows, changed in review.  No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wardscribe.protocol import DraftNote, LeftOut, Note, ProtocolError, Restore, Section
from wardscribed.events import EventLog
from wardscribed.note import note_hash
from wardscribed.note.editing import edited
from wardscribed.note.restoring import restored
from wardscribed.values import Transcript

Drafter = Callable[[Transcript, bool], DraftNote]
"""Makes the draft note of what was said, the final one or as it stands; the template is bound in."""


class Drafting:
    """The draft of one session and what is told of it."""

    def __init__(self, drafter: Drafter, log: EventLog) -> None:
        self.note: DraftNote | None = None
        """The draft under review, once it is made."""
        self._drafter = drafter
        self._log = log
        self._is_begun = False
        self._grown = 0  # utterances that the growing draft has read

    def begin(self, said: Callable[[], Transcript]) -> Callable[[], DraftNote] | None:
        """Return, once, what makes the final draft of what was `said`.

        It touches nothing of the session, so any thread may call it; the answer goes to `publish`.
        """
        if self._is_begun:
            return None
        self._is_begun = True
        return partial(self._drafter, said(), True)

    def grow(self, utterances: int, said: Callable[[], Transcript]) -> Callable[[], DraftNote] | None:
        """Return what makes the note as it stands, where more `utterances` are settled than at the last call."""
        if utterances == self._grown:
            return None
        self._grown = utterances
        return partial(self._drafter, said(), False)

    def show(self, note: DraftNote) -> None:
        """Show the note as it stands; nobody can approve it yet."""
        self._log.show("note", lambda seq: Note(seq, False, "", note))

    def publish(self, note: DraftNote) -> None:
        """This is the draft from now on."""
        self.note = note
        content_hash = note_hash(note)
        self._log.replace(Note, lambda seq: Note(seq, True, content_hash, note))

    def edit(self, section: str, index: int, text: str) -> None:
        """Change one sentence.  Raises ProtocolError `bad_edit` where there is no such sentence."""
        assert self.note is not None  # in review there is a draft
        self.publish(edited(self.note, section, index, text))

    def restore(self, step: Restore, transcript: Transcript) -> None:
        """Take in something that was said and left out.  Raises ProtocolError `bad_edit`."""
        assert self.note is not None
        self.publish(restored(self.note, step, transcript))

    def check(self, content_hash: str) -> None:
        """Raise ProtocolError `stale_hash` where the draft is not the one that has this hash."""
        assert self.note is not None
        if content_hash != note_hash(self.note):
            raise ProtocolError("stale_hash", "the draft changed since it was read; read it again and approve that")

    def wipe(self) -> None:
        """Forget it."""
        self.note = None


def all_left_out(template: str, transcript: Transcript) -> DraftNote:
    """Return what stands for a draft that could not be made: everything said is offered, so that nothing is lost."""
    left_out = tuple(LeftOut(turn.id, turn.text, "draft_failed") for turn in transcript.turns)
    return DraftNote(template, transcript.language, (Section("notat", "", ()),), left_out)
