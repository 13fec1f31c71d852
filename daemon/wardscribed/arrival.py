"""Audio as it arrives: each sample once and in its place, on all channels.  No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence

from wardscribe.protocol import BYTES_PER_SAMPLE, Gap, ProtocolError
from wardscribed.audio.buffer import deinterleave
from wardscribed.events import EventLog
from wardscribed.track import Track
from wardscribed.values import SAMPLE_RATE, milliseconds

_MAX_GAP = 60 * SAMPLE_RATE


class Arrival:
    """Hands the listeners what is new; what is missing becomes silence, and viewers are told."""

    def __init__(self, tracks: Sequence[Track], log: EventLog) -> None:
        self.owed = 0
        """Samples that were received before a restart and are still to come again; 0: none are."""
        self._tracks = tracks
        self._log = log

    @property
    def received(self) -> int:
        """Samples (a channel) received so far."""
        return self._tracks[0].listener.received

    @property
    def is_owed(self) -> bool:
        """Whether audio is still to come that was there before a restart."""
        return self.received < self.owed

    def knows(self, first_sample: int, pcm: bytes) -> bool:
        """Return whether all of it was received before."""
        return first_sample + len(pcm) // (BYTES_PER_SAMPLE * len(self._tracks)) <= self.received

    def take(self, first_sample: int, pcm: bytes) -> None:
        """Take interleaved s16le samples.  Raises ProtocolError `bad_sample_index` for a gap of more than a minute."""
        gap = first_sample - self.received
        if gap > _MAX_GAP:
            raise ProtocolError("bad_sample_index", f"sample {first_sample} is {gap} samples ahead of {self.received}")
        if missing_ms := milliseconds(max(gap, 0)):
            self.tell_gap(missing_ms)
        frame = BYTES_PER_SAMPLE * len(self._tracks)
        samples = deinterleave(bytes(frame * max(gap, 0)) + pcm[frame * max(-gap, 0) :], len(self._tracks))
        for track, channel in zip(self._tracks, samples, strict=True):
            track.listener.put(channel)

    def pay(self) -> bool:
        """Return, once, whether all that was owed has come."""
        is_paid = self.owed > 0 and not self.is_owed
        if is_paid:
            self.owed = 0
        return is_paid

    def tell_gap(self, missing_ms: int) -> None:
        """Tell all viewers that so much is missing here."""
        at_ms = milliseconds(self.received)
        self._log.append(lambda seq: Gap(seq, at_ms, missing_ms))
