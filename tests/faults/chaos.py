"""Many conversations, and everything goes wrong all the time.

    python -m tests.faults.chaos [--conversations 100] [--faults 1000] [--at-once 5] [--seed 1] [--json]

Talks to a daemon over lines of their own, while lines are cut, stalled and narrowed, and the daemon is killed and
restarted.  Goes on until so many conversations are over and so many faults were injected, and holds every conversation
to what it is without faults, word by word.  Ends with status 1 where a word is missing, changed or said twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.line import Line
from tests.faults.ward import Talk, Ward, alone, conversation
from wardscribe.protocol import Commit, Gap, StateChanged, Utterance

_UTTERANCES = 8
_BETWEEN_S = (0.02, 0.3)  # between two faults
_LONGEST_S = 300  # of a conversation, however often it was disturbed
_BEAT_S = 0.05
_RESTARTS = 0.05  # share of the faults that hit the daemon


@dataclass(slots=True)
class Result:
    """What came of it."""

    faults: Counter[str] = field(default_factory=Counter)
    conversations: int = 0
    not_begun: int = 0
    """Conversations that were refused, or whose first connection failed."""
    wrong: int = 0
    """Conversations with a word missing, changed, or said twice."""
    details: list[str] = field(default_factory=list)
    """What those were told."""
    notes: Counter[int] = field(default_factory=Counter)
    """How many different final notes a conversation was told."""
    errors: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    live_s: list[float] = field(default_factory=list)
    """From the daemon's being ready to the first word that a client is told."""
    held_s: float = 0.0
    """For so long at most this program did not get its turn: nothing that it measures is truer than that."""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is printed."""
        live = sorted(self.live_s)
        return {
            "faults": dict(self.faults),
            "faults_total": self.faults.total(),
            "conversations": self.conversations,
            "not_begun": self.not_begun,
            "wrong": self.wrong,
            "details": self.details,
            "notes": dict(self.notes),
            "errors": dict(self.errors),
            "failures": self.failures,
            "live_after_restart_s": {"p50": live[len(live) // 2], "max": live[-1]} if live else None,
            "held_s": round(self.held_s, 2),
        }

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost and nobody was told of an error."""
        return not (self.wrong or self.failures or self.errors or set(self.notes) - {1})


class Chaos:
    """The ward on its worst day."""

    def __init__(self, ward: Ward, pcm: bytes, seed: int, at_once: int) -> None:
        self.result = Result()
        self._ward = ward
        self._pcm = pcm
        self._chance = random.Random(seed)  # noqa: S311
        self._lines = [Line() for _ in range(at_once)]
        self._talks: dict[int, Talk] = {}
        self._expected: list[tuple[int, str]] = []

    async def run(self, conversations: int, faults: int) -> Result:
        """Talk until enough went wrong."""
        self._expected = await alone(self._ward, self._pcm)

        def is_enough() -> bool:
            return self.result.conversations >= conversations and self.result.faults.total() >= faults

        async with asyncio.TaskGroup() as tasks:
            helpers = [tasks.create_task(self._disturb()), tasks.create_task(self._notice_holds())]
            talking = [tasks.create_task(self._talk(place, is_enough)) for place in range(len(self._lines))]
            await asyncio.wait(talking)
            for helper in helpers:
                helper.cancel()
        return self.result

    async def _notice_holds(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            self.result.held_s = max(self.result.held_s, loop.time() - due)

    async def _talk(self, place: int, is_enough: Callable[[], bool]) -> None:
        line = self._lines[place]
        line.port = self._ward.line.port
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(line.laid())
            while not is_enough():
                talk = self._talks[place] = Talk(self._pcm, speed=4.0)
                try:
                    async with asyncio.timeout(_LONGEST_S):
                        await talk.hold(url)
                except* Exception as group:
                    self.result.failures += [f"{type(e).__name__}: {e}" for e in group.exceptions if _was_begun(talk)]
                if _was_begun(talk):
                    self._judge(talk)
                else:  # the first connection failed, or the daemon was busy: that is told at once
                    self.result.not_begun += 1
                    await asyncio.sleep(0.5)

    def _judge(self, talk: Talk) -> None:
        result = self.result
        result.conversations += 1
        if talk.transcript() != self._expected:
            result.wrong += 1
            result.details.append(_told(talk))
        result.notes[len({note.hash for note in talk.notes})] += 1
        result.errors.update(error.code for error in talk.errors)
        print(f"{result.conversations} conversations, {result.faults.total()} faults", file=sys.stderr, flush=True)

    # ------------------------------------------------------------------------------------------------- what goes wrong

    async def _disturb(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(*_BETWEEN_S))
            if self._chance.random() < _RESTARTS:
                await self._chance.choice([self._kill, self._restart])()
                continue
            line = self._chance.choice(self._lines)
            name, fault = self._chance.choice(
                [("cut", self._cut), ("stall", self._stall), ("narrow", self._narrow), ("late", self._late)]
            )
            self.result.faults[name] += 1
            await fault(line)

    async def _cut(self, line: Line) -> None:
        line.cut()

    async def _stall(self, line: Line) -> None:
        line.stall()
        asyncio.get_running_loop().call_later(self._chance.uniform(0.1, 3.0), line.go_on)

    async def _narrow(self, line: Line) -> None:
        line.bytes_per_s = self._chance.choice([0, 200_000, 1_000_000])

    async def _late(self, line: Line) -> None:
        line.delay_s = self._chance.choice([0, 0.005, 0.02])

    async def _kill(self) -> None:
        await self._begin_again("kill -9", self._ward.kill)

    async def _restart(self) -> None:
        await self._begin_again("restart", self._ward.stop)

    async def _begin_again(self, name: str, end: Callable[[], Awaitable[Any]]) -> None:
        self.result.faults[name] += 1
        await end()
        await self._ward.start()
        for line in self._lines:
            line.port = self._ward.line.port
        ready = time.monotonic()
        told = {place: len(talk.events) for place, talk in self._talks.items()}
        while not any(self._has_words(place, count) for place, count in told.items()):
            await asyncio.sleep(0.01)
            if time.monotonic() - ready > 20:
                break
        self.result.live_s.append(round(time.monotonic() - ready, 2))

    def _has_words(self, place: int, since: int) -> bool:
        return any(type(event).__name__ in ("Commit", "Partial") for event in self._talks[place].events[since:])


def _told(talk: Talk) -> str:
    """Return what a conversation was told, by sequence number: nobody ever said it, so it may be shown."""
    lines = []
    for seq, event in sorted(talk.logged.items()):
        match event:
            case Commit():
                text = " ".join(f"{word.text}@{word.start_ms}" for word in event.words)
                lines.append(f"{seq} {event.utterance}/{event.channel} {text}")
            case Utterance() | Gap():
                lines.append(f"{seq} {event}")
            case StateChanged():
                lines.append(f"{seq} {event.state}")
    return "\n".join(lines)


def _was_begun(talk: Talk) -> bool:
    return any(type(event).__name__ == "StateChanged" for event in talk.events)


async def run(conversations: int, faults: int, at_once: int, seed: int) -> Result:
    """Run it in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        ward = Ward(Path(folder))
        with ward.running():
            await ward.start()
            return await Chaos(ward, conversation(_UTTERANCES), seed, at_once).run(conversations, faults)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.chaos", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--faults", type=int, default=1_000)
    parser.add_argument("--at-once", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = asyncio.run(run(arguments.conversations, arguments.faults, arguments.at_once, arguments.seed))
    print(json.dumps(result.as_json(), indent=None if arguments.json else 1, ensure_ascii=False))
    sys.exit(0 if result.is_good else 1)


if __name__ == "__main__":
    main()
