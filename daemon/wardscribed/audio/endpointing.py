"""Speech probabilities in, utterance bounds out.

    state     speech?    next      what happens
    SILENCE   yes        STARTING  remember where
    STARTING  no         SILENCE   it was a click
    STARTING  yes        SPEECH    once it has lasted min_speech: SpeechStarted
    SPEECH    no         TRAILING  remember where
    TRAILING  yes        SPEECH    SpeechResumed, if SpeechPaused was sent
    TRAILING  no         TRAILING  once it has lasted speculative: SpeechPaused
    TRAILING  no         SILENCE   once it has lasted min_silence (soft_silence in a long utterance): SpeechEnded
    SPEECH, TRAILING     the same  where there is no room for another window: cut (SpeechEnded, SpeechStarted)
    any       flush      SILENCE   SpeechEnded, if an utterance is open

All else leaves the state as it is.  In SILENCE a probability of `threshold` is speech; in every other state
`release_threshold` is enough, so that a word that fades out does not end its utterance.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from wardscribed.errors import ConfigError
from wardscribed.values import samples

WINDOW = 512
"""Samples a probability stands for."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """When an utterance begins and ends.  Times count in whole windows of 32 ms, rounded up."""

    threshold: float = 0.5
    release_threshold: float = 0.35
    min_speech_ms: int = 96
    """What is shorter is a click: the shortest synthetic "ja" lasts twice as long, most clatter of a kitchen less."""
    min_silence_ms: int = 500
    """The pause that ends an utterance."""
    speculative_ms: int = 160
    """The pause after which it is worth decoding as if the utterance had ended."""
    pre_roll_ms: int = 300
    """How much of the audio before the first speech belongs to the utterance: soft beginnings."""
    pad_ms: int = 400
    """How much of the silence after the last speech belongs to the utterance."""
    soft_limit_ms: int = 12_000
    """From this length on a pause of `soft_silence_ms` is enough."""
    soft_silence_ms: int = 200
    max_utterance_ms: int = 28_000
    """No utterance is longer: Whisper's encoder reads 30 s."""

    def __post_init__(self) -> None:
        """Raise ConfigError where the settings contradict each other."""
        if not 0 < self.release_threshold <= self.threshold < 1:
            raise ConfigError("release_threshold must lie above 0 and not above threshold, and threshold below 1")
        if min(self.min_speech_ms, self.min_silence_ms, self.soft_silence_ms, self.speculative_ms) <= 0:
            raise ConfigError("min_speech_ms, min_silence_ms, soft_silence_ms and speculative_ms must be positive")
        if self.pre_roll_ms < 0 or self.pad_ms < 0:
            raise ConfigError("pre_roll_ms and pad_ms must not be negative")
        # Otherwise an utterance could be too long before it has begun, or be cut where there is nothing to choose from.
        if self.max_utterance_ms < 1000 + 2 * (self.pre_roll_ms + self.min_speech_ms):
            raise ConfigError("max_utterance_ms must be 1000 more than twice pre_roll_ms and min_speech_ms")


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """An utterance began at sample `start`, which lies before now and never before the last one's end."""

    start: int


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The utterance may be over: a decode of all up to sample `at` is likely to be the final one."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The utterance was not over.  `pause` is the sample in the middle of the pause: no word lies across it."""

    pause: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The utterance is over.  `is_cut`: for its length; the next one begins at `end` exactly."""

    start: int
    end: int
    is_cut: bool


SpeechEvent = SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded


class _State(enum.Enum):
    SILENCE = enum.auto()
    STARTING = enum.auto()
    SPEECH = enum.auto()
    TRAILING = enum.auto()


class Endpointer:
    """One channel's state machine.  Each probability stands for the next 512 samples."""

    def __init__(self, settings: EndpointSettings | None = None, start: int = 0) -> None:
        """`start` is the sample at which the first window begins."""
        self._settings = settings or EndpointSettings()
        self._state = _State.SILENCE
        self._position = start  # sample up to which was heard
        self._free_from = start  # end of the last utterance, or where audio began: the next cannot reach back further
        self._speech_start = 0  # STARTING: where speech was first heard
        self._start = 0  # SPEECH, TRAILING: start of the utterance
        self._silence_start = 0  # TRAILING: where the pause began
        self._is_paused = False  # TRAILING: whether SpeechPaused was sent
        self._cut = _CutPoint()  # SPEECH, TRAILING: where to cut, should the utterance grow too long

    @property
    def position(self) -> int:
        """The sample at which the next window begins."""
        return self._position

    def receive(self, probability: float) -> list[SpeechEvent]:
        """Take the speech probability of the next window and return what follows from it, in order."""
        settings = self._settings
        level = settings.threshold if self._state is _State.SILENCE else settings.release_threshold
        is_speech = probability >= level
        window_start, self._position = self._position, self._position + WINDOW
        events: list[SpeechEvent] = []
        match self._state, is_speech:
            case _State.SILENCE, True:
                self._state, self._speech_start = _State.STARTING, window_start
                events = self._start_if_sustained()
            case _State.STARTING, False:
                self._state = _State.SILENCE
            case _State.STARTING, True:
                events = self._start_if_sustained()
            case _State.SPEECH, False:
                self._state, self._silence_start = _State.TRAILING, window_start
                events = self._end_if_silent()
            case _State.TRAILING, True:
                events = self._resume(window_start)
            case _State.TRAILING, False:
                events = self._end_if_silent()
        return events + self._cut_if_full(window_start, probability, is_speech)

    def flush(self, remainder: int = 0) -> list[SpeechEvent]:
        """End what is open: no more audio comes, or not soon.

        `remainder` counts the samples after the last whole window.  They belong to the utterance that is open, and may
        be heard again as the beginning of the next window, but not in the next utterance.
        """
        end = self._position + remainder
        match self._state:
            case _State.SPEECH:
                return self._end(end)
            case _State.TRAILING:
                return self._end(min(self._silence_start + samples(self._settings.pad_ms), end))
            case _:
                self._state = _State.SILENCE
                return []

    def skip(self, count: int) -> list[SpeechEvent]:
        """Pass over `count` samples that nobody hears; what is open ends before them."""
        events = self.flush()
        self._position += count
        self._free_from = self._position
        return events

    def _start_if_sustained(self) -> list[SpeechEvent]:
        if self._position - self._speech_start < samples(self._settings.min_speech_ms):
            return []
        return self._begin(max(self._free_from, self._speech_start - samples(self._settings.pre_roll_ms)))

    def _begin(self, start: int) -> list[SpeechEvent]:
        self._state, self._start = _State.SPEECH, start
        # Only the latter half is searched, so that two cuts never follow each other closely.
        self._cut = _CutPoint(start + samples(self._settings.max_utterance_ms) // 2)
        return [SpeechStarted(start)]

    def _resume(self, at: int) -> list[SpeechEvent]:
        self._state = _State.SPEECH
        was_paused, self._is_paused = self._is_paused, False
        return [SpeechResumed((self._silence_start + at) // 2)] if was_paused else []

    def _end_if_silent(self) -> list[SpeechEvent]:
        silence = self._position - self._silence_start
        if silence >= samples(self._end_silence_ms()):
            return self._end(min(self._silence_start + samples(self._settings.pad_ms), self._position))
        if silence >= samples(self._settings.speculative_ms) and not self._is_paused:
            self._is_paused = True
            return [SpeechPaused(self._position)]
        return []

    def _end_silence_ms(self) -> int:
        if self._position - self._start < samples(self._settings.soft_limit_ms):
            return self._settings.min_silence_ms
        return min(self._settings.min_silence_ms, self._settings.soft_silence_ms)

    def _end(self, end: int, is_cut: bool = False) -> list[SpeechEvent]:
        self._state, self._is_paused, self._free_from = _State.SILENCE, False, end
        return [SpeechEnded(self._start, end, is_cut)]

    def _cut_if_full(self, window_start: int, probability: float, is_speech: bool) -> list[SpeechEvent]:
        if self._state not in (_State.SPEECH, _State.TRAILING):
            return []
        self._cut.receive(window_start, probability, not is_speech)
        if self._position + WINDOW - self._start <= samples(self._settings.max_utterance_ms):
            return []
        state, sample = self._state, self._cut.sample
        events = self._end(sample, is_cut=True) + self._begin(sample)
        self._state, self._silence_start = state, max(self._silence_start, sample)
        return events


class _CutPoint:
    """The best place to cut so far: the middle of the longest pause, or else of the least likely speech.

    Of equals the later one, which leaves less to be heard without what came before it.
    """

    def __init__(self, earliest: int = 0) -> None:
        self.sample = earliest
        self._earliest = earliest  # windows that begin before are passed over
        self._quiet_windows = 0  # in the pause up to now
        self._best: tuple[int, float] = (0, -1.0)  # (quiet windows, minus the probability) at `sample`

    def receive(self, window_start: int, probability: float, is_quiet: bool) -> None:
        """Take the utterance's next window."""
        if window_start < self._earliest:
            return
        self._quiet_windows = self._quiet_windows + 1 if is_quiet else 0
        quality = (self._quiet_windows, -probability)
        if quality >= self._best:
            self._best = quality
            # A pause of n windows ends where this window does; so does "a pause" of none, which is this window.
            self.sample = window_start + WINDOW - max(1, self._quiet_windows) * WINDOW // 2
