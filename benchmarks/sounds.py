"""Sounds of a ward in which nobody speaks, made up: noise, music, alarms, a hum.  No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wardscribe.protocol import SAMPLE_RATE

Sound = NDArray[np.float32]
"""Shape [time], 16 kHz, ±1."""

_BLOCK_S = 20
_QUIET, _LOUD = -50.0, -20.0  # dB of full scale
_ALARMS: Sequence[tuple[Sequence[float], float, float]] = (
    ((523, 659, 784, 784, 1047) * 2, 0.15, 5.0),  # high priority: ten short pulses
    ((784, 659, 523), 0.25, 8.0),  # medium: three
    ((659, 523), 0.3, 16.0),  # low: two
    ((880,), 0.08, 0.8),  # a pulse oximeter, 75 a minute
    ((2400, 2400), 0.1, 3.0),  # a pump
)
"""(pulses in Hz, length of a pulse in s, from one burst to the next in s); bursts as in IEC 60601-1-8, table 3."""
_CHORDS = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
_MELODY = (523, 587, 659, 784, 659, 587, 523, 440)


def sounds(seconds: float, seed: int = 1) -> dict[str, Sound]:
    """Return the made-up sounds by name, each so long."""
    rng = np.random.default_rng(seed)
    makers: Mapping[str, Callable[[np.random.Generator], Sound]] = {
        "white noise": lambda rng: _noise(rng, 0.0),
        "pink noise": lambda rng: _noise(rng, 1.0),
        "brown noise": lambda rng: _noise(rng, 2.0),
        "hum": _hum,
        "music": _music,
        "alarms": _alarms,
    }
    length = int(seconds * SAMPLE_RATE)
    made = {name: _changing(make, length, rng) for name, make in makers.items()}
    return {"silence": np.zeros(length, np.float32), **made}


def _changing(make: Callable[[np.random.Generator], Sound], length: int, rng: np.random.Generator) -> Sound:
    """Return blocks of the sound, each a new one at a loudness of its own, from barely audible to loud."""
    blocks = -(-length // (_BLOCK_S * SAMPLE_RATE))
    levels = rng.permutation(np.linspace(_QUIET, _LOUD, blocks))
    return np.concatenate([at_level(make(rng), level) for level in levels])[:length]


def at_level(sound: Sound, level_db: float) -> Sound:
    """Return the sound at this RMS level (dB of full scale), clipped at full scale."""
    rms = float(np.sqrt(np.mean(sound**2))) or 1.0
    return np.asarray((sound * (10 ** (level_db / 20) / rms)).clip(-1, 1), np.float32)


def repeated(sound: Sound, seconds: float) -> Sound:
    """Return the sound again and again, so long in all."""
    return np.resize(sound, int(seconds * SAMPLE_RATE))


def _time() -> NDArray[np.float64]:
    return np.arange(_BLOCK_S * SAMPLE_RATE) / SAMPLE_RATE


def _noise(rng: np.random.Generator, exponent: float) -> Sound:
    """Noise whose power falls with so many powers of the frequency."""
    spectrum = np.fft.rfft(rng.standard_normal(_BLOCK_S * SAMPLE_RATE))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20.0 * _BLOCK_S) ** (-exponent / 2)
    return np.asarray(np.fft.irfft(spectrum), np.float32)


def _hum(rng: np.random.Generator) -> Sound:
    """Mains and a fan."""
    tones = sum(rng.uniform(0.1, 1) / k * np.sin(2 * np.pi * 50 * k * _time()) for k in range(1, 12))
    return np.asarray(tones + 0.1 * _noise(rng, 1.0), np.float32)


def _music(rng: np.random.Generator) -> Sound:
    """Chords of a second each, and over them a melody of two notes a second, each dying away."""
    track = np.zeros(_BLOCK_S * SAMPLE_RATE)
    shift = 2.0 ** (int(rng.integers(-5, 6)) / 12)
    for beat in range(_BLOCK_S):
        for tone in _CHORDS[beat % len(_CHORDS)]:
            _add(track, beat, _tone(tone * shift, 1.0, decay_s=0.8), 0.4)
        for half in range(2):
            note = float(rng.choice(_MELODY)) * shift
            _add(track, beat + half / 2, _tone(note, 0.5, decay_s=0.3), 1.0)
    return np.asarray(track, np.float32)


def _alarms(rng: np.random.Generator) -> Sound:
    """Two devices at a time, each with its own pattern and pitch, over the noise of a room."""
    track = np.zeros(_BLOCK_S * SAMPLE_RATE)
    for number in rng.choice(len(_ALARMS), 2, replace=False):
        pulses, length_s, every_s = _ALARMS[number]
        pitch = rng.uniform(0.7, 1.3)
        for burst_s in np.arange(rng.uniform(0, 1), _BLOCK_S, every_s):
            for i, frequency in enumerate(pulses):
                _add(track, burst_s + i * 1.6 * length_s, _tone(frequency * pitch, length_s), 1.0)
    return np.asarray(track + 0.02 * _noise(rng, 0.0), np.float32)


def _tone(frequency: float, seconds: float, decay_s: float = 10.0) -> NDArray[np.float64]:
    """A tone with four harmonics that sets in and ends without a click."""
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    edge = np.minimum(1, np.minimum(t, seconds - t) / 0.01)
    wave = np.zeros(len(t))
    for k in range(1, 5):
        wave += np.sin(2 * np.pi * frequency * k * t) / k
    return np.asarray(wave * edge * np.exp(-t / decay_s))


def _add(track: NDArray[np.float64], at_s: float, sound: NDArray[np.float64], gain: float) -> None:
    start = int(at_s * SAMPLE_RATE)
    room = len(track) - start
    if room > 0:
        track[start : start + len(sound)] += gain * sound[:room]
