"""Consultations for measuring: made-up text spoken by espeak-ng, one channel a side, the time of every word known."""

from __future__ import annotations

import json
import random
import re
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.demo_model.espeak import SAMPLE_RATE, Speech, Synthesiser

DIALOGUES = Path(__file__).with_name("dialogues.txt")
CASES = Path(__file__).parents[1] / "tests" / "cases"
"""Where this repository keeps its own case files."""
_VOICES = {"nb": ("nb+m3", "nb+f2"), "nn": ("nb+m3", "nb+f2"), "en": ("en+m3", "en+f2")}  # nynorsk has no voice
_SPEED, _PITCH = 165, 50
_PEAK = 0.7
_LOUD = 0.002
_LEAD_S, _TAIL_S = 0.6, 1.5
PAUSE_IN_TURN_S = (0.15, 0.5)
"""Between two sentences of one speaker: shortest, longest."""
_PAUSE_AFTER_TURN_S = (0.3, 1.2)

Turn = tuple[int, str]
"""(channel, sentence)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of what was said, a word or a sentence, and when, in milliseconds."""

    channel: int
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Consultation:
    """Audio and what is said in it."""

    name: str
    samples: NDArray[np.int16] = field(repr=False)
    """Shape [time, channel], 16 kHz."""
    spoken: tuple[Spoken, ...] = field(repr=False)
    has_word_times: bool
    """Whether the pieces are words; otherwise they are sentences."""

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[1])

    def write(self, path: Path) -> None:
        """Write the audio as a WAV file."""
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(self.channels)
            sound.setsampwidth(2)
            sound.setframerate(SAMPLE_RATE)
            sound.writeframes(self.samples.astype("<i2").tobytes())


# --------------------------------------------------------------------------------------------------------- recordings


def recorded(sound: Path, reference: Path) -> Consultation:
    """Return a WAV file with its reference: {"sentences": [{"channel", "text", "start_ms", "end_ms"}]}."""
    with wave.open(str(sound), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
    sentences = json.loads(reference.read_text(encoding="utf-8"))["sentences"]
    spoken = tuple(Spoken(s["channel"], s["text"], s["start_ms"], s["end_ms"]) for s in sentences)
    return Consultation(sound.stem, samples, spoken, has_word_times=False)


def nothing_said(seconds: int, seed: int = 1) -> Consultation:
    """Return two channels without speech: digital silence, and noise: white, coloured, and white in bursts."""
    rng = np.random.default_rng(seed)
    white = rng.standard_normal(seconds * SAMPLE_RATE)
    third = len(white) // 3
    coloured = np.convolve(white[third : 2 * third], np.ones(40) / 6, mode="same")
    bursts = white[2 * third :] * (np.sin(np.arange(len(white) - 2 * third) / 2500) > 0)
    noise = np.concatenate([white[:third], coloured, bursts]) * 600
    samples = np.stack([np.zeros(len(noise)), noise], axis=1).clip(-32768, 32767).astype(np.int16)
    return Consultation("nothing said", samples, (), has_word_times=False)


# ------------------------------------------------------------------------------------------------------------- speech


def dialogues(path: Path = DIALOGUES) -> Iterable[tuple[str, tuple[str, str], list[Turn]]]:
    """Yield (name, voices, turns) of each consultation of the text file."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip())
    for number, block in enumerate((b for b in blocks if b.startswith("voices:")), 1):
        head, *lines = block.splitlines()
        clinician, other = head.removeprefix("voices:").split()
        turns = [(int(line[0] != "K"), sentence) for line in lines for sentence in re.split(r"(?<=[.?!]) ", line[3:])]
        yield f"dialogue {number}", (clinician, other), turns


def case_turns(case: dict[str, Any]) -> list[Turn]:
    """Return the sentences of a case file; speaker K is channel 0, everybody else channel 1."""
    return [(int(turn["speaker"] != "K"), s["text"]) for turn in case["turns"] for s in turn["sentences"]]


def cases(folder: Path, language: str) -> Iterable[tuple[str, tuple[str, str], list[Turn]]]:
    """Yield (name, voices, turns) of each case file of a folder that is in the language."""
    for path in sorted(folder.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if case["language"] == language:
            yield path.stem, _VOICES[language], case_turns(case)


class Speaker:
    """Speaks consultations; one a process (libespeak-ng has one voice)."""

    def __init__(self) -> None:
        self._synthesiser = Synthesiser()

    def speak(
        self,
        name: str,
        voices: tuple[str, str],
        turns: Sequence[Turn],
        most_s: float,
        pause_in_turn_s: tuple[float, float] = PAUSE_IN_TURN_S,
    ) -> Consultation:
        """Return the consultation, cut behind the last sentence that ends within `most_s` seconds."""
        rng = random.Random(name)
        at, placed, spoken = int(_LEAD_S * SAMPLE_RATE), [], []
        for (channel, text), following in zip(turns, [*turns[1:], (-1, "")], strict=True):
            speech = self._synthesiser.say(text, voices[channel], _SPEED, _PITCH)
            samples, offset = _trimmed(speech)
            if at + len(samples) > most_s * SAMPLE_RATE:
                break
            placed.append((channel, at, samples))
            spoken += _words(text, speech, channel, at - offset, at + len(samples))
            pause = pause_in_turn_s if following[0] == channel else _PAUSE_AFTER_TURN_S
            at += len(samples) + int(rng.uniform(*pause) * SAMPLE_RATE)
        audio = np.zeros((at + int(_TAIL_S * SAMPLE_RATE), 2), np.int16)
        for channel, start, samples in placed:
            audio[start : start + len(samples), channel] = samples
        return Consultation(name, audio, tuple(spoken), has_word_times=True)


def _trimmed(speech: Speech) -> tuple[NDArray[np.int16], int]:
    """Return the samples without the silence around them, at one loudness, and how many were taken in front."""
    loud = np.flatnonzero(np.abs(speech.samples) > _LOUD)
    samples = speech.samples[loud[0] : loud[-1] + 1]
    return (samples * (_PEAK * 32767 / np.abs(samples).max())).astype(np.int16), int(loud[0])


def _words(text: str, speech: Speech, channel: int, origin: int, end: int) -> list[Spoken]:
    """Return the words of a sentence that was spoken at sample `origin` and is heard until sample `end`."""
    tokens = [(match[0], match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    starts = [[at for i, at in speech.words if first <= i < last] for _, first, last in tokens]
    known = [(token, min(times)) for (token, _, _), times in zip(tokens, starts, strict=True) if times]
    result = []
    for (token, start), (_, limit) in zip(known, [*known[1:], ("", (end - origin) / SAMPLE_RATE)], strict=True):
        pauses = [at for name, at in speech.phonemes if name[:1] in ("", "_") and start < at < limit]
        stop = min([*pauses, limit])
        result.append(Spoken(channel, token, _ms(origin, start), _ms(origin, stop)))
    return result


def _ms(origin: int, seconds: float) -> int:
    return round(origin * 1000 / SAMPLE_RATE + seconds * 1000)
