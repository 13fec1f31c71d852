"""What a session holds for one channel."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from wardscribe.protocol import Role
from wardscribed.audio.endpointing import SpeechEnded
from wardscribed.audio.listener import Listener
from wardscribed.utterance import OpenUtterance, UtteranceSettings
from wardscribed.values import SAMPLE_RATE, Turn, Word

_KEEP = SAMPLE_RATE  # behind the ear: an utterance begins before the VAD is sure of it
_LONGEST = 28 * SAMPLE_RATE  # what can be decoded at once


class Said:
    """One ended utterance, the note's raw material, in as few bytes as hours of talk ask for."""

    __slots__ = ("_ps", "_text", "_times", "channel", "number", "start")

    def __init__(self, number: int, channel: int, start: int, words: Sequence[Word]) -> None:
        """`start` is the utterance's first sample."""
        self.number = number
        self.channel = channel
        self.start = start
        self._text = " ".join(word.text for word in words)
        self._times = array("q", (time for word in words for time in (word.start, word.end)))
        self._ps = array("f", (word.p for word in words))

    @property
    def words(self) -> tuple[Word, ...]:
        """The committed words."""
        ends = zip(self._times[::2], self._times[1::2], strict=True)
        return tuple(Word(text, *times, p) for text, times, p in zip(self._text.split(), ends, self._ps, strict=True))

    def turn(self, speaker: str | None) -> Turn:
        """Return it as the note reads it."""
        return Turn(self.number, speaker, self._text, self._ps)


@dataclass(slots=True)
class Interrupted:
    """An utterance that a restart of the daemon interrupted: it goes on with the next speech that is heard."""

    number: int
    start: int
    words: list[Word] = field(default_factory=list, repr=False)
    """Committed so far."""


class Track:
    """One channel: its ears, and the utterances whose words are not all committed."""

    def __init__(self, role: Role, listener: Listener) -> None:
        self.role = role
        self.listener = listener
        self.open: deque[OpenUtterance] = deque()  # oldest first; only the last can still be growing
        self.words: list[Word] = []  # committed words of open[0]
        self.said_to = 0  # sample where the last committed word of an ended utterance ends
        self.flushes = 0  # flushes asked for and not done yet
        self.heard = 0  # samples of which all events were received; the listener may be further
        self.ended_at = 0  # sample at which the last utterance ended whose words are all committed
        self.listen_from = 0  # sample at which a restored session began to listen
        self.interrupted: deque[Interrupted] = deque()  # oldest first
        self.former: list[Listener] = []  # ears that failed, to be overwritten with the rest
        self.unheard_from: int | None = None  # a passage that could not be heard, up to `listen_from`, and is not told

    @property
    def needed_from(self) -> int:
        """The sample from which audio may still be decoded."""
        if self.open:
            return self.open[0].window_start
        return self.listen_from if self.interrupted else self.listener.heard - _KEEP

    @property
    def unsaid_from(self) -> int:
        """The sample from which a new session would have to listen, to miss and to repeat nothing."""
        if self.unheard_from is not None:
            return self.unheard_from
        if self.open:
            return self.open[0].start
        if self.interrupted:
            return self.listen_from
        return max(self.ended_at, self.heard - _KEEP, self.listen_from)

    def begin_anew(self, received: int) -> None:
        """Go on with new ears, which hear what comes after sample `received`."""
        self.former.append(self.listener)
        self.listener = self.listener.successor(received)
        self.listen_from = self.heard = received
        self.flushes = 0

    def go_on(self, channel: int, start: int, settings: UtteranceSettings) -> OpenUtterance:
        """Go on at `start` with the oldest utterance that a restart interrupted; its committed words stay."""
        interrupted = self.interrupted.popleft()
        self.words += interrupted.words  # only the oldest can have some
        self.open.append(OpenUtterance(interrupted.number, channel, start, settings, interrupted.words))
        return self.open[-1]

    def rest_of_interrupted(self) -> SpeechEnded:
        """Return the bounds of the oldest interrupted utterance where nothing more was heard of it."""
        start = max(self.interrupted[0].start, self.listen_from)
        following = self.interrupted[1].start if len(self.interrupted) > 1 else self.listener.heard
        return SpeechEnded(start, max(start, min(following, start + _LONGEST)), is_cut=False)
