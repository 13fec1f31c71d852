"""Whose score a number is: the item whose own name stands beside it, and none where that is not sure.

A name that was misheard is a word like any other.  So between an item's name and its number may stand no word like
another item's name and no clause that holds an unknown word, and what follows the number may be no other name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from wardscribed.note.cues import CueTable
from wardscribed.note.language import WORD, Language
from wardscribed.note.numbers import Number

_SMALL = ("scoring", "beside_score", "inner", "asking", "pointing", "pronoun", "subject", "verb", "echo", "yes", "no")
"""Lists of words that name nothing."""
_NOTHING, _UNKNOWN, _NUMBER = 0, -1, -2
"""What a word may be beside the number of the item that it names."""
_SIGN = re.compile(r"[,.;:?!…–]")


class Beside:
    """One sentence, seen from its numbers."""

    def __init__(self, text: str, numbers: Sequence[Number], cues: CueTable, language: Language) -> None:
        words = list(WORD.finditer(text))
        lowered = [word.group().lower() for word in words]
        small = language.numbers.unit_words.union(*(language.sets[name] for name in _SMALL))
        self._starts = [word.start() for word in words]
        self._kinds = [_NOTHING if word in small else _UNKNOWN for word in lowered]
        self._lowered, self._cues = lowered, cues
        self._leads = [word in language.sets["inner"] for word in lowered]
        self._ends = [word in language.sets["subclause"] for word in lowered]
        self._joins = [word in language.sets["joint"] for word in lowered]
        self._signs = [bool(_SIGN.search(text[a.end() : b.start()])) for a, b in itertools.pairwise(words)]
        for at, label in cues.places(lowered):
            self._kinds[at.start : at.stop] = [int(label)] * len(at)
        for number in numbers:
            for i in self._inside(number):
                self._kinds[i] = _NUMBER

    def names_nothing(self) -> bool:
        """Return whether no word but small ones stands beside the numbers: no misheard name is among them."""
        return all(kind in (_NOTHING, _NUMBER) for kind in self._kinds)

    def item(self, number: Number) -> int:
        """Return the item whose name stands beside a number, 0 where none does or it may be another's."""
        inside = self._inside(number)
        if not inside:
            return 0
        before, after = self._before(inside[0]), self._after(inside[-1] + 1)
        if before == after == _NOTHING and not any(self._kinds[: inside[0]]):
            after = _first(self._kinds[inside[-1] + 1 :])
        sides = {kind for kind in (before, after) if kind not in (_NOTHING, _NUMBER)}
        return max(sides.pop(), 0) if len(sides) == 1 else 0

    def _before(self, end: int) -> int:
        """Return what stands before a number: a name is its own only if no unknown word begins a part of its own."""
        unknown, like = False, ""
        for i in range(end - 1, -1, -1):
            kind = self._kinds[i]
            unknown, like = unknown or kind == _UNKNOWN, like or self._like(i)
            if kind not in (_NOTHING, _UNKNOWN):
                return _UNKNOWN if like and like != str(kind) else kind
            if unknown and not like and (self._joins[i] or (i and self._signs[i - 1])):
                return _UNKNOWN
        return _UNKNOWN if like else _NOTHING

    def _after(self, start: int) -> int:
        """Return what stands after a number in its clause; an unknown word is a name where «på» leads to it."""
        for i in range(start, len(self._kinds)):
            if self._signs[i - 1] or self._ends[i]:
                return _NOTHING
            if self._kinds[i] == _UNKNOWN:
                return _UNKNOWN if self._like(i) or (i > start and all(self._leads[start:i])) else _NOTHING
            if self._kinds[i] != _NOTHING:
                return self._kinds[i]
        return _NOTHING

    def _like(self, i: int) -> str:
        """Return the item whose name a word may be, misheard: looked for only beside a number, for it takes long."""
        return self._cues.resembled(self._lowered[i]) if self._kinds[i] == _UNKNOWN else ""

    def _inside(self, number: Number) -> list[int]:
        return [i for i, start in enumerate(self._starts) if number.start <= start < number.end]


def _first(kinds: Iterable[int]) -> int:
    return next((kind for kind in kinds if kind != _NOTHING), _NOTHING)
