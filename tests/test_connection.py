"""A connection that meets a bug of ours, and sessions that nobody came for."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from tests.fuzz.fakes import FakeWard
from tests.peer import PATIENCE_S, open_peer
from tests.test_session import conversation, open_session
from wardscribe import protocol
from wardscribe.protocol import ProtocolError, State
from wardscribed import connection
from wardscribed.care import is_abandoned
from wardscribed.config import Config, ServerConfig
from wardscribed.growing import Drafts
from wardscribed.note.templates import Library
from wardscribed.server import Daemon
from wardscribed.serving import listening
from wardscribed.session import Session
from wardscribed.trust.seal import KEY_BYTES, Seals
from wardscribed.trust.tombstones import Tombstones


async def test_a_bug_ends_its_connection_alone_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The peer gets a bare 1011, the log the place without the text, which may hold speech; the next peer is served."""
    caplog.set_level(logging.DEBUG, "wardscribed")
    daemon: Any = Daemon(Config(server=ServerConfig(port=0)), None, Drafts(Library(None)))  # type: ignore[arg-type]

    def admit(hello: protocol.Hello) -> protocol.Ready:
        if hello.client == "unlucky":
            raise KeyError("sentinel")
        return protocol.Ready()

    monkeypatch.setattr(daemon, "admit", admit)
    async with listening(daemon) as url:
        async with connect(url, subprotocols=[protocol.SUBPROTOCOL]) as socket:  # type: ignore[list-item]
            await socket.send(protocol.encode(protocol.Hello(client="unlucky")))
            with pytest.raises(ConnectionClosedError, match="1011"):
                await socket.recv()
        async with connect(url, subprotocols=[protocol.SUBPROTOCOL]) as socket:  # type: ignore[list-item]
            await socket.send(protocol.encode(protocol.Hello()))
            assert "ready" in str(await socket.recv())

    assert "KeyError at test_connection.py" in caplog.text
    assert "sentinel" not in caplog.text


class Idle:
    """An engine that does nothing."""

    def wake(self) -> None:
        """Nobody sleeps."""


@asynccontextmanager
async def serving(session: Session, monkeypatch: pytest.MonkeyPatch, seals: Seals | None = None) -> AsyncIterator[str]:
    """Yield the address of a daemon with one session, which nobody moves."""
    config = Config(server=ServerConfig(port=0))
    daemon: Any = Daemon(config, Idle(), Drafts(Library(None)), seals=seals)  # type: ignore[arg-type]
    monkeypatch.setattr(daemon, "admit", lambda _: protocol.Ready())
    monkeypatch.setattr(daemon, "find", lambda _: session)
    monkeypatch.setattr(daemon, "touched", lambda _: None)
    async with listening(daemon) as url, asyncio.TaskGroup() as daemon._tasks:
        yield url


@pytest.fixture
async def ward(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, Session]]:
    """A daemon's address, and a session in it that records."""
    session = open_session()
    async with serving(session, monkeypatch) as url:
        yield url, session


async def test_a_message_at_which_we_fail_is_answered(
    ward: tuple[str, Session], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An end of the connection would bring its client back to say it again; sound that fails is marked instead."""

    def failing(*_: object) -> None:
        raise KeyError("sentinel")

    url, session = ward
    monkeypatch.setattr(session, "finalize", failing)
    monkeypatch.setattr(session._arrival, "take", failing)
    async with open_peer(url, protocol.Hello(session="s")) as peer:
        await peer.say(protocol.Finalize())
        await peer.expect_error("failed")
        await peer.send_audio(0, bytes(3_200))
        await peer.expect_error("not_heard")
        await peer.say(protocol.Pause())
        await peer.expect_state(State.PAUSED)

    assert "KeyError at test_connection.py" in caplog.text
    assert "sentinel" not in caplog.text


async def test_a_slow_viewer_is_sent_away_and_comes_back_for_what_it_missed(
    ward: tuple[str, Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes nothing is closed with 1013, holds up nobody, and later gets every event once and in order."""
    monkeypatch.setattr(connection, "_SLOW_S", 2.0)
    url, session = ward
    async with open_peer(url, max_queue=1) as slow, open_peer(url) as quick:
        for peer in (slow, quick):
            await peer.say(protocol.Watch(session.id))
            await peer.expect_state(State.RECORDING)
        for number in range(40):
            session.warn("idle", f"{number} " + "x" * 500_000)
        for number in range(40):
            assert (await quick.expect(protocol.Error)).message.startswith(f"{number} ")
        async with asyncio.timeout(PATIENCE_S):
            while session.log.viewers > 1:  # noqa: ASYNC110  # nobody tells a test
                await asyncio.sleep(0.05)
        with pytest.raises(ConnectionClosed) as closed:
            await slow.expect(protocol.Bye)
    seen = slow.events[-1].seq
    async with open_peer(url) as again:
        await again.say(protocol.Watch(session.id, seen))
        last = await again.expect(protocol.Error, lambda event: event.message.startswith("39 "))

    assert closed.value.rcvd is None or closed.value.rcvd.code == 1013
    assert seen < session.log.seq
    assert [event.seq for event in again.events[1:]] == [*range(seen + 1, last.seq + 1)]


async def test_one_connection_edits_and_another_takes_over_explicitly(ward: tuple[str, Session]) -> None:
    """A watcher edits once it said `take`, and the recorder does not, until the watcher leaves."""
    url, session = ward
    edit = protocol.Edit("plan", 0, "x")
    async with open_peer(url, protocol.Hello(client="bedside", session=session.id)) as bedside:
        async with open_peer(url, protocol.Hello(client="desk")) as desk:
            await desk.say(protocol.Watch(session.id))
            await desk.say(edit)
            await desk.expect_error("read_only")
            await desk.say(protocol.Take())
            assert (await bedside.expect(protocol.Editor)).client == "desk"
            await bedside.say(edit)
            await bedside.expect_error("not_editor")
            await desk.say(edit)
            await desk.expect_error("wrong_order")  # nothing is drafted yet, but it might
            await desk.say(protocol.Stop())
            await desk.expect_error("read_only")  # recording is another right
        assert (await bedside.expect(protocol.Editor)).client == "bedside"
        await bedside.say(edit)
        await bedside.expect_error("wrong_order")


async def test_taking_over_in_the_middle_of_an_edit_and_approving_without_the_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What both wrote stands, in order; who lost the editing approves nothing, and an approval is of what was read."""
    session = conversation()
    async with (
        serving(session, monkeypatch) as url,
        open_peer(url, protocol.Hello(client="bedside", session=session.id)) as bedside,
        open_peer(url, protocol.Hello(client="desk")) as desk,
    ):
        await desk.say(protocol.Watch(session.id))
        read = await desk.expect(protocol.Note)
        await bedside.say(protocol.Edit("plan", 0, "Bedside."))
        await desk.expect(protocol.Note, lambda note: note.hash != read.hash)
        await desk.say(protocol.Take())
        await bedside.expect(protocol.Editor)
        for refused in (protocol.Edit("plan", 0, "Late."), protocol.Approve(read.hash), protocol.Discard()):
            await bedside.say(refused)
            await bedside.expect_error("not_editor")
        await desk.say(protocol.Approve(read.hash))
        await desk.expect_error("stale_hash")
        await desk.say(protocol.Edit("plan", 1, "Desk."))
        edited = await desk.expect(protocol.Note)
        await desk.say(protocol.Approve(edited.hash))
        await desk.expect_state(State.WIPED)
        await bedside.expect_state(State.WIPED)
        await bedside.say(protocol.Approve(edited.hash))
        await bedside.expect_error("not_editor")

    assert [s.text for s in edited.note.sections[0].sentences][:2] == ["Bedside.", "Desk."]


async def test_an_approval_is_told_once_it_is_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A disk that takes its time holds up nobody else."""
    session = conversation()
    is_writing, is_written = threading.Event(), threading.Event()
    ended = Tombstones(600, tmp_path / "ended")

    def write(_: int) -> None:
        is_writing.set()
        is_written.wait(PATIENCE_S)

    monkeypatch.setattr(os, "fsync", write)
    async with (
        serving(session, monkeypatch, Seals(bytes(KEY_BYTES), 600, ended)) as url,
        open_peer(url, protocol.Hello(client="bedside", session=session.id)) as bedside,
        open_peer(url, protocol.Hello(client="desk")) as desk,
    ):
        await bedside.say(protocol.Approve((await bedside.expect(protocol.Note)).hash))
        assert await asyncio.to_thread(is_writing.wait, PATIENCE_S)
        await desk.say(protocol.Watch(session.id))
        await desk.expect(protocol.Note)
        told = [event.state for event in desk.events if isinstance(event, protocol.StateChanged)]
        is_written.set()
        await desk.expect_state(State.WRITTEN)
        await bedside.expect_state(State.WRITTEN)

    assert told[-1] is State.REVIEW
    assert Tombstones(600, tmp_path / "ended").end_of(session.id) is not None


async def test_what_is_being_approved_is_not_changed() -> None:
    """What its editor said right behind the approval, and before it left, is refused."""
    ward: Any = FakeWard()
    editor = connection.Connection(None, ward)  # type: ignore[arg-type]
    editor._take(protocol.encode(protocol.Hello()))
    editor._take(protocol.encode(protocol.Start(channels=(protocol.Role.CLINICIAN,))))
    ward.session.is_being_approved = True
    for late in (protocol.Edit("plan", 0, "Late."), protocol.Discard(), protocol.Approve("")):
        with pytest.raises(ProtocolError, match="being approved"):
            editor._take(protocol.encode(late))


async def test_a_session_is_recorded_over_one_connection(ward: tuple[str, Session]) -> None:
    """Who says hello with the session records it from now on; the connection before is told and sent away for good."""
    url, session = ward
    hello = protocol.Hello(session=session.id)
    async with open_peer(url, hello) as before, open_peer(url, hello) as now:
        bye = await before.expect(protocol.Bye)
        await now.send_audio(0, bytes(3_200))
        await now.expect(protocol.Ack, lambda ack: ack.sample == 0)

    assert bye.retry_after_ms == 0
    assert session.received == 1_600


def test_a_session_is_abandoned_that_nobody_spoke_in_and_nobody_sees() -> None:
    """A viewer, or a sample, keeps it."""
    session = open_session()
    assert is_abandoned(session)
    viewer = session.log.open_viewer(0)
    assert not is_abandoned(session)
    session.log.close_viewer(viewer)
    session.receive_audio(0, bytes(2))
    assert not is_abandoned(session)
