"""What the client library tells by itself, among the daemon's events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection was lost and is being opened again.  The next `ready` ends it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """So much audio waits in memory for the daemon; at `limit_s` the client takes no more.  0: all is well again."""

    seconds: int
    limit_s: int
