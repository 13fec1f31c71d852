"""A line between a client and a daemon on which everything goes wrong that does go wrong on a ward, but the order.

Bytes arrive as they were sent or not at all: that is TCP's promise, and what the line is made of.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any


class Line:
    """Listens for clients and passes on to a daemon, which may be another one after a restart."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        """Where the daemon listens; 0: nobody does."""
        self.delay_s = 0.0
        """Every piece is so late."""
        self.bytes_per_s = 0.0
        """No more than this pass in each direction; 0: as many as come."""
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.Task[Any]] = set()

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """Yield the address of the client's end."""
        async with await asyncio.start_server(self._connect, "127.0.0.1", 0) as server:
            try:
                yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            finally:
                self.go_on()
                self.cut()
                if self._connections:
                    await asyncio.wait(self._connections)

    def cut(self) -> None:
        """Break all connections, on both sides."""
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """Nothing passes from now on, and nobody is told."""
        self._is_open.clear()

    def go_on(self) -> None:
        """Everything passes again, first what waited."""
        self._is_open.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: Any = asyncio.current_task()
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(far_writer)
        directions = [
            asyncio.create_task(self._pass_on(reader, far_writer)),
            asyncio.create_task(self._pass_on(far_reader, writer)),
        ]
        await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, far_writer):
            end.transport.abort()
            self._writers.discard(end)
        for direction in directions:
            direction.cancel()
        await asyncio.wait(directions)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(16_384):
                await asyncio.sleep(self.delay_s + (len(data) / self.bytes_per_s if self.bytes_per_s else 0))
                await self._is_open.wait()
                writer.write(data)
                await writer.drain()
