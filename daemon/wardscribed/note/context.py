"""What the conversation was about just before a sentence: labels, and the memory that classification carries along."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wardscribed.note.cues import Hits
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
"""Said by the patient, but nothing tells what it is about."""
ONLY_CLINICIAN = ("vurdering", "plan")
EXAM = ("funn", "undersokelser")
HISTORY = tuple(s for s in SECTIONS if s not in (*ONLY_CLINICIAN, *EXAM))
ENOUGH = 2.0
"""Below this, words speak for nothing."""
CONCLUSIONS = 2
"""So many statements of assessment or plan make the closing part of a conversation."""
LONG_ENOUGH = 5
"""Words of a clinician's statement without cues that goes on with findings or plan."""
CHATTER_FACTOR = 0.5
"""What cues of small talk count once something clinical was said: a bus or a garden is also part of a life."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and its label; `question` is the one that it answers first."""

    piece: Piece
    label: str
    question: Piece | None = None


@dataclass(slots=True)
class Context:
    """What the conversation was about just before."""

    topic: str | None = None
    """Section (or small talk) of the question that is open."""
    question: Piece | None = None
    answers: int = 0
    """Sentences since the question."""
    last: Labelled | None = None
    told: str | None = None
    """Label of the last sentence unless a question came after it."""
    stage: str = "history"
    """history; examined once the clinician told findings; closing once assessment or plan are being told."""
    conclusions: int = 0
    """Statements of assessment or plan since the last question about history."""
    statement: Labelled | None = None
    """The clinician's last statement, or the request after which findings are told («få se på armen»)."""
    begun: bool = False
    """Something clinical was said."""
    heading: str | None = None
    """Section of the last heading that was dictated."""
    known: bool = True
    """Who speaks is known, not guessed."""
    person: tuple[int, str] | None = None
    """Turn in which another person was introduced, and the label that got."""


def remember(item: Labelled, context: Context) -> None:
    """Let the context follow one more sentence."""
    label, piece = item.label, item.piece
    context.last = item
    if piece.question and piece.speaker == "clinician":
        context.told = None
        return
    context.answers += 1
    if label in SECTIONS:
        context.begun = True
    if piece.speaker == "clinician":
        _remember_statement(item, context)


def _remember_statement(item: Labelled, context: Context) -> None:
    label = item.label
    if item.piece.hits.get("exam") and label in (STEERING, *EXAM):
        context.statement = replace(item, label="funn")
    if label not in (*SECTIONS, SMALL_TALK):
        return
    context.told, context.statement = label, item
    context.topic = label if label in (*HISTORY, SMALL_TALK) else context.topic
    if label in ONLY_CLINICIAN:
        context.conclusions += 1
    if context.conclusions >= CONCLUSIONS:
        context.stage = "closing"
    elif label in EXAM or context.stage == "closing":
        context.stage = "examined"


def same_turn(piece: Piece, context: Context) -> str | None:
    """Return the label of the sentence before, if it is of the same turn."""
    if context.last and not piece.first and context.last.piece.turn == piece.turn:
        return context.last.label
    return None


def scaled(hits: Hits, scale: dict[str, float]) -> Hits:
    """Return the weights, each times its label's factor (1 where it has none)."""
    return {label: weight * scale.get(label, 1.0) for label, weight in hits.items()}


def ranked(scores: Hits) -> Hits:
    """A drug that is named along with an allergy is what the allergy is to."""
    if scores.get("allergi", 0.0) >= ENOUGH:
        scores["medikamenter"] = scores.get("medikamenter", 0.0) * 0.3
        scores["aktuelt"] = scores.get("aktuelt", 0.0) * 0.3
    return scores


def best_of(scores: Hits) -> str | None:
    """Return the label of the highest score above zero; the more special section wins a tie with aktuelt."""
    label = max(scores, key=lambda name: (scores[name], name != "aktuelt"), default=None)
    return label if label is not None and scores[label] > 0 else None
