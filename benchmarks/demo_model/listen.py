"""Decodes with a converted model as the daemon does: short windows, a cap on the tokens."""

from pathlib import Path

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from benchmarks.demo_model.mel import HOP, RATE, mel_power
from benchmarks.demo_model.tokenizer import Vocabulary

WINDOWS_S = (2, 4, 6, 8, 12, 20, 30)
_TOKENS_A_SECOND, _TOKENS_SPARE = 12, 10
_IMPROBABLE = -1.0
"""Mean log-probability of a token: CTranslate2 divides a beam's scores by the length, so an empty answer cannot win."""


def features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples, padded with silence to the next window, as Whisper's log-mel [80, frames]."""
    seconds = next((w for w in WINDOWS_S if w * RATE >= len(samples)), WINDOWS_S[-1])
    padded = np.pad(samples[: seconds * RATE], (0, max(0, seconds * RATE - len(samples))))
    logs = np.log10(np.maximum(mel_power(padded)[: seconds * RATE // HOP], 1e-10)).T
    return np.ascontiguousarray((np.maximum(logs, logs.max() - 8.0) + 4.0) / 4.0, dtype=np.float32)


class Ear:
    """A model folder ready to listen on one thread, with a beam of so many hypotheses."""

    def __init__(self, folder: Path, threads: int = 1, beam: int = 1) -> None:
        self._beam = beam
        self._model = ctranslate2.models.Whisper(str(folder), intra_threads=threads)
        self._vocabulary = Vocabulary(folder / "tokenizer.json")

    def transcribe(self, samples: NDArray[np.float32], language: str) -> str:
        """The text of one utterance of at most 30 s."""
        v = self._vocabulary
        prompt = [v.start, v.language[language], v.transcribe, v.no_times]
        cap = len(prompt) + round(_TOKENS_SPARE + _TOKENS_A_SECOND * len(samples) / RATE)
        view = ctranslate2.StorageView.from_array(features(samples)[None])
        options = {"beam_size": self._beam, "max_length": min(448, 2 * cap), "return_scores": True}
        result = self._model.generate(view, [prompt], **options)[0]
        if self._beam > 1 and result.scores[0] < _IMPROBABLE:
            return ""
        return str(v.tokenizer.decode(result.sequences_ids[0], skip_special_tokens=True)).strip()
