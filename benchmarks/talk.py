"""Somebody who talks all the time: generated speech, sentences of 3–6 s with pauses of 0.15–0.5 s, one channel."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

from benchmarks import generated
from benchmarks.generated import PAUSE_IN_TURN_S, Consultation, Speaker
from wardscribe.protocol import SAMPLE_RATE

CHUNK_MS = 100
_CHUNK = CHUNK_MS * SAMPLE_RATE // 1000
_VOICES = ("nb+m3", "nb+f2", "nb+m7", "nb+f4", "nb+m1", "nb+f1", "nb+edward", "nb+m5")
_FEWEST, _MOST = 8, 16  # words of a sentence of 3–6 s
_CASES = {"hjemme-nb", "hud-nb", "nyre-nb", "onh-nb", "oye-nb", "psykolog-nb", "rus-nb", "visitt-diktat-nb"}
"""Named, so that figures of different days are of the same text: with cases that came later 37 sessions were taken
where it had been 60, for their sentences are longer."""


def talks(count: int, seconds: float, pauses_s: tuple[float, float] = PAUSE_IN_TURN_S) -> list[Consultation]:
    """Return `count` different talks, each just above `seconds` long, its voice and order of sentences its own.

    Between two sentences is a pause of a length between the two of `pauses_s`.

    A word's piece of `spoken` keeps its punctuation: see `is_sentence_end`.
    """
    speaker = Speaker()
    sentences = list(sentences_of_length(_texts()))
    return [_talk(speaker, number, sentences, seconds, pauses_s) for number in range(count)]


def _texts() -> Iterator[str]:
    """Yield every sentence of the dialogues and of some cases in bokmål."""
    cases = [case for case in generated.cases(generated.CASES, "nb") if case[0] in _CASES]
    for _, _, turns in [*generated.dialogues(), *cases]:
        yield from (text for _, text in turns)


def sentences_of_length(texts: Iterable[str], fewest: int = _FEWEST, most: int = _MOST) -> Iterator[str]:
    """Join short sentences until they have `fewest` words; what then has more than `most` is left out."""
    gathered: list[str] = []
    for text in texts:
        gathered += text.split()
        if len(gathered) >= fewest:
            if len(gathered) <= most:
                yield " ".join(gathered)
            gathered = []


def _talk(
    speaker: Speaker, number: int, sentences: list[str], seconds: float, pauses_s: tuple[float, float]
) -> Consultation:
    rng = random.Random(number)
    order = [sentence for _ in range(int(seconds)) for sentence in rng.sample(sentences, len(sentences))]
    voice = _VOICES[number % len(_VOICES)]
    turns = [(0, sentence) for sentence in order]
    said = speaker.speak(f"talk {number}", (voice, voice), turns, seconds + 6, pauses_s)
    return replace(said, samples=said.samples[:, :1].copy())


def is_sentence_end(text: str) -> bool:
    """Return whether a spoken word is the last of its sentence."""
    return text[-1] in ".?!"


def chunks(consultation: Consultation) -> list[bytes]:
    """Return the audio as s16le pieces of CHUNK_MS."""
    samples = consultation.samples.astype("<i2")
    return [samples[start : start + _CHUNK].tobytes() for start in range(0, len(samples), _CHUNK)]
