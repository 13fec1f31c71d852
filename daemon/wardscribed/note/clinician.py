"""What the clinician says: questions, findings, assessment and plan."""

from __future__ import annotations

from wardscribed.note.context import (
    CHATTER_FACTOR,
    ENOUGH,
    EXAM,
    HISTORY,
    LONG_ENOUGH,
    ONLY_CLINICIAN,
    QUESTION,
    SMALL_TALK,
    STEERING,
    Context,
    Labelled,
    best_of,
    ranked,
    same_turn,
    scaled,
)
from wardscribed.note.cues import STRONG, Hits
from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece, without_lead
from wardscribed.note.templates import SECTIONS

_LONG_REPLY = 3
"""Words of a reply to a patient's question about the findings («Nei, det lukter ikke.»)."""
_HISTORY_FACTOR = {"history": 0.6, "examined": 0.4, "closing": 0.2}
"""What cues of history count in a clinician's statement: ever less as it goes on to findings and plans."""


def asked(piece: Piece, context: Context, language: Language) -> Labelled:
    """A question opens a topic; one without cues of its own goes on with the topic before."""
    scores = ranked({label: piece.hits.get(label, 0.0) for label in (*HISTORY, *EXAM)})
    topic = best_of(scores)
    steering, chatter = piece.hits.get(STEERING, 0.0), piece.hits.get(SMALL_TALK, 0.0)
    if context.stage == "closing" and piece.hits.get("plan", 0.0) >= STRONG:
        return Labelled(piece, "plan")
    if topic is None or (steering >= STRONG and scores[topic] < STRONG):
        topic = STEERING if steering >= STRONG else SMALL_TALK if chatter >= STRONG else None
        topic = topic or _topic_before(piece, context, language)
    elif topic in HISTORY and scores[topic] >= STRONG:
        context.conclusions = 0
        context.stage = "examined" if context.stage == "closing" else context.stage
    context.topic, context.question, context.answers, context.person = topic, piece, 0, None
    return Labelled(piece, topic if topic in (SMALL_TALK, STEERING) else QUESTION)


def _topic_before(piece: Piece, context: Context, language: Language) -> str:
    """Before anything clinical was said, a question for a yes or no that names nothing clinical is small talk."""
    words = without_lead(piece.tokens, language)
    if not context.begun and any(word in language.sets["subject"] for word in words[1:2]):
        return SMALL_TALK
    if context.topic in SECTIONS and context.told not in (*ONLY_CLINICIAN, SMALL_TALK):
        return str(context.topic)
    return "aktuelt"


def told(piece: Piece, context: Context, language: Language) -> str:
    """Return the label of a clinician's statement."""
    scores = _scores(piece, context, language)
    best = best_of({label: scores.get(label, 0.0) for label in SECTIONS})
    weight = scores[best] if best else 0.0
    chatter, steering = scores.get(SMALL_TALK, 0.0), scores.get(STEERING, 0.0)
    early = best in ONLY_CLINICIAN and context.stage != "closing"
    needed = STRONG if early or _is_echo(piece, language) else ENOUGH
    if best and weight >= max(needed, chatter, steering):
        return best
    if max(chatter, steering) < ENOUGH and _goes_on(piece, context, language):
        return str(context.statement.label) if context.statement else STEERING
    return SMALL_TALK if chatter > steering else STEERING


def _scores(piece: Piece, context: Context, language: Language) -> Hits:
    factor = _HISTORY_FACTOR[context.stage]
    scores = ranked(scaled(piece.hits, dict.fromkeys(HISTORY, factor)))
    if context.begun:
        scores[SMALL_TALK] = scores.get(SMALL_TALK, 0.0) * CHATTER_FACTOR
    if context.stage == "closing":
        scores["plan"] = scores.get("plan", 0.0) + 1.0
    if piece.hits.get("hypothetical") and set(piece.tokens) & language.sets["second"]:
        scores["plan"] = scores.get("plan", 0.0) + ENOUGH
    if piece.hits.get("condition") and context.stage != "history":
        scores["vurdering"] = scores.get("vurdering", 0.0) + 1.0
    before = same_turn(piece, context)
    if before in SECTIONS:
        scores[before] = scores.get(before, 0.0) + 1.0
    return scores


def _goes_on(piece: Piece, context: Context, language: Language) -> bool:
    """A statement without cues of its own belongs to the findings or the plan that are being told."""
    told = context.statement
    if told is None or told.label not in (*EXAM, "plan") or piece.hits.get(SMALL_TALK):
        return False
    if told.label in EXAM and language.numbers.values(piece.text):
        return True
    asked_back = context.last is not None and context.last.piece.question and context.last.piece.speaker != "clinician"
    if asked_back and told.label in EXAM:
        return len(piece.tokens) >= _LONG_REPLY
    agrees = piece.first and piece.tokens[0] in language.sets["yes"] | language.sets["no"]
    near = told.piece.turn == piece.turn or told.label in EXAM or bool(set(piece.tokens) & language.sets["second"])
    return len(piece.tokens) >= LONG_ENOUGH and near and not agrees


def _is_echo(piece: Piece, language: Language) -> bool:
    """«Tirsdag, ja.», «Mhm, skjønner.»: the clinician listens."""
    words = piece.tokens
    return len(words) <= 4 or all(word in language.sets["backchannel"] for word in words)
