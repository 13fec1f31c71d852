"""Committed words in, a grounded draft note out.  Pure: no I/O but the data files read once, no clock."""

from __future__ import annotations

import dataclasses
import hashlib
import json

from wardscribe.values import DraftNote
from wardscribed.note.drafting import Draft
from wardscribed.note.preferences import Preferences
from wardscribed.note.templates import Template
from wardscribed.values import Transcript


def draft(transcript: Transcript, template: Template, preferences: Preferences | None = None) -> DraftNote:
    """Return the draft note of a whole conversation: the speakers' own words, sorted, each with its evidence.

    Everything that was said and is not in the note is in `not_included`, with a stable reason.
    """
    growing = Draft(transcript.language, template, preferences)
    for turn in transcript.turns:
        growing.receive(turn)
    return growing.finish()


def note_hash(note: DraftNote) -> str:
    """Return the SHA-256 of the note's content in canonical JSON: what approval is bound to."""
    content = json.dumps(dataclasses.asdict(note), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
