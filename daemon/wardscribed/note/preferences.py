"""How one clinician wants notes: how much of what was said, and in which words."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Density(StrEnum):
    """How much of what was said stands in the note."""

    FULL = "full"
    """Everything clinical, in the words it was said in."""
    NORMAL = "normal"
    """Record style; what adds little is left out (and listed)."""
    SHORT = "short"
    """Only what is read first."""


_MIN_WORTH = {Density.FULL: 0.0, Density.NORMAL: 0.57, Density.SHORT: 0.65}
_MORE_ASKED = {"aktuelt": 0.12, "familie_sosialt": 0.12, "plan": 0.12}
"""Where people say most that nobody reads afterwards."""


def min_worth(density: Density, label: str) -> float:
    """Return how likely a sentence must hold what a reader looks for, 0–1; below, it is left out."""
    least = _MIN_WORTH[density]
    return least + _MORE_ASKED.get(label, 0.0) if least else least


@dataclass(frozen=True, slots=True)
class Preferences:
    """One clinician's wishes; empty means the template's or the language's own."""

    density: Density | None = None
    language: str = ""
    """Written form of headings and standard phrases: nb, nn or en."""
    negatives: dict[str, str] = field(default_factory=dict)
    """Own phrases for negative findings, by the standard phrase («Ingen kjente allergier.» → «Cave: ingen.»)."""
