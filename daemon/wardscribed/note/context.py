"""What the conversation was about just before a sentence: labels, and the memory that classification carries along."""

from __future__ import annotations

from dataclasses import dataclass, field

from wardscribed.note.sentences import Piece
from wardscribed.note.templates import SECTIONS

SMALL_TALK = "smaprat"
STEERING = "prosess"
"""Greetings, requests, «mhm»."""
QUESTION = "spm"
"""A question; what it asks is in the answer."""
OTHER_PERSON = "annen_person"
"""About somebody who is neither the patient nor a relative."""
UNSURE = "usikker"
"""Clinical perhaps, but who said it or what it is about is not sure."""
ONLY_CLINICIAN = ("vurdering", "plan")
EXAM = ("funn", "undersokelser")
HISTORY = tuple(s for s in SECTIONS if s not in (*ONLY_CLINICIAN, *EXAM))
LABELS = (*SECTIONS, SMALL_TALK, STEERING, QUESTION)
"""What the classifier chooses among."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and its label; `question` is the one that it answers first."""

    piece: Piece
    label: str
    question: Piece | None = None
    worth: float = 1.0
    """How likely it holds what a note is read for, 0–1."""
    topic: str = ""
    """Section that the answered question asked about."""


@dataclass(slots=True)
class Context:
    """What the conversation was about just before."""

    question: Piece | None = None
    """The clinician's last question, until he states something."""
    topics: dict[str, float] = field(default_factory=dict)
    """What that question asks about: chance by section."""
    answers: int = 0
    """Sentences since the question."""
    last: Labelled | None = None
    before: str = ""
    """Label of the sentence before the last."""
    statement: str = ""
    """Label of the clinician's last clinical statement."""
    findings: int = 0
    conclusions: int = 0
    clinical: int = 0
    """Sentences so far: findings; assessment and plan; all sections."""
    since_question: int = 9
    """Clinician's statements since his last question."""
    heading: str | None = None
    """Section of the last heading that was dictated."""
    person: tuple[int, str] | None = None
    """Stretch of speech in which another person was introduced, and the label that got."""


def remember(item: Labelled, context: Context) -> None:
    """Let the context follow one more sentence."""
    label, piece = item.label, item.piece
    context.before = context.last.label if context.last else ""
    context.last = item
    context.clinical += label in SECTIONS
    context.findings += label in EXAM
    context.conclusions += label in ONLY_CLINICIAN
    if piece.speaker == "clinician" and not piece.question and label != QUESTION:
        context.since_question += 1
        if label in (*SECTIONS, SMALL_TALK):
            context.statement = label
    elif piece.speaker != "clinician":
        context.answers += 1


def same_turn(piece: Piece, context: Context) -> str | None:
    """Return the label of the sentence before, if it is of the same turn."""
    if context.last and not piece.first and context.last.piece.stretch == piece.stretch:
        return context.last.label
    return None
