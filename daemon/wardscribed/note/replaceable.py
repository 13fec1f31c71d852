"""What a speaker can take back by naming another of its kind: a value with its unit, a side, a day, a drug, a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wardscribed.note import terms
from wardscribed.note.language import Language
from wardscribed.note.neighbours import is_drug

WORD = re.compile(r"\w+(?:[-/.,:]\w+)*")
NUMBER, NAME, ILLNESS, PERSON, QUALITY = "number", "name", "illness", "person", "quality"
_QUALITY = ("iv", "al", "isk", "ær", "ic")
"""Endings of words that tell one form of an illness from another («sentral», «obstruktiv»)."""
_MIN_QUALITY = 6


@dataclass(frozen=True, slots=True)
class Replaceable:
    """One of them in a text: characters `start` to `end`, behind the unit if there is one."""

    start: int
    end: int
    number_end: int
    kind: str
    unit: str = field(default="", repr=False)
    closed: bool = True
    """What follows is no noun that it could belong to."""


def find(text: str, language: Language, opens: bool = True) -> list[Replaceable]:
    """Return what can be taken back in a text, in order; `opens`: it begins a sentence."""
    found = []
    for number in language.numbers.pairs(text):
        unit = language.numbers.unit_after(text, number)
        end = text.lower().index(unit, number.end) + len(unit) if unit else number.end
        if unit or not number.article:
            closed = bool(unit) or is_closed(text[end:], language)
            found.append(Replaceable(number.start, end, number.end, NUMBER, unit, closed))
    for match in WORD.finditer(text):
        kind = kind_of(match.group(), opens and match.start() == 0, language)
        if kind and not any(one.start <= match.start() < one.end for one in found):
            closed = kind in language.alike or is_closed(text[match.end() :], language)
            found.append(Replaceable(match.start(), match.end(), match.end(), kind, closed=closed))
    return sorted(found, key=lambda one: one.start)


def kind_of(word: str, opens: bool, language: Language) -> str:
    """Return the kind of a word, empty for none; a capital says nothing of one that `opens` its sentence."""
    lower = word.lower()
    for kind, words in language.alike.items():
        if lower in words:
            return kind
    if lower in language.numbers.unit_words or lower in language.numbers.counted_words:
        return ""  # «milligram» and «tablett» go with a number
    if is_drug(lower, language) or (word[0].isupper() and not opens and lower not in language.sets["first"]):
        return NAME
    if terms.kind(lower):
        return ILLNESS
    if len(lower) >= _MIN_QUALITY and lower.endswith(_QUALITY):
        return QUALITY
    hits = language.cues.scan([lower])
    return PERSON if hits.get("family") or hits.get("inlaw") else ""


def is_closed(rest: str, language: Language) -> bool:
    """Return whether what follows a value cannot be what it counts or describes."""
    match = re.match(r"\s*(\w+)", rest)
    return not match or match.group(1).lower() in language.sets["closing"]
