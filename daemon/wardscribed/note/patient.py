"""What patients and those with them say: answers, history, and other people's illnesses."""

from __future__ import annotations

from wardscribed.note.context import (
    CHATTER_FACTOR,
    ENOUGH,
    EXAM,
    HISTORY,
    LONG_ENOUGH,
    ONLY_CLINICIAN,
    OTHER_PERSON,
    SMALL_TALK,
    STEERING,
    UNSURE,
    Context,
    Labelled,
    best_of,
    ranked,
    same_turn,
    scaled,
)
from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece
from wardscribed.note.templates import SECTIONS

_PATIENT_SCALE = {"aktuelt": 0.8, "funn": 0.0, "vurdering": 0.0, "plan": 0.0, "undersokelser": 0.8}
_FRAGMENT = 3
"""A sentence of at most so many words is the beginning of the next one of its turn («Trimetoprim. Jeg ble rød.»)."""
_SUBJECT = 3
"""Words at the head of a sentence in which its subject is looked for."""
_DIRECT = 2
_SYMPTOM_FACTOR = 0.5
"""What symptoms count in the first sentences after a question about something else: sleep hurts, drugs nauseate."""
_CHATTER_BONUS = 2.0
"""What a question of small talk is worth to its answer."""
_ANSWER_BONUS = (4.0, 3.0, 2.0, 1.5, 1.0, 1.0)
"""What a question's section is worth to the first, second … sentence after it."""


def heard(piece: Piece, context: Context, language: Language) -> Labelled:
    """Return a patient's or companion's statement with its label and the question that it answers first."""
    person = _about_another(piece, context, language)
    if person:
        return Labelled(piece, person)
    answering = context.topic is not None and context.told not in (*EXAM, *ONLY_CLINICIAN)
    empty = all(word in language.sets["backchannel"] for word in piece.tokens)
    if empty and not (answering and context.answers == 0 and context.topic in SECTIONS):
        return Labelled(piece, STEERING)
    label = _weighed(piece, context, answering, language)
    question = context.question if answering and context.answers == 0 and context.topic in SECTIONS else None
    return Labelled(piece, label, question)


def _weighed(piece: Piece, context: Context, answering: bool, language: Language) -> str:
    scale = {**_PATIENT_SCALE, "funn": 1.0} if context.topic == "funn" and answering else _PATIENT_SCALE
    scores = ranked(scaled(piece.hits, scale))
    scores.pop(STEERING, None)
    if context.begun and context.topic != SMALL_TALK:
        scores[SMALL_TALK] = scores.get(SMALL_TALK, 0.0) * CHATTER_FACTOR
    if answering and context.topic in HISTORY and context.answers < _DIRECT:
        scores["aktuelt"] = scores.get("aktuelt", 0.0) * _SYMPTOM_FACTOR
    if answering and context.topic in (*SECTIONS, SMALL_TALK):
        bonus = _ANSWER_BONUS[min(context.answers, len(_ANSWER_BONUS) - 1)]
        bonus = min(bonus, _CHATTER_BONUS) if context.topic == SMALL_TALK and context.begun else bonus
        scores[str(context.topic)] = scores.get(str(context.topic), 0.0) + bonus
    before = same_turn(piece, context)
    if before in SECTIONS:
        fragment = context.last is not None and len(context.last.piece.tokens) <= _FRAGMENT
        scores[str(before)] = scores.get(str(before), 0.0) + (ENOUGH if fragment else 1.0)
    best = best_of({label: scores.get(label, 0.0) for label in (*SECTIONS, SMALL_TALK)})
    if best is None or (not answering and before is None and scores[best] < ENOUGH):
        return _without_cues(piece, context, language)
    return best


def _without_cues(piece: Piece, context: Context, language: Language) -> str:
    """What a patient tells unasked and at length while the history is taken is part of it; the rest is left out."""
    if not context.begun or context.stage == "closing":
        return STEERING
    tells = len(piece.tokens) >= LONG_ENOUGH and bool(set(piece.tokens) & language.sets["first"])
    return "aktuelt" if tells and not piece.hits.get(SMALL_TALK) else UNSURE


def _about_another(piece: Piece, context: Context, language: Language) -> str | None:
    """Return the label of a sentence about somebody else: a relative's illness is history, a neighbour's is not."""
    hits, words = piece.hits, set(piece.tokens)
    about_self = bool(words & language.sets["first"])
    subject = language.cues.scan(piece.tokens[:_SUBJECT]).get("outsider")
    if hits.get("outsider") and (subject or hits.get("condition") or not about_self) and not hits.get("helps"):
        context.person = (piece.turn, OTHER_PERSON)
        return OTHER_PERSON
    if hits.get("family") and hits.get("condition") and not _patient_too(piece, language):
        context.person = (piece.turn, "familie_sosialt")
        return "familie_sosialt"
    if _is_third_person(piece, context, language) and hits.get("condition"):
        return "familie_sosialt" if context.topic == "familie_sosialt" else OTHER_PERSON
    if (
        context.person
        and context.person[0] == piece.turn
        and piece.tokens[0] in language.sets["third"]
        and not about_self
    ):
        return context.person[1]
    context.person = None
    return None


def _is_third_person(piece: Piece, context: Context, language: Language) -> bool:
    """A patient who says «hun» speaks of somebody else; a relative may speak of the patient."""
    about_self = set(piece.tokens) & language.sets["first"]
    subject = any(word in language.sets["person"] for word in piece.tokens[: _SUBJECT + 2])
    return piece.speaker == "patient" and context.known and not about_self and subject


def _patient_too(piece: Piece, language: Language) -> bool:
    """«Jeg fikk vondt da mor ringte»: the relative comes after the speaker, so the sentence is the speaker's."""
    relative_first = language.cues.scan(piece.tokens[:_SUBJECT]).get("family")
    return piece.speaker == "patient" and piece.tokens[0] in language.sets["first"] and not relative_first
