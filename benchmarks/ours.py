"""Sessions with our daemon as the load generator holds them, and their messages read for scoring.

It speaks the wire directly: the client library decodes every event, which the generator leaves until the level is over.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from benchmarks.generated import Consultation
from benchmarks.load import Message, Run, converse, pace
from benchmarks.shown import Shown
from benchmarks.talk import CHUNK_MS, chunks
from wardscribe import protocol
from wardscribe.connecting import opened
from wardscribe.protocol import SAMPLE_RATE, Ack, Commit, Partial, Role, Word

_STEP = CHUNK_MS * SAMPLE_RATE // 1000
_NOTE, _ERROR, _BYE = '"type":"note"', '"type":"error"', '"type":"bye"'


class Ours:
    """Talks to the daemon at `url`."""

    def __init__(self, url: str, talks: Sequence[Consultation], language: str = "nb") -> None:
        self._url = url
        self._language = language
        self._audio = {talk.name: _audio_messages(talk) for talk in talks}

    async def speak(self, run: Run) -> None:
        """Hold one session: start, talk in real time, stop, wait for the draft, discard."""
        loop = asyncio.get_running_loop()
        async with opened(self._url, None) as socket:
            await socket.send(protocol.encode(protocol.Hello(client="benchmark")))
            await socket.recv()
            run.began = loop.time()
            await socket.send(protocol.encode(protocol.Start(language=self._language, channels=(Role.CLINICIAN,))))
            first = await socket.recv()
            if _is(first, _ERROR) or _is(first, _BYE):
                run.refusal, run.refused_in_s = _code(first), loop.time() - run.began
            else:
                await converse(run, self._say(run, socket), socket, _is_final_note)
                with contextlib.suppress(ConnectionClosed):
                    await socket.send(protocol.encode(protocol.Discard()))

    async def _say(self, run: Run, socket: ClientConnection) -> None:
        await pace(run, self._audio[run.talk.name], socket.send)
        await socket.send(protocol.encode(protocol.Stop()))


def _is(message: str | bytes, kind: str) -> bool:
    return isinstance(message, str) and message.startswith(kind, 1)


def _is_final_note(message: str | bytes) -> bool:
    """Whether the draft is done; while people talk it is told as it stands."""
    return _is(message, _NOTE) and '"final":true' in str(message)[:80]


def _code(message: str | bytes) -> str:
    event = protocol.decode(str(message), protocol.DAEMON_EVENTS)
    return str(getattr(event, "code", "bye"))


def _audio_messages(talk: Consultation) -> list[bytes]:
    return [protocol.encode_audio(i * _STEP, pcm) for i, pcm in enumerate(chunks(talk))]


# ----------------------------------------------------------------------------------------- after the level: reading


def events(messages: Iterable[Message]) -> list[tuple[float, Any]]:
    """Return the daemon's events and when they came."""
    return [(at_s, protocol.decode(str(message), protocol.DAEMON_EVENTS)) for at_s, message in messages]


def shown(arrived: Iterable[tuple[float, Any]]) -> Iterator[Shown]:
    """Read the events that carry text; of one channel."""
    committed, tail = "", list[str]()
    for at_s, event in arrived:
        match event:
            case Commit():
                committed += f" {_text(event.words)}"
                tail = tail[len(event.words) :]  # a commit shortens the partial before it
            case Partial():
                tail = [word.text for word in event.words]
            case _:
                continue
        yield Shown(at_s, committed, f"{committed} {' '.join(tail)}")


def _text(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def audio_lost_s(run: Run, arrived: Iterable[tuple[float, Any]]) -> float:
    """Return how much audio was sent and never acknowledged, in seconds."""
    acknowledged = max((event.sample for _, event in arrived if isinstance(event, Ack)), default=0)
    sent = min(run.sent * _STEP, len(run.talk.samples))
    return max(0, sent - acknowledged) / SAMPLE_RATE
