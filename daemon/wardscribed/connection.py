"""One connection: what the client may say, and what it is told.

Two named tasks in one TaskGroup: `receive` takes messages until the peer leaves, `send` tells what is new.  Bad input
is answered with an `error` event that names the fault; the session and everybody else go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State as SocketState

from wardscribe import protocol
from wardscribe.protocol import ProtocolError, State
from wardscribed import asking
from wardscribed.containing import contained
from wardscribed.errors import frames
from wardscribed.events import Viewer
from wardscribed.sealing import Keeper
from wardscribed.session import Session
from wardscribed.trust import moment
from wardscribed.values import SAMPLE_RATE
from wardscribed.ward import Ward
from wardscribed.wire import encode

log = logging.getLogger(__name__)

MAX_ERRORS = 100
"""After so many errors on end a peer only talks rubbish and is sent away."""
_MAX_INBOX = 330 * SAMPLE_RATE  # a channel: all that a client keeps unacknowledged finds room, with some to spare
_ROOM_POLL_S = 0.05
_HELLO_S = 10.0
_SLOW_S = 10.0  # a peer that takes no message for so long is too slow
_MAX_SEALED = 1 << 24
_BREATH = 50  # events of a replay after which the others have their turn


class Connection:
    """The daemon's end of one websocket."""

    def __init__(self, socket: ServerConnection, ward: Ward) -> None:
        self._socket = socket
        self._ward = ward
        self._session: Session | None = None
        self._is_watching = False  # a watcher hears everything and may change nothing
        self._viewer: Viewer | None = None
        self._keeper: Keeper | None = None
        self._hello = protocol.Hello()
        self._states: tuple[str, ...] = ()  # sealed, given back so far
        self._displaced = asyncio.Event()
        self._next_sample = 0  # within this connection sample indices only grow
        self._greeting: protocol.Ready | None = None
        self._errors = 0
        self._greeted = asyncio.Event()
        self._attached = asyncio.Event()

    async def run(self) -> None:
        """Serve until the peer leaves."""
        try:
            async with asyncio.TaskGroup() as tasks:
                helpers = [tasks.create_task(self._send(), name="send")]
                helpers.append(tasks.create_task(self._expect_hello(), name="expect-hello"))
                helpers.append(tasks.create_task(self._give_way(), name="give-way"))
                await self._receive()
                for helper in helpers:
                    helper.cancel()
        except* (ConnectionClosed, TimeoutError):
            pass  # the peer left; its session stays for it to come back to
        finally:
            self._detach()

    @property
    def client(self) -> str:
        """The name that the client gave itself."""
        return self._hello.client

    def displace(self) -> None:
        """Another connection records the session now."""
        self._displaced.set()

    async def _give_way(self) -> None:
        await self._displaced.wait()
        await self.say_bye("the session is recorded over another connection now", 0)
        await self._socket.close(1008, "displaced")

    async def say_bye(self, reason: str, retry_after_ms: int) -> None:
        """Tell the peer that the daemon ends the connection."""
        seq = self._session.log.seq if self._session is not None else 0
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(encode(protocol.Bye(seq, reason, retry_after_ms)), text=True)

    async def _receive(self) -> None:
        async for message in self._socket:
            try:
                self._take(message)
                self._errors = 0
            except ProtocolError as error:
                await self._refuse(error)
            except Exception as error:  # a bug: its client must not say it again and again over new connections
                if self._greeting is None:
                    raise
                log.error("a message failed: %s", frames(error))
                await self._refuse(ProtocolError("failed", "the daemon failed at this message, and goes on"))
            async for _ in self._full():
                await asyncio.sleep(_ROOM_POLL_S)

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self._take_audio(message)
            return
        event = protocol.decode(message, protocol.CLIENT_EVENTS)
        if self._greeting is None and not isinstance(event, protocol.Hello):
            raise ProtocolError("wrong_order", "the first message must be 'hello'")
        self._take_event(event)
        if self._session is not None:
            self._ward.touched(self._session)

    def _take_event(self, event: Any) -> None:
        match event:
            case protocol.Hello():
                self._greet(event)
            case protocol.Unseal():
                self._unseal(event)
            case protocol.Start():
                self._start(event)
            case protocol.Watch():
                self._attach(self._ward.find(event.session), event.last_seq, is_watching=True)
            case protocol.Take():
                self._take_over(self._any_session())
            case protocol.Approve():
                self._ward.approve(self._edited_session(), event.hash)
            case protocol.Edit() | protocol.Restore() | protocol.Discard():
                asking.decide(self._edited_session(), event)
            case _:
                asking.change(self._own_session(), event)

    def _greet(self, hello: protocol.Hello) -> None:
        if self._greeting is not None:
            raise ProtocolError("wrong_order", "'hello' was already said")
        ready = self._ward.admit(hello)
        session = self._ward.find(hello.session) if hello.session else None
        if hello.last_seq < 0:
            raise ProtocolError("bad_field", "event hello: 'last_seq' must not be negative")
        self._greeting, self._hello = ready, hello
        self._greeted.set()
        if session is not None:
            self._attach(session, hello.last_seq, is_watching=False)

    def _unseal(self, unseal: protocol.Unseal) -> None:
        self._states += unseal.states
        if sum(map(len, self._states)) > _MAX_SEALED:
            raise ProtocolError("bad_seal", f"the sealed states have more than {_MAX_SEALED} characters")
        if unseal.is_last:
            whole, self._states = replace(unseal, states=self._states), ()
            self._attach(self._ward.unseal(whole, self._hello), unseal.last_seq, is_watching=False)

    def _start(self, start: protocol.Start) -> None:
        if self._ward.is_going_down:
            return  # not refused: its client says it again to the next daemon
        if self._session is not None and self._session.state is not State.WIPED:
            raise ProtocolError("wrong_order", "this connection has a session already")
        self._detach()
        self._attach(self._ward.open_session(start), 0, is_watching=False)

    def _attach(self, session: Session, last_seq: int, *, is_watching: bool) -> None:
        if self._session is not None:
            raise ProtocolError("wrong_order", "this connection has a session already")
        if last_seq < 0:
            raise ProtocolError("bad_field", "event watch: 'last_seq' must not be negative")
        self._session = session
        self._is_watching = is_watching
        self._next_sample = 0
        self._viewer = session.log.open_viewer(last_seq)
        if not is_watching:
            self._keeper = self._ward.keeper(session, self._hello)
            if isinstance(displaced := session.rights.record(self), Connection):
                displaced.displace()
        # A client that comes back learns what it need not send again, even where it is to wait before it sends more.
        self._viewer.put("ack", protocol.Ack(session.log.seq, session.received))
        self._attached.set()

    def _detach(self) -> None:
        session, viewer = self._session, self._viewer
        self._session = self._viewer = self._keeper = None
        if session is None or viewer is None:
            return
        session.log.close_viewer(viewer)
        viewer.wake()  # `_send` tells the rest of the old session and turns to the new one
        if session.rights.leave(self) and session.state is not State.WIPED:
            session.tell_editor()

    def _any_session(self) -> Session:
        if self._session is None:
            raise ProtocolError("wrong_order", "there is no session; 'start' comes first")
        return self._session

    def _own_session(self) -> Session:
        session = self._any_session()
        if self._is_watching:
            raise ProtocolError("read_only", "this connection only watches the session")
        return session

    def _edited_session(self) -> Session:
        session = self._any_session()
        if session.rights.editor is self:
            if session.is_being_approved:
                raise ProtocolError("wrong_order", "the draft is being approved just now")
            return session
        if self._is_watching:
            raise ProtocolError("read_only", "this connection only watches the session; 'take' takes the editing over")
        raise ProtocolError("not_editor", "another connection edits this session; 'take' takes the editing over")

    def _take_over(self, session: Session) -> None:
        session.rights.take(self)
        session.tell_editor()

    def _take_audio(self, message: bytes) -> None:
        session = self._own_session()
        if self._ward.is_deaf:
            return
        first_sample, pcm = protocol.decode_audio(message, len(session.tracks))
        if first_sample < self._next_sample:
            raise ProtocolError(
                "bad_sample_index", f"sample index went back from {self._next_sample} to {first_sample}"
            )
        with contained(session):
            session.receive_audio(first_sample, pcm)
        self._next_sample = first_sample + len(pcm) // (protocol.BYTES_PER_SAMPLE * len(session.tracks))
        self._ward.heard()

    async def _full(self) -> AsyncIterator[None]:
        """Yield as long as the session has so much undone that this peer must wait (TCP then holds it back)."""
        while (session := self._session) is not None and (
            session.is_being_approved or session.backlog > _MAX_INBOX * len(session.tracks)
        ):
            if self._socket.state is not SocketState.OPEN:
                return
            yield

    async def _refuse(self, error: ProtocolError) -> None:
        self._errors += 1
        is_fatal = error.code == "unauthorized" or self._errors >= MAX_ERRORS
        seq = self._session.log.seq if self._session is not None else 0
        await self._socket.send(
            encode(protocol.Error(seq, error.code, str(error), is_fatal, error.retry_after_ms)), text=True
        )
        if is_fatal:
            await self._socket.close(1008, error.code)

    async def _expect_hello(self) -> None:
        """Send a peer away that does not say who it is."""
        try:
            async with asyncio.timeout(_HELLO_S):
                await self._greeted.wait()
        except TimeoutError:
            await self._socket.close(1008, "no hello")

    async def _send(self) -> None:
        await self._greeted.wait()
        await self._socket.send(encode(self._greeting), text=True)
        while True:
            viewer = self._viewer
            if viewer is None:
                self._attached.clear()
                await self._attached.wait()
                continue
            events = await viewer.take()
            sealed = self._keeper.news(moment.now()) if self._keeper is not None else []
            for told, event in enumerate([*sealed, *events], start=1):  # what is told committed is sealed already
                await self._tell(event)
                if told % _BREATH == 0:
                    await asyncio.sleep(0)

    async def _tell(self, event: Any) -> None:
        """Tell the peer; one that does not read is sent away, to come back for what it missed."""
        try:
            async with asyncio.timeout(_SLOW_S):
                await self._socket.send(encode(event), text=True)
        except TimeoutError:
            await self._socket.close(1013, "too slow: come back")
            raise
