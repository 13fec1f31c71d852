"""The client library: one session with a daemon, over as many connections as it takes.

    async with Client("ws://127.0.0.1:8790", token=token) as client:
        client.start(Start(language="nb", channels=(Role.CLINICIAN, Role.PATIENT)))
        await client.send_audio(pcm)
        client.stop()
        async for event in client:
            ...  # an Event, see below

A lost connection is opened again: the daemon tells what was missed, the client sends again what was not acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import ssl
from collections.abc import AsyncIterator
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from wardscribe import protocol
from wardscribe.connecting import FAILURES, check_url, end_of_connection, failure, opened, received, retry_delay_s
from wardscribe.errors import ClientError, RefusedError
from wardscribe.greeting import greet
from wardscribe.notices import Disconnected, Waiting
from wardscribe.outgoing import Outgoing
from wardscribe.protocol import SAMPLE_RATE, Ready, State, StateChanged
from wardscribe.standing import Standing
from wardscribe.steps import Steps

KEEP_S = 300
"""So much unacknowledged audio is kept, in seconds; then `send_audio` waits."""
_WARN_S = 10  # a step of what waits
_MAX_ATTEMPTS = 160  # to come back; about five minutes
Event = (
    protocol.Ack | protocol.Bye | protocol.Commit | protocol.Editor | protocol.Error | protocol.Finalized
    | protocol.Gap | protocol.Note | protocol.Partial | protocol.Quality | Ready | StateChanged | protocol.Utterance
    | Disconnected | Waiting
)  # fmt: skip
"""What the iteration over a client yields: the daemon's events but `sealed`, which are the library's, and notices."""
_FAREWELL_S = 2  # for what was asked for last, such as `discard`, to be sent


class Client(Steps):
    """One session with a daemon.  Iterate over it for events, and leave when you have seen enough.

    Entering raises ClientError when there is no daemon or it refuses; the iteration and every method raise it once
    the connection is lost for good.
    """

    def __init__(self, url: str, *, token: str = "", tls: ssl.SSLContext | None = None, name: str = "") -> None:
        check_url(url)
        self.url = url
        self._token = token
        self._tls = tls
        self._name = name or f"wardscribe {version('wardscribe')}"
        self._device = secrets.token_urlsafe()
        self._standing = Standing()
        self._outgoing = Outgoing()
        self._waiting_s = 0  # told last
        self._watched = ""
        self._microphones: tuple[str, ...] = ()
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._news = asyncio.Event()  # there is something to send
        self._said = asyncio.Event()  # everything was sent, or nothing more can be
        self._said.set()
        self._moved = asyncio.Event()  # audio was acknowledged, or the client ended
        self._greeted = asyncio.Event()  # the first connection stands, or failed
        self._caught_up = asyncio.Event()  # this connection may send
        self._attempt = 0  # tries since the connection was lost
        self._ended: ClientError | None = None
        self._random = random.SystemRandom()

    @property
    def microphones(self) -> tuple[str, ...]:
        """The microphones that the daemon approves of (see approval.py); empty: any."""
        return self._microphones

    @property
    def session(self) -> str:
        """The session's id, known from its first `state` event until it is wiped."""
        return self._standing.session

    @property
    def state(self) -> State | None:
        """The session's state."""
        return self._standing.state

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="connection")
        try:
            await self._greeted.wait()
            self._check()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if kind is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._said.wait(), _FAREWELL_S)
        await self._leave()

    async def _leave(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.result()  # a bug in the connection's task is a bug here

    # ------------------------------------------------------------------------------------------------- what goes out

    def start(self, start: protocol.Start) -> None:
        """Begin a session.  Audio may follow at once.  A client has one session at a time."""
        self._say(start)

    async def send_audio(self, pcm: bytes, max_ahead_s: float = KEEP_S) -> None:
        """Send interleaved s16le samples; wait while more than `max_ahead_s` of audio is not acknowledged.

        While the connection is down, audio is kept and the call returns.  Raises ValueError for half a sample.
        """
        self._check()
        self._outgoing.add_audio(pcm)
        self._outgoing.keep_at_most(KEEP_S * SAMPLE_RATE)
        self._tell()
        self._tell_waiting()
        while self._outgoing.unacknowledged > max_ahead_s * SAMPLE_RATE:
            self._moved.clear()
            await self._moved.wait()
            self._check()

    def _tell_waiting(self) -> None:
        seconds = self._outgoing.unacknowledged // SAMPLE_RATE // _WARN_S * _WARN_S
        if seconds != self._waiting_s:
            self._waiting_s = seconds
            self._events.put_nowait(Waiting(seconds, KEEP_S))

    def watch(self, session: str) -> None:
        """Follow another client's session from its beginning; watching changes nothing there."""
        self._watched = session
        self._say(protocol.Watch(session))

    def _say(self, event: Any) -> None:
        self._check()
        if len(protocol.encode(event).encode()) > protocol.MAX_MESSAGE_BYTES:
            raise ClientError(f"an event has at most {protocol.MAX_MESSAGE_BYTES} bytes")
        self._outgoing.add_event(event)
        self._tell()

    def _tell(self) -> None:
        self._said.clear()
        self._news.set()

    def _check(self) -> None:
        if self._ended is not None:
            raise self._ended

    # ------------------------------------------------------------------------------------------------- what comes in

    async def __aiter__(self) -> AsyncIterator[Event]:
        while (event := await self._events.get()) is not None:
            yield event
        self._events.put_nowait(None)  # whoever asks again is told again
        self._check()

    # ------------------------------------------------------------------------------------------------ the connection

    async def _run(self) -> None:
        try:
            self._ended = await self._stay_connected()
        finally:
            self._ended = self._ended or ClientError("the connection's task failed")
            for waiting in (self._greeted, self._moved, self._said):
                waiting.set()
            self._events.put_nowait(None)

    async def _stay_connected(self) -> ClientError:
        """Connect, and again after a lost connection; return why it is over for good."""
        while True:
            end = await self._connect()
            if isinstance(end, ClientError):
                return end
            if self._attempt == 0:
                self._events.put_nowait(Disconnected())
            if self._attempt == _MAX_ATTEMPTS:
                return ClientError(f"no connection to {self.url} after {_MAX_ATTEMPTS} attempts")
            await asyncio.sleep(max(end, retry_delay_s(self._attempt, self._random.random())))
            self._attempt += 1

    async def _connect(self) -> ClientError | float:
        """Hold one connection; return why it is over for good, or how long to wait at least before the next, in s."""
        try:
            async with opened(self.url, self._tls) as socket:
                end = await self._greet(socket)
                return await self._converse(socket) if end is None else end
        except ClientError as error:
            return error
        except ConnectionClosed:
            lost = ClientError(f"{self.url} closed the connection before it was ready")
        except FAILURES as error:
            lost = failure(self.url, error)
        is_final = isinstance(lost, RefusedError) or not self._greeted.is_set()
        return lost if is_final else 0.0

    async def _greet(self, socket: ClientConnection) -> float | None:
        """Greet; return after how many seconds to come back where the daemon goes down just now."""
        session = "" if self._watched else self.session
        hello = protocol.Hello(self._token, self._name, session, self._standing.last_seq, self._device)
        ready = await greet(socket, hello, self._standing.sealed.states)
        if not isinstance(ready, Ready):
            return ready
        self._attempt = 0
        self._microphones = ready.microphones
        self._outgoing.keeps_sealed = ready.seals and not self._watched
        self._standing.sealed.begin()
        self._set_up(is_resumed=bool(session))
        self._greeted.set()
        self._events.put_nowait(ready)
        return None

    def _set_up(self, *, is_resumed: bool) -> None:
        """Decide what this connection begins with."""
        if self._watched and self._greeted.is_set():
            self._outgoing = Outgoing()
            self._outgoing.add_event(protocol.Watch(self._watched, self._standing.last_seq))
        if is_resumed:
            self._caught_up.clear()  # what is missed comes first: it tells what need not be said again
        else:
            self._caught_up.set()

    async def _converse(self, socket: ClientConnection) -> ClientError | float:
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(self._send(socket), name="send")
            end = await self._receive(socket)
            sender.cancel()
        return end

    async def _send(self, socket: ClientConnection) -> None:
        await self._caught_up.wait()
        self._outgoing.rewind()
        with contextlib.suppress(ConnectionClosed):  # `_receive` notices it too
            while True:
                while (message := self._outgoing.next_message()) is not None:
                    await socket.send(message)
                self._said.set()
                self._news.clear()
                await self._news.wait()

    async def _receive(self, socket: ClientConnection) -> ClientError | float:
        with contextlib.suppress(ConnectionClosed):
            async for message in socket:
                try:
                    end = self._take(received(message))
                except ClientError as error:
                    return error
                if end is not None:
                    return end
        return 0.0

    def _take(self, event: Any) -> ClientError | float | None:
        """Take one event; return the end of the connection if it is one, as `_connect` does."""
        match event:
            case protocol.Ack():
                self._take_ack(event)
            case protocol.Sealed():
                if self._standing.sealed.receive(event, self._standing.last_seq):
                    self._outgoing.forget(event.sample)
                return None
            case protocol.Error(code="wrong_order") if not self._caught_up.is_set():
                return 0.0  # what we gave back is there already: once more, with its name
            case StateChanged(state=State.WIPED):
                self._caught_up.set()
                self._moved.set()
        self._outgoing.receive(event)
        self._standing.receive(event)
        self._events.put_nowait(event)
        return end_of_connection(event)

    def _take_ack(self, ack: protocol.Ack) -> None:
        if not self._caught_up.is_set():
            self._outgoing.go_back(ack.sample)
        self._outgoing.acknowledge(ack.sample)
        self._caught_up.set()
        self._moved.set()
        self._tell_waiting()
