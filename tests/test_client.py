"""The client library against a scripted daemon on loopback, and against the real one through a line that is cut."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.daemon import Daemon
from tests.faults.line import Line
from wardscribe import protocol
from wardscribe.client import Client
from wardscribe.errors import ClientError, RefusedError
from wardscribe.notices import Disconnected, Waiting
from wardscribe.protocol import Ack, Bye, Commit, Error, Hello, Ready, Sealed, Start, State, StateChanged, Stop, Word

PATIENCE_S = 20
PCM = bytes(range(200))  # 100 samples
Script = Callable[["Scripted"], Awaitable[None]]


class Scripted:
    """The daemon's end of one connection."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket

    async def say(self, *events: Any) -> None:
        """Send events."""
        for event in events:
            await self.socket.send(protocol.encode(event))

    async def hear(self) -> Any:
        """Return the next event, or (first sample, samples)."""
        message = await self.socket.recv()
        if isinstance(message, bytes):
            return protocol.decode_audio(message, 1)
        return protocol.decode(message, protocol.CLIENT_EVENTS)

    async def greet(self) -> Hello:
        """Answer the greeting."""
        hello = await self.hear()
        assert isinstance(hello, Hello)
        await self.say(Ready())
        return hello

    async def begin(self) -> None:
        """Greet and begin the session `s`."""
        await self.greet()
        assert isinstance(await self.hear(), Start)
        await self.say(StateChanged(1, "s", State.RECORDING))

    def cut(self) -> None:
        """Break the line without a farewell."""
        self.socket.transport.abort()

    async def stay(self) -> None:
        """Hold the connection until the client leaves."""
        await self.socket.wait_closed()


@contextlib.asynccontextmanager
async def scripted(*scripts: Script, subprotocols: list[str] | None = None) -> AsyncIterator[str]:
    """Serve each script to one connection, in order.  What a script asserts fails the test."""
    waiting, failures = list(scripts), []

    async def handle(socket: ServerConnection) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await waiting.pop(0)(Scripted(socket))
        except BaseException as error:
            failures.append(error)
            raise

    offered: Any = [protocol.SUBPROTOCOL] if subprotocols is None else subprotocols
    async with serve(handle, "127.0.0.1", 0, subprotocols=offered) as server, asyncio.timeout(PATIENCE_S):
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}"
    assert not failures
    assert not waiting


async def until(client: Client, kind: type, accept: Callable[[Any], bool] = lambda _: True) -> list[Any]:
    """Return the events up to the first of `kind` that `accept` takes."""
    events = []
    async for event in client:
        events.append(event)
        if isinstance(event, kind) and accept(event):
            return events
    raise AssertionError("cannot happen: the iteration ends by an error")


async def test_a_session_goes_out_and_comes_back() -> None:
    """Audio is numbered, steps follow it, events arrive in order."""
    heard: list[Any] = []

    async def script(peer: Scripted) -> None:
        await peer.begin()
        heard.extend([await peer.hear() for _ in range(3)])
        await peer.say(Ack(1, 200), Commit(2, 1, 0, (Word("hei", 0, 10, 1.0),)), StateChanged(3, "s", State.DRAFTING))
        await peer.stay()

    async with scripted(script) as url, Client(url, token="secret") as client:
        client.start(Start())
        await client.send_audio(PCM)
        await client.send_audio(PCM)
        client.stop()
        events = await until(client, StateChanged, lambda event: event.state is State.DRAFTING)

        assert heard == [(0, PCM), (100, PCM), Stop()]
        assert [type(event) for event in events] == [Ready, StateChanged, Ack, Commit, StateChanged]
        assert (client.session, client.state) == ("s", State.DRAFTING)


async def test_a_cut_line_loses_nothing() -> None:
    """The client comes back by itself, names what it saw, and says again what was not acknowledged, and only that."""
    greetings: list[Hello] = []
    heard: list[Any] = []

    async def first(peer: Scripted) -> None:
        await peer.begin()
        await peer.hear()
        await peer.say(Ack(1, 50), Commit(2, 1, 0, ()))
        await peer.hear()
        peer.cut()

    async def second(peer: Scripted) -> None:
        greetings.append(await peer.greet())
        await peer.say(Commit(3, 1, 0, ()), Ack(3, 100))
        heard.extend([await peer.hear() for _ in range(3)])
        await peer.say(StateChanged(4, "s", State.DRAFTING))
        await peer.stay()

    async with scripted(first, second) as url, Client(url) as client:
        client.start(Start())
        await client.send_audio(PCM)
        await until(client, Commit)
        await client.send_audio(PCM)
        await until(client, Disconnected)
        await client.send_audio(PCM)  # while nobody listens
        client.stop()
        events = await until(client, StateChanged)

        assert (greetings[0].session, greetings[0].last_seq) == ("s", 2)
        assert heard == [(100, PCM), (200, PCM), Stop()]
        assert [type(event) for event in events] == [Ready, Commit, Ack, StateChanged]


async def test_a_step_that_the_daemon_took_is_not_repeated() -> None:
    """`stop` was heard but its answer was lost with the line: the daemon's replay tells, and nothing is said twice."""
    after: list[Any] = []

    async def first(peer: Scripted) -> None:
        await peer.begin()
        await peer.hear()
        await peer.hear()
        peer.cut()

    async def second(peer: Scripted) -> None:
        await peer.greet()
        await peer.say(StateChanged(2, "s", State.DRAFTING), Ack(2, 100))
        after.append(await peer.hear())
        await peer.say(StateChanged(3, "s", State.DISCARDED))
        await peer.stay()

    async with scripted(first, second) as url, Client(url) as client:
        client.start(Start())
        await client.send_audio(PCM)
        client.stop()
        await until(client, StateChanged, lambda event: event.state is State.DRAFTING)
        client.discard()
        await until(client, StateChanged, lambda event: event.state is State.DISCARDED)

    assert after == [protocol.Discard()]


async def test_sending_waits_for_acknowledgements() -> None:
    """No more than the given seconds run ahead of the daemon."""
    ahead_s = 150 / protocol.SAMPLE_RATE
    is_acknowledged = asyncio.Event()

    async def script(peer: Scripted) -> None:
        await peer.begin()
        await peer.hear()
        await peer.hear()
        assert not sending.done()
        is_acknowledged.set()
        await peer.say(Ack(1, 100))
        await peer.stay()

    async def send() -> None:
        await client.send_audio(PCM, ahead_s)
        await client.send_audio(PCM, ahead_s)
        assert is_acknowledged.is_set()

    async with scripted(script) as url, Client(url) as client:
        client.start(Start())
        sending = asyncio.create_task(send())
        await sending


async def test_a_watcher_goes_on_where_it_was() -> None:
    """After a cut line a watcher watches again, from the last event it saw, and claims no session as its own."""
    heard: list[Any] = []

    async def first(peer: Scripted) -> None:
        await peer.greet()
        heard.append(await peer.hear())
        await peer.say(StateChanged(1, "s", State.RECORDING), Commit(7, 1, 0, ()))
        peer.cut()

    async def second(peer: Scripted) -> None:
        heard.append((await peer.greet()).session)
        heard.append(await peer.hear())
        await peer.say(Commit(8, 1, 0, ()))
        await peer.stay()

    async with scripted(first, second) as url, Client(url) as client:
        client.watch("s")
        await until(client, Commit, lambda event: event.seq == 8)

    assert heard == [protocol.Watch("s", 0), "", protocol.Watch("s", 7)]


async def test_a_farewell_says_when_to_come_back() -> None:
    """A daemon that restarts is visited again; one that says it is useless is not."""

    async def restart(peer: Scripted) -> None:
        await peer.greet()
        await peer.say(Bye(0, "restart", 1))
        await peer.stay()

    async def end(peer: Scripted) -> None:
        await peer.greet()
        await peer.say(Bye(0, "closed for good"))
        await peer.stay()

    async with scripted(restart, end) as url, Client(url) as client:
        with pytest.raises(ClientError, match="closed for good"):
            await until(client, Error)
        with pytest.raises(ClientError, match="closed for good"):
            await client.send_audio(PCM)


async def test_a_farewell_before_the_greeting_is_a_farewell() -> None:
    """A daemon that goes down while a client says hello is visited again."""

    async def cut(peer: Scripted) -> None:
        await peer.begin()
        peer.cut()

    async def restart(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Bye(0, "restart", 1))
        await peer.stay()

    async def back(peer: Scripted) -> None:
        await peer.greet()
        await peer.say(StateChanged(2, "s", State.DISCARDED))
        await peer.stay()

    async with scripted(cut, restart, back) as url, Client(url) as client:
        client.start(Start())
        await until(client, StateChanged, lambda event: event.state is State.DISCARDED)


async def test_what_was_asked_for_last_is_said_on_leaving() -> None:
    """`discard` and out: the daemon hears it."""
    heard: list[Any] = []

    async def script(peer: Scripted) -> None:
        await peer.begin()
        while not heard or not isinstance(heard[-1], protocol.Discard):
            heard.append(await peer.hear())

    async with scripted(script) as url, Client(url) as client:
        client.start(Start())
        await until(client, StateChanged)
        for _ in range(200):
            await client.send_audio(bytes(32_000))
        client.discard()

    assert len(heard) == 201


async def test_a_second_session_is_counted_anew() -> None:
    """After a cut line the second session is resumed from its own last event, whatever the first one's number was."""
    greetings: list[Hello] = []

    async def first(peer: Scripted) -> None:
        await peer.begin()
        await peer.hear()
        await peer.hear()
        await peer.say(StateChanged(57, "s", State.DISCARDED), StateChanged(58, "s", State.WIPED))
        await peer.say(StateChanged(1, "t", State.RECORDING))
        peer.cut()

    async def second(peer: Scripted) -> None:
        greetings.append(await peer.greet())
        await peer.say(Commit(2, 1, 0, ()))
        await peer.stay()

    async with scripted(first, second) as url, Client(url) as client:
        client.start(Start())
        await until(client, StateChanged)
        client.discard()
        client.start(Start())
        await until(client, Commit)

    assert (greetings[0].session, greetings[0].last_seq) == ("t", 1)


async def test_the_end_is_told_as_often_as_it_is_asked_for() -> None:
    """Who iterates once more over a client that ended gets the same error, not silence."""

    async def script(peer: Scripted) -> None:
        await peer.greet()
        await peer.say(Bye(0, "closed for good"))
        await peer.stay()

    async with scripted(script) as url, Client(url) as client:
        for _ in range(2):
            with pytest.raises(ClientError, match="closed for good"):
                await until(client, Error)


async def test_a_restarted_daemon_is_given_its_sealed_state_and_the_audio_that_is_not_in_it() -> None:
    """It does not know the session: hello without it, the newest states, then audio from their sample on."""
    given: list[Any] = []
    heard: list[Any] = []

    async def first(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Ready(seals=True))
        await peer.hear()
        await peer.say(Sealed(1, 0, 0, "a"), StateChanged(1, "s", State.RECORDING))
        await peer.hear()
        await peer.say(Sealed(2, 0, 50, "b"), Sealed(2, 1, 50, "c"), Commit(2, 1, 0, ()), Ack(2, 100))
        peer.cut()

    async def second(peer: Scripted) -> None:
        given.append(await peer.hear())
        await peer.say(Error(0, "unknown_session", "no such session"))
        given.append(await peer.hear())
        await peer.say(Ready(seals=True))
        given.append(await peer.hear())
        await peer.say(Ack(2, 50))
        heard.append(await peer.hear())
        await peer.say(StateChanged(3, "s", State.DISCARDED))
        await peer.stay()

    async with scripted(first, second) as url, Client(url) as client:
        client.start(Start())
        await client.send_audio(PCM)
        await until(client, StateChanged, lambda event: event.state is State.DISCARDED)

    assert (given[0].session, given[0].last_seq, given[1].session) == ("s", 2, "")
    assert given[2] == protocol.Unseal("s", ("b", "c"), is_last=True, last_seq=2)
    assert given[0].device == given[1].device != ""
    assert heard == [(50, PCM[100:])]


async def test_a_state_that_does_not_hold_all_that_was_told_is_not_given_back() -> None:
    """A connection that breaks while the daemon seals everything anew leaves the client with what it had."""
    given: list[Any] = []

    async def first(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Ready(seals=True))
        await peer.hear()
        await peer.say(StateChanged(1, "s", State.RECORDING), Sealed(9, 0, 0, "old"), Commit(9, 1, 0, ()))
        peer.cut()

    async def second(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Ready(seals=True), Sealed(4, 0, 0, "half"))
        peer.cut()

    async def third(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Error(0, "unknown_session", "no such session"))
        await peer.hear()
        await peer.say(Ready(seals=True))
        given.append(await peer.hear())
        await peer.say(Error(0, "stale_seal", "the sealed state is expired"))
        await peer.stay()

    async with scripted(first, second, third) as url, Client(url) as client:
        client.start(Start())
        with pytest.raises(ClientError, match="expired"):
            await until(client, Error, lambda _: False)

    assert given[0].states == ("old",)


async def test_waiting_audio_is_told_in_steps() -> None:
    """Ten seconds that wait are told, and that they wait no more."""

    async def script(peer: Scripted) -> None:
        await peer.begin()
        for _ in range(12):
            await peer.hear()
        await peer.say(Ack(1, 12 * protocol.SAMPLE_RATE))
        await peer.stay()

    async with scripted(script) as url, Client(url) as client:
        client.start(Start())
        await until(client, StateChanged)
        for _ in range(12):
            await client.send_audio(bytes(32_000))
        events = await until(client, Waiting, lambda event: event.seconds == 0)

    assert [event.seconds for event in events if isinstance(event, Waiting)] == [10, 0]


async def test_a_refused_token_is_a_matter_of_configuration() -> None:
    """The first connection's refusal is raised on entering."""

    async def script(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Error(0, "unauthorized", "the token is not valid here", fatal=True))
        await peer.stay()

    async with scripted(script) as url:
        with pytest.raises(RefusedError, match="token is not valid"):
            async with Client(url):
                pass


async def test_a_session_that_is_gone_ends_the_client() -> None:
    """Coming back to a session that was wiped meanwhile is told, not tried for ever."""

    async def first(peer: Scripted) -> None:
        await peer.begin()
        peer.cut()

    async def second(peer: Scripted) -> None:
        await peer.hear()
        await peer.say(Error(0, "unknown_session", "there is no such session"))
        await peer.stay()

    async with scripted(first, second) as url, Client(url) as client:
        client.start(Start())
        with pytest.raises(ClientError, match="no such session"):
            await until(client, Error)


async def test_no_daemon_is_told_at_once() -> None:
    """Where nothing listens there is nothing to wait for."""
    async with scripted() as url:
        pass
    with pytest.raises(ClientError, match="no connection"):
        async with Client(url):
            pass


async def test_a_server_of_another_kind_is_told() -> None:
    """A websocket server that does not speak our subprotocol hears neither token nor speech."""

    async def script(peer: Scripted) -> None:
        await peer.stay()

    async with scripted(script, subprotocols=[]) as url:
        with pytest.raises(RefusedError, match=protocol.SUBPROTOCOL):
            async with Client(url):
                pass


async def test_nothing_that_is_said_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even with every logger at DEBUG: websockets would print the messages."""
    caplog.set_level(logging.DEBUG)

    async def script(peer: Scripted) -> None:
        peer.socket.logger = logging.getLogger("quiet")  # the scripted daemon's own lines are not meant
        peer.socket.protocol.logger = logging.getLogger("quiet")
        logging.getLogger("quiet").setLevel(logging.WARNING)
        await peer.begin()
        await peer.hear()
        await peer.say(Error(2, "c", "sentinel"))
        await peer.stay()

    async with scripted(script) as url, Client(url, token="sentinel") as client:
        client.start(Start())
        client.edit("a", 0, "sentinel")  # short: websockets leaves out the middle of long messages
        await until(client, Error)

    assert "sentinel" not in caplog.text


async def test_the_real_daemon_hears_all_samples_over_a_cut_line(daemon: Daemon) -> None:
    """Three cuts in a session of ten seconds: the daemon has every sample once, and the draft comes."""
    line = Line(int(daemon.url.rpartition(":")[2]))
    async with asyncio.timeout(PATIENCE_S), line.laid() as url, Client(url) as client:
        client.start(Start())
        await until(client, StateChanged)
        for second in range(10):
            await client.send_audio(bytes(32_000))
            if second in (2, 5, 8):
                line.cut()
                await until(client, Ready)
        await until(client, Ack, lambda event: event.sample == 160_000)
        client.stop()
        events = await until(client, protocol.Note)
        client.discard()
        await until(client, StateChanged, lambda event: event.state is State.WIPED)

    assert [event for event in events if isinstance(event, Error)] == []
