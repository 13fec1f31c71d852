"""Speech in, record style out: what carries nothing is taken away, nothing is added.

«Ja, altså, jeg har hatt vondt i hofta siden påske, synes jeg» becomes «Har hatt vondt i hofta siden påske».  Words go
only by the lists of the language file; words of negation, doubt, number, time and side are on none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPACE = re.compile(r"\s+")
_BEFORE_SIGN = re.compile(r"\s+([,.;:?!])")
_SIGNS = re.compile(r"([,;:])(?:\s*[,;:])+")
_LAST_SIGN = re.compile(r",\s*([.;:?!])")
_EDGE = " ,;–-"
MIN_WORDS = 2
"""A sentence keeps at least so many words."""


@dataclass(frozen=True, slots=True)
class CondenseData:
    """The lists of a language file."""

    leads: tuple[str, ...]
    """Phrases that go at the head of a sentence, again and again."""
    drops: tuple[str, ...]
    """Phrases that go wherever they stand."""
    tails: tuple[str, ...]
    """Phrases that go at the end, or between commas."""


class Condenser:
    """Takes the empty words out of the sentences of one language."""

    def __init__(self, data: CondenseData) -> None:
        self._lead = re.compile(rf"(?:{_any(data.leads)})(?:\s*[,…]\s*|\s+)(?=\S)", re.IGNORECASE)
        self._drop = re.compile(rf"(?<![\w-])(?:{_any(data.drops)})(?![\w-])", re.IGNORECASE)
        self._tail = re.compile(rf",?\s+(?:{_any(data.tails)})(?=\s*[.,;!?]|\s*$)", re.IGNORECASE)

    def condensed(self, text: str) -> str:
        """Return the text without its empty words; the text as it is where too little would be left."""
        short = self._tail.sub("", self._drop.sub(" ", text))
        short = _tidied(short)
        while (lead := self._lead.match(short)) and len(short[lead.end() :].split()) >= MIN_WORDS:
            short = short[lead.end() :].lstrip(_EDGE)
        return short if len(short.split()) >= min(MIN_WORDS, len(text.split())) else _tidied(text)


def _tidied(text: str) -> str:
    text = _BEFORE_SIGN.sub(r"\1", _SPACE.sub(" ", text))
    return _LAST_SIGN.sub(r"\1", _SIGNS.sub(r"\1", text)).strip(_EDGE)


def _any(phrases: Sequence[str]) -> str:
    return "|".join(r"\s+".join(map(re.escape, p.split())) for p in sorted(phrases, key=len, reverse=True))
