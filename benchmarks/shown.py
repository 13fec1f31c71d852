"""What a client was shown and when, in; delays of words, lost sentence ends and refresh rates, out.  No I/O.

The same for every server that is measured: its messages are read as `Shown`, and only this is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from benchmarks.generated import Spoken
from benchmarks.scoring import Errors, Pair, align, count, words
from benchmarks.talk import is_sentence_end

_SAME_MOMENT_S = 0.03  # messages so close are one refresh


@dataclass(frozen=True, slots=True)
class Shown:
    """One message with text."""

    at_s: float
    """When the client had it: seconds since the first sample was spoken."""
    committed: str = field(default="", repr=False)
    """Text that came to be committed with it."""
    partial: str | None = field(default=None, repr=False)
    """All uncommitted text from now on; None: what there was, less what is now committed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A committed word, in the form in which words are compared."""

    word: str = field(repr=False)
    first_s: float
    """When the client first saw it, committed or not."""
    committed_s: float


@dataclass(slots=True)
class WordDelays:
    """Seconds from a word's end in the audio, a figure a word that was said and heard (perhaps as another one)."""

    committed: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SentenceEnds:
    """Sentences whose last word was heard, be it as another one, or not at all."""

    said: int = 0
    lost: int = 0

    def __add__(self, other: SentenceEnds) -> SentenceEnds:
        return SentenceEnds(self.said + other.said, self.lost + other.lost)


_Stamped = tuple[str, float]
"""A word and when it was first seen."""


def heard(messages: Sequence[Shown]) -> list[Heard]:
    """Return the committed words in order.  A word that stays when the text around it changes keeps its first time."""
    result: list[Heard] = []
    tail: list[_Stamped] = []
    for message in messages:
        committed, rest = _carried(tail, words(message.committed), message.at_s)
        result += [Heard(word, first_s, message.at_s) for word, first_s in committed]
        tail = rest if message.partial is None else _carried(rest, words(message.partial), message.at_s)[0]
    return result


def _carried(tail: list[_Stamped], new: list[str], at_s: float) -> tuple[list[_Stamped], list[_Stamped]]:
    """Return the new words, each with the time of its counterpart in the tail, and the tail behind the last of them."""
    stamps = [(word, at_s) for word in new]
    used = 0
    for block in SequenceMatcher(None, [word for word, _ in tail], new, autojunk=False).get_matching_blocks():
        for i in range(block.size):
            stamps[block.b + i] = tail[block.a + i]
            used = block.a + i + 1
    return stamps, tail[used:]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was said beside what was heard."""

    said: list[tuple[str, Spoken]] = field(repr=False)
    heard: list[Heard] = field(repr=False)
    pairs: list[Pair] = field(repr=False)

    @property
    def errors(self) -> Errors:
        """Word errors of the committed text."""
        return count([word for word, _ in self.said], [item.word for item in self.heard], self.pairs)

    def add_delays(self, delays: WordDelays, is_counted: Callable[[float], bool] = lambda _: True) -> None:
        """Add the delays of the words whose end (in seconds) is counted."""
        for i, j in self.pairs:
            if i is not None and j is not None and is_counted(end_s := self.said[i][1].end_ms / 1000):
                delays.committed.append(self.heard[j].committed_s - end_s)
                delays.first.append(self.heard[j].first_s - end_s)

    def sentence_ends(self) -> SentenceEnds:
        """Return how many sentence ends were said and how many have no counterpart in what was heard."""
        last = {i for i, (_, piece) in enumerate(self.said) if is_sentence_end(piece.text) and self._is_last(i)}
        found = {i for i, j in self.pairs if i is not None and j is not None}
        return SentenceEnds(len(last), len(last - found))

    def _is_last(self, i: int) -> bool:
        """Return whether it is the last word of its piece: "38,4." is four words."""
        return i + 1 == len(self.said) or self.said[i + 1][1] is not self.said[i][1]


def compare(spoken: Sequence[Spoken], messages: Sequence[Shown]) -> Comparison:
    """Align what was said on a channel with what was committed."""
    said = [(word, piece) for piece in spoken for word in words(piece.text)]
    committed = heard(messages)
    return Comparison(said, committed, align([word for word, _ in said], [item.word for item in committed]))


def refreshes(messages: Sequence[Shown], is_counted: Callable[[float], bool]) -> list[float]:
    """Return the moments at which the text was refreshed."""
    moments: list[float] = []
    for message in messages:
        if is_counted(message.at_s) and (not moments or message.at_s - moments[-1] > _SAME_MOMENT_S):
            moments.append(message.at_s)
    return moments


def percentiles(values: Sequence[float], which: Sequence[int] = (50, 95, 99)) -> dict[str, float | None]:
    """Return percentiles (nearest rank), rounded to milliseconds; None where nothing was measured."""
    ranked = sorted(values)
    return {f"p{p}": round(ranked[-(-p * len(ranked) // 100) - 1], 3) if ranked else None for p in which}
