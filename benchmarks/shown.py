"""What a client was shown and when, in; delays of words, lost sentence ends and refresh rates, out.  No I/O.

The same for every server that is measured: its messages are read as `Shown`, and only this is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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


@dataclass(slots=True)
class WordDelays:
    """Seconds from a word's end in the audio, a figure a word that was said and heard (perhaps as another one)."""

    committed: list[float] = field(default_factory=list)
    """Until it was committed."""
    first: list[float] = field(default_factory=list)
    """Until it was shown, committed or not; also of words that were never committed."""


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


class Comparison:
    """What was said on a channel beside what was committed and shown in the end."""

    def __init__(self, spoken: Sequence[Spoken], messages: Iterable[Shown]) -> None:
        self.committed, self.text = Stamps(), Stamps()
        for message in messages:
            self.committed.receive(message.committed, message.at_s)
            self.text.receive(message.text, message.at_s)
        self._said = [(word, piece) for piece in spoken for word in words(piece.text)]
        self._pairs = self._aligned(self.committed)

    def _aligned(self, heard: Stamps) -> list[Pair]:
        return align([word for word, _ in self._said], heard.words)

    @property
    def errors(self) -> Errors:
        """Word errors of the committed text."""
        return count([word for word, _ in self._said], self.committed.words, self._pairs)

    def add_delays(self, delays: WordDelays, is_counted: Callable[[float], bool] = lambda _: True) -> None:
        """Add the delays of the words whose end (in seconds) is counted."""
        delays.committed += self._delays(self._pairs, self.committed, is_counted)
        delays.first += self._delays(self._aligned(self.text), self.text, is_counted)

    def _delays(self, pairs: Iterable[Pair], heard: Stamps, is_counted: Callable[[float], bool]) -> Iterator[float]:
        for i, j in pairs:
            if i is not None and j is not None and is_counted(end_s := self._said[i][1].end_ms / 1000):
                yield heard.since_s[j] - end_s

    def sentence_ends(self) -> SentenceEnds:
        """Return how many sentence ends were said and how many have no counterpart in the committed text."""
        last = {i for i, (_, piece) in enumerate(self._said) if is_sentence_end(piece.text) and self._is_last(i)}
        found = {i for i, j in self._pairs if i is not None and j is not None}
        return SentenceEnds(len(last), len(last - found))

    def _is_last(self, i: int) -> bool:
        """Return whether it is the last word of its piece: "38,4." is four words."""
        return i + 1 == len(self._said) or self._said[i + 1][1] is not self._said[i][1]


def refreshes(messages: Iterable[Shown], is_counted: Callable[[float], bool]) -> list[float]:
    """Return the moments at which the text changed."""
    moments: list[float] = []
    before = ("", "")
    for message in messages:
        now = (message.committed, message.text)
        is_new = not moments or message.at_s - moments[-1] > _SAME_MOMENT_S
        if now != before and is_new and is_counted(message.at_s):
            moments.append(message.at_s)
        before = now
    return moments


def percentiles(values: Sequence[float], which: Sequence[int] = (50, 95, 99)) -> dict[str, float | None]:
    """Return percentiles (nearest rank), rounded to milliseconds; None where nothing was measured."""
    ranked = sorted(values)
    return {f"p{p}": round(ranked[-(-p * len(ranked) // 100) - 1], 3) if ranked else None for p in which}
