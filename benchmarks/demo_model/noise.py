"""Noise, rooms and levels, all on mel power so that they cost next to nothing."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.demo_model.folders import SHARED
from benchmarks.demo_model.mel import MELS, RATE, mel_power

Power = NDArray[np.float32]


def read_wave(path: Path) -> NDArray[np.float32]:
    """A mono 16-bit file, brought to 16 kHz by interpolation."""
    with wave.open(str(path)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    samples = samples.reshape(-1, channels)[:, 0]
    return np.interp(np.arange(0, len(samples), rate / RATE), np.arange(len(samples)), samples).astype(np.float32)


def _coloured(exponent: float, rng: np.random.Generator, seconds: int = 20) -> NDArray[np.float32]:
    spectrum = np.fft.rfft(rng.standard_normal(seconds * RATE))
    spectrum *= np.maximum(np.arange(len(spectrum)), 30.0) ** (-exponent / 2)
    return np.asarray(np.fft.irfft(spectrum), np.float32)


def _hum(rng: np.random.Generator, seconds: int = 20) -> NDArray[np.float32]:
    t = np.arange(seconds * RATE) / RATE
    base = rng.choice([50, 60, 100, 117, 180])
    tones = sum(rng.uniform(0.1, 1) / k * np.sin(2 * np.pi * base * k * t) for k in range(1, 12))
    return np.asarray(tones + 0.05 * rng.standard_normal(len(t)), np.float32)


def library(seed: int) -> list[Power]:
    """Noises as mel power of mean 1, [frames, 80] each: files when there are some, and generated ones."""
    rng = np.random.default_rng(seed)
    samples = [_coloured(e, rng) for e in (0, 0, 0.5, 1, 1, 1.5, 2)] + [_hum(rng) for _ in range(3)]
    folder = SHARED / "data" / "noise"
    for path in sorted(folder.glob("*.wav")):
        if not path.name.startswith("rir"):
            samples += [read_wave(path)] * 2
    powers = [mel_power(s) for s in samples]
    return [p / p.mean() for p in powers]


def stretch(noise: Power, frames: int, rng: np.random.Generator) -> Power:
    """A random cut of so many frames; short noises repeat."""
    start = int(rng.integers(len(noise)))
    return noise[(start + np.arange(frames)) % len(noise)]


def add(power: Power, noise: Power, level: float, rng: np.random.Generator) -> None:
    """Adds noise scaled by `level` in place, with the random phase between the two."""
    scaled = noise * np.float32(level)
    phase = rng.uniform(-0.9, 0.9, power.shape).astype(np.float32)
    power += scaled + 2 * phase * np.sqrt(power * scaled)


def reverberate(power: Power, rng: np.random.Generator) -> Power:
    """A room: each frame leaves an exponentially decaying tail."""
    decay_frames = rng.uniform(2.0, 9.0)
    tail = np.exp(-np.arange(1, 41) / decay_frames).astype(np.float32)
    tail *= rng.uniform(0.05, 0.6) / tail.sum()
    size = len(power) + len(tail)
    wet = np.fft.irfft(np.fft.rfft(power, size, axis=0) * np.fft.rfft(tail, size)[:, None], size, axis=0)
    out = power.copy()
    out[1:] += np.maximum(wet[: len(power) - 1], 0).astype(np.float32)
    return out


def equaliser(rng: np.random.Generator) -> NDArray[np.float32]:
    """A smooth random gain for each mel, within about +-8 dB."""
    knots = rng.normal(0, 0.35, 6)
    return np.asarray(10 ** np.interp(np.arange(MELS), np.linspace(0, MELS - 1, 6), knots), np.float32)
