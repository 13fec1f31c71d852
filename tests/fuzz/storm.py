"""Messages by chance, many and fast, to a real daemon, beside a neighbour who wants to be served.

    python -m tests.fuzz.storm [--messages 1000000] [--minutes 30] [--peers 16] [--seed 1] [--direct]

Prints how many messages it took, the daemon's memory before, after a tenth and at the end, and how long after their end
the neighbour's words were committed, alone and in the storm.  Ends with status 1 on a traceback, or where the minutes
were not enough.  With --direct there is neither daemon nor wire: what a connection does with each message, many times
as fast.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from benchmarks.daemon import Daemon, running_daemon
from tests.fuzz.fakes import FakeWard
from tests.fuzz.messages import Messages, sendable
from tests.peer import Peer, open_peer
from wardscribe import protocol
from wardscribe.demo import CONSULTATION
from wardscribe.protocol import ProtocolError
from wardscribe.soundfile import open_sound
from wardscribed.connection import Connection

_CHUNK = 1_600  # samples: a tenth of a second
_FRAME = 4  # bytes: two channels
_ALONE_S = 40.0
_CLOSE_S = 2.0
_OPTIONS: dict[str, Any] = {"subprotocols": [protocol.SUBPROTOCOL], "compression": None, "close_timeout": _CLOSE_S}
_MANY_SESSIONS = "[session]\nmax_sessions = 10000\nidle_minutes = 1"


class Storm:
    """Peers that say anything."""

    def __init__(self, daemon: Daemon, messages: int) -> None:
        self._daemon = daemon
        self._left = messages
        self._tenth = messages // 10
        self.rss_after_a_tenth_mb = 0
        self.said = 0
        self.connections = 0

    async def peer(self, seed: int) -> None:
        """Say messages, over a new connection whenever the daemon has had enough."""
        messages = Messages(seed)
        while self._left > 0:
            try:
                async with connect(self._daemon.url, **_OPTIONS) as socket, asyncio.TaskGroup() as tasks:
                    self.connections += 1
                    tasks.create_task(_read(socket))  # to the end: who does not read is not told of a close either
                    await socket.send(protocol.encode(protocol.Hello(client="storm")))
                    await self._say(socket, messages)
                    await socket.close()
            except* (ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                pass  # it is open again in a moment

    async def _say(self, socket: Any, messages: Messages) -> None:
        for _ in range(500):
            if self._left <= 0:
                return
            self._left -= 1
            self.said += 1
            if self.said == self._tenth:
                self.rss_after_a_tenth_mb = _rss_mb(self._daemon)
            await socket.send(sendable(messages.next()))
            if self.said % 20 == 0:
                await asyncio.sleep(0)
        with contextlib.suppress(ConnectionClosed):
            await socket.send(protocol.encode(protocol.Discard()))


async def _read(socket: Any) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass


class Neighbour:
    """A client that behaves: it says the bundled consultation at the speed of speech, again and again."""

    def __init__(self) -> None:
        self.delays_s: list[float] = []
        """From a word's end to its commit."""
        self.is_heard = asyncio.Event()
        self._pcm = next(open_sound(CONSULTATION).chunks(1 << 30))

    async def live(self, url: str) -> None:
        """Talk until cancelled."""
        while True:
            async with open_peer(url) as peer, asyncio.TaskGroup() as tasks:
                await peer.start(channels=(protocol.Role.CLINICIAN, protocol.Role.PATIENT))
                began = asyncio.get_running_loop().time()
                listening = tasks.create_task(self._listen(peer, began))
                await self._talk(peer, began)
                await peer.say(protocol.Discard())
                listening.cancel()

    async def _talk(self, peer: Peer, began: float) -> None:
        size, loop = _CHUNK * _FRAME, asyncio.get_running_loop()
        for number in range(len(self._pcm) // size):
            await asyncio.sleep(max(began + (number + 1) * _CHUNK / protocol.SAMPLE_RATE - loop.time(), 0))
            await peer.send_audio(number * _CHUNK, self._pcm[number * size : (number + 1) * size])

    async def _listen(self, peer: Peer, began: float) -> None:
        loop = asyncio.get_running_loop()
        async for message in peer.socket:
            event = protocol.decode(str(message), protocol.DAEMON_EVENTS)
            if isinstance(event, protocol.Commit):
                self.delays_s += [loop.time() - began - word.end_ms / 1_000 for word in event.words]
                self.is_heard.set()


def direct(messages: int, seed: int) -> dict[str, Any]:
    """Give the messages to connections without a wire; anything but a ProtocolError goes through."""
    source, refused = Messages(seed), Counter[str]()
    before = _own_rss_mb()
    for number in range(messages):
        if number % 500 == 0:
            connection = Connection(None, FakeWard())  # type: ignore[arg-type]
            connection._take(protocol.encode(protocol.Hello()))
        try:
            connection._take(source.next())
        except ProtocolError as error:
            refused[error.code] += 1
    return {"messages": messages, "refused": dict(refused), "rss_mb": {"before": before, "after": _own_rss_mb()}}


def _own_rss_mb() -> int:
    gc.collect()
    return int(Path("/proc/self/status").read_text(encoding="ascii").partition("VmRSS:")[2].split()[0]) // 1000


async def storm(
    folder: Path, messages: int, peers: int, seed: int, *, minutes: float, alone_s: float
) -> dict[str, Any]:
    """Run it, for so many minutes at most, and return the figures; `alone_s`: how long the neighbour has no storm."""
    log = folder / "storm.log"
    with running_daemon(log, tables=_MANY_SESSIONS) as daemon:
        alone, beside = Neighbour(), Neighbour()
        await _for_a_while(alone.live(daemon.url), alone_s)
        before = _rss_mb(daemon)
        wind = Storm(daemon, messages)
        living = asyncio.create_task(beside.live(daemon.url))
        blowing = asyncio.gather(*(wind.peer(seed * 1_000 + number) for number in range(peers)))
        await _for_a_while(blowing, 60 * minutes)
        after = _rss_mb(daemon)
        await beside.is_heard.wait()
        living.cancel()
        await asyncio.wait([living])
    text = log.read_text(encoding="utf-8")
    return {
        "messages": wind.said,
        "connections": wind.connections,
        "tracebacks": text.count("Traceback") + text.count("ERROR"),
        "rss_mb": {"before": before, "after_a_tenth": wind.rss_after_a_tenth_mb, "after": after},
        "neighbour_words": {"alone": len(alone.delays_s), "in_the_storm": len(beside.delays_s)},
        "commit_delay_s": {"alone": _percentiles(alone.delays_s), "in_the_storm": _percentiles(beside.delays_s)},
    }


async def _for_a_while(doing: Awaitable[Any], seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await doing


def _rss_mb(daemon: Daemon) -> int:
    status = Path(f"/proc/{daemon.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1000


def _percentiles(values: list[float]) -> dict[str, float]:
    ranked = sorted(values)
    return {f"p{p}": round(ranked[min(p * len(ranked) // 100, len(ranked) - 1)], 3) for p in (50, 95)} if ranked else {}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.storm", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--peers", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--direct", action="store_true", help="without daemon and wire")
    arguments = parser.parse_args()
    if arguments.direct:
        print(json.dumps(direct(arguments.messages, arguments.seed)))
        return
    with tempfile.TemporaryDirectory() as folder:
        blowing = storm(
            Path(folder),
            arguments.messages,
            arguments.peers,
            arguments.seed,
            minutes=arguments.minutes,
            alone_s=_ALONE_S,
        )
        report = asyncio.run(blowing)
    print(json.dumps(report))
    sys.exit(1 if report["tracebacks"] or report["messages"] < arguments.messages else 0)


if __name__ == "__main__":
    main()
