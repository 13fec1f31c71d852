"""A long sentence's clauses, and which of them are worth a place in the note."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from wardscribed.note import linear, signals, terms
from wardscribed.note.context import Labelled
from wardscribed.note.language import Language, tokens

Worth = Callable[[str], float]
MIN_WORDS = 3
"""A clause of fewer words is not cut off."""
PROTECTED = 0.7
"""Worth of what holds a number, a drug or a step of the plan, at least: a normal note asks for less."""
MIN_CONTENT = 3
"""Letters of a word that can tell something."""
_CONTENT = (0, 1, 2, 3, 4, 6)
"""How many such words a clause has makes a difference at these counts."""
_STEP = 1
"""More of them than this make a step of a plan («du får det» is none)."""
_SIGN = re.compile(r"(?<=[,;…–])\s+")


def clauses(text: str, language: Language) -> list[str]:
    """Return the clauses of a sentence; one that depends on «hvis», or that denies, is not cut from its neighbours."""
    parts = [part for piece in _SIGN.split(text) for part in _at_joints(piece, language)]
    joined: list[str] = []
    for part in parts:
        short = len(part.split()) < MIN_WORDS or (joined and len(joined[-1].split()) < MIN_WORDS)
        if joined and (
            short or _leans(part, language) or _leans(joined[-1], language) or not _has_verb(part, language)
        ):
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


def _has_verb(part: str, language: Language) -> bool:
    """Return whether a part can stand alone; «og venstre arm» goes with what stands before it."""
    return bool(set(tokens(part)) & (language.sets["verb"] | language.sets["subject"]))


def _leans(part: str, language: Language) -> bool:
    words = tokens(part)
    opens = bool(words) and words[0] in language.sets["subclause"] | language.sets["no"]
    return opens or bool(language.cues.scan(words).get("hypothetical"))


def worth_signals(item: Labelled, text: str, language: Language) -> linear.Signals:
    """Return the signals of how much a clause of a labelled sentence is worth to a reader."""
    words, piece, label = tuple(tokens(text)), item.piece, item.label
    if not words:
        return {}
    part = replace(piece, text=text, tokens=words, question=False, hits=language.cues.scan(words))
    found = signals.of_words(part, language)
    found[f"label:{label}"] = 1.0
    found[f"speaker:{piece.speaker}"] = 1.0
    found[f"answers:{item.question is not None}"] = 1.0
    found[f"on topic:{item.topic == label}"] = 1.0
    found[f"first:{piece.first}"] = 1.0
    content = sum(len(word) >= MIN_CONTENT and word not in language.small for word in words)
    found |= {f"content>{n}": 1.0 for n in _CONTENT if content > n}
    found[f"{label}|content"] = min(content, _CONTENT[-1]) / _CONTENT[-1]
    for name in [name for name in found if name.startswith(("number", "unit", "has:", "term:", "cue:", "length:"))]:
        found[f"{label}|{name}"] = found[name]
    return found


def kept(parts: Iterable[str], worth: Worth, least: float) -> list[str]:
    """Return the clauses that are worth at least so much."""
    return [part for part in parts if worth(part) >= least]


def of_item(item: Labelled, model: linear.LinearModel, language: Language) -> Worth:
    """Return what tells the worth of a clause of a labelled sentence."""

    def worth(text: str) -> float:
        found = worth_signals(item, text, language)
        chance = model.chances(found)["keep"]
        return max(chance, PROTECTED) if _is_protected(found, item.label) else chance

    return worth


def _is_protected(found: linear.Signals, label: str) -> bool:
    """A number, a drug or a step of the plan is never too little: the worst omissions are these."""
    if label == "plan" and found.get("cue:plan", 0.0) >= 1.0 and f"content>{_STEP}" in found:
        return True
    return "number" in found or found.get("term:drug", 0.0) >= terms.CERTAIN or "cue:change" in found
