"""What a client was shown and when, in; delays of words, lost sentence ends and refresh rates, out.  No I/O.

The same for every server that is measured: its messages are read as `Shown`, and only this is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from benchmarks.generated import Spoken
from benchmarks.scoring import Errors, Pair, align, count, words
from benchmarks.talk import is_sentence_end

_SAME_MOMENT_S = 0.03  # messages so close are one refresh


@dataclass(frozen=True, slots=True)
class Shown:
    """How the text stood after a message that has text."""

    at_s: float
    """When the client had it: seconds since the first sample was spoken."""
    committed: str = field(repr=False)
    """All text that the server marks as final so far."""
    text: str = field(repr=False)
    """All text, what may still change included."""


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


class Stamps:
    """Words of a text that grows and changes, and since when each stands there."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.since_s: list[float] = []
        self.taken_back = 0
        """Words that stood there once and were removed or changed."""
        self._text = ""

    def receive(self, text: str, at_s: float) -> None:
        """The whole text is now `text`.  A word that stays while the text around it changes keeps its time."""
        if text == self._text:
            return
        self._text = text
        new = words(text)
        same = next((i for i, (a, b) in enumerate(zip(self.words, new, strict=False)) if a != b), None)
        same = min(len(self.words), len(new)) if same is None else same
        since = [at_s] * (len(new) - same)
        stayed = 0
        for block in SequenceMatcher(None, self.words[same:], new[same:], autojunk=False).get_matching_blocks():
            since[block.b : block.b + block.size] = self.since_s[same + block.a : same + block.a + block.size]
            stayed += block.size
        self.taken_back += len(self.words) - same - stayed
        self.words, self.since_s = new, self.since_s[:same] + since


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was said beside what was heard."""

    said: list[tuple[str, Spoken]] = field(repr=False)
    heard: list[Heard] = field(repr=False)
    pairs: list[Pair] = field(repr=False)
    taken_back: int = 0
    """Words that were committed and did not stay."""

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


def compare(spoken: Sequence[Spoken], messages: Iterable[Shown]) -> Comparison:
    """Align what was said on a channel with what was committed in the end."""
    committed, text = Stamps(), Stamps()
    for message in messages:
        committed.receive(message.committed, message.at_s)
        text.receive(message.text, message.at_s)
    heard = _heard(committed, text)
    said = [(word, piece) for piece in spoken for word in words(piece.text)]
    pairs = align([word for word, _ in said], committed.words)
    return Comparison(said, heard, pairs, committed.taken_back)


def _heard(committed: Stamps, text: Stamps) -> list[Heard]:
    """Return the committed words with both times; text behind them that was never committed does not count."""
    first = list(committed.since_s)
    for block in SequenceMatcher(None, text.words, committed.words, autojunk=False).get_matching_blocks():
        first[block.b : block.b + block.size] = text.since_s[block.a : block.a + block.size]
    times = zip(committed.words, first, committed.since_s, strict=True)
    return [Heard(word, min(first_s, committed_s), committed_s) for word, first_s, committed_s in times]


def refreshes(messages: Iterable[Shown], is_counted: Callable[[float], bool]) -> list[float]:
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
