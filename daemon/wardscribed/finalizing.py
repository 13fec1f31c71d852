"""Clients that want to know when what they sent is decoded to its end.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from wardscribed.track import Track


class Finalizing:
    """Places up to which everything is to be heard, decoded and committed, and that were not answered yet."""

    def __init__(self) -> None:
        self._samples: list[int] = []  # oldest first

    def ask(self, sample: int) -> None:
        """Somebody wants to know of `sample`, where a flush was asked for."""
        self._samples.append(sample)

    def answers(self, tracks: Sequence[Track]) -> list[int]:
        """Return the places that are reached, once each."""
        if not self._samples or any(track.flushes or track.interrupted for track in tracks):
            return []
        reached = min((track.open[0].start for track in tracks if track.open), default=self._samples[-1])
        done = [sample for sample in self._samples if sample <= reached]
        self._samples = self._samples[len(done) :]
        return done
