"""Words in, weights out: which sections and markers the words of a sentence speak for.

A cue is a word (`allergi`), a beginning (`allergi*`), an ending (`*pril`), or a phrase whose words may be beginnings
(`tåler ikke`; the first one is a whole word).  Cues are data (`languages/`); a look-up is a few dictionary reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Hits = dict[str, float]
"""Weight by label; labels without a hit are absent."""

STRONG = 3.0
"""The weight of one strong cue."""
WEIGHTS = {"strong": STRONG, "weak": 1.0, "asked": STRONG}
MIN_AFFIX = 2
MIN_LIKE = 5
LIKE = 0.7
"""Share of letters in common from which a word may be another one misheard: «aptitt» and «appetitt» have 0.86."""
MIN_STEM = 3
"""An ending counts only behind a stem: `*itt` is no cue in «litt»."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of one label; `asked` cues count in questions only."""

    label: str
    weight: float
    asked: bool
    rest: tuple[str, ...] = ()
    """The words of a phrase after its first."""


class CueTable:
    """All cues of a language."""

    def __init__(self, cues: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._words: dict[str, list[Cue]] = {}
        self._beginnings: dict[str, list[Cue]] = {}
        self._endings: dict[str, list[Cue]] = {}
        for label, levels in cues.items():
            for level, texts in levels.items():
                for text in texts:
                    self._add(text, label, level)
        self._longest = max((len(key) for table in (self._beginnings, self._endings) for key in table), default=0)

    def _add(self, text: str, label: str, level: str) -> None:
        first, *rest = text.split()
        cue = Cue(label, WEIGHTS[level], level == "asked", tuple(rest))
        if first.startswith("*"):
            self._endings.setdefault(first.strip("*"), []).append(cue)
        elif first.endswith("*"):
            self._beginnings.setdefault(first[:-1], []).append(cue)
        else:
            self._words.setdefault(first, []).append(cue)

    def scan(self, tokens: Sequence[str], question: bool = False) -> Hits:
        """Return the summed weights of the cues in lower-case `tokens`; a token speaks once for a label."""
        hits: Hits = {}
        for i, token in enumerate(tokens):
            best: Hits = {}
            for cue in self._at(token):
                if (question or not cue.asked) and (not cue.rest or _follows(cue.rest, tokens, i + 1)):
                    best[cue.label] = max(best.get(cue.label, 0.0), cue.weight)
            for label, weight in best.items():
                hits[label] = hits.get(label, 0.0) + weight
        return hits

    def longest(self, tokens: Sequence[str]) -> str:
        """Return the label of the longest cue in the tokens (label `0` aside), the last of equals; empty for none."""
        best, found = (0, 0), ""
        for i, token in enumerate(tokens):
            for cue in self._at(token):
                size = (len(cue.rest), len(token))
                if cue.label != "0" and (not cue.rest or _follows(cue.rest, tokens, i + 1)) and size >= best:
                    best, found = size, cue.label
        return found

    def places(self, tokens: Sequence[str]) -> list[tuple[range, str]]:
        """Return which words are cues of which label, the longest first; none shares a word with another."""
        found = [
            ((len(cue.rest), len(token)), range(i, i + 1 + len(cue.rest)), cue.label)
            for i, token in enumerate(tokens)
            for cue in self._at(token)
            if not cue.rest or _follows(cue.rest, tokens, i + 1)
        ]
        taken: list[tuple[range, str]] = []
        for _, at, label in sorted(found, key=lambda one: one[0], reverse=True):
            if not any(set(at) & set(other) for other, _ in taken):
                taken.append((at, label))
        return taken

    def resembled(self, token: str) -> str:
        """Return the label of a longer cue word that a token may be, misheard or joined to another; empty for none."""
        for table in (self._words, self._beginnings):
            for stem, cues in table.items():
                if len(stem) >= MIN_LIKE and (
                    stem in token or SequenceMatcher(None, stem, token[: len(stem) + 1], False).ratio() >= LIKE
                ):
                    return cues[0].label
        return ""

    def _at(self, token: str) -> Iterable[Cue]:
        yield from self._words.get(token, ())
        for length in range(MIN_AFFIX, min(len(token), self._longest) + 1):
            yield from self._beginnings.get(token[:length], ())
            if len(token) >= length + MIN_STEM:
                yield from self._endings.get(token[-length:], ())


def _follows(rest: tuple[str, ...], tokens: Sequence[str], start: int) -> bool:
    if start >= len(tokens) or not _same(rest[0], tokens[start]) or start + len(rest) > len(tokens):
        return False
    return all(_same(rest[k], tokens[start + k]) for k in range(1, len(rest)))


def _same(pattern: str, token: str) -> bool:
    return token == pattern or (pattern[-1] == "*" and token.startswith(pattern[:-1]))
