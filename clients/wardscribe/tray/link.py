"""The tray's client, in a thread of its own: a window that is slow to draw never holds up the sound.

PySide6.QtAsyncio would put both on one thread, and is a technology preview that lacks parts of asyncio's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from wardscribe import protocol
from wardscribe.approval import check_microphone
from wardscribe.client import Client
from wardscribe.connecting import retry_delay_s
from wardscribe.errors import ClientError
from wardscribe.protocol import Start, State, StateChanged
from wardscribe.sources import Audio, Missing, peak_db
from wardscribe.tray.state import Failed, Level, Listening

_LEAVE_S = 5


class Link:
    """Holds a connection while the tray is there, and one session after the other over it.

    `tell` is called in this thread with every event; the public methods are called from any other.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        capture: Callable[[Callable[[], None]], Audio],
        tell: Callable[[Any], None],
        watched: str = "",
    ) -> None:
        self._connect = connect
        self._capture = capture
        self._tell = tell
        self._watched = watched
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="link", daemon=True)
        self._starts: asyncio.Queue[Start] = asyncio.Queue()
        self._client: Client | None = None
        self._is_paused = False
        self._has_stopped = False
        self._task: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------------------------- from the tray's thread

    def open(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def close(self) -> None:
        """Leave; what was asked for last, such as `discard`, is still said."""
        self._call(self._leave)
        self._thread.join(_LEAVE_S)

    def start(self, start: Start) -> None:
        """Begin a session with the microphone, as soon as it is heard."""
        self._call(lambda: self._starts.put_nowait(start))

    def pause(self, *, is_paused: bool) -> None:
        """Send no more sound, or go on."""
        self._call(lambda: self._pause(is_paused=is_paused))

    def stop(self) -> None:
        """End the conversation; the draft follows."""
        self._call(lambda: self._end(Client.stop))

    def discard(self) -> None:
        """Throw the session away, at whatever point it is."""
        self._call(lambda: self._end(Client.discard))

    def ask(self, step: Callable[[Client], None]) -> None:
        """Say something else to the daemon."""
        self._call(lambda: self._say(step))

    def _call(self, work: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the tray is leaving
            self._loop.call_soon_threadsafe(work)

    # --------------------------------------------------------------------------------------------------- in this thread

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner, contextlib.suppress(asyncio.CancelledError):
            runner.run(self._run())

    async def _run(self) -> None:
        self._task = asyncio.current_task()
        attempt = 0
        while True:
            try:
                await self._hold()
                attempt = 0
                if self._watched:
                    return
            except ClientError as error:
                self._tell(Failed(str(error), is_end=True))
                await asyncio.sleep(retry_delay_s(attempt, random.random()))  # noqa: S311  # no secret
                attempt += 1

    async def _hold(self) -> None:
        """Hold one session, from the connection to the end.  Raises ClientError."""
        try:
            async with self._connect() as client, asyncio.TaskGroup() as tasks:
                self._client, self._is_paused, self._has_stopped = client, False, False
                feeder = tasks.create_task(self._feed(client), name="feed")
                await self._receive(client)
                feeder.cancel()
        except ExceptionGroup as group:
            errors, others = group.split(ClientError)
            raise (errors.exceptions[0] if errors is not None and others is None else group) from group
        finally:
            self._client = None

    async def _receive(self, client: Client) -> None:
        if self._watched:
            client.watch(self._watched)
        async for event in client:
            self._tell(event)
            match event:
                case protocol.Error() if client.state is None:
                    raise ClientError(f"{event.message} ({event.code})")
                case StateChanged(state=State.WIPED):
                    return

    async def _feed(self, client: Client) -> None:
        start = await self._starts.get()
        check_microphone(start.microphone, client.microphones)
        try:
            async with aclosing(self._capture(lambda: self._begin(client, start))) as chunks:
                async for pcm in chunks:
                    if self._has_stopped:
                        return
                    if not self._is_paused:
                        await self._send(client, pcm, len(start.channels))
        except ClientError as error:
            if client.state is None:
                raise
            self._tell(Failed(str(error)))  # what was heard so far is still drafted
            self._end(Client.stop)

    def _begin(self, client: Client, start: Start) -> None:
        """The microphone is heard: only now is there a session."""
        client.start(start)
        self._tell(Listening())

    async def _send(self, client: Client, pcm: bytes | Missing, channels: int) -> None:
        if isinstance(pcm, Missing):
            client.lost(pcm.ms)
            return
        for channel in range(channels):
            self._tell(Level(channel, peak_db(pcm, channel, channels)))
        await client.send_audio(pcm)

    def _pause(self, *, is_paused: bool) -> None:
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._say(Client.pause if is_paused else Client.resume)

    def _end(self, step: Callable[[Client], None]) -> None:
        self._has_stopped = True
        self._say(step)

    def _say(self, step: Callable[[Client], None]) -> None:
        if self._client is None:
            return
        try:
            step(self._client)
        except ClientError as error:
            self._tell(Failed(str(error)))

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
