"""How the microphone does: level, clipping, signal to noise, silence.  Audio is the clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardscribed.values import SAMPLE_RATE

_FULL_SCALE = 32768.0
_LARGEST = 32767 / 32768
_QUIETEST = 1 / (12 * _FULL_SCALE**2)  # power of the rounding noise of 16 bits: -101 dB; keeps digital zero finite
_LEVEL_S = 0.3  # how far back the level looks; one that is switched off falls by 14 dB a second
_FLOOR_S = 5.0  # how far back the speech level and the noise floor look
_CLIPPED_SAMPLES = 3  # one full-scale sample is chance; three in one chunk are not
_CLIPPING_S = 2.0  # how long clipping is reported after it was heard


@dataclass(frozen=True, slots=True)
class QualityReport:
    """One channel, as it is now."""

    level_db: float
    """RMS level of about the last half second, relative to full scale."""
    is_clipping: bool
    snr_db: float
    """Speech level above the noise floor; 0 until both were heard."""
    silence_s: float
    """Seconds since speech was last heard, or since the channel began."""


class QualityMeter:
    """Watches one channel.  Feed it every chunk, with the speech detector's opinion."""

    def __init__(self) -> None:
        self._heard = 0  # samples
        self._last_speech = 0  # sample up to which speech was heard
        self._last_clipping: int | None = None  # sample up to which clipping was heard
        self._level = _Average(_LEVEL_S)  # power
        self._speech = _Average(_FLOOR_S)  # power
        self._noise_db = _Average(_FLOOR_S)  # in dB, so that a slammed door does not lift the floor

    def receive(self, samples: NDArray[np.int16], is_speech: bool) -> None:
        """Take the next chunk (about a window long, so that `is_speech` holds for all of it)."""
        if not len(samples):
            return
        self._heard += len(samples)
        scaled = samples.astype(np.float32) / np.float32(_FULL_SCALE)
        power = max(float(scaled.dot(scaled)) / len(samples), _QUIETEST)
        self._level.receive(power, len(samples))
        if is_speech:
            self._last_speech = self._heard
            self._speech.receive(power, len(samples))
        else:
            self._noise_db.receive(_decibel(power), len(samples))
        if scaled.max() >= _LARGEST or scaled.min() <= -1.0:  # hardly ever, so counting may cost
            self._look_for_clipping(samples)

    def _look_for_clipping(self, samples: NDArray[np.int16]) -> None:
        if np.count_nonzero((samples == 32767) | (samples == -32768)) >= _CLIPPED_SAMPLES:
            self._last_clipping = self._heard

    def report(self) -> QualityReport:
        """Return how the channel does now."""
        speech, noise_db = self._speech.value, self._noise_db.value
        return QualityReport(
            level_db=_decibel(self._level.value or _QUIETEST),
            is_clipping=self._last_clipping is not None and self._seconds_since(self._last_clipping) < _CLIPPING_S,
            snr_db=0.0 if speech is None or noise_db is None else max(0.0, _decibel(speech) - noise_db),
            silence_s=self._seconds_since(self._last_speech),
        )

    def _seconds_since(self, sample: int) -> float:
        return (self._heard - sample) / SAMPLE_RATE


class _Average:
    """An average that forgets: what lies `seconds` back weighs 1/e."""

    def __init__(self, seconds: float) -> None:
        self.value: float | None = None  # None until something was heard
        self._samples = seconds * SAMPLE_RATE

    def receive(self, value: float, samples: int) -> None:
        kept = 0.0 if self.value is None else math.exp(-samples / self._samples)
        self.value = (self.value or 0.0) * kept + value * (1 - kept)


def _decibel(power: float) -> float:
    return 10 * math.log10(power)
