"""A long sentence's clauses, and which of them are worth a place in the note."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from wardscribed.note import linear, signals
from wardscribed.note.context import Labelled
from wardscribed.note.language import Language, tokens
from wardscribed.note.sentences import Piece

Worth = Callable[[str], float]
MIN_WORDS = 3
"""A clause of fewer words is not cut off."""
_SIGN = re.compile(r"(?<=[,;…–])\s+")


def clauses(text: str, language: Language) -> list[str]:
    """Return the clauses of a sentence; one that depends on «hvis», or that denies, is not cut from its neighbours."""
    parts = [part for piece in _SIGN.split(text) for part in _at_joints(piece, language)]
    joined: list[str] = []
    for part in parts:
        short = len(part.split()) < MIN_WORDS or (joined and len(joined[-1].split()) < MIN_WORDS)
        if joined and (short or _leans(part, language) or _leans(joined[-1], language)):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined


def _at_joints(text: str, language: Language) -> list[str]:
    words, cuts = text.split(), [0]
    for i in range(MIN_WORDS, len(words) - MIN_WORDS + 1):
        if words[i].lower() in language.sets["joint"] and i - cuts[-1] >= MIN_WORDS:
            cuts.append(i)
    return [" ".join(words[a:b]) for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True)]


def _leans(part: str, language: Language) -> bool:
    words = tokens(part)
    opens = bool(words) and words[0] in language.sets["subclause"] | language.sets["no"]
    return opens or bool(language.cues.scan(words).get("hypothetical"))


def worth_signals(piece: Piece, label: str, text: str, language: Language) -> linear.Signals:
    """Return the signals of how much a clause of a labelled sentence is worth to a reader."""
    words = tuple(tokens(text))
    if not words:
        return {}
    part = replace(piece, text=text, tokens=words, question=False, hits=language.cues.scan(words))
    found = signals.of_words(part, language)
    found[f"label:{label}"] = 1.0
    found[f"speaker:{piece.speaker}"] = 1.0
    found[f"whole:{text == piece.text}"] = 1.0
    for name in [name for name in found if name.startswith(("number", "unit", "has:", "term:", "cue:", "length:"))]:
        found[f"{label}|{name}"] = found[name]
    return found


def kept(parts: Iterable[str], worth: Worth, least: float) -> list[str]:
    """Return the clauses that are worth at least so much."""
    return [part for part in parts if worth(part) >= least]


def of_item(item: Labelled, model: linear.LinearModel, language: Language) -> Worth:
    """Return what tells the worth of a clause of a labelled sentence."""
    return lambda text: model.chances(worth_signals(item.piece, item.label, text, language))["keep"]
