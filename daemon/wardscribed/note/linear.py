"""A linear model: named signals in, a score for each label out.  Weights are data, made by the recipe in benchmarks."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent / "learned"

Signals = dict[str, float]
"""Value by name; what is absent is zero."""


class LinearModel:
    """Scores labels; holds no state."""

    def __init__(self, labels: Iterable[str], names: Iterable[str], weights: npt.NDArray[np.float32]) -> None:
        self.labels = tuple(labels)
        self.names = tuple(names)
        self.weights = weights
        self._rows = {name: row for row, name in enumerate(self.names)}

    def chances(self, signals: Mapping[str, float], among: Iterable[str] = ()) -> dict[str, float]:
        """Return the probability of each label (softmax); labels outside `among`, where it is given, get none."""
        known = [(self._rows[name], value) for name, value in signals.items() if name in self._rows]
        rows, values = [row for row, _ in known], np.array([value for _, value in known], dtype=np.float32)
        scores = values @ self.weights[rows] if rows else np.zeros(len(self.labels), dtype=np.float32)
        allowed = set(among) or set(self.labels)
        scores = np.where([label in allowed for label in self.labels], scores, -np.inf)
        odds = np.exp(scores - scores.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))


@functools.cache
def load(name: str, folder: Path = FOLDER) -> LinearModel:
    """Return a model that ships with the program; it is read once."""
    with np.load(folder / f"{name}.npz", allow_pickle=False) as data:
        weights = data["weights"].astype(np.float32) * np.float32(data["scale"])
        return LinearModel(data["labels"].tolist(), data["names"].tolist(), weights)
