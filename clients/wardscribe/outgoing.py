"""What a client has to say, in order, until the daemon has it.  No I/O, no clock.

Audio stays until it is acknowledged and, where the daemon seals sessions, until it is in a sealed state; a step such as
`stop` stays until an event shows that the daemon took it.  After a lost connection `rewind` begins again with the
oldest of what is left, so no word and no step is lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from wardscribe import protocol
from wardscribe.protocol import BYTES_PER_SAMPLE, State

_PROOF: dict[type, frozenset[State]] = {
    protocol.Start: frozenset({State.RECORDING}),
    protocol.Pause: frozenset({State.PAUSED}),
    protocol.Resume: frozenset({State.RECORDING}),
    protocol.Stop: frozenset({State.DRAFTING, State.REVIEW, State.APPROVED, State.WRITTEN}),
    protocol.Approve: frozenset({State.APPROVED, State.WRITTEN}),
    protocol.Discard: frozenset({State.DISCARDED}),
}
_ANSWERS: dict[type, type] = {
    protocol.Finalized: protocol.Finalize,
    protocol.Gap: protocol.Lost,
    protocol.Editor: protocol.Take,
}
"""Step → the states that show that the daemon took it."""
_OVER = frozenset({State.WRITTEN, State.DISCARDED, State.WIPED})
_MAX_PIECE_BYTES = 1 << 16  # larger chunks are said in pieces: a message has a limit


@dataclass(slots=True)
class _Audio:
    first_sample: int
    end_sample: int
    pcm: bytes = field(repr=False)


class Outgoing:
    """The ordered audio and steps of one session."""

    def __init__(self) -> None:
        self.channels = 1
        """Samples are interleaved over so many channels."""
        self.keeps_sealed = False
        """Whether acknowledged audio stays until `forget`: a restarted daemon will ask for it."""
        self._kept: deque[_Audio] = deque()  # acknowledged, and not in a sealed state
        self._queue: deque[_Audio | Any] = deque()  # audio, or a client event of protocol.py
        self._sent = 0  # the first so many of the queue were said on this connection
        self._end_sample = 0
        self._acknowledged = 0
        self._is_starting = False  # a `start` waits for its answer: what is acknowledged is the last session's

    @property
    def end_sample(self) -> int:
        """Samples (a channel) taken in so far."""
        return self._end_sample

    @property
    def unacknowledged(self) -> int:
        """Samples (a channel) that the daemon does not have yet, as far as is known."""
        return self._end_sample - self._acknowledged

    @property
    def kept(self) -> int:
        """Samples (a channel) that are in memory here, acknowledged or not."""
        oldest = next((item for item in (*self._kept, *self._queue) if isinstance(item, _Audio)), None)
        return self._end_sample - (oldest.first_sample if oldest is not None else self._end_sample)

    def add_audio(self, pcm: bytes) -> None:
        """Append interleaved s16le samples.  Raises ValueError where the last one is broken off."""
        if len(pcm) % self._frame_bytes:
            raise ValueError(f"{len(pcm)} bytes are no whole number of 16-bit samples on {self.channels} channels")
        step = _MAX_PIECE_BYTES // self._frame_bytes * self._frame_bytes
        for at in range(0, len(pcm), step):
            piece = pcm[at : at + step]
            first, self._end_sample = self._end_sample, self._end_sample + len(piece) // self._frame_bytes
            self._queue.append(_Audio(first, self._end_sample, piece))

    def add_event(self, event: Any) -> None:
        """Append a step: it is said after all audio that came before it."""
        if isinstance(event, protocol.Start):
            self._begin(event)
        self._queue.append(event)

    def next_message(self) -> str | bytes | None:
        """Return the next message of this connection, or None when everything was said."""
        if self._sent == len(self._queue):
            return None
        item = self._queue[self._sent]
        self._sent += 1
        if isinstance(item, _Audio):
            return protocol.encode_audio(item.first_sample, item.pcm)
        return protocol.encode(item)

    def acknowledge(self, sample: int) -> None:
        """Forget audio before `sample` and the steps before that audio: messages arrive in order."""
        if self._is_starting:
            return
        self._acknowledged = max(self._acknowledged, min(sample, self._end_sample))
        had = 0
        for i, item in enumerate(self._queue, start=1):
            if isinstance(item, _Audio):
                if item.end_sample > sample:
                    break
                had = i
        self._keep(item for item in islice(self._queue, had) if isinstance(item, _Audio))
        self._forget(had)

    def forget(self, sample: int) -> None:
        """Audio before `sample` is in a sealed state."""
        while self._kept and self._kept[0].end_sample <= sample:
            self._kept.popleft()

    def keep_at_most(self, samples: int) -> None:
        """Forget the oldest of what is only kept for a restart of the daemon, so that memory has a bound."""
        while self._kept and self.kept > samples:
            self._kept.popleft()

    def go_back(self, sample: int) -> None:
        """The daemon was restarted and has audio before `sample` only: what comes after is to be said again."""
        while self._kept and self._kept[-1].end_sample > sample:
            self._queue.appendleft(self._kept.pop())
            self._sent += 1
        self._acknowledged = min(self._acknowledged, sample)

    def receive(self, event: Any) -> None:
        """Forget the steps that `event`, which came from the daemon, shows to be done or refused."""
        match event:
            case protocol.StateChanged(state=state) if state in _OVER:
                self._forget_session()
            case protocol.StateChanged(state=state):
                self._forget_first(lambda item: state in _PROOF.get(type(item), ()))
                self._is_starting = any(isinstance(item, protocol.Start) for item in self._queue)
            case protocol.Finalized() | protocol.Gap() | protocol.Editor():
                self._forget_first(lambda item: isinstance(item, _ANSWERS[type(event)]))
            case protocol.Note(final=True) | protocol.Error():
                # The answer to an edit; a refused decision is a person's to repeat, not ours.
                self._forget_first(lambda item: isinstance(item, (protocol.Edit, protocol.Restore, protocol.Approve)))

    def rewind(self) -> None:
        """A new connection: say again what is left.  Audio that was acknowledged in part is cut to the rest."""
        self._sent = 0
        for item in islice(self._queue, 1):  # only the first can be acknowledged in part
            if isinstance(item, _Audio) and item.first_sample < self._acknowledged:
                had, self._queue[0] = self._cut(item, self._acknowledged)
                self._keep([had])

    @property
    def _frame_bytes(self) -> int:
        return BYTES_PER_SAMPLE * self.channels

    def _begin(self, start: protocol.Start) -> None:
        self.channels = len(start.channels)
        self._end_sample = self._acknowledged = 0
        self._is_starting = True

    def _forget_session(self) -> None:
        """Forget what is left of a session that is over, but not the next one, which may be asked for already."""
        starts = [i for i, item in enumerate(self._queue) if isinstance(item, protocol.Start)]
        self._forget(starts[0] if starts else len(self._queue))
        self._kept.clear()
        if not starts:
            self._acknowledged = self._end_sample

    def _keep(self, items: Iterable[_Audio]) -> None:
        if self.keeps_sealed:
            self._kept.extend(items)

    def _cut(self, item: _Audio, sample: int) -> tuple[_Audio, _Audio]:
        at = (sample - item.first_sample) * self._frame_bytes
        return (
            _Audio(item.first_sample, sample, item.pcm[:at]),
            _Audio(sample, item.end_sample, item.pcm[at:]),
        )

    def _forget_first(self, matches: Callable[[Any], bool]) -> None:
        """Forget the first step that was said and `matches`."""
        for i in range(self._sent):
            if not isinstance(self._queue[i], _Audio) and matches(self._queue[i]):
                del self._queue[i]
                self._sent -= 1
                return

    def _forget(self, count: int) -> None:
        for _ in range(count):
            self._queue.popleft()
        self._sent = max(self._sent - count, 0)
