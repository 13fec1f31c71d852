"""The tray's client, in a thread of its own: a window that is slow to draw never holds up the sound.

PySide6.QtAsyncio would put both on one thread, and is a technology preview that lacks parts of asyncio's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from typing import Any

from wardscribe import protocol
from wardscribe.approval import check_microphone
from wardscribe.client import Client
from wardscribe.connecting import refusal, retry_delay_s
from wardscribe.errors import ClientError, only_error
from wardscribe.protocol import Start, State, StateChanged
from wardscribe.recording import Recording, Told
from wardscribe.sources import Audio, peak_db
from wardscribe.tray.state import Failed, Level, Listening

_LEAVE_S = 5


class Link:
    """Holds a connection while the tray is there, and one session after the other over it.

    `tell` is called in this thread with every event; the public methods are called from any other.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        source: Callable[[], Audio],
        tell: Callable[[Any], None],
        watched: str = "",
    ) -> None:
        self._connect = connect
        self._source = source
        self._tell = tell
        self._watched = watched
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="link", daemon=True)
        self._starts: asyncio.Queue[Start] = asyncio.Queue()
        self._client: Client | None = None
        self._recording: Recording | None = None
        self._task: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------------------------- from the tray's thread

    def open(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def close(self) -> bool:
        """Leave; return whether the thread has ended, and with it all that it called."""
        self._call(self._leave)
        self._thread.join(_LEAVE_S)
        return not self._thread.is_alive()

    def start(self, start: Start) -> None:
        """Begin a session with the microphone, as soon as it is heard."""
        self._call(lambda: self._starts.put_nowait(start))

    def pause(self) -> None:
        """Close the microphone for a while."""
        self._call(lambda: self._record(Recording.pause))

    def resume(self) -> None:
        """Open the microphone again."""
        self._call(lambda: self._record(Recording.resume))

    def stop(self) -> None:
        """End the conversation; the draft follows."""
        self._call(lambda: self._record(Recording.stop))

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
                self._tell(Failed(error.code, str(error), is_end=True))
                await asyncio.sleep(retry_delay_s(attempt, random.random()))  # noqa: S311  # no secret
                attempt += 1

    async def _hold(self) -> None:
        """Hold one session, from the connection to the end.  Raises ClientError."""
        try:
            async with self._connect() as client, asyncio.TaskGroup() as tasks:
                self._client = client
                recorder = tasks.create_task(self._hear(client), name="record")
                await self._receive(client)
                recorder.cancel()
        except ExceptionGroup as group:
            raise only_error(group) from group
        finally:
            self._client = self._recording = None

    async def _receive(self, client: Client) -> None:
        if self._watched:
            client.watch(self._watched)
        async for event in client:
            self._tell(event)
            match event:
                case protocol.Error() if client.state is None:
                    raise refusal(event)
                case StateChanged(state=State.WIPED):
                    return

    async def _hear(self, client: Client) -> None:
        start = await self._starts.get()
        check_microphone(start.microphone, client.microphones)
        told = Told(lambda: self._tell(Listening()), self._tell_levels(len(start.channels)), self._fail)
        self._recording = Recording(client, start, self._source, told)
        await self._recording.run()

    def _tell_levels(self, channels: int) -> Callable[[bytes], None]:
        def tell(pcm: bytes) -> None:
            for channel in range(channels):
                self._tell(Level(channel, peak_db(pcm, channel, channels)))

        return tell

    def _fail(self, error: ClientError) -> None:
        self._tell(Failed(error.code, str(error)))

    def _record(self, step: Callable[[Recording], None]) -> None:
        if self._recording is not None:
            step(self._recording)

    def _say(self, step: Callable[[Client], None]) -> None:
        if self._client is None:
            return
        try:
            step(self._client)
        except ClientError as error:
            self._fail(error)

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
