"""Which sentences rest on words that the recogniser was not sure of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wardscribe.values import Sentence
from wardscribed.note.language import Language, tokens
from wardscribed.note.neighbours import is_drug
from wardscribed.values import Turn

UNSURE = "unsure"
"""Flag: the recogniser was not sure of a word."""
MIN_P = 0.5
MIN_P_CRITICAL = 0.8
"""The same for a number and for a word that looks like a drug: a wrong one hurts most."""


def marked(sentence: Sentence, turns: Mapping[int, Turn], language: Language) -> Sentence:
    """Return the sentence, flagged where one of its words was doubted in its evidence."""
    if set(tokens(sentence.text)) & set(_doubted(sentence, turns, language)):
        return replace(sentence, flags=(*sentence.flags, UNSURE))
    return sentence


def _doubted(sentence: Sentence, turns: Mapping[int, Turn], language: Language) -> Iterator[str]:
    for number in sentence.evidence:
        turn = turns[number]
        for word, p in zip(turn.text.split(), turn.p, strict=False):
            for token in tokens(word):
                if p < (MIN_P_CRITICAL if _hurts(token, language) else MIN_P):
                    yield token


def _hurts(token: str, language: Language) -> bool:
    """Return whether a word is a number or a drug."""
    return bool(language.numbers.values(token)) or is_drug(token, language)
