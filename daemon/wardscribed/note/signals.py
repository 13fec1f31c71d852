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
_SETS = ("first", "second", "person", "negation", "wh", "either")
_LENGTHS = (2, 4, 7, 12, 20)


def of_words(piece: Piece, language: Language) -> Signals:
    """Return the signals of a sentence's own words, whoever says it."""
    found: Signals = {"bias": 1.0, f"length:{sum(len(piece.tokens) > n for n in _LENGTHS)}": 1.0}
    for label, weight in piece.hits.items():
        found[f"cue:{label}"] = min(weight / _CUE_SCALE, _CUE_LIMIT)
    stems = [token[:STEM] for token in piece.tokens]
    names = [f"stem:{stem}" for stem in stems] + [f"opens:{stems[0]}", f"opens:{' '.join(stems[:2])}"]
    names += [f"has:{name}" for name in _SETS if language.sets[name] & set(piece.tokens)]
    names += _marks(piece, language)
    found |= _kinds(piece)
    return found | dict.fromkeys(names, 1.0)


def _marks(piece: Piece, language: Language) -> list[str]:
    marks = [name for name, is_there in (("question", piece.question), ("sign:?", _ends_asking(piece))) if is_there]
    if language.numbers.values(piece.text):
        marks += ["number", *(["unit"] if language.numbers.unit_words & set(piece.tokens) else [])]
    return marks


def _ends_asking(piece: Piece) -> bool:
    return piece.text.rstrip().endswith("?")


def _kinds(piece: Piece) -> Signals:
    """Return how much the likeliest word looks like a drug, an illness, a procedure."""
    chances = [terms.chances(token) for token in piece.tokens]
    return {f"term:{kind}": max(chance[i] for chance in chances) for i, kind in enumerate(terms.KINDS)}


def in_place(piece: Piece, context: Context, language: Language) -> Signals:
    """Return the signals of a sentence by its words, who says it and what came before it."""
    found = of_words(piece, language)
    side = {"clinician": "K", "patient": "P", "other": "A"}.get(piece.speaker or "", "U")
    side = "D" if piece.dictated else side
    for name in [name for name in found if not name.startswith(("stem:", "opens:"))]:
        found[f"{side}|{name}"] = found[name]
    found[f"{side}|first:{piece.first}"] = 1.0
    found |= dict.fromkeys((f"{side}|{name}" for name in _before(piece, context)), 1.0)
    found |= {f"{side}|{name}": value for name, value in _topics(context).items()}
    if context.heading:
        found[f"heading:{context.heading}"] = 1.0
    before = same_turn(piece, context)
    if before in ONLY_CLINICIAN or before in EXAM:
        found[f"goes on:{before}"] = 1.0
    return found


def _before(piece: Piece, context: Context) -> list[str]:
    names = [
        f"statement:{context.statement}",
        f"findings:{min(context.findings, _SHOWN)}",
        f"conclusions:{min(context.conclusions, _SHOWN)}",
        f"clinical:{min(context.clinical, _SHOWN)}",
        f"since:{min(context.since_question, _SHOWN)}",
    ]
    last = context.last
    if last is not None:
        near = "same" if last.piece.stretch == piece.stretch else "new"
        names += [f"{near}|last:{last.label}", f"{near}|before:{context.before}>{last.label}"]
    return names


def _topics(context: Context) -> Signals:
    """Return what the open question asks about, which fades with every answer."""
    if context.question is None:
        return {}
    decay = _DECAY[min(context.answers, len(_DECAY) - 1)]
    found = {f"topic:{label}": chance * decay for label, chance in context.topics.items()}
    if context.answers == 0:
        found |= {f"first topic:{label}": chance for label, chance in context.topics.items()}
    return found
