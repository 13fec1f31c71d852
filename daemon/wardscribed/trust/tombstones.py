"""Which sessions are over: no seal of them opens again, so no note is approved twice.

In memory, and in a file where one is configured.  A line is a digest of the session's random id and the second from
which it may be forgotten; nothing in it tells of a patient, a person or a machine.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from pathlib import Path

from wardscribed.errors import ConfigError

_DIGEST = 32  # hexadecimal digits
_CLOCK_S = 86_400  # a clock may be set back by a day and no tombstone is gone before the seals that it stands for


class Tombstones:
    """Sessions that are over, for as long as a seal of theirs could be opened."""

    def __init__(self, lifetime_s: int, path: Path | None = None, now: float = 0.0) -> None:
        """`lifetime_s`: a seal's.  What the file at `path` tells is read, and what is past `now` goes from it.

        Raises ConfigError where the file cannot be used.
        """
        self._keep_s = lifetime_s + _CLOCK_S
        self._path = path
        self._until: dict[str, int] = {}  # digest → seconds since 1970; the oldest first
        self._unwritten: set[str] = set()  # of those, what the file could not take yet
        if path is not None:
            try:
                self._read(path, now)
            except OSError as error:
                raise ConfigError(f"'seal.ended_file': cannot use {path}: {error.strerror}") from error

    def __contains__(self, session: str) -> bool:
        """Whether it is over."""
        return _digest(session) in self._until

    def add(self, session: str, now: float) -> None:
        """It is over.  Raises OSError where the file cannot be written: then it is known in this life only."""
        digest, until = _digest(session), int(now) + self._keep_s
        while self._until and next(iter(self._until.values())) < now:
            del self._until[next(iter(self._until))]
        self._unwritten &= self._until.keys()
        if digest not in self._until:
            self._until[digest] = until
            self._unwritten.add(digest)
        if digest in self._unwritten and self._path is not None:
            _append(self._path, _line(digest, self._until[digest]))
        self._unwritten.discard(digest)

    def _read(self, path: Path, now: float) -> None:
        _append(path, "")  # it can be written, and is there
        lines = path.read_text(encoding="ascii", errors="replace").split("\n")[1:]
        self._until = {digest: until for digest, until in map(_parsed, lines) if digest and until >= now}
        if len(self._until) < len(lines):
            with contextlib.suppress(OSError):  # a longer file does no harm
                _replace(path, "".join(_line(*it) for it in self._until.items()))


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


def _line(digest: str, until: int) -> str:
    """Begin with the line feed: what a full disk broke off before ends there."""
    return f"\n{digest} {until}"


def _parsed(line: str) -> tuple[str, int]:
    """Return (digest, until) of a line; an empty digest where the line was not written to its end."""
    digest, _, until = line.partition(" ")
    is_whole = len(digest) == _DIGEST and until.isdecimal() and len(until) >= len("1800000000")
    return (digest, int(until)) if is_whole else ("", 0)


def _append(path: Path, text: str) -> None:
    """Append in one call, so that SIGKILL leaves all of it or nothing.

    It is not waited for the disk, which can take longer than an event loop may be held: a kill of the daemon loses
    nothing, a power cut perhaps the last seconds.
    """
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        data = text.encode("ascii")
        written = os.write(file, data) if data else 0
        if written < len(data):  # the disk is full; half a line is passed over when it is read
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(file)


def _replace(path: Path, text: str) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    try:
        _append(new, text)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
