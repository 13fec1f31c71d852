"""What events are made of: the terms and the plain values, of a session and of its draft note."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SAMPLE_RATE = 16_000
"""Samples a second, a channel."""


class Role(enum.StrEnum):
    """Who speaks on a channel."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    OTHER = "other"
    UNKNOWN = "unknown"


class State(enum.StrEnum):
    """Where a session stands (the transitions are the daemon's)."""

    OPEN = "open"
    RECORDING = "recording"
    PAUSED = "paused"
    DRAFTING = "drafting"
    REVIEW = "review"
    APPROVED = "approved"
    WRITTEN = "written"
    DISCARDED = "discarded"
    WIPED = "wiped"


class Reason(enum.StrEnum):
    """Why a session came to its state, where that is not plain."""

    NONE = ""
    BY_CLINICIAN = "by_clinician"
    """The clinician discarded it."""
    IDLE = "idle"
    """Nothing happened for too long."""
    NO_RECORD_SYSTEM = "no_record_system"
    """No record system is configured: the approved note was handed to the client only."""


class Source(enum.StrEnum):
    """Where a session's audio comes from."""

    CLIENT = "client"
    DAEMON = "daemon"


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was heard."""

    text: str = field(repr=False)
    start_ms: int
    end_ms: int
    p: float
    """Probability, 0–1."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a note."""

    text: str = field(repr=False)
    evidence: tuple[int, ...]
    """Utterance numbers (off line: turn ids) whose words carry the sentence; empty only where a clinician typed it."""
    flags: tuple[str, ...] = ()
    doubted: tuple[str, ...] = field(default=(), repr=False)
    """Words of the evidence, in lower case, for which the sentence is flagged `unsure`."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a note, in the template's order."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]
    clinician_only: bool = False
    """Only what the clinician said may stand here: assessment, plan, a letter to the patient."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was said and is not in the note."""

    turn: int
    text: str = field(repr=False)
    reason: str
    evidence: tuple[int, ...] = ()
    """The turns that carry it, of a sentence that the clinician took out; of all else `turn` does."""


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A draft note: what the clinician reads, edits and approves."""

    template: str
    language: str
    sections: tuple[Section, ...]
    not_included: tuple[LeftOut, ...] = ()
    forms: Mapping[str, Any] = field(default_factory=dict, repr=False)
    written_by: str = "extractive"
    """Who worded it: the speakers (`extractive`), or a language model by name and hash."""
    warning: str = ""
    """What the clinician must know of how it was made, for instance `model_failed`."""
