"""Many sessions at random offsets, each paced by its own audio's clock, from one light process.

The generator shares the machine with the server that it measures.  So the audio is rendered and cut beforehand, all
sessions live in one asyncio loop, and what comes back is only stamped while the level runs; it is read afterwards.
What the generator used itself, and how late it was, is part of the result.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from benchmarks import usage
from benchmarks.generated import Consultation
from benchmarks.talk import CHUNK_MS

RAMP_S = 8.0
"""All sessions begin within it."""
LAST_WORDS_S = 30.0
"""How long after its audio a session waits for the rest of its text."""
_SETTLE_S = 2.0

NO_CONNECTION = (OSError, TimeoutError, InvalidHandshake, ConnectionClosed)
"""What a server raises here that does not take a session."""

Message = tuple[float, str | bytes]
"""When it arrived (seconds since the session's first sample was spoken), and what."""


@dataclass(slots=True)
class Run:
    """One session of a level: what it said and what came back."""

    talk: Consultation
    began: float = 0.0
    """When its first sample was spoken (the loop's clock); who speaks sets it anew once the server is ready for it."""
    messages: list[Message] = field(default_factory=list, repr=False)
    late: list[float] = field(default_factory=list, repr=False)
    """Seconds by which the generator woke too late for a chunk."""
    sent: int = 0
    """Chunks."""
    refusal: str = ""
    """Why the server did not take the session; empty: it did."""
    refused_in_s: float = 0.0
    is_complete: bool = False
    """Whether the server said that all is told."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a number of sessions gave."""

    runs: list[Run]
    begin: float
    """From here on all sessions talk (the loop's clock) …"""
    end: float
    """… until here."""
    server_cpu_s: float
    """Used in between."""
    server_rss_mb: float
    """At its end."""
    idle_rss_mb: float
    """Before the first session."""
    generator_cpu_s: float

    @property
    def seconds(self) -> float:
        """Length of the time in which all talk."""
        return self.end - self.begin

    def is_counted(self, run: Run) -> Callable[[float], bool]:
        """Return whether a time of the run (seconds since its first sample) lies where all talk."""
        return lambda at_s: self.begin <= run.began + at_s <= self.end


Speak = Callable[[Run], Awaitable[None]]
"""Holds one session from `run.began` to its end: sends by `pace`, stamps what arrives."""


async def run_level(pid: int, speak: Speak, talks: Sequence[Consultation], sessions: int, seed: int = 1) -> Level:
    """Hold `sessions` sessions at once with the server `pid`; all talk for about the talks' length less RAMP_S."""
    loop = asyncio.get_running_loop()
    rng = random.Random(seed)
    start = loop.time() + 0.5
    runs = [
        Run(talks[i % len(talks)], start + (rng.uniform(0, RAMP_S) if sessions > 1 else 0.0)) for i in range(sessions)
    ]
    begin = max(run.began for run in runs) + _SETTLE_S
    end = min(run.began + run.talk.seconds for run in runs)
    idle_rss_mb = usage.rss_mb(pid)
    async with asyncio.TaskGroup() as tasks:
        for run in runs:
            tasks.create_task(_held(speak, run))
        await asyncio.sleep(begin - loop.time())
        server, generator = usage.cpu_s(pid), time.process_time()
        await asyncio.sleep(end - loop.time())
        server, generator = usage.cpu_s(pid) - server, time.process_time() - generator
        rss_mb = usage.rss_mb(pid)
    return Level(runs, begin, end, server, rss_mb, idle_rss_mb, generator)


async def _held(speak: Speak, run: Run) -> None:
    await asyncio.sleep(max(0.0, run.began - asyncio.get_running_loop().time()))
    try:
        await speak(run)
    except NO_CONNECTION:
        run.refusal = run.refusal or "no connection"


async def pace(run: Run, pieces: Sequence[bytes], send: Callable[[bytes], Awaitable[None]]) -> None:
    """Send each piece when its last sample has been spoken, as a microphone would; never earlier, none left out."""
    loop = asyncio.get_running_loop()
    for number, piece in enumerate(pieces, 1):
        due = run.began + number * CHUNK_MS / 1000
        if (early := due - loop.time()) > 0:
            await asyncio.sleep(early)
            run.late.append(loop.time() - due)
        await send(piece)
        run.sent = number


async def converse(
    run: Run,
    say: Coroutine[Any, Any, None],
    arriving: AsyncIterable[str | bytes],
    is_last: Callable[[str | bytes], bool],
) -> None:
    """Say and stamp what arrives, until the last message, the end of the connection, or a time-out."""
    loop = asyncio.get_running_loop()
    saying = asyncio.create_task(say)
    try:
        async with asyncio.timeout(run.talk.seconds + LAST_WORDS_S):
            async for message in arriving:
                run.messages.append((loop.time() - run.began, message))
                if is_last(message):
                    run.is_complete = True
                    return
    except (TimeoutError, ConnectionClosed):
        pass  # the run is not complete, and says so
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)
