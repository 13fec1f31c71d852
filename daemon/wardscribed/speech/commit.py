"""Successive hypotheses of one utterance in, committed and partial words out.  Pure.

A word is committed by the first of three rules, and only after all before it:

- agreement: two successive hypotheses have it and all before it (LocalAgreement-2: Macháček et al. 2023, Turning
  Whisper into Real-Time Transcription System, section 3), and it ends a little before the audio does;
- cut-off: it ends so far before the end of the audio that the decoder heard what follows (the idea of AlignAtt: Papi
  et al. 2023, judged here by the alignment after the decode), and it is probable; long after, whatever its probability,
  because more audio would not make it another word;
- end: in a pause a word that is not improbable is committed, and the final hypothesis commits what remains.

What is committed stays: where a later hypothesis disagrees with it, only the hypothesis's words after it count.
`benchmarks/ablation.py` measures what each rule gives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from wardscribed.values import SAMPLE_RATE, Hypothesis, Word, samples

_BEFORE_S = 0.3  # a word whose middle lies so much before the end of the committed words is certainly one of them


@dataclass(frozen=True, slots=True)
class CommitSettings:
    """How sure is sure.  Distances are from a word's end to the end of the audio that was decoded."""

    cutoff_ms: int = 200
    """A word that ends nearer may still change."""
    sure_p: float = 0.5
    """A word so probable needs two agreeing hypotheses, a less probable one three."""
    alone_p: float = 0.8
    """A word so probable needs no agreement from `alone_ms` on."""
    alone_ms: int = 550
    latest_ms: int = 700
    """From here on every word is committed: the delay has a bound."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one hypothesis changed."""

    committed: tuple[Word, ...] = field(repr=False)
    """The words committed by it: to be appended to those before."""
    partial: tuple[Word, ...] = field(repr=False)
    """The tail that may still change: it replaces the last one."""


class Committer:
    """Commits the words of one utterance."""

    def __init__(self, settings: CommitSettings | None = None, committed: Sequence[Word] = ()) -> None:
        """`committed`: the words with which an interrupted utterance goes on."""
        self._settings = settings or CommitSettings()
        self._committed = list(committed)
        self._end = committed[-1].end if committed else 0  # of the last committed word
        self._partial: tuple[Word, ...] = ()
        self._agreements: list[int] = []  # of each partial word

    def receive(self, hypothesis: Hypothesis, *, is_final: bool, in_pause: bool = False) -> Update:
        """Take the next hypothesis; a final one commits all its words.

        `in_pause`: the audio ended in a pause, so that its last word is whole.
        """
        rest = _in_order(after_committed(self._committed, hypothesis.words), self._end)
        agreements = self._agreements_with(rest)
        stable = len(rest) if is_final else self._stable(rest, agreements, hypothesis.end, in_pause)
        self._committed += rest[:stable]
        self._end = self._committed[-1].end if self._committed else self._end
        self._partial, self._agreements = rest[stable:], agreements[stable:]
        return Update(rest[:stable], self._partial)

    def boundary(self, words: int) -> int | None:
        """Return the sample between two committed words behind which `words` committed ones lie; None without so many.

        It is put where the gap between two words is widest, as far as there are gaps.
        """
        candidates = list(pairwise(self._committed[: len(self._committed) - words + 1]))[-words:]
        if not candidates:
            return None
        before, after = max(candidates, key=lambda pair: pair[1].start - pair[0].end)
        return (before.end + after.start) // 2

    def forget(self, before: int) -> None:
        """Later hypotheses begin at sample `before`: what was committed before it will not be heard again."""
        self._committed = [word for word in self._committed if word.middle >= before]

    def _agreements_with(self, rest: Sequence[Word]) -> list[int]:
        """Return for every word how many successive hypotheses have it, and all the words before it."""
        before = zip(rest, self._partial, self._agreements, strict=False)
        same = takewhile(lambda it: normal(it[0].text) == normal(it[1].text), before)
        counts = [count + 1 for _, _, count in same]
        return counts + [1] * (len(rest) - len(counts))

    def _stable(self, rest: Sequence[Word], agreements: Sequence[int], end: int, in_pause: bool) -> int:
        """Return how many words of the rest may be committed now."""
        needed = (self._needed(word, end - word.end, in_pause) for word in rest)
        return sum(1 for _ in takewhile(lambda it: it[0] >= it[1], zip(agreements, needed, strict=True)))

    def _needed(self, word: Word, distance: int, in_pause: bool) -> float:
        """Return how many successive hypotheses must have a word that ends `distance` samples before the audio."""
        settings = self._settings
        if distance < samples(settings.cutoff_ms) and not in_pause:
            return math.inf
        is_clear = word.p >= settings.alone_p and distance >= samples(settings.alone_ms)
        if is_clear or distance >= samples(settings.latest_ms) or (in_pause and word.p >= settings.sure_p):
            return 1
        return 2 if word.p >= settings.sure_p else 3


def normal(text: str) -> str:
    """Return what of a word must agree: its letters and digits, in lower case; a sign alone is itself."""
    return "".join(c for c in text.casefold() if c.isalnum()) or text


def after_committed(committed: Sequence[Word], words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words that come after the committed ones.

    Of all places to cut `words`, the one is taken at which what is before matches the committed words best (edit
    distance) and what is after lies least before their end.
    """
    if not committed or not words:
        return tuple(words)
    end = committed[-1].end
    costs = _prefix_costs(committed, words)
    repeated = 0.0  # how surely words after the cut are committed ones heard again
    best, cut = costs[-1], len(words)
    for k in range(len(words) - 1, -1, -1):
        repeated += min(max(end - words[k].middle, 0.0) / (_BEFORE_S * SAMPLE_RATE), 1.0)
        if costs[k] + repeated <= best:  # in doubt a word is said twice rather than lost
            best, cut = costs[k] + repeated, k
    return tuple(words[cut:])


def _prefix_costs(committed: Sequence[Word], words: Sequence[Word]) -> list[float]:
    """Return for every k what it costs to turn the committed words into the first k of `words`."""
    old, new = [normal(w.text) for w in committed], [normal(w.text) for w in words]
    rows = [[float(j) for j in range(len(words) + 1)]]
    for i in range(1, len(old) + 1):
        row = [float(i)]
        for j in range(1, len(new) + 1):
            cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (old[i - 1] != new[j - 1]))
            if j > 1 and old[i - 1] == new[j - 2] + new[j - 1]:  # now heard as two words
                cost = min(cost, rows[i - 1][j - 2])
            row.append(cost)
        rows.append(row)
    return rows[-1]


def _in_order(words: Sequence[Word], behind: int) -> tuple[Word, ...]:
    """Return the words with no time before `behind` or before an earlier word's: a new decode shifts times a little."""
    ordered = []
    for word in words:
        start = max(word.start, behind)
        behind = max(word.end, start)
        ordered.append(word if (start, behind) == (word.start, word.end) else replace(word, start=start, end=behind))
    return tuple(ordered)
