"""Which sessions are over, and how they ended: no seal of them opens again, so no note is approved twice.

In memory, and in a file where one is configured.  A line is a digest of the session's random id, how it ended, and the
moment from which it may be forgotten; nothing in it tells of a patient or a person.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from wardscribe.protocol import Reason, State
from wardscribed.errors import ConfigError
from wardscribed.trust.moment import BEGINNING, BOOT_BYTES, Moment

_DIGEST = 32  # hexadecimal digits
_LINE = re.compile(
    rf"([0-9a-f]{{{_DIGEST}}}) (written|discarded) ({'|'.join(Reason)}) ([1-9]\d{{0,6}})"
    rf" ([0-9a-f]{{{2 * BOOT_BYTES}}}) (\d{{10}}) (\d{{10}})",
    re.ASCII,
)
_CLOCK_S = 86_400  # a clock may be set back by a day and no tombstone is gone before the seals that it stands for


@dataclass(frozen=True, slots=True)
class End:
    """How a session ended."""

    state: State
    """Written or discarded."""
    reason: Reason
    seq: int
    """The number of the event that told it."""


class Tombstones:
    """Sessions that are over, for as long as a seal of theirs could be opened."""

    def __init__(self, lifetime_s: int, path: Path | None = None, now: Moment = BEGINNING) -> None:
        """`lifetime_s`: a seal's.  What the file at `path` tells is read, and what is past `now` goes from it.

        Raises ConfigError where the file cannot be used.
        """
        self._keep_s = lifetime_s + _CLOCK_S
        self._path = path
        self._lock = threading.Lock()  # around what is in memory: who waits for the disk is in a thread of its own
        self._ends: dict[str, tuple[End, Moment]] = {}  # digest → end, until when; the oldest first
        self._unwritten: set[str] = set()  # of those, what the file could not take yet
        if path is not None:
            try:
                self._read(path, now)
            except OSError as error:
                raise ConfigError(f"'seal.ended_file': cannot use {path}: {error.strerror}") from error

    def __contains__(self, session: str) -> bool:
        """Whether it is over."""
        return self.end_of(session) is not None

    def end_of(self, session: str) -> End | None:
        """How it ended; None where it is not over, as far as is known."""
        return self._ends.get(_digest(session), (None, BEGINNING))[0]

    def add(self, session: str, end: End, now: Moment, *, is_durable: bool = False) -> None:
        """It is over.  Raises OSError where the file cannot be written: then it is known in this life only.

        `is_durable`: return once it is on the disk, so that a power cut loses nothing either; any thread may ask.
        """
        digest = _digest(session)
        with self._lock:
            self._remember(digest, (end, now.later(self._keep_s)), now)
            line = _line(digest, *self._ends[digest]) if digest in self._unwritten else ""
        if line and self._path is not None:
            _append(self._path, line, is_durable=is_durable)
        self._unwritten.discard(digest)

    def _remember(self, digest: str, end: tuple[End, Moment], now: Moment) -> None:
        while self._ends and now.since(next(iter(self._ends.values()))[1]) > 0:
            del self._ends[next(iter(self._ends))]
        self._unwritten &= self._ends.keys()
        if digest not in self._ends or self._ends[digest][0] != end[0]:
            self._ends.pop(digest, None)  # it was discarded after its approval could not be written
            self._ends[digest] = end
            self._unwritten.add(digest)

    def _read(self, path: Path, now: Moment) -> None:
        _append(path, "")  # it can be written, and is there
        _sync_folder(path)
        lines = path.read_text(encoding="ascii", errors="replace").split("\n")[1:]
        found = filter(None, map(_parsed, lines))
        self._ends = {digest: (end, until) for digest, end, until in found if now.since(until) <= 0}
        if len(self._ends) < len(lines):
            with contextlib.suppress(OSError):  # a longer file does no harm
                _replace(path, "".join(_line(digest, *it) for digest, it in self._ends.items()))


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


def _line(digest: str, end: End, until: Moment) -> str:
    """Begin with the line feed: what a full disk broke off before ends there."""
    return f"\n{digest} {end.state} {end.reason} {end.seq} {until.boot} {until.up_s:010.0f} {until.wall_s:010.0f}"


def _parsed(line: str) -> tuple[str, End, Moment] | None:
    """Return (digest, end, until) of a line; None where it was not written to its end."""
    if (found := _LINE.fullmatch(line)) is None:
        return None
    digest, state, reason, seq, boot, up_s, wall_s = found.groups()
    return digest, End(State(state), Reason(reason), int(seq)), Moment(float(wall_s), float(up_s), boot)


def _append(path: Path, text: str, *, is_durable: bool = False) -> None:
    """Append in one call, so that SIGKILL leaves all of it or nothing; `is_durable`: so that a power cut does too."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        data = text.encode("ascii")
        written = os.write(file, data) if data else 0
        if written < len(data):  # the disk is full; half a line is passed over when it is read
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if is_durable:
            os.fsync(file)
    finally:
        os.close(file)


def _replace(path: Path, text: str) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    try:
        _append(new, text, is_durable=True)
        new.replace(path)
        _sync_folder(path)
    finally:
        new.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    """Have the disk know that the file is there under its name."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
