"""Whisper's log-mel, without its window-wide clamp, kept as one byte a value.

Same filters and transform as faster_whisper.feature_extractor.FeatureExtractor (80 Slaney mels,
n_fft 400, hop 160); the clamp to the loudest value and the scaling come when a window is composed.
"""

import numpy as np
from numpy.typing import NDArray

N_FFT, HOP, MELS, RATE = 400, 160, 80, 16_000
FLOOR, STEP = -9.0, 0.05
"""log10 power of byte 0 and of one byte: 0.05 is 0.5 dB, 0.0125 after Whisper's scaling."""
_LOGSTEP = np.log(6.4) / 27.0


def _mel_to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale: linear up to 1 kHz (15 mels), logarithmic above."""
    return np.where(mels < 15.0, mels * 200.0 / 3, 1000.0 * np.exp(_LOGSTEP * (mels - 15.0)))


def filters() -> NDArray[np.float32]:
    """Triangular filters of equal area, [80, 201]."""
    edges = _mel_to_hz(np.linspace(0.0, 15.0 + np.log(8.0) / _LOGSTEP, MELS + 2))
    bins = np.fft.rfftfreq(N_FFT, 1 / RATE)
    slopes = edges[:, None] - bins[None, :]
    widths = np.diff(edges)[:, None]
    triangles = np.maximum(0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


_FILTERS = filters()
_WINDOW = np.hanning(N_FFT + 1)[:-1].astype(np.float32)


def mel_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel power, [frames, 80], of samples at 16 kHz; a frame each 10 ms, centred, edges reflected."""
    padded = np.pad(samples, N_FFT // 2, mode="reflect" if len(samples) > N_FFT else "constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP][: len(samples) // HOP]
    spectrum = np.fft.rfft(frames * _WINDOW, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.asarray(power.astype(np.float32) @ _FILTERS.T)


def to_bytes(power: NDArray[np.float32]) -> NDArray[np.uint8]:
    """log10 of the power in steps of 0.05 above 1e-9."""
    logs = (np.log10(np.maximum(power, 1e-10)) - FLOOR) / STEP
    return np.clip(np.rint(logs), 0, 255).astype(np.uint8)


POWER_OF_BYTE = np.concatenate([[1e-10], 10 ** (FLOOR + STEP * np.arange(1, 256))]).astype(np.float32)
"""The power that a stored byte stands for; byte 0 is digital silence."""
