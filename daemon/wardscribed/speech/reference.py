"""What faster-whisper hears with the same model folder: the only import of it.

The daemon batches and aligns by itself (recognizer.py), so it never runs on the ward; an administrator who installs a
model sees with it whether the folder is sound and both hear the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardscribed.errors import ModelError
from wardscribed.speech.tokens import LANGUAGES


def hear(
    folder: Path, device: str, compute_type: str, utterances: Sequence[NDArray[np.int16]], language: str
) -> list[str]:
    """Return the words that faster-whisper hears in the utterances, each 16 kHz samples [n].  Raises ModelError."""
    from faster_whisper import WhisperModel  # a second and 60 MB: only where it is asked for

    try:
        model = WhisperModel(str(folder), device=device, compute_type=compute_type, local_files_only=True)
        return [word for samples in utterances for word in _words(model, samples, language)]
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"faster-whisper cannot use the model in {folder}: {error}") from error


def _words(model: Any, samples: NDArray[np.int16], language: str) -> list[str]:
    segments, _ = model.transcribe(
        samples.astype(np.float32) / 32_768,
        language=LANGUAGES[language][0],
        condition_on_previous_text=False,
        without_timestamps=True,
        vad_filter=True,
    )
    return [word for segment in segments for word in segment.text.split()]
