"""A value must stand beside the words it stood beside when it was said.

«Visus høyre 0,8, venstre 0,3»: both sides and both numbers were said, but «venstre 0,8» was not.  For every number,
side and drug of a sentence, the word before or behind it must be found before or behind it in the evidence too, with no
other value of its kind between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wardscribed.note import terms
from wardscribed.note.cues import STRONG
from wardscribed.note.language import Language, tokens

STEM = 5
REACH = 9
"""Words of the evidence between a value and its neighbour, at most."""
MIN_LETTERS = 3
NUMBER, SIDE, DRUG = "number", "side", "drug"
_PART = re.compile(r": |\? – ")


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    kind: str


def misplaced(text: str, said: Sequence[str], language: Language) -> str:
    """Return the kind of a value that stands beside other words than when it was said, or an empty text."""
    evidence = [_words(one, language) for one in said]
    for part in _PART.split(text):
        words = _words(part, language)
        for at, word in enumerate(words):
            if word.kind and not any(_is_placed(words, at, heard) for heard in evidence):
                return word.kind
    return ""


def _is_placed(words: Sequence[_Word], at: int, heard: Sequence[_Word]) -> bool:
    places = [i for i, word in enumerate(heard) if word == words[at]]
    before, after = words[at - 1 : at], words[at + 1 : at + 2]
    if not before and not after:
        return bool(places)
    return any(
        (before and _reaches(heard, i, before[0], -1)) or (after and _reaches(heard, i, after[0], 1)) for i in places
    )


def _reaches(heard: Sequence[_Word], at: int, neighbour: _Word, step: int) -> bool:
    """Return whether the neighbour is met on the way from a value before another value of its kind is."""
    for distance in range(1, REACH + 1):
        i = at + step * distance
        if not 0 <= i < len(heard):
            return False
        if heard[i] == neighbour:
            return True
        if heard[i].kind == heard[at].kind:
            return False
    return False


def _words(text: str, language: Language) -> list[_Word]:
    """Return the words that say something, numbers in digits with their unit."""
    found: list[_Word] = []
    units = language.numbers.unit_words
    for token in tokens(language.numbers.in_digits(language.numbers.written(text))):
        if token[0].isdecimal():
            found.append(_Word(token.replace(".", ","), NUMBER))
        elif token in units and found and found[-1].kind == NUMBER:
            found[-1] = _Word(f"{found[-1].stem} {language.numbers.short(token)}", NUMBER)
        elif token in language.sets["side"]:
            found.append(_Word(token, SIDE))
        elif len(token) >= MIN_LETTERS and token not in language.own_words:
            found.append(_Word(token[:STEM], DRUG if is_drug(token, language) else ""))
    return found


def is_drug(token: str, language: Language) -> bool:
    """Return whether a word is on the list of drugs or is built like one."""
    return terms.kind(token) == terms.DRUG or language.cues.scan([token]).get("medikamenter", 0.0) >= STRONG
