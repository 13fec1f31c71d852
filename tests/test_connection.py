"""A connection that meets a bug of ours, and sessions that nobody came for."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from tests.test_session import open_session
from wardscribe import protocol
from wardscribed.config import Config, ServerConfig
from wardscribed.server import Daemon, is_abandoned
from wardscribed.serving import listening


async def test_a_bug_ends_its_connection_alone_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The peer gets a bare 1011, the log the place without the text, which may hold speech; the next peer is served."""
    caplog.set_level(logging.DEBUG, "wardscribed")
    daemon: Any = Daemon(Config(server=ServerConfig(port=0)), None, {})  # type: ignore[arg-type]

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


def test_a_session_is_abandoned_that_nobody_spoke_in_and_nobody_sees() -> None:
    """A viewer, or a sample, keeps it."""
    session = open_session()
    assert is_abandoned(session)
    viewer = session.log.open_viewer(0)
    assert not is_abandoned(session)
    session.log.close_viewer(viewer)
    session.receive_audio(0, bytes(2))
    assert not is_abandoned(session)
