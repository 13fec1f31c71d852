"""A session's events in RAM, and what each viewer has still to be told.

What must not be lost is logged under a sequence number; what only the latest of matters (partial, ack, quality, a
draft that still grows) is coalesced, so that a slow viewer holds no memory.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import orjson

from wardscribe.fields import from_json
from wardscribe.protocol import DAEMON_EVENTS, Commit, Utterance
from wardscribed.wire import encode

_RECENT = 100  # events that are kept as they are: viewers still ask for them
_QUICKLY = 1  # zlib's level
_PACKED = (Commit, Utterance)  # what hours of talk are made of


class EventLog:
    """The ordered events of one session."""

    def __init__(self) -> None:
        self._events: list[Any] = []  # the event with sequence number n is at n - 1
        self._viewers: set[Viewer] = set()

    @property
    def seq(self) -> int:
        """The last sequence number."""
        return len(self._events)

    @property
    def viewers(self) -> int:
        """How many look on."""
        return len(self._viewers)

    @property
    def is_told(self) -> bool:
        """Whether every viewer took what is logged."""
        return all(viewer.cursor == self.seq for viewer in self._viewers)

    def append(self, make: Callable[[int], Any]) -> None:
        """Log the event that `make` builds from its sequence number, and tell all viewers."""
        self._events.append(make(self.seq + 1))
        self._pack(self.seq - _RECENT)
        for viewer in self._viewers:
            viewer.wake()

    def _pack(self, seq: int) -> None:
        """Keep an event that hardly anybody will ask for again as its JSON, compressed: a quarter of the size."""
        if seq > 0 and isinstance(self._events[seq - 1], _PACKED):
            self._events[seq - 1] = zlib.compress(encode(self._events[seq - 1]), _QUICKLY)

    def replace(self, kind: type, make: Callable[[int], Any]) -> None:
        """Log an event that supersedes all before it of its kind: those are not told any more."""
        self._events = [None if isinstance(event, kind) else event for event in self._events]
        self.append(make)

    def show(self, key: Hashable, make: Callable[[int], Any]) -> None:
        """Tell all viewers something of which only the latest under `key` matters."""
        event = make(self.seq)
        for viewer in self._viewers:
            viewer.put(key, event)

    def withdraw(self, key: Hashable) -> None:
        """What was last shown under `key` no longer holds."""
        for viewer in self._viewers:
            viewer.withdraw(key)

    def since(self, seq: int) -> list[Any]:
        """Return the events after sequence number `seq`."""
        return [_unpacked(event) for event in self._events[seq:] if event is not None]

    def restore(self, events: Iterable[Any], seq: int) -> None:
        """Begin with these events, each with its `seq`, the last of which was `seq`."""
        self._events = [None] * seq
        for event in events:
            self._events[event.seq - 1] = event
            self._pack(event.seq)

    def wipe(self, keep: type) -> None:
        """Forget all events but those of type `keep`; the sequence numbers stay, so that a returning viewer is told."""
        self._events = [event if isinstance(event, keep) else None for event in self._events]
        for viewer in self._viewers:
            viewer.clear()

    def open_viewer(self, last_seq: int) -> Viewer:
        """Return a viewer that is told everything after `last_seq`."""
        viewer = Viewer(self, last_seq)
        self._viewers.add(viewer)
        return viewer

    def close_viewer(self, viewer: Viewer) -> None:
        """Stop telling `viewer`."""
        self._viewers.discard(viewer)


def _unpacked(event: Any) -> Any:
    if not isinstance(event, bytes):
        return event
    data = orjson.loads(zlib.decompress(event))
    return from_json(DAEMON_EVENTS[data.pop("type")], data)


class Viewer:
    """One connection's view of a log: `take` returns what it has not been told yet."""

    def __init__(self, log: EventLog, last_seq: int) -> None:
        self._log = log
        self.cursor = min(last_seq, log.seq)
        """The last sequence number that it took."""
        self._latest: dict[Hashable, Any] = {}
        self._news = asyncio.Event()
        self._news.set()

    def put(self, key: Hashable, event: Any) -> None:
        """Replace what is shown under `key`."""
        self._latest[key] = event
        self._news.set()

    def withdraw(self, key: Hashable) -> None:
        """Drop what is shown under `key`."""
        self._latest.pop(key, None)

    def clear(self) -> None:
        """Drop everything not told yet that is not logged."""
        self._latest.clear()

    def wake(self) -> None:
        """There is something new in the log."""
        self._news.set()

    async def take(self) -> list[Any]:
        """Wait for news and return it: logged events in order, then the latest of the rest."""
        await self._news.wait()
        return self.take_now()

    def take_now(self) -> list[Any]:
        """Return what is new, perhaps nothing."""
        self._news.clear()
        logged = self._log.since(self.cursor)
        self.cursor = self._log.seq
        latest, self._latest = list(self._latest.values()), {}
        return logged + latest
