"""Sentences in, labels out: the section each belongs to, or why it belongs to none.

What decides is, in this order: who speaks, whether it answers a question, the cues of its own words, and what the
conversation was about just before.  Labels are the sections of `templates.SECTIONS` and the reasons below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wardscribed.note.cues import Hits
from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece
from wardscribed.note.templates import SECTIONS

SMALL_TALK = "smaprat"
STEERING = "prosess"
QUESTION = "spm"
OTHER_PERSON = "annen_person"
UNSURE = "usikker"
ONLY_CLINICIAN = ("vurdering", "plan")
_EXAM = ("funn", "undersokelser")
_HISTORY = tuple(s for s in SECTIONS if s not in (*ONLY_CLINICIAN, *_EXAM))
_CLINICIAN_SCALE = {"aktuelt": 0.5, "tidligere_sykdommer": 0.7, "familie_sosialt": 0.6, "naturlige_funksjoner": 0.6}
"""A clinician's statement repeats history less often than it tells findings or plans."""
_PATIENT_SCALE = {"aktuelt": 0.8, "funn": 0.0, "vurdering": 0.0, "plan": 0.0, "undersokelser": 0.8}
STRONG = 3.0
ENOUGH = 2.0
_ANSWER_BONUS = (4.0, 3.0, 2.0, 1.5, 1.0, 1.0)
"""What a question's section is worth to the first, second … sentence after it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and its label; `question` is the one that it answers first."""

    piece: Piece
    label: str
    question: Piece | None = None


@dataclass(slots=True)
class _Context:
    """What the conversation was about just before."""

    topic: str | None = None
    """Section (or small talk) of the question that is open."""
    question: Piece | None = None
    answers: int = 0
    """Sentences since the question."""
    last: Labelled | None = None
    told: str | None = None
    """Label of the last sentence unless a question came after it."""
    closing: bool = False
    """The clinician has begun to assess or plan."""
    begun: bool = False
    """Something clinical was said."""
    heading: str | None = None
    """Section of the last heading that was dictated."""
    person: tuple[int, str] | None = None
    """Turn in which another person was introduced, and the label that got."""


def classify(pieces: Sequence[Piece], language: Language) -> list[Labelled]:
    """Return each sentence with its label, in order."""
    context = _Context()
    labelled = []
    for piece in pieces:
        item = _label(_with_role(piece, language), context, language)
        _remember(item, context)
        labelled.append(item)
    return labelled


def _with_role(piece: Piece, language: Language) -> Piece:
    """Where nobody knows who speaks, a sentence that asks or tells «du» something is taken for the clinician's."""
    if piece.speaker is not None:
        return piece
    if piece.dictated or _sounds_clinical(piece, language):
        return replace(piece, speaker="clinician")
    return replace(piece, speaker="patient")


def _sounds_clinical(piece: Piece, language: Language) -> bool:
    words = set(piece.tokens)
    addresses = bool(words & language.sets["second"])
    about_self = bool(words & language.sets["first"])
    weights = {label: piece.hits.get(label, 0.0) for label in ("vurdering", "plan", "funn", "undersokelser", STEERING)}
    if piece.question:
        return not about_self
    if addresses and (not about_self or max(weights.values()) >= STRONG):
        return True
    return (not about_self and weights["funn"] + weights["undersokelser"] >= 2 * STRONG) or weights["vurdering"] >= STRONG


def _label(piece: Piece, context: _Context, language: Language) -> Labelled:
    if piece.dictated:
        return Labelled(piece, _dictated(piece, context, language))
    if piece.speaker == "clinician":
        if piece.question:
            return _asked(piece, context)
        return Labelled(piece, _told_by_clinician(piece, context, language))
    if piece.question:
        return Labelled(piece, STEERING)
    return _told_by_patient(piece, context, language)


# ------------------------------------------------------------------------------------------------------- clinician


def _asked(piece: Piece, context: _Context) -> Labelled:
    """A question opens a topic; one without cues of its own goes on with the topic before."""
    scores = {label: piece.hits.get(label, 0.0) for label in (*_HISTORY, *_EXAM, SMALL_TALK)}
    topic = _best(scores)
    steering = piece.hits.get(STEERING, 0.0)
    if topic is None or (steering >= STRONG and scores[topic] < STRONG):
        topic = STEERING if steering >= STRONG else _topic_before(context)
    context.topic, context.question, context.answers, context.person = topic, piece, 0, None
    return Labelled(piece, topic if topic in (SMALL_TALK, STEERING) else QUESTION)


def _topic_before(context: _Context) -> str:
    if context.topic in SECTIONS and context.told not in (*ONLY_CLINICIAN, SMALL_TALK):
        return str(context.topic)
    return "aktuelt"


def _told_by_clinician(piece: Piece, context: _Context, language: Language) -> str:
    scores = _scaled(piece.hits, _CLINICIAN_SCALE)
    if context.closing:
        scores["plan"] = scores.get("plan", 0.0) + 1.0
    if piece.hits.get("hypothetical") and set(piece.tokens) & language.sets["second"]:
        scores["plan"] = scores.get("plan", 0.0) + ENOUGH
    before = _same_turn(piece, context)
    if before in SECTIONS:
        scores[before] = scores.get(before, 0.0) + 1.0
    if _is_echo(piece, language) and max(scores.get(s, 0.0) for s in SECTIONS) < STRONG:
        return STEERING
    best = _best({label: scores.get(label, 0.0) for label in SECTIONS})
    outside = max(scores.get(SMALL_TALK, 0.0), scores.get(STEERING, 0.0))
    if best is None or scores[best] < ENOUGH or outside > scores[best]:
        return SMALL_TALK if scores.get(SMALL_TALK, 0.0) > scores.get(STEERING, 0.0) else STEERING
    return best


def _dictated(piece: Piece, context: _Context, language: Language) -> str:
    heading = heading_of(piece.text, language)
    if heading:
        context.heading = heading
        return heading
    scores = dict(piece.hits)
    if context.heading:
        scores[context.heading] = scores.get(context.heading, 0.0) + STRONG + 1.0
    if scores.get(STEERING, 0.0) >= STRONG and len(piece.tokens) <= 8:
        return STEERING
    allowed = [s for s in SECTIONS if s not in ONLY_CLINICIAN or s == context.heading or scores.get(s, 0.0) >= STRONG]
    before = context.last.label if context.last and context.last.label in SECTIONS else "aktuelt"
    return _best({label: scores.get(label, 0.0) for label in allowed}) or before


def heading_of(text: str, language: Language) -> str | None:
    """Return the section of the heading that a sentence opens with («Plan: …»), or None."""
    heading, sign, _ = text.partition(":")
    return language.headings.get(heading.strip().lower()) if sign else None


def _is_echo(piece: Piece, language: Language) -> bool:
    """«Tirsdag, ja.», «Mhm, skjønner.»: the clinician listens."""
    words = piece.tokens
    return len(words) <= 4 or all(word in language.sets["backchannel"] for word in words)


# ---------------------------------------------------------------------------------------------- patient and others


def _told_by_patient(piece: Piece, context: _Context, language: Language) -> Labelled:
    person = _about_another(piece, context, language)
    if person:
        return Labelled(piece, person)
    answering = context.topic is not None and context.told not in (*_EXAM, *ONLY_CLINICIAN)
    empty = all(word in language.sets["backchannel"] for word in piece.tokens)
    if empty and not (answering and context.answers == 0 and context.topic in SECTIONS):
        return Labelled(piece, STEERING)
    label = _weighed(piece, context, answering)
    question = context.question if answering and context.answers == 0 and context.topic in SECTIONS else None
    return Labelled(piece, label, question)


def _weighed(piece: Piece, context: _Context, answering: bool) -> str:
    scale = {**_PATIENT_SCALE, "funn": 1.0} if context.topic == "funn" and answering else _PATIENT_SCALE
    scores = _scaled(piece.hits, scale)
    scores.pop(STEERING, None)
    if answering and context.topic in (*SECTIONS, SMALL_TALK):
        bonus = _ANSWER_BONUS[min(context.answers, len(_ANSWER_BONUS) - 1)]
        scores[str(context.topic)] = scores.get(str(context.topic), 0.0) + bonus
    before = _same_turn(piece, context)
    if before in (*SECTIONS, SMALL_TALK):
        scores[str(before)] = scores.get(str(before), 0.0) + 1.0
    best = _best({label: scores.get(label, 0.0) for label in (*SECTIONS, SMALL_TALK)})
    if best is None:
        return STEERING if not context.begun or context.closing else UNSURE
    if not answering and before is None and scores[best] < ENOUGH:
        return STEERING if context.closing or not context.begun else UNSURE
    return best


def _about_another(piece: Piece, context: _Context, language: Language) -> str | None:
    """Return the label of a sentence about somebody else: a relative's illness is history, a neighbour's is nobody's."""
    hits, words = piece.hits, set(piece.tokens)
    about_self = bool(words & language.sets["first"])
    if hits.get("outsider") and (hits.get("condition") or not about_self):
        context.person = (piece.turn, OTHER_PERSON)
        return OTHER_PERSON
    if hits.get("family") and hits.get("condition") and not _patient_too(piece, language):
        context.person = (piece.turn, "familie_sosialt")
        return "familie_sosialt"
    if (
        context.person
        and context.person[0] == piece.turn
        and piece.tokens[0] in language.sets["third"]
        and not about_self
    ):
        return context.person[1]
    context.person = None
    return None


def _patient_too(piece: Piece, language: Language) -> bool:
    """«Jeg fikk vondt da mor ringte»: the relative comes after the speaker, so the sentence is the speaker's."""
    return piece.tokens[0] in language.sets["first"] and piece.speaker == "patient"


# ----------------------------------------------------------------------------------------------------------- shared


def _same_turn(piece: Piece, context: _Context) -> str | None:
    if context.last and not piece.first and context.last.piece.turn == piece.turn:
        return context.last.label
    return None


def _scaled(hits: Hits, scale: dict[str, float]) -> Hits:
    return {label: weight * scale.get(label, 1.0) for label, weight in hits.items()}


def _best(scores: Hits) -> str | None:
    """Return the label of the highest score above zero; the more special section wins a tie with aktuelt."""
    label = max(scores, key=lambda name: (scores[name], name != "aktuelt"), default=None)
    return label if label is not None and scores[label] > 0 else None


def _remember(item: Labelled, context: _Context) -> None:
    label, piece = item.label, item.piece
    context.last = item
    if piece.question and piece.speaker == "clinician":
        context.told = None
        return
    context.answers += 1
    if label in SECTIONS:
        context.begun = True
    if piece.speaker == "clinician" and (label in SECTIONS or label == SMALL_TALK):
        context.told = label
        context.closing = context.closing or label in ONLY_CLINICIAN
        context.topic = label if label == SMALL_TALK else context.topic
