"""Stored utterances with their labels, as the trainer's windows want them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.demo_model.tokenizer import Vocabulary

_PAUSES = {"", "_", "_:", "_!", ";", "|"}
_SHORT = 120
"""Mel frames."""
PHONEMES = 128
"""Size of the phoneme head; espeak's nb uses about seventy names."""


@dataclass(slots=True)
class Utterance:
    """One spoken sentence; times in mel frames of 10 ms from its start."""

    mel: NDArray[np.uint8]
    phonemes: NDArray[np.uint8]
    language: str
    words: list[tuple[str, int, int]]
    """(word with its punctuation, first frame, frame after its last)."""
    tokens: list[list[int]]
    """Tokens of each word, the space before it included."""


class Pool:
    """All utterances of the shards in a folder, by language; grows when new shards appear."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self._folder, self._vocabulary = folder, vocabulary
        self._read: set[str] = set()
        self._phoneme_ids: dict[str, int] = {}
        self.short: dict[str, list[Utterance]] = {"no": [], "nn": [], "en": []}
        """Utterances of at most a second or so."""
        self.by_language: dict[str, list[Utterance]] = {"no": [], "nn": [], "en": []}
        self.refresh()

    def refresh(self) -> None:
        """Reads the shards that were not read before."""
        for path in sorted(self._folder.glob("*.json")):
            if path.name not in self._read:
                self._read.add(path.name)
                self._read_shard(path)

    def _read_shard(self, path: Path) -> None:
        mels = np.load(path.with_suffix(".mel.npy"), mmap_mode="r")
        for entry in json.loads(path.read_text(encoding="utf-8")):
            words = word_times(entry)
            if words:
                mel = mels[entry["start"] : entry["start"] + entry["frames"]]
                tokens = [self._vocabulary.encode(" " + word) for word, _, _ in words]
                labels = self._phoneme_track(entry)
                utterance = Utterance(mel, labels, entry["language"], words, tokens)
                self.by_language[entry["language"]].append(utterance)
                if len(mel) < _SHORT:
                    self.short[entry["language"]].append(utterance)

    def _phoneme_track(self, entry: dict[str, Any]) -> NDArray[np.uint8]:
        """The phoneme class of each frame; 0 in pauses."""
        track = np.zeros(entry["frames"], np.uint8)
        for name, start in entry["phonemes"]:
            known = 0 if name in _PAUSES else self._phoneme_ids.setdefault(name, len(self._phoneme_ids) + 1)
            track[start:] = min(known, PHONEMES - 1)
        return track


def _speech_end(entry: dict[str, Any], start: int, limit: int) -> int:
    """Where the last sound that begins in [start, limit) ends: the pause after it, or the limit."""
    sounding = False
    end = limit
    for name, at in entry["phonemes"]:
        if start <= at < limit:
            if name in _PAUSES and sounding:
                end = at
            sounding = name not in _PAUSES
    return end if not sounding else limit


def word_times(entry: dict[str, Any]) -> list[tuple[str, int, int]]:
    """The words of an entry with their frames; espeak's events are matched by character position."""
    found = [(m[0], m.start(), m.end()) for m in re.finditer(r"\S+", entry["text"])]
    starts: list[int | None] = []
    for _, begin, end in found:
        starts.append(next((frame for at, frame in entry["words"] if begin <= at < end), None))
    if not found or starts[0] is None:
        return []
    known = [*starts, entry["frames"]]
    for i in range(1, len(starts)):
        if known[i] is None:  # said in one breath with its neighbour: halve the time to the next known
            after = next(frame for frame in known[i:] if frame is not None)
            known[i] = (int(known[i - 1] or 0) + after) // 2
    frames = [int(f) for f in known if f is not None]
    return [
        (word, frames[i], max(frames[i] + 1, _speech_end(entry, frames[i], max(frames[i + 1], frames[i] + 1))))
        for i, (word, _, _) in enumerate(found)
    ]
