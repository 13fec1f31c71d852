"""Word errors: lower case, no punctuation, nothing else made equal."""

import re
from dataclasses import dataclass


def words(text: str) -> list[str]:
    """The words that are compared."""
    return re.sub(r"[^\w\s]", " ", text.lower().replace("-", " ")).split()


def edits(said: list[str], heard: list[str]) -> int:
    """The least number of substitutions, insertions and deletions."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
            diagonal, row[j] = row[j], best
    return row[-1]


@dataclass(slots=True)
class Score:
    """Errors and words so far."""

    errors: int = 0
    words: int = 0

    def add(self, said: str, heard: str) -> None:
        """Counts one pair of texts."""
        reference = words(said)
        self.errors += edits(reference, words(heard))
        self.words += len(reference)

    @property
    def percent(self) -> float:
        """Word error rate."""
        return round(100 * self.errors / max(1, self.words), 2)
