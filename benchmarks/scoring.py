"""Word error rate: what was said against what was heard.

Both sides are brought to one form first: lower case, no punctuation, numbers in words, and number words apart
("55", "femtifem" and "femti fem" are the same two words).  No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.demo_model import number_words

_UNITS = "en ett ein to tre fire fem seks sju åtte ni".split()
_TENS = "tjue tretti førti femti seksti sytti åtti nitti".split()
_COMPOUND = re.compile(f"({'|'.join(_TENS)})({'|'.join(_UNITS)})")
_NUMBER = re.compile(r"(\d+)(?:[.,](\d))?")
_SIGNS = {"/": " over ", "%": " prosent ", "é": "e", "syv": "sju"}
_LARGEST = 999_999
_EDIT = 1 << 20
"""Cost of an edit.  A substitution costs 1 more: of equal ways, the one with most words right wins."""

Pair = tuple[int | None, int | None]
"""(index of the word said, index of the word heard); None on one side: it has no counterpart."""


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors of the shortest way from what was said to what was heard, in words."""

    said: int = 0
    substituted: int = 0
    inserted: int = 0
    deleted: int = 0

    @property
    def rate(self) -> float:
        """Word error rate; it exceeds 1 where much was invented."""
        return (self.substituted + self.inserted + self.deleted) / max(self.said, 1)

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.said + other.said,
            self.substituted + other.substituted,
            self.inserted + other.inserted,
            self.deleted + other.deleted,
        )


def words(text: str) -> list[str]:
    """Return the words of a text in the form in which they are compared."""
    text = text.lower()
    for sign, spoken in _SIGNS.items():
        text = text.replace(sign, spoken)
    text = _NUMBER.sub(_spoken, text)
    text = re.sub(r"[\W_]+", " ", text)
    return [part for word in text.split() for part in _apart(word)]


def _spoken(number: re.Match[str]) -> str:
    whole, tenth = int(number[1]), number[2]
    if whole > _LARGEST:
        return f" {number[0]} "
    said = number_words.decimal(whole, int(tenth)) if tenth else number_words.words(whole)
    return f" {said.replace('é', 'e')} "


def _apart(word: str) -> list[str]:
    compound = _COMPOUND.fullmatch(word)
    return list(compound.groups()) if compound else [word]


def align(said: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """Return the shortest edit from one list of words to the other, in order (Levenshtein)."""
    costs = _costs(said, heard)
    pairs: list[Pair] = []
    i, j = len(said), len(heard)
    while i or j:
        change = _step(costs, said, heard, (i, j))
        i, j = i - change[0], j - change[1]
        pairs.append((i if change[0] else None, j if change[1] else None))
    return pairs[::-1]


def _costs(said: Sequence[str], heard: Sequence[str]) -> list[list[int]]:
    """Return the cost of the edit between all beginnings of both lists, shape [len(said) + 1][len(heard) + 1]."""
    rows = [[j * _EDIT for j in range(len(heard) + 1)]]
    for i, word in enumerate(said, 1):
        row = [i * _EDIT]
        for j, other in enumerate(heard, 1):
            row.append(min(rows[-1][j - 1] + _change(word, other), rows[-1][j] + _EDIT, row[-1] + _EDIT))
        rows.append(row)
    return rows


def _change(word: str, other: str) -> int:
    return 0 if word == other else _EDIT + 1


def _step(costs: list[list[int]], said: Sequence[str], heard: Sequence[str], at: tuple[int, int]) -> tuple[int, int]:
    """Return the last step of the shortest edit up to `at`: how many words said and heard it takes."""
    i, j = at
    if i and j and costs[i][j] == costs[i - 1][j - 1] + _change(said[i - 1], heard[j - 1]):
        return 1, 1
    return (1, 0) if i and costs[i][j] == costs[i - 1][j] + _EDIT else (0, 1)


def count(said: Sequence[str], heard: Sequence[str], pairs: Sequence[Pair]) -> Errors:
    """Return the errors of an alignment."""
    substituted = sum(i is not None and j is not None and said[i] != heard[j] for i, j in pairs)
    inserted = sum(i is None for i, _ in pairs)
    deleted = sum(j is None for _, j in pairs)
    return Errors(len(said), substituted, inserted, deleted)


def score(said: str, heard: str) -> Errors:
    """Return the word errors between two texts."""
    one, other = words(said), words(heard)
    return count(one, other, align(one, other))
