"""Speech in, record style out: what carries nothing is taken away, nothing is added.

«Ja, altså, jeg har hatt en verk i hofta siden påske, synes jeg» becomes «Hatt verk i hofta siden påske».  Words go
only by the lists of the language file; words of negation, doubt, number, time and side are on none of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
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
    pronouns: tuple[str, ...]
    """Go where a verb is near: a record's subject is the patient, a plan's the clinician."""
    conjunctions: tuple[str, ...]
    """Go at the head of a clause behind a comma."""
    subjects: tuple[str, ...]
    """Go at the head of a clause, before a verb."""
    heads: tuple[str, ...]
    """After these words a pronoun or copula has a clause of its own and stays («det jeg hører»)."""
    copulas: tuple[str, ...]
    expletives: tuple[str, ...]
    """Go together with the copula at the head of a clause («det er»)."""
    auxiliaries: tuple[str, ...]
    """Go before a participle."""
    participles: tuple[str, ...]
    """Endings."""
    articles: tuple[str, ...]
    """Go unless they count."""
    openers: tuple[str, ...]
    """Words that begin a clause."""


class Condenser:
    """Takes the empty words out of the sentences of one language."""

    def __init__(self, data: CondenseData, counted: Collection[str], negation: Collection[str]) -> None:
        self._data = data
        self._counted = frozenset(counted)
        self._negation = frozenset(negation)
        self._lead = re.compile(rf"(?:{_any(data.leads)})(?:\s*[,…]\s*|\s+)(?=\S)", re.IGNORECASE)
        self._drop = re.compile(rf"(?<![\w-])(?:{_any(data.drops)})(?![\w-])", re.IGNORECASE)
        self._tail = re.compile(rf",?\s+(?:{_any(data.tails)})(?=\s*[.,;!?]|\s*$)", re.IGNORECASE)

    def condensed(self, text: str) -> str:
        """Return the text without its empty words; the text as it is where too little would be left."""
        short = _tidied(self._tail.sub("", self._drop.sub(" ", text)))
        while (lead := self._lead.match(short)) and len(short[lead.end() :].split()) >= MIN_WORDS:
            short = short[lead.end() :].lstrip(_EDGE)
        short = _tidied(self._without_small_words(short))
        return short if len(short.split()) >= min(MIN_WORDS, len(text.split())) else _tidied(text)

    def _without_small_words(self, text: str) -> str:
        words = text.split()
        return " ".join(word for i, word in enumerate(words) if not self._is_empty(words, i))

    def _is_empty(self, words: list[str], i: int) -> bool:
        word = words[i].lower()
        if i + 1 >= len(words) or not word.isalpha():
            return False
        before = words[i - 1].lower() if i else ""
        after = words[i + 1].lower().strip(".,;:!?")
        data = self._data
        if word in data.pronouns:
            return before not in data.heads
        if word in data.conjunctions and (before.endswith((",", ";")) or self._follows_one(words, i)):
            return True
        if word in data.subjects and self._opens(before) and after not in data.copulas:
            return bool(before)
        if word in data.copulas:
            return bool(before) and (before not in data.heads or (i > 0 and self._is_expletive(words, i - 1)))
        if word in data.expletives:
            return self._is_expletive(words, i)
        if word in data.auxiliaries:
            return self._is_participle(words, i + 1)
        return word in data.articles and after not in self._counted and after.isalpha()

    def _follows_one(self, words: list[str], i: int) -> bool:
        """«…, og så …»: both go."""
        return i > 1 and words[i - 1].lower() in self._data.conjunctions and words[i - 2].endswith((",", ";"))

    def _is_expletive(self, words: list[str], i: int) -> bool:
        """«det er» at the head of a clause that goes on."""
        if words[i].lower() not in self._data.expletives or i + 2 >= len(words):
            return False
        return words[i + 1].lower() in self._data.copulas and self._opens(words[i - 1].lower() if i else "")

    def _opens(self, before: str) -> bool:
        return not before or before[-1] in ",;:–" or before in self._data.openers

    def _is_participle(self, words: list[str], i: int) -> bool:
        word = words[i].lower().strip(".,;:!?")
        if word in self._negation and i + 1 < len(words):
            word = words[i + 1].lower().strip(".,;:!?")
        return word.endswith(self._data.participles) and word not in self._negation


class Persons:
    """Writes of persons as a record does («I take» → «the patient takes»), by a table of phrases."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = dict(table)
        self._any = re.compile(rf"(?<![\w'’-])(?:{_any(list(table))})(?![\w'’])", re.IGNORECASE) if table else None

    def written(self, text: str) -> str:
        """Return the text with the phrases of the table exchanged."""
        if self._any is None:
            return text
        return self._any.sub(lambda match: self._table[" ".join(match.group().lower().split())], text)


def _tidied(text: str) -> str:
    text = _BEFORE_SIGN.sub(r"\1", _SPACE.sub(" ", text))
    return _LAST_SIGN.sub(r"\1", _SIGNS.sub(r"\1", text)).strip(_EDGE)


def _any(phrases: Sequence[str]) -> str:
    return "|".join(r"\s+".join(map(re.escape, p.split())) for p in sorted(phrases, key=len, reverse=True))
