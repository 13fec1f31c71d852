"""Audio addressed by absolute sample.

What is forgotten is overwritten with zeros at once, and so is memory that is left behind when a buffer grows: speech
does not stay in memory longer than somebody needs it.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

S = TypeVar("S", bound=np.generic)

_FIRST_CAPACITY = 64


class AbsoluteArray(Generic[S]):
    """Rows addressed by absolute position: appended at the end, forgotten at the front, contiguous in between.

    Appending costs a constant per row on average.  Memory is at most about four times the most that was ever held.
    """

    def __init__(self, dtype: type[S], row_shape: tuple[int, ...] = (), start: int = 0) -> None:
        self._rows: NDArray[S] = np.zeros((_FIRST_CAPACITY, *row_shape), dtype)
        self._origin = start  # absolute position of self._rows[0]
        self._start = start  # first position still held
        self._end = start  # position that the next row will have

    @property
    def start(self) -> int:
        """The first position that is still held."""
        return self._start

    @property
    def end(self) -> int:
        """The position after the last one."""
        return self._end

    def append(self, rows: NDArray[S]) -> None:
        """Add rows at `end`.  They are copied."""
        if self._end + len(rows) - self._origin > len(self._rows):
            self._make_room(len(rows))
        first = self._end - self._origin
        self._rows[first : first + len(rows)] = rows
        self._end += len(rows)

    def view(self, start: int, end: int) -> NDArray[S]:
        """Return the rows start..end, read-only and not copied: valid until the next append, forget or wipe.

        Raises ValueError where they are not all held.
        """
        if not self._start <= start <= end <= self._end:
            raise ValueError(f"{start}..{end} is not within {self._start}..{self._end}")
        rows = self._rows[start - self._origin : end - self._origin]
        rows.flags.writeable = False
        return rows

    def forget(self, before: int) -> None:
        """Overwrite and drop what lies before the position; positions never move back."""
        before = min(max(before, self._start), self._end)
        self._rows[self._start - self._origin : before - self._origin] = 0
        self._start = before

    def skip_to(self, position: int) -> None:
        """Overwrite and drop everything; what is appended later begins at `position`, which lies not before `end`."""
        self.wipe()
        self._origin += position - self._end
        self._start = self._end = position

    def wipe(self) -> None:
        """Overwrite and drop everything; what is appended later goes on at `end`."""
        self._rows.fill(0)
        self._start = self._end

    def _make_room(self, count: int) -> None:
        held = self._rows[self._start - self._origin : self._end - self._origin]
        needed = len(held) + count
        if 2 * needed > len(self._rows):
            grown = np.zeros((2 * needed, *self._rows.shape[1:]), self._rows.dtype)
            grown[: len(held)] = held
            self._rows.fill(0)
            self._rows = grown
        else:  # more than half is forgotten already, so source and target cannot overlap
            self._rows[: len(held)] = held
            self._rows[len(held) :] = 0
        self._origin = self._start


class PcmBuffer(AbsoluteArray[np.int16]):
    """One channel of samples, addressed by absolute sample.  `start` is where the channel begins."""

    def __init__(self, start: int = 0) -> None:
        super().__init__(np.int16, start=start)


def deinterleave(pcm: bytes, channels: int) -> NDArray[np.int16]:
    """Return interleaved s16le as [channels, samples], not copied.  Raises ValueError on a broken-off sample."""
    if len(pcm) % (2 * channels):
        raise ValueError(f"{len(pcm)} bytes are no whole number of 16-bit samples on {channels} channels")
    return np.frombuffer(pcm, "<i2").astype(np.int16, copy=False).reshape(-1, channels).T
