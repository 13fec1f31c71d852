"""The plain values that pass between the parts of the daemon.

Positions are integer samples (16 kHz) since the session began: audio is the clock.  Fields that can hold speech are
left out of `repr`, so that no traceback or assertion prints them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SAMPLE_RATE = 16_000
INAUDIBLE = "[uhørbart]"
"""Stands in the transcript for what could not be heard or decoded."""


def samples(ms: int) -> int:
    """Return the number of samples in `ms` milliseconds."""
    return ms * SAMPLE_RATE // 1000


def milliseconds(sample: int) -> int:
    """Return the time of a sample position in whole milliseconds."""
    return sample * 1000 // SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Word:
    """One heard word; `start` and `end` are samples, `p` its probability (0–1)."""

    text: str = field(repr=False)
    start: int
    end: int
    p: float

    @property
    def middle(self) -> int:
        """The sample in its middle."""
        return (self.start + self.end) // 2


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The words of one decode of the utterance so far."""

    words: tuple[Word, ...] = field(repr=False)
    end: int
    """The sample up to which the decoder heard."""

    def since(self, sample: int) -> Hypothesis:
        """Return it without the words whose middle lies before `sample`."""
        return Hypothesis(tuple(word for word in self.words if word.middle >= sample), self.end)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said in one go: the note's input.  Live, a turn is an utterance and `id` its number."""

    id: int
    speaker: str | None
    """clinician, patient, other, or None where nobody knows."""
    text: str = field(repr=False)
    p: Sequence[float] = ()
    """Probability of each white-space separated word of `text`; empty where it was typed."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation in order."""

    language: str
    """nb, nn or en."""
    turns: tuple[Turn, ...] = field(repr=False)
