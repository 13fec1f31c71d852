"""A daemon that says what a long conversation would have made the real one say, to whoever opens its page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from wardscribe import protocol
from wardscribe.protocol import DraftNote, Section, Sentence, State, Word
from wardscribed import page
from wardscribed.http import Router
from wardscribed.note import templates

_SESSION = "long"
_WORDS = "hun har hatt vondt i ryggen siden tirsdag og sover dårlig om natta".split()
_COMMIT_S = 0.25
_LINE_MS = 3_600


class LongTalk:
    """Says `lines` utterances at once, then `commits` more words one by one, then the draft, and notes when."""

    def __init__(self, lines: int, commits: int) -> None:
        self.lines = lines
        self.commits = commits
        self.said_at: list[float] = []
        """When each of the single words was sent, in seconds of time.time()."""
        self.is_said = asyncio.Event()
        self._seq = 0

    async def converse(self, socket: ServerConnection) -> None:
        """Be the daemon of one page."""
        await socket.recv()
        await self._say(socket, protocol.Ready(templates=("strukturert",), languages=("nb",)))
        await self._say(socket, protocol.StateChanged(self._next(), _SESSION, State.RECORDING))
        await self._say(socket, protocol.Ack(self._seq, 16 * _LINE_MS * self.lines))
        for event in self._talk():
            await self._say(socket, event)
        for number in range(self.commits):
            await asyncio.sleep(_COMMIT_S)
            self.said_at.append(time.time())
            await self._say(socket, self._commit(self.lines - 1, f"ord{number}"))
        await self._say(socket, protocol.StateChanged(self._next(), _SESSION, State.REVIEW))
        await self._say(socket, protocol.Note(self._next(), True, "hash", self._note()))
        self.is_said.set()
        await socket.wait_closed()

    def _talk(self) -> Iterator[Any]:
        for number in range(self.lines):
            start = number * _LINE_MS
            yield protocol.Utterance(self._next(), number, 0, start, start + _LINE_MS, number < self.lines - 1)
            yield self._commit(number, *_WORDS)

    def _commit(self, number: int, *words: str) -> protocol.Commit:
        start = number * _LINE_MS
        return protocol.Commit(self._next(), number, 0, tuple(Word(word, start, start + 200, 0.9) for word in words))

    def _note(self) -> DraftNote:
        said = " ".join(_WORDS)
        doubt = (("unsure",), ("vondt",))
        sentences = tuple(Sentence(f"{said} {number}.", (number,), *doubt) for number in range(0, self.lines, 20))
        return DraftNote("strukturert", "nb", (Section("aktuelt", "Aktuelt", sentences),))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    async def _say(self, socket: ServerConnection, event: Any) -> None:
        await socket.send(protocol.encode(event))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve the page and the conversation; yields the address."""
        router = Router("127.0.0.1", page.pages(templates.load))

        def answer(_: ServerConnection, request: Request) -> Response | None:
            if "Upgrade" in request.headers:
                return None
            found = router.answer("GET", request.path, request.headers["Host"])
            return Response(found.status, found.status.phrase, Headers(found.all_headers()), found.body)

        async with serve(
            self.converse,
            "127.0.0.1",
            0,
            process_request=answer,
            subprotocols=[protocol.SUBPROTOCOL],  # type: ignore[list-item]  # a NewType of str
        ) as server:
            yield f"ws://127.0.0.1:{_port(server)}"


def _port(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])
