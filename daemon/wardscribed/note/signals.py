"""A sentence and what came before it in; named signals for the linear models out.

The signals are the same when the models are trained and when they are used: nothing but this module makes them.
"""

from __future__ import annotations

from wardscribed.note import terms
from wardscribed.note.context import EXAM, ONLY_CLINICIAN, Context, same_turn
from wardscribed.note.language import Language
from wardscribed.note.linear import Signals
from wardscribed.note.sentences import Piece

STEM = 5
_CUE_SCALE = 3.0
_CUE_LIMIT = 2.0
_SHOWN = 3
"""Counts above this are alike."""
_DECAY = (1.0, 0.8, 0.6, 0.5, 0.3, 0.2)
"""What an open question is worth to the first, second … sentence after it."""
_LENGTHS = (2, 4, 7, 12, 20)


def of_words(piece: Piece, language: Language) -> Signals:
    """Return the signals of a sentence's own words, whoever says it."""
    found: Signals = {"bias": 1.0, f"length:{sum(len(piece.tokens) > n for n in _LENGTHS)}": 1.0}
    for label, weight in piece.hits.items():
        found[f"cue:{label}"] = min(weight / _CUE_SCALE, _CUE_LIMIT)
    stems = [token[:STEM] for token in piece.tokens]
    for stem in stems:
        found[f"stem:{stem}"] = 1.0
    for token in piece.tokens:
        for kind, chance in zip(terms.KINDS, terms.chances(token), strict=True):
            found[f"term:{kind}"] = max(found.get(f"term:{kind}", 0.0), chance)
    for name in ("first", "second", "person", "negation", "wh", "either"):
        if language.sets[name] & set(piece.tokens):
            found[f"has:{name}"] = 1.0
    found[f"opens:{stems[0]}"] = 1.0
    found[f"opens:{' '.join(stems[:2])}"] = 1.0
    if language.numbers.values(piece.text):
        found["number"] = 1.0
        if any(token in language.numbers.unit_words for token in piece.tokens):
            found["unit"] = 1.0
    if piece.question:
        found["question"] = 1.0
    if piece.text.rstrip().endswith("?"):
        found["sign:?"] = 1.0
    return found


def in_place(piece: Piece, context: Context, language: Language) -> Signals:
    """Return the signals of a sentence by its words, who says it and what came before it."""
    found = of_words(piece, language)
    side = {"clinician": "K", "patient": "P", "other": "A"}.get(piece.speaker or "", "U")
    side = "D" if piece.dictated else side
    for name in [name for name in found if not name.startswith(("stem:", "opens:"))]:
        found[f"{side}|{name}"] = found[name]
    found[f"{side}|first:{piece.first}"] = 1.0
    last = context.last
    if last is not None:
        near = "same" if last.piece.turn == piece.turn else "new"
        found[f"{side}|{near}|last:{last.label}"] = 1.0
        found[f"{side}|{near}|before:{context.before}>{last.label}"] = 1.0
    if context.question is not None:
        decay = _DECAY[min(context.answers, len(_DECAY) - 1)]
        for label, chance in context.topics.items():
            found[f"{side}|topic:{label}"] = chance * decay
            if context.answers == 0:
                found[f"{side}|first topic:{label}"] = chance
    found[f"{side}|statement:{context.statement}"] = 1.0
    found[f"{side}|findings:{min(context.findings, _SHOWN)}"] = 1.0
    found[f"{side}|conclusions:{min(context.conclusions, _SHOWN)}"] = 1.0
    found[f"{side}|clinical:{min(context.clinical, _SHOWN)}"] = 1.0
    found[f"{side}|since:{min(context.since_question, _SHOWN)}"] = 1.0
    if context.heading:
        found[f"heading:{context.heading}"] = 1.0
    before = same_turn(piece, context)
    if before in ONLY_CLINICIAN or before in EXAM:
        found[f"goes on:{before}"] = 1.0
    return found
