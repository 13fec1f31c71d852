"""How long a decode takes on this machine: measured once at the start, on the demo's consultation.

Silence would not do: what a decode costs is mostly its words.
"""

from __future__ import annotations

import time
import wave
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from wardscribe.demo import CONSULTATION
from wardscribed.audio.features import LogMel
from wardscribed.speech.recognizer import Recognizer, Request, bucket_frames
from wardscribed.values import SAMPLE_RATE

_WINDOW = 5 * SAMPLE_RATE // 2  # about what a partial decodes
_ROUNDS = 4


def decode_seconds(recognizers: Sequence[Recognizer], batch: int) -> float:
    """Return the seconds a request of full batches takes when every place of like recognizers is taken."""
    requests = _requests(recognizers[0], batch)
    calls = [recognizer for recognizer in recognizers for _ in range(recognizer.places)]
    with ThreadPoolExecutor(len(calls)) as threads:
        began = time.monotonic()
        for _ in range(_ROUNDS):
            list(threads.map(lambda recognizer: recognizer.decode(requests), calls))
        return (time.monotonic() - began) / (_ROUNDS * batch)


def _requests(recognizer: Recognizer, count: int) -> list[Request]:
    """Return requests of one shape; a long batch hears parts of the consultation more than once."""
    pcm = _consultation()
    mel = LogMel(recognizer.n_mels)
    mel.append(pcm)
    frames, language = bucket_frames(0, _WINDOW), recognizer.languages[0]
    starts = [SAMPLE_RATE + i * _WINDOW % (len(pcm) - 2 * _WINDOW) // 160 * 160 for i in range(count)]
    return [Request(mel.window(s, s + _WINDOW, frames), s, s + _WINDOW, language, "") for s in starts]


def _consultation() -> NDArray[np.int16]:
    """Return both voices of the demo on one channel: they hardly ever speak at a time."""
    with wave.open(str(CONSULTATION)) as sound:
        channels = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, sound.getnchannels())
    return np.asarray(channels.astype(np.int32).sum(axis=1).clip(-32768, 32767), np.int16)
