"""One channel from samples to utterance bounds; all channels share one VAD call a step.

`put` and `flush` may be called from the event loop at any time; everything else happens in the audio thread, one pass
at a time, so nothing here needs a lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardscribed.audio.buffer import PcmBuffer
from wardscribed.audio.endpointing import (
    Endpointer,
    EndpointSettings,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
)
from wardscribed.audio.features import LogMel
from wardscribed.audio.quality import QualityMeter, QualityReport
from wardscribed.audio.vad import WINDOW, Vad, VadState


@dataclass(frozen=True, slots=True)
class Flushed:
    """Everything that was put before a `flush` is heard, up to sample `at`."""

    at: int


Heard = SpeechEvent | Flushed

_MAX_WINDOWS_A_PASS = 320  # ~10 s of audio: a long file must not keep the others waiting
_FULL_SCALE = 32_768.0


class Listener:
    """The ears of one channel."""

    def __init__(self, settings: EndpointSettings, n_mels: int) -> None:
        self.received = 0
        """Samples handed in."""
        self.heard = 0
        """Samples that went through the VAD."""
        self.keep_from = 0
        """Features before this sample will not be asked for; set by the session, obeyed at the next pass."""
        self._settings = settings
        self._n_mels = n_mels
        self._inbox: deque[NDArray[np.int16] | None] = deque()  # None: flush here
        self._vad = VadState()
        self.begin_at(0, 0)
        self._meter = QualityMeter()
        self._events: list[Heard] = []

    def begin_at(self, received: int, heard: int) -> None:
        """Begin at sample `heard` instead of 0; what is put in begins at `received` and is passed over till then.

        To be called before anything is put in.
        """
        self.received, self.heard, self.keep_from = received, heard, heard
        self._begins_at = heard
        self._buffer = PcmBuffer(heard)
        self._mel = LogMel(self._n_mels, heard)
        self._endpointer = Endpointer(self._settings, heard)

    def successor(self, received: int) -> Listener:
        """Return ears as new, which go on at sample `received`."""
        new = Listener(self._settings, self._n_mels)
        new.begin_at(received, received)
        return new

    def put(self, samples: NDArray[np.int16]) -> None:
        """Take the channel's next samples, shape [n]."""
        known = max(self._begins_at - self.received, 0)
        self.received += len(samples)
        if known < len(samples):
            self._inbox.append(samples[known:])

    def flush(self) -> None:
        """End the utterance that is open once all samples put so far are heard; then a `Flushed` comes."""
        self._inbox.append(None)

    @property
    def has_pending(self) -> bool:
        """Whether a pass would find something to do."""
        return bool(self._inbox) or self._buffer.end - self.heard >= WINDOW

    def take_events(self) -> list[Heard]:
        """Return what was heard since the last call, in order."""
        events, self._events = self._events, []
        return events

    def quality(self) -> QualityReport:
        """Return how the microphone does."""
        return self._meter.report()

    def window(self, start: int, end: int, frames: int) -> NDArray[np.float32]:
        """Return the normalised log-mel of samples start..end, shape [n_mels, frames], padded with silence."""
        return self._mel.window(start, end, frames)

    def wipe(self) -> None:
        """Overwrite and drop all audio and features."""
        self._inbox.clear()
        self._buffer.wipe()
        self._mel.wipe()
        self._vad.reset()

    def next_window(self) -> NDArray[np.float32] | None:
        """Return the next 512 samples for the VAD (±1), or None; flushes that come first are done on the way."""
        while self._buffer.end - self.heard < WINDOW:
            if not self._inbox:
                return None
            self._take(self._inbox.popleft())
        samples = self._buffer.view(self.heard, self.heard + WINDOW)
        return samples.astype(np.float32) / _FULL_SCALE

    def receive_probability(self, probability: float) -> None:
        """Take the VAD's answer to the last `next_window`."""
        samples = self._buffer.view(self.heard, self.heard + WINDOW)
        self._meter.receive(samples, probability >= 0.5)
        self.heard += WINDOW
        self._buffer.forget(self.heard)
        self._events += self._endpointer.receive(probability)

    def _take(self, samples: NDArray[np.int16] | None) -> None:
        if samples is None:
            self._events += self._endpointer.flush(remainder=self._buffer.end - self.heard)
            self._events.append(Flushed(self._buffer.end))
            return
        self._buffer.append(samples)
        self._mel.append(samples)
        self._mel.forget(max(0, self.keep_from))


def position(event: Heard) -> int:
    """Return the sample that an event is about; 0 where it follows at once on the one before."""
    match event:
        case SpeechStarted():
            return event.start
        case SpeechPaused() | Flushed():
            return event.at
        case SpeechEnded():
            return event.end
    return 0


def listen(listeners: Sequence[Listener], vad: Vad) -> None:
    """Run one pass: the new windows of all `listeners` through the VAD, one batched call a step."""
    for _ in range(_MAX_WINDOWS_A_PASS):
        ready = [(listener, window) for listener in listeners if (window := listener.next_window()) is not None]
        if not ready:
            return
        windows = np.stack([window for _, window in ready])
        probabilities = vad.probabilities(windows, [listener._vad for listener, _ in ready])
        for (listener, _), probability in zip(ready, probabilities, strict=True):
            listener.receive_probability(float(probability))
