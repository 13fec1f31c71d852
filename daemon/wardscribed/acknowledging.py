"""Which audio a client may forget: what was received, as long as not too much of it waits.  No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence

from wardscribe.protocol import Ack
from wardscribed.events import EventLog
from wardscribed.track import Track
from wardscribed.values import SAMPLE_RATE

MAX_BACKLOG = 20 * SAMPLE_RATE
"""Samples; above it nothing is acknowledged, which makes a client that sends faster than real time wait."""
_STEP = SAMPLE_RATE // 2


class Acknowledging:
    """What of one session was acknowledged."""

    def __init__(self, tracks: Sequence[Track], log: EventLog) -> None:
        self._tracks = tracks
        self._log = log
        self._told = 0  # samples, a channel

    @property
    def backlog(self) -> int:
        """Samples received that are not heard, or heard and not finally decoded though their utterance ended."""
        unheard = sum(max(track.listener.received - track.listener.heard, 0) for track in self._tracks)
        return unheard + sum(u.end - u.start for track in self._tracks for u in track.open if u.end is not None)

    def tell(self, received: int, *, at_once: bool) -> None:
        """Acknowledge what was `received`, unless the backlog is so long that the client should wait.

        A few times a second is enough, unless `at_once`.
        """
        if (received - self._told >= _STEP or at_once) and self.backlog <= MAX_BACKLOG:
            self._told = received
            self._log.show("ack", lambda seq: Ack(seq, received))
