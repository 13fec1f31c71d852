"""Scripted ears: a VAD and a recognizer that hear what a test says, for tests of what happens around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from wardscribed.speech.recognizer import Request
from wardscribed.values import SAMPLE_RATE, Hypothesis, Word

WINDOW = 512


class ScriptedVad:
    """Says speech from `start` to `end` seconds of what it was shown; all channels alike."""

    def __init__(self, *speech: tuple[float, float]) -> None:
        self._speech = speech
        self._windows = 0

    def probabilities(self, windows: NDArray[np.float32], states: Sequence[object]) -> NDArray[np.float32]:
        """The script's answer to the next window of every channel, shape [B]."""
        second = self._windows * WINDOW / SAMPLE_RATE
        self._windows += 1
        is_speech = any(start <= second < end for start, end in self._speech)
        return np.full(len(windows), 0.9 if is_speech else 0.1, np.float32)


class ScriptedRecognizer:
    """Hears one word in every request, or whatever `hear` does."""

    name, n_mels, languages, places = "scripted", 80, ("nb", "nn", "en"), 1

    def __init__(self, hear: Callable[[Sequence[Request]], None] = lambda _: None) -> None:
        self._hear = hear
        self.batches: list[Sequence[Request]] = []

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Answer every request."""
        self.batches.append(requests)
        self._hear(requests)
        return [Hypothesis((Word("ord", r.start + 4_800, r.start + 8_000, 0.9),), r.end) for r in requests]

    def warm_up(self, beam: int = 1) -> None:
        """Nothing to warm."""
