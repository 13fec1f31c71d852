"""What kind of term a single word looks like: a drug, an illness or a procedure, by the letters it is made of.

The weights were learned from a public list of Norwegian medical terms against common words (benchmarks/term_model.py);
a new drug name of a familiar build is recognised though nobody listed it.
"""

from __future__ import annotations

import functools
import zlib

import numpy as np
import numpy.typing as npt

from wardscribed.note.linear import FOLDER

DRUG, CONDITION, PROCEDURE = "drug", "condition", "procedure"
KINDS = (DRUG, CONDITION, PROCEDURE)
BUCKETS = 1 << 15
LENGTHS = (2, 3, 4, 5)
MIN_LETTERS = 4
CERTAIN = 0.8


def buckets(word: str) -> list[int]:
    """Return the hashed letter groups of a word."""
    text = f"<{word}>"
    return [
        zlib.crc32(text[at : at + n].encode()) % BUCKETS for n in LENGTHS for at in range(max(len(text) - n + 1, 0))
    ]


@functools.cache
def _weights() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    with np.load(FOLDER / "terms.npz", allow_pickle=False) as data:
        return data["weights"].astype(np.float32) * np.float32(data["scale"]), data["bias"].astype(np.float32)


@functools.lru_cache(maxsize=20_000)
def chances(word: str) -> tuple[float, ...]:
    """Return the probability of each of KINDS for one lower-case word."""
    if len(word) < MIN_LETTERS or not word.replace("-", "").isalpha():
        return (0.0,) * len(KINDS)
    weights, bias = _weights()
    rows = buckets(word)
    scores = weights[rows].sum(axis=0) / np.sqrt(len(rows)) + bias
    return tuple((1 / (1 + np.exp(-scores))).tolist())


def kind(word: str) -> str:
    """Return the kind that a word certainly looks like, or an empty text."""
    found = chances(word)
    best = max(range(len(KINDS)), key=lambda i: found[i])
    return KINDS[best] if found[best] >= CERTAIN else ""
