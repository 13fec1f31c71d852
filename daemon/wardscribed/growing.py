"""Drafts that read along: what is left to do when a conversation ends is its last words."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from wardscribe.protocol import DraftNote
from wardscribed.note.backends.worded import worded
from wardscribed.note.backends.wording import Writer
from wardscribed.note.drafting import Draft
from wardscribed.note.preferences import Preferences
from wardscribed.note.templates import Library, Template
from wardscribed.values import Transcript


class GrowingDraft:
    """One session's draft.  It is shown all that was said, now and then and at the end, and reads what is new."""

    def __init__(
        self,
        language: str,
        template: Template,
        writer: Writer | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """`writer`: a language model that words the final note, behind the gate; None: the speakers' own words."""
        self._draft = Draft(language, template, preferences)
        self._template = template
        self._writer = writer
        self._read = 0  # turns
        self._lock = threading.Lock()  # the final note may be wanted while the last growing one is made

    def __call__(self, transcript: Transcript, is_final: bool) -> DraftNote:
        """Return the note of the transcript, whose turns begin with those that were shown before."""
        with self._lock:
            for turn in transcript.turns[self._read :]:
                self._draft.receive(turn)
            self._read = max(self._read, len(transcript.turns))
            return self._finished() if is_final else self._draft.note()

    def _finished(self) -> DraftNote:
        note = self._draft.finish()
        return worded(self._draft, self._writer, self._template) if self._writer is not None else note


class Drafts:
    """Where sessions get their drafts from: the templates as they are now, and whoever words the notes."""

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
        self._library = library
        self._writer = writer

    @property
    def templates(self) -> Mapping[str, Template]:
        """The templates by name; a change in the site's folder is seen."""
        return self._library.current()

    def begin(self, language: str, template: str, preferences: Preferences | None = None) -> GrowingDraft:
        """Return the draft of a new session.  `template` is one of the names."""
        return GrowingDraft(language, self.templates[template], self._writer, preferences)
