"""Who is decoded next, and with whom; how often; and whether one more session would still be served.  Pure.

Time is passed in.  Of each key at most one request is in flight, and its audio is cut when its turn comes, so nothing
stale can queue.  Under load partial text is refreshed less often, and finals keep their turn.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Want:
    """A decode that somebody wants."""

    key: Hashable
    is_urgent: bool
    """An utterance ended, or paused and may have ended."""
    frames: int
    """Of the window that will be encoded."""
    kind: Hashable = None
    """Requests of different kinds cannot share a batch."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a device takes at once, how long a want may wait, and how much of the device may be promised."""

    batch: int = 4
    """Requests in one batch."""
    frames: int = 12_000
    """Mel frames in one batch: the encoder's memory."""
    urgent_s: float = 0.2
    """An urgent decode is due so long after it was first wanted."""
    partial_s: float = 2.0
    """A partial is due so long after.  Urgent ones overtake it until it has waited for the difference."""
    shortest_s: float = 0.2
    """From one partial of a key to the next when the device has time."""
    longest_s: float = 1.0
    """The same when it has none to spare: one more session is not admitted."""
    early: float = 0.3
    """After this part of its interval a partial may share the batch of another, where there is no time to spare."""
    partial_share: float = 0.95
    """Part of the device's time that partials may take."""
    urgent_rate: float = 0.2
    """Urgent decodes a second of somebody who talks all the time beside its partials."""
    load: float = 0.95
    """Part of the device's time that is promised to sessions."""
    crowding: float = 2.0
    """So many times as long as in full batches on an idle machine a decode takes where many speak (measured with 60
    sessions on two cores): what is promised must hold when those who were admitted begin to speak."""


class Scheduler:
    """Plans the decodes of one or more like devices that together have so many `places`."""

    def __init__(self, places: int = 1, limits: Limits = Limits(), decode_s: float = 0.0) -> None:
        """`decode_s`: how long a request of a full batch takes when all places are taken and nobody speaks."""
        self._places = places
        self._limits = limits
        self._decode_s = decode_s
        self._promised_s = decode_s * limits.crowding
        self._in_flight: set[Hashable] = set()
        self._since: dict[Hashable, float] = {}  # when what is wanted now was first wanted
        self._decoded: dict[Hashable, float] = {}  # when it was last planned

    def next_batch(self, wants: Sequence[Want], now: float) -> list[Want]:
        """Return what a free place decodes now, the most urgent first; it is then in flight.

        A batch is of one shape and kind, and urgent requests do not wait for partials that happen to have theirs.
        """
        waiting = [want for want in wants if want.key not in self._in_flight]
        interval = self.interval(now)
        ready = [want for want in waiting if self._is_due(want, now, interval)]
        if not ready:
            return []
        ranked = sorted(ready, key=lambda want: self._deadline(want, now))
        early = [want for want in waiting if want not in ready and self._may_come_along(want, now, interval)]
        alike = [want for want in ranked + early if _shape(want) == _shape(ranked[0])]
        within = [total <= self._limits.frames for total in accumulate(want.frames for want in alike)]
        batch = alike[: min(max(sum(within), 1), self._limits.batch)]
        for want in batch:
            self._in_flight.add(want.key)
            self._since.pop(want.key, None)
            self._decoded[want.key] = now
        return batch

    def receive_done(self, batch: Sequence[Want], seconds: float) -> None:
        """Take note that `batch` was decoded in so many seconds."""
        self._in_flight.difference_update(want.key for want in batch)
        self._decode_s += _SMOOTHING * (seconds / len(batch) - self._decode_s)

    def forget(self, key: Hashable) -> None:
        """Nobody wants anything under this key any more."""
        self._since.pop(key, None)
        self._decoded.pop(key, None)

    def interval(self, now: float) -> float:
        """Return the seconds from one partial to the next of those who speak now: the more they are, the longer."""
        speaking = sum(now - at < _RECENT_S for at in self._decoded.values())
        stretched = speaking * self._decode_s / (self._places * self._limits.partial_share)
        return max(self._limits.shortest_s, stretched)

    def has_time(self, now: float) -> bool:
        """Return whether the device could do more than is asked of it: a wider beam costs nobody anything."""
        return self.interval(now) <= self._limits.shortest_s

    def has_room(self, sessions: int) -> bool:
        """Return whether one more could talk all the time beside so many sessions that do, each within its bound."""
        rate = 1 / self._limits.longest_s + self._limits.urgent_rate
        decode_s = max(self._decode_s, self._promised_s)
        return (sessions + 1) * rate * decode_s <= self._places * self._limits.load

    def _is_due(self, want: Want, now: float, interval: float) -> bool:
        return want.is_urgent or now - self._decoded.get(want.key, -interval) >= interval

    def _may_come_along(self, want: Want, now: float, interval: float) -> bool:
        """A row in company costs less than one alone; without need it is not decoded before its time."""
        return interval > self._limits.shortest_s and self._is_due(want, now, interval * self._limits.early)

    def _deadline(self, want: Want, now: float) -> float:
        since = self._since.setdefault(want.key, now)
        return since + (self._limits.urgent_s if want.is_urgent else self._limits.partial_s)


_SMOOTHING = 0.05  # of the measured decode time
_RECENT_S = 2.0  # who was decoded so lately is speaking


def _shape(want: Want) -> tuple[bool, int, Hashable]:
    return (want.is_urgent, want.frames, want.kind)
