"""The beginning of a connection: who is there, which session goes on, and what the daemon needs to know it again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from websockets.asyncio.client import ClientConnection

from wardscribe import protocol
from wardscribe.connecting import end_of_connection, received, refusal
from wardscribe.errors import RefusedError
from wardscribe.protocol import MAX_MESSAGE_BYTES, SUBPROTOCOL, Error, Hello, Ready, Unseal

_ANSWER_S = 10
_LARGEST = MAX_MESSAGE_BYTES * 3 // 4  # of the states in one message, in characters


class Sealed:
    """The session as the daemon sealed it, in memory only."""

    def __init__(self) -> None:
        self.states: list[str] = []
        self._coming: list[str] = []  # sealed on this connection; they count once they hold all that was told

    def begin(self) -> None:
        """A new connection: the daemon seals everything anew."""
        self._coming = []

    def receive(self, event: protocol.Sealed, last_seq: int) -> bool:
        """Take a state; return whether what came holds everything up to event `last_seq`, and is kept from now on."""
        self._coming[event.index :] = [event.state]
        if event.seq < last_seq:
            return False
        self.states = list(self._coming)
        return True


async def greet(socket: ClientConnection, hello: Hello, states: Sequence[str]) -> Ready | float:
    """Say hello; a session that the daemon does not know any more is given back from its sealed `states`.

    Returns after how many seconds to come back where the daemon goes down just now.  Raises ClientError.
    """
    if socket.subprotocol != SUBPROTOCOL:
        raise RefusedError(f"this is a websocket server, but it does not speak {SUBPROTOCOL}")
    answer = await _ask(socket, hello)
    if isinstance(answer, Error) and answer.code == "unknown_session" and states:
        answer = await _ask(socket, replace(hello, session="", last_seq=0))
        if isinstance(answer, Ready):
            for message in unseals(hello, states):
                await socket.send(protocol.encode(message))
    if isinstance(answer, Ready):
        return answer
    if isinstance(end := end_of_connection(answer), float):
        return end
    raise refusal(answer)


async def _ask(socket: ClientConnection, hello: Hello) -> Any:
    await socket.send(protocol.encode(hello))
    async with asyncio.timeout(_ANSWER_S):
        return received(await socket.recv())


def unseals(hello: Hello, states: Sequence[str]) -> Iterator[Unseal]:
    """Yield the messages that give the states back, none larger than a message may be."""
    batch: list[str] = []
    for state in states:
        if batch and sum(map(len, batch)) + len(state) > _LARGEST:
            yield Unseal(hello.session, tuple(batch), is_last=False)
            batch = []
        batch.append(state)
    yield Unseal(hello.session, tuple(batch), is_last=True, last_seq=hello.last_seq)
