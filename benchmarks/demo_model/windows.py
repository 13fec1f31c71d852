"""Composes training windows on the fly, in the domain of mel power.

A window is a few utterances of one language with pauses, perhaps cut in the middle of a sentence (then its target ends
with the last word wholly spoken), with noise, room and equalisation, padded with silence to one of the lengths that
the recognizer encodes.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.demo_model import noise
from benchmarks.demo_model.losses import IGNORED, Batch
from benchmarks.demo_model.mel import MELS, POWER_OF_BYTE
from benchmarks.demo_model.shards import Pool, Utterance
from benchmarks.demo_model.tokenizer import Vocabulary

_EMPTY, _ALONE, _CUT, _PREVIOUS, _CORRUPTED = 0.05, 0.05, 0.35, 0.05, 0.05
_LANGUAGES = {"no": 0.62, "nn": 0.36, "en": 0.02}
_EQUALISED, _ROOM, _NOISY = 0.3, 0.1, 0.35
_SHORT = 150
"""Frames: what is shorter is drawn more often for the shortest windows."""
_STAGES: list[tuple[float, dict[int, float]]] = [
    (0.10, {200: 0.5, 400: 0.5}),
    (0.50, {200: 0.2, 400: 0.4, 600: 0.2, 800: 0.2}),
    (1.01, {200: 0.12, 400: 0.25, 600: 0.18, 800: 0.16, 1200: 0.15, 2000: 0.1, 3000: 0.04}),
]
"""Until this share of the training: how often a window has which length in mel frames."""


@dataclass(slots=True)
class Row:
    """One window: power [frames, 80], tokens, and what is spoken when, in encoder frames of 20 ms."""

    power: NDArray[np.float32]
    prompt: list[int]
    tokens: list[int]
    spans: list[tuple[int, int]]
    phonemes: NDArray[np.uint8]


class Composer:
    """Draws batches without end."""

    def __init__(self, pool: Pool, vocabulary: Vocabulary, seed: int) -> None:
        self._pool = pool
        self._vocabulary = vocabulary
        self._rng = np.random.default_rng(seed)
        self._noises = noise.library(1)

    def batch(self, seconds: float, progress: float) -> Batch:
        """Windows of one length, `seconds` of audio in all; harder ones the further the training is (0 to 1)."""
        lengths = next(table for until, table in _STAGES if progress < until)
        frames = int(self._rng.choice(list(lengths), p=list(lengths.values())))
        count = max(1, int(100 * seconds) // frames)
        return self._stack([self._row(frames, is_harder=progress > 0.08) for _ in range(count)], frames)

    # ------------------------------------------------------------------------------------------------- one window

    def _row(self, frames: int, *, is_harder: bool) -> Row:
        rng = self._rng
        language = str(rng.choice(list(_LANGUAGES), p=list(_LANGUAGES.values())))
        kind = rng.random()
        if kind < _EMPTY:
            return self._empty(int(frames * rng.uniform(0.3, 1)), self._prompt(language))
        if kind < _EMPTY + _ALONE and frames <= 400:
            row = self._alone(language, frames)
        else:
            row = self._filled(language, frames)
        if is_harder:
            row.power = self._disturbed(row.power)
        return row

    def _alone(self, language: str, frames: int) -> Row:
        """A short answer with silence around it."""
        short = self._pool.short[language] or self._pool.short["no"]
        utterance = short[int(self._rng.integers(len(short)))]
        at = int(self._rng.uniform(2, frames - len(utterance.mel)))
        end = int(self._rng.uniform(at + len(utterance.mel), frames))
        return self._assemble([(at, utterance)], end, self._prompt(utterance.language))

    def _filled(self, language: str, frames: int) -> Row:
        """As many utterances as there is room for, now and then cut in the middle of a sentence."""
        rng = self._rng
        pieces = self._pieces(language, int(frames * rng.uniform(0.55, 1)), frames)
        last, utterance = pieces[-1]
        end = min(last + len(utterance.mel) + int(rng.uniform(0, 45)), frames)
        if rng.random() < _CUT or last + len(utterance.mel) > frames:
            end = int(rng.uniform(min(end, max(30, min(last, frames - 10))), end))  # a lone "ja" is shorter than 30
        return self._assemble(pieces, end, self._prompt(language))

    def _empty(self, frames: int, prompt: list[int]) -> Row:
        """Nobody speaks: digital silence, or noise of any level."""
        power = np.full((frames, MELS), 1e-10, np.float32)
        if self._rng.random() < 0.7:
            power += self._noise(frames) * np.float32(10 ** self._rng.uniform(-8, 0))
        return Row(power, prompt, [], [], np.zeros(frames, np.uint8))

    def _pieces(self, language: str, room: int, most: int) -> list[tuple[int, Utterance]]:
        """Utterances with their first frames, until `room` is full."""
        rng, at = self._rng, int(self._rng.uniform(2, 40))
        pieces: list[tuple[int, Utterance]] = []
        while not pieces or at < room:
            utterance = self._draw(language, is_short=most <= 200)
            if pieces and at + len(utterance.mel) > most and rng.random() < 0.6:
                break
            pieces.append((at, utterance))
            at += len(utterance.mel) + int(rng.uniform(2, 55) if rng.random() < 0.8 else rng.uniform(40, 130))
        return pieces

    def _draw(self, language: str, *, is_short: bool) -> Utterance:
        pool = self._pool.by_language[language] or self._pool.by_language["no"]
        utterance = pool[int(self._rng.integers(len(pool)))]
        for _ in range(4 if is_short else 0):
            if len(utterance.mel) < _SHORT:
                break
            utterance = pool[int(self._rng.integers(len(pool)))]
        return utterance

    def _assemble(self, pieces: list[tuple[int, Utterance]], end: int, prompt: list[int]) -> Row:
        power = np.full((end, MELS), 1e-10, np.float32)
        phonemes = np.zeros(end, np.uint8)
        tokens: list[int] = []
        spans: list[tuple[int, int]] = []
        gain = np.float32(1)
        for at, utterance in pieces:
            if at >= end:
                break
            if self._rng.random() < 0.5:
                gain = np.float32(10 ** self._rng.uniform(-1.0, 0.4))
            power[at : at + len(utterance.mel)] = gain * POWER_OF_BYTE[utterance.mel[: end - at]]
            phonemes[at : at + len(utterance.mel)] = utterance.phonemes[: end - at]
            for (_, first, last), ids in zip(utterance.words, utterance.tokens, strict=True):
                if at + last > end + 2:
                    break
                _spell(ids, at + first, at + last, tokens, spans)
        return Row(power, prompt, tokens, spans, phonemes)

    def _disturbed(self, power: NDArray[np.float32]) -> NDArray[np.float32]:
        """The window with, now and then, equalisation, a room, and noise 5 to 40 dB below the speech."""
        rng = self._rng
        if rng.random() < _EQUALISED:
            power = power * noise.equaliser(rng)
        if rng.random() < _ROOM:
            power = noise.reverberate(power, rng)
        if rng.random() < _NOISY:
            loud = power[power.mean(axis=1) > 1e-7]
            level = float(loud.mean()) if len(loud) else 1e-4
            noise.add(power, self._noise(len(power)), level * 10 ** (-rng.uniform(0.5, 4)), rng)
        return power

    def _noise(self, frames: int) -> NDArray[np.float32]:
        rng = self._rng
        source = self._noises[int(rng.integers(len(self._noises)))]
        return noise.stretch(source, frames, rng) * noise.equaliser(rng)

    def _prompt(self, language: str) -> list[int]:
        v = self._vocabulary
        task = [v.start, v.language[language], v.transcribe, v.no_times]
        if self._rng.random() >= _PREVIOUS:
            return task
        before = self._draw(language, is_short=False)
        return [v.previous, *[token for ids in before.tokens for token in ids][:60], *task]

    # -------------------------------------------------------------------------------------------------- the batch

    def _stack(self, rows: list[Row], frames: int) -> Batch:
        v, steps = self._vocabulary, max(len(r.prompt) + len(r.tokens) for r in rows)
        n, half = len(rows), frames // 2
        mel = np.empty((n, MELS, frames), np.float32)
        tokens = np.full((n, steps), v.end, np.int64)
        targets = np.full((n, steps), IGNORED, np.int64)
        spans = np.zeros((n, steps, 2), np.int64)
        phonemes = np.zeros((n, half), np.int64)
        spoken = np.full((n, half), v.end, np.int64)
        for i, row in enumerate(rows):
            mel[i] = _scaled(row.power, frames)
            begin, end = len(row.prompt) - 1, len(row.prompt) + len(row.tokens)
            tokens[i, :end] = row.prompt + self._corrupted(row.tokens)
            targets[i, begin:end] = [*row.tokens, v.end]
            last = row.spans[-1][1] - 2 if row.spans else 0
            spans[i, begin:end] = [*row.spans, (min(last, half - 3), half)]
            sounds = row.phonemes[::2][:half]
            phonemes[i, : len(sounds)] = sounds
            for token, (a, b) in zip(row.tokens, row.spans, strict=True):
                spoken[i, max(a + 2, 0) : max(b - 2, a + 3)] = token
        spans[..., 0] = np.clip(spans[..., 0], 0, half - 1)
        spans[..., 1] = np.clip(np.maximum(spans[..., 1], spans[..., 0]), 0, half)
        return Batch(*(torch.from_numpy(a) for a in (mel, tokens, targets, spans, phonemes, spoken)))

    def _corrupted(self, tokens: list[int]) -> list[int]:
        """The tokens as the decoder sees them: some wrong, so that it keeps listening."""
        wrong = self._rng.random(len(tokens)) < _CORRUPTED
        return [int(self._rng.integers(self._vocabulary.end)) if w else t for t, w in zip(tokens, wrong, strict=True)]


def _spell(ids: list[int], first: int, last: int, tokens: list[int], spans: list[tuple[int, int]]) -> None:
    """Append a word's tokens, each with its share of the word's time and 40 ms on either side."""
    step = (last - first) / len(ids) / 2
    for i, token in enumerate(ids):
        tokens.append(token)
        spans.append((int(first / 2 + i * step) - 2, int(first / 2 + (i + 1) * step) + 2))


def _scaled(power: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Whisper's scaling of power [n, 80] to [80, frames]: log10, at most 8 below the loudest, silence after it."""
    logs = np.log10(np.maximum(power, 1e-10)).T
    out = np.full((MELS, frames), -10.0, np.float32)
    out[:, : logs.shape[1]] = logs[:, :frames]
    return (np.maximum(out, out.max() - 8) + 4) / 4
