"""Which sentences rest on words that the recogniser was not sure of.

What the bounds give, with the bundled model on twelve synthetic consultations that it never heard (3,003 words):
below 0.8 are all four drugs that were heard wrongly, among sixteen; below 0.5 are 47 of 125 other wrong words, among
140, and 0.6 would be 77 among 246.  Of 116 words of numbers one was wrong, and no bound would have shown it: numbers
keep the drugs' bound because a wrong dose hurts most, not because it finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from wardscribe.values import Sentence
from wardscribed.note.language import Language, tokens
from wardscribed.note.neighbours import is_drug
from wardscribed.note.numbers import Number
from wardscribed.values import Turn

UNSURE = "unsure"
"""Flag: the recogniser was not sure of a word."""
MIN_P = 0.5
MIN_P_CRITICAL = 0.8
"""The same for a number and for a word that looks like a drug: a wrong one hurts most."""
_SPACED = re.compile(r"\S+")


def marked(sentence: Sentence, turns: Mapping[int, Turn], language: Language) -> Sentence:
    """Return the sentence, flagged where something that it says was doubted in its evidence, with those words.

    A number that was said in words and stands in digits is the same number, and a unit may be shortened.
    """
    says = {*tokens(sentence.text), *language.numbers.values(sentence.text)}
    heard = (found for number in sentence.evidence for found in _doubted(turns[number], language))
    doubted = tuple(dict.fromkeys(word for word, written in heard if not says.isdisjoint(written)))
    return replace(sentence, flags=(*sentence.flags, UNSURE), doubted=doubted) if doubted else sentence


def _doubted(turn: Turn, language: Language) -> Iterator[tuple[str, set[str]]]:
    """Yield the words that were doubted, in lower case, each with all that a note may write for it."""
    numbers = language.numbers.find(turn.text)
    for place, p in zip(_SPACED.finditer(turn.text), turn.p, strict=False):
        values = _values(place, turn.text, numbers, language)
        for word in tokens(place.group()):
            if p < (MIN_P_CRITICAL if values or is_drug(word, language) else MIN_P):
                yield word, {word, language.numbers.short(word), *values}


def _values(place: re.Match[str], text: str, numbers: list[Number], language: Language) -> set[str]:
    """Return the values of the numbers that a word has a part in; «hundre og femti» is one number of three words."""
    parts = (n for n in numbers if n.start < place.end() and place.start() < n.end)
    return {value for n in parts for value in language.numbers.values(text[n.start : n.end])}
