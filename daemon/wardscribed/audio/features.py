"""Log-mel features, incremental: each frame is computed once, when its samples are there.

Frame i is centred at sample i * 160 of the session and spans 200 samples to each side.  The numbers are Whisper's
(Radford et al. 2022, section 2.2): Hann window of 400 samples, power spectrum, triangular mel filters, log10.  Its
normalisation depends on the loudest value of the whole window, so it is applied when a window is asked for.
"""

from __future__ import annotations

import functools
import threading

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from wardscribed.audio.buffer import AbsoluteArray, PcmBuffer
from wardscribed.values import SAMPLE_RATE

HOP = 160
"""Samples from one frame to the next (10 ms)."""
_SPAN = 400  # samples under one frame's Hann window
_HALF = _SPAN // 2
_SILENCE = -10.0  # log10 of the smallest power that is told from none
_DYNAMIC_RANGE = 8.0  # log10 units below the loudest value at which Whisper clamps

_HANN = np.hanning(_SPAN + 1)[:-1].astype(np.float32)  # periodic: as if the next period began where this one ends


class LogMel:
    """Log-mel frames of one channel.  One thread appends while others ask for windows.

    Frames are computed when a window first asks for them, many at a time: those that nobody asks for, in silence, cost
    nothing.  The first frame sees zeros where there was no audio yet.  The last one or two frames that lack samples
    after their centre are computed on request, as if silence followed, and are not kept: once the samples are there, so
    is the true frame.
    """

    def __init__(self, n_mels: int = 80, start: int = 0) -> None:
        """`start` is the sample at which the channel begins."""
        self._filters = mel_filters(n_mels)
        first = start // HOP
        self._lock = threading.Lock()  # one thread hears, others decode
        self._frames = AbsoluteArray(np.float32, (n_mels,), start=first)  # raw log10-mel, a row a frame
        # Samples that frames still to come will need.  Position p holds sample p - 200, so that frame i spans
        # i * 160 .. i * 160 + 400.
        self._pcm = PcmBuffer(first * HOP)
        self._pcm.append(np.zeros(start + _HALF - first * HOP, np.int16))

    @property
    def end_frame(self) -> int:
        """The frame after the last one that the samples complete."""
        return max((self._pcm.end - _SPAN) // HOP + 1, self._frames.end)

    def append(self, samples: NDArray[np.int16]) -> None:
        """Add samples."""
        with self._lock:
            self._pcm.append(samples)

    def _complete(self) -> None:
        """Compute the frames that lack nothing, each once."""
        first, end = self._frames.end, self.end_frame
        if end > first:
            self._frames.append(self._log_mel(self._pcm.view(first * HOP, (end - 1) * HOP + _SPAN)))
            self._pcm.forget(end * HOP)

    def window(self, start: int, end: int, frames: int) -> NDArray[np.float32]:
        """Return what Whisper reads for the samples start..end: [n_mels, frames], normalised, silence to the right.

        The first frame is `start // 160`: times within the window count from sample `start // 160 * 160`.

        Raises ValueError where frames are forgotten, samples have not come, or there are more than `frames`.
        """
        first, stop = start // HOP, -(-end // HOP)
        with self._lock:
            if not (start <= end <= self._pcm.end - _HALF and stop - first <= frames):
                raise ValueError(f"no window of {frames} frames can hold the samples {start}..{end}")
            self._complete()
            complete = self._frames.view(first, max(first, min(stop, self.end_frame)))
            raw = np.concatenate([complete, self._unfinished(max(first, self.end_frame), stop)])
        floor = max(float(raw.max(initial=_SILENCE)) - _DYNAMIC_RANGE, _SILENCE)
        window = np.full((len(self._filters[0]), frames), floor, np.float32)
        np.maximum(raw.T, floor, out=window[:, : len(raw)])
        return (window + 4.0) / 4.0

    def forget(self, before: int) -> None:
        """Drop the frames that lie before the sample; those of a window that starts there are kept."""
        with self._lock:
            first = min(before // HOP, self.end_frame)
            if first > self._frames.end:
                self._frames.skip_to(first)
                self._pcm.forget(first * HOP)
            else:
                self._frames.forget(first)

    def wipe(self) -> None:
        """Overwrite and drop everything.  The object cannot be used again."""
        with self._lock:
            self._frames.wipe()
            self._pcm.wipe()

    def _unfinished(self, first: int, stop: int) -> NDArray[np.float32]:
        if stop <= first:
            return np.empty((0, len(self._filters[0])), np.float32)
        padded = np.zeros((stop - 1 - first) * HOP + _SPAN, np.int16)
        known = self._pcm.view(first * HOP, self._pcm.end)[: len(padded)]
        padded[: len(known)] = known
        return self._log_mel(padded)

    def _log_mel(self, pcm: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return the frames [n, n_mels] of 400 + (n - 1) * 160 samples."""
        samples = pcm.astype(np.float32) / 32768
        spectrum = np.fft.rfft(sliding_window_view(samples, _SPAN)[::HOP] * _HANN)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)
        mel: NDArray[np.float32] = np.maximum(power @ self._filters, np.float32(10.0**_SILENCE))
        return np.log10(mel, out=mel)


@functools.cache
def mel_filters(n_mels: int) -> NDArray[np.float32]:
    """Return the filter bank [201, n_mels]: triangles on the mel scale up to 8 kHz, each of unit area in Hz.

    Scale and area are those of M. Slaney, Auditory Toolbox, technical report 1998-010, which Whisper's filters follow.
    """
    edges = _hertz(np.linspace(0.0, _mel(SAMPLE_RATE / 2), n_mels + 2))
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    bins = np.fft.rfftfreq(_SPAN, 1 / SAMPLE_RATE)[:, np.newaxis]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    filters = (np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (high - low)).astype(np.float32)
    filters.flags.writeable = False  # shared by all channels
    return filters


# Slaney's scale: linear up to 1,000 Hz = 15 mel, then 27 mel for each factor of 6.4.
_LINEAR_HZ, _LINEAR_MEL, _MELS_PER_NEPER = 1000.0, 15.0, 27.0 / np.log(6.4)


def _mel(hertz: float) -> float:
    """Return the mel value of a frequency of at least 1 kHz."""
    return float(_LINEAR_MEL + _MELS_PER_NEPER * np.log(hertz / _LINEAR_HZ))


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = mel * (_LINEAR_HZ / _LINEAR_MEL)
    logarithmic = _LINEAR_HZ * np.exp((mel - _LINEAR_MEL) / _MELS_PER_NEPER)
    return np.where(mel < _LINEAR_MEL, linear, logarithmic)
