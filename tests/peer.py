"""A bare websocket peer: says what a test wants said, right or wrong, and waits for events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from wardscribe import protocol
from wardscribe.demo import CONSULTATION
from wardscribe.soundfile import open_sound

PATIENCE_S = 30


def consultation(seconds: int) -> bytes:
    """Return the beginning of the bundled consultation: two channels, s16le."""
    return next(open_sound(CONSULTATION).chunks(seconds * protocol.SAMPLE_RATE))


class Peer:
    """One connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[Any] = []
        """Everything received."""
        self.messages: list[str] = []
        """The same as it came."""

    async def say(self, event: Any) -> None:
        """Send an event, or a raw message."""
        await self.socket.send(event if isinstance(event, str | bytes) else protocol.encode(event))

    async def send_audio(self, first_sample: int, pcm: bytes) -> None:
        """Send one audio message."""
        await self.socket.send(protocol.encode_audio(first_sample, pcm))

    async def expect(self, kind: type, accept: Callable[[Any], bool] = lambda _: True) -> Any:
        """Return the next event of this kind that `accept` takes."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self.messages.append(str(await self.socket.recv()))
                event = protocol.decode(self.messages[-1], protocol.DAEMON_EVENTS)
                self.events.append(event)
                if isinstance(event, kind) and accept(event):
                    return event

    async def expect_error(self, code: str) -> protocol.Error:
        """Return the next error, which must have this code."""
        error: protocol.Error = await self.expect(protocol.Error)
        assert error.code == code, error
        return error

    async def expect_state(self, state: protocol.State) -> protocol.StateChanged:
        """Wait for a state."""
        changed: protocol.StateChanged = await self.expect(protocol.StateChanged, lambda event: event.state is state)
        return changed

    async def start(self, **fields: Any) -> str:
        """Begin a session and return its id."""
        await self.say(protocol.Start(**fields))
        return (await self.expect_state(protocol.State.RECORDING)).session

    async def stream(self, pcm: bytes, channels: int, chunk_frames: int = 1_600) -> None:
        """Send all samples from the session's first on, as fast as the connection takes them."""
        size = 2 * channels
        for first in range(0, len(pcm) // size, chunk_frames):
            await self.send_audio(first, pcm[first * size : (first + chunk_frames) * size])

    def committed(self) -> list[str]:
        """Return all committed words received so far, in order."""
        return [word.text for event in self.events if isinstance(event, protocol.Commit) for word in event.words]


@asynccontextmanager
async def open_peer(url: str, hello: protocol.Hello | None = None, **options: Any) -> AsyncIterator[Peer]:
    """Connect and say hello."""
    async with connect(url, subprotocols=[protocol.SUBPROTOCOL], compression=None, max_size=None, **options) as socket:  # type: ignore[list-item]
        peer = Peer(socket)
        await peer.say(hello or protocol.Hello(client="test"))
        await peer.expect(protocol.Ready)
        yield peer
