"""Successive hypotheses of one utterance in, committed and partial words out.  Pure.

A word is committed when two successive hypotheses agree on it and on all before it (LocalAgreement-2: Macháček et al.
2023, Turning Whisper into Real-Time Transcription System, section 3) and when it ends well before the audio does, where
the decoder only guesses (the idea of AlignAtt: Papi et al. 2023).  An improbable word must be agreed on more often, but
not forever: the words after it wait for it.  The final hypothesis commits what remains.  What is committed stays: where
a later hypothesis disagrees with it, only the hypothesis's words after it count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from wardscribed.values import SAMPLE_RATE, Hypothesis, Word, samples

_BEFORE_S = 0.3  # a word whose middle lies so much before the end of the committed words is certainly one of them


@dataclass(frozen=True, slots=True)
class CommitSettings:
    """How sure is sure."""

    cutoff_ms: int = 200
    """A word that ends within so much of the end of the audio may still change."""
    agreements: int = 2
    """So many successive hypotheses must have a word."""
    sure_p: float = 0.5
    """A less probable word needs `agreements_unsure`."""
    agreements_unsure: int = 3


@dataclass(frozen=True, slots=True)
class Update:
    """What one hypothesis changed."""

    committed: tuple[Word, ...] = field(repr=False)
    """The words committed by it: to be appended to those before."""
    partial: tuple[Word, ...] = field(repr=False)
    """The tail that may still change: it replaces the last one."""


class Committer:
    """Commits the words of one utterance."""

    def __init__(self, settings: CommitSettings | None = None) -> None:
        self._settings = settings or CommitSettings()
        self._committed: list[Word] = []
        self._end = 0  # of the last committed word
        self._partial: tuple[Word, ...] = ()
        self._agreements: list[int] = []  # of each partial word

    def receive(self, hypothesis: Hypothesis, is_final: bool) -> Update:
        """Take the next hypothesis of the utterance.  After the final one there is no other."""
        rest = _in_order(after_committed(self._committed, hypothesis.words), self._end)
        agreements = self._agreements_with(rest)
        stable = len(rest) if is_final else self._stable(rest, agreements, hypothesis.end)
        self._committed += rest[:stable]
        self._end = self._committed[-1].end if self._committed else 0
        self._partial, self._agreements = rest[stable:], agreements[stable:]
        return Update(rest[:stable], self._partial)

    def _agreements_with(self, rest: Sequence[Word]) -> list[int]:
        """Return for every word how many successive hypotheses have it, and all the words before it."""
        before = zip(rest, self._partial, self._agreements, strict=False)
        same = takewhile(lambda it: normal(it[0].text) == normal(it[1].text), before)
        counts = [count + 1 for _, _, count in same]
        return counts + [1] * (len(rest) - len(counts))

    def _stable(self, rest: Sequence[Word], agreements: Sequence[int], end: int) -> int:
        """Return how many words of the rest may be committed now."""
        latest = end - samples(self._settings.cutoff_ms)
        pairs = zip(rest, agreements, strict=True)
        return sum(1 for _ in takewhile(lambda it: it[0].end <= latest and it[1] >= self._needed(it[0]), pairs))

    def _needed(self, word: Word) -> int:
        return self._settings.agreements if word.p >= self._settings.sure_p else self._settings.agreements_unsure


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
        repeated += min(max(end - _middle(words[k]), 0.0) / (_BEFORE_S * SAMPLE_RATE), 1.0)
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


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _in_order(words: Sequence[Word], behind: int) -> tuple[Word, ...]:
    """Return the words with no time before `behind` or before an earlier word's: a new decode shifts times a little."""
    ordered = []
    for word in words:
        start = max(word.start, behind)
        behind = max(word.end, start)
        ordered.append(word if (start, behind) == (word.start, word.end) else replace(word, start=start, end=behind))
    return tuple(ordered)
