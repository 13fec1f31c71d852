"""The sound of one session, said to its client: what the tray and the terminal have in common.

The source is open while the session records, and only then: a pause closes the microphone, so that people see on their
own machine that nobody listens.  What is said to the daemon follows what is done here: `start` and `resume` once the
microphone is really heard, `pause` and `stop` once it is closed.
"""

from __future__ import annotations

import asyncio
import enum
import math
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from wardscribe.client import KEEP_S, Client
from wardscribe.errors import ClientError, only_error
from wardscribe.protocol import BYTES_PER_SAMPLE, SAMPLE_RATE, Start
from wardscribe.sources import Audio, Missing


class _Wish(enum.Enum):
    LISTEN = enum.auto()
    PAUSE = enum.auto()
    STOP = enum.auto()


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told how a recording goes."""

    heard: Callable[[], None]
    """The source delivers: at the beginning, and again after every pause."""
    sent: Callable[[bytes], None]
    """This chunk is on its way."""
    failed: Callable[[ClientError], None]
    """The source failed after the session had begun: the conversation ends with it, or stays paused."""


class Recording:
    """One session's sound, from `source`, which is opened anew after every pause."""

    def __init__(self, client: Client, start: Start, source: Callable[[], Audio], told: Told) -> None:
        self.has_begun = False
        """Whether `start` was said."""
        self._client = client
        self._start = start
        self._source = source
        self._told = told
        self._wish = _Wish.LISTEN
        self._changed = asyncio.Event()  # the wish
        self._has_said_pause = False
        self._hearing: asyncio.Task[None] | None = None
        self._samples = 0  # a channel, sent so far

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be heard."""
        return self._wish is _Wish.STOP

    @property
    def is_paused(self) -> bool:
        """Whether the source is closed, or being closed, until `resume`."""
        return self._wish is _Wish.PAUSE

    def pause(self) -> None:
        """Close the source; `pause` is said then."""
        self._want(_Wish.PAUSE)

    def resume(self) -> None:
        """Open the source again; `resume` is said once it is heard."""
        self._want(_Wish.LISTEN)

    def stop(self) -> None:
        """Close the source; `stop` is said then."""
        self._want(_Wish.STOP)

    def _want(self, wish: _Wish) -> None:
        if wish is not self._wish and not self.is_over:
            self._wish = wish
            self._changed.set()
            if self._hearing is not None:
                self._hearing.cancel()

    async def run(self, limit_s: float = math.inf, ahead_s: float = KEEP_S) -> None:
        """Record until the sound ends, `limit_s` of it were sent, or `stop` was called.

        The sound runs at most `ahead_s` ahead of what the daemon has.  Raises ClientError where none was ever heard.
        """
        while not self.is_over:
            self._changed.clear()
            if self._wish is _Wish.LISTEN:
                await self._hear(limit_s, ahead_s)
            else:
                await self._rest()
        if self.has_begun:
            self._client.stop()

    async def _rest(self) -> None:
        if self.has_begun and not self._has_said_pause:
            self._has_said_pause = True
            self._client.pause()
        await self._changed.wait()

    async def _hear(self, limit_s: float, ahead_s: float) -> None:
        """Hear until the wish changes, or the sound ends or fails."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._hearing = tasks.create_task(self._send(limit_s * SAMPLE_RATE, ahead_s), name="hearing")
        except ExceptionGroup as group:
            error = only_error(group)
            if not self.has_begun or not isinstance(error, ClientError):
                raise error from group
            if self._wish is _Wish.LISTEN:  # what was heard is drafted; where nothing was heard again, it stays paused
                self._wish = _Wish.PAUSE if self._has_said_pause else _Wish.STOP
            self._told.failed(error)

    async def _send(self, limit: float, ahead_s: float) -> None:
        is_heard = False
        async with aclosing(self._source()) as sound:
            async for pcm in sound:
                if not is_heard:
                    is_heard = True
                    self._tell_heard()
                if isinstance(pcm, Missing):
                    self._client.lost(pcm.ms)
                    continue
                self._told.sent(pcm)
                await self._client.send_audio(pcm, ahead_s)
                self._samples += len(pcm) // (BYTES_PER_SAMPLE * len(self._start.channels))
                if self._samples >= limit:
                    break
        self._wish = _Wish.STOP

    def _tell_heard(self) -> None:
        if not self.has_begun:
            self.has_begun = True
            self._client.start(self._start)
        elif self._has_said_pause:
            self._has_said_pause = False
            self._client.resume()
        self._told.heard()
