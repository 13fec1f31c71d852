"""One session's draft, which reads along: what is left when the conversation ends is its last words."""

from __future__ import annotations

from wardscribe.protocol import DraftNote
from wardscribed.note.drafting import Draft
from wardscribed.note.templates import Template
from wardscribed.values import Transcript


class GrowingDraft:
    """Is shown all that was said so far, now and then and at the end; reads only what is new.  One thread at a time."""

    def __init__(self, language: str, template: Template) -> None:
        self._draft = Draft(language, template)
        self._read = 0  # turns

    def __call__(self, transcript: Transcript, is_final: bool) -> DraftNote:
        """Return the note of the transcript, whose turns begin with those that were shown before."""
        for turn in transcript.turns[self._read :]:
            self._draft.receive(turn)
        self._read = len(transcript.turns)
        return self._draft.finish() if is_final else self._draft.note()
