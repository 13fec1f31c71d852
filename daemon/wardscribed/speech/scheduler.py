"""Who is decoded next, and with whom.  Pure: time is passed in.

The caller keeps at most one request per key in flight and asks again when the device is free, so nothing queues here:
under load partial text is refreshed less often, and finals keep their turn.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Candidate:
    """A decode that somebody wants."""

    key: Hashable
    is_final: bool
    since: float
    """When the need arose, in seconds."""
    frames: int
    """Of the window that will be encoded."""
    prompt_class: int = 0
    """Requests of different classes cannot share a batch."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a device takes at once, and how long a need may wait."""

    batch: int = 8
    """Requests in one batch.  On a CPU a batch takes as long as its requests one by one."""
    frames: int = 12_000
    """Mel frames in one batch: the encoder's memory."""
    final_s: float = 0.3
    """A final is due so long after its need arose."""
    partial_s: float = 3.0
    """A partial is due so long after its need arose.  Finals overtake it until it has waited for the difference."""


def next_batch(candidates: Sequence[Candidate], now: float, limits: Limits | None = None) -> list[Candidate]:
    """Return the candidates to decode now, earliest deadline first; empty only where there are none that arose by now.

    A batch is of one shape, and finals do not wait for partials that happen to have theirs.
    """
    limits = limits or Limits()
    candidates = [candidate for candidate in candidates if candidate.since <= now]
    ranked = sorted(candidates, key=lambda candidate: _due(candidate, limits))
    if not ranked:
        return []
    alike = [candidate for candidate in ranked if _shape(candidate) == _shape(ranked[0])]
    within = [total <= limits.frames for total in accumulate(candidate.frames for candidate in alike)]
    return alike[: min(max(sum(within), 1), limits.batch)]


def refresh_interval(decode_s: float, n_sessions: int, share: float = 0.6, least_s: float = 0.3) -> float:
    """Return how long after one partial the next is wanted, in seconds.

    `decode_s` is how long the decode of a partial takes, `n_sessions` how many speak at the moment, and `share` the
    part of the device's time that partials may take.  The more speak, the longer: the device never falls behind.
    """
    return max(least_s, n_sessions * decode_s / share)


def _due(candidate: Candidate, limits: Limits) -> float:
    return candidate.since + (limits.final_s if candidate.is_final else limits.partial_s)


def _shape(candidate: Candidate) -> tuple[bool, int, int]:
    return (candidate.is_final, candidate.frames, candidate.prompt_class)
