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


def beeps(rng: np.random.Generator, seconds: int = 20) -> NDArray[np.float32]:
    """A monitor or a call bell: one to three pitches in turn, with overtones, at a steady interval."""
    out = np.zeros(seconds * RATE, np.float32)
    pitches = rng.uniform(300, 3000, int(rng.integers(1, 4)))
    length, gap = rng.uniform(0.06, 0.6), rng.uniform(0.05, 1.5)
    for i, start in enumerate(np.arange(rng.uniform(0, 1), seconds - length, length + gap)):
        t = np.arange(int(length * RATE)) / RATE
        tone = sum(np.sin(2 * np.pi * pitches[i % len(pitches)] * k * t) / k**2 for k in range(1, 4))
        out[int(start * RATE) :][: len(t)] += (tone * np.minimum(1, 80 * np.minimum(t, t[::-1]))).astype(np.float32)
    return out + 0.002 * rng.standard_normal(len(out)).astype(np.float32)


def music(rng: np.random.Generator, seconds: int = 20) -> NDArray[np.float32]:
    """Notes of a scale, several at a time, plucked or held, over a beat."""
    out = np.zeros((seconds + 3) * RATE, np.float32)
    root, beat, fade = rng.uniform(80, 300), rng.uniform(0.15, 0.7), rng.uniform(0.5, 8)
    strength = rng.uniform(0.3, 1, 8) / np.arange(1, 9) ** rng.uniform(0.5, 2)
    for start in np.arange(0, seconds, beat):
        t = np.arange(int(rng.uniform(1, 3) * beat * RATE)) / RATE
        for step in rng.choice([0, 2, 4, 5, 7, 9, 11, 12, 16, 19], int(rng.integers(1, 4))):
            pitch = root * 2 ** (step / 12)
            note = sum(a * np.sin(2 * np.pi * pitch * (k + 1) * t) for k, a in enumerate(strength))
            out[int(start * RATE) :][: len(t)] += (note * np.exp(-fade * t) * np.minimum(1, 200 * t)).astype(np.float32)
        hit = rng.standard_normal(1600) * np.exp(-np.arange(1600) / 300) * rng.uniform(0, 0.8)
        out[int(start * RATE) :][:1600] += hit.astype(np.float32)
    return out[: seconds * RATE]


def library(seed: int) -> list[Power]:
    """Noises as mel power of mean 1, [frames, 80] each: files when there are some, and generated ones."""
    rng = np.random.default_rng(seed)
    samples = [_coloured(e, rng) for e in (0, 0, 0.5, 1, 1, 1.5, 2)] + [_hum(rng) for _ in range(3)]
    samples += [beeps(rng) for _ in range(10)] + [music(rng) for _ in range(10)]
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
