"""Messages by chance, many and fast, to a real daemon, beside a neighbour who wants to be served.

    python -m tests.fuzz.storm [--messages 1000000] [--peers 8] [--seed 1] [--direct]

Prints how many messages it took, the daemon's memory before and after, and how long the neighbour waited for
acknowledgements alone and in the storm.  Ends with status 1 on a traceback.  With --direct there is neither daemon nor
wire: what a connection does with each message, many times as fast.
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
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from benchmarks.daemon import Daemon, running_daemon
from tests.fuzz.fakes import FakeWard
from tests.fuzz.messages import Messages, sendable
from tests.peer import Peer, open_peer
from wardscribe import protocol
from wardscribe.protocol import ProtocolError
from wardscribed.connection import Connection

_CHUNK = bytes(3_200)
_MANY_SESSIONS = "[session]\nmax_sessions = 10000\nidle_minutes = 1"


class Storm:
    """Peers that say anything."""

    def __init__(self, url: str, messages: int) -> None:
        self._url = url
        self._left = messages
        self.said = 0
        self.connections = 0

    async def peer(self, seed: int) -> None:
        """Say messages, over a new connection whenever the daemon has had enough."""
        messages = Messages(seed)
        while self._left > 0:
            with contextlib.suppress(ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                async with connect(self._url, subprotocols=[protocol.SUBPROTOCOL], compression=None) as socket:  # type: ignore[list-item]
                    self.connections += 1
                    await socket.send(protocol.encode(protocol.Hello(client="storm")))
                    reading = asyncio.create_task(_read(socket))
                    try:
                        await self._say(socket, messages)
                    finally:
                        reading.cancel()

    async def _say(self, socket: Any, messages: Messages) -> None:
        for _ in range(500):
            if self._left <= 0:
                return
            self._left -= 1
            self.said += 1
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
    """A client that behaves, and notes how long it waits."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []

    async def live(self, url: str) -> None:
        """Send a chunk every tenth of a second, and wait for its acknowledgement."""
        loop = asyncio.get_running_loop()
        async with open_peer(url) as peer:
            await peer.start()
            sample = 0
            while True:
                sent = loop.time()
                await peer.send_audio(sample, _CHUNK)
                sample += len(_CHUNK) // 2
                await _acknowledged(peer, sample)
                self.waits_s.append(loop.time() - sent)
                await asyncio.sleep(0.1)


async def _acknowledged(peer: Peer, sample: int) -> None:
    await peer.expect(protocol.Ack, lambda ack: ack.sample >= sample)


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


async def storm(folder: Path, messages: int, peers: int, seed: int) -> dict[str, Any]:
    """Run it and return the figures."""
    log = folder / "storm.log"
    with running_daemon(log, tables=_MANY_SESSIONS) as daemon:
        alone, beside = Neighbour(), Neighbour()
        await _for_a_while(alone, daemon.url, min(5.0, messages / 1_000))
        before = _rss_mb(daemon)
        wind = Storm(daemon.url, messages)
        living = asyncio.create_task(beside.live(daemon.url))
        await asyncio.gather(*(wind.peer(seed * 1_000 + number) for number in range(peers)))
        living.cancel()
        after = _rss_mb(daemon)
    text = log.read_text(encoding="utf-8")
    return {
        "messages": wind.said,
        "connections": wind.connections,
        "tracebacks": text.count("Traceback") + text.count("ERROR"),
        "rss_mb": {"before": before, "after": after},
        "neighbour_acks": len(beside.waits_s),
        "neighbour_wait_s": {"alone": _percentiles(alone.waits_s), "in_the_storm": _percentiles(beside.waits_s)},
    }


async def _for_a_while(neighbour: Neighbour, url: str, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await neighbour.live(url)


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
    parser.add_argument("--peers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--direct", action="store_true", help="without daemon and wire")
    arguments = parser.parse_args()
    if arguments.direct:
        print(json.dumps(direct(arguments.messages, arguments.seed)))
        return
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(storm(Path(folder), arguments.messages, arguments.peers, arguments.seed))
    print(json.dumps(report))
    sys.exit(1 if report["tracebacks"] else 0)


if __name__ == "__main__":
    main()
