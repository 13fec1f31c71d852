"""RealtimeSTT's example server: partial text by decoding the utterance again, a stabiliser, finals at its end."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Sequence

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.generated import Consultation
from benchmarks.load import Message, Run, Speak, converse, pace
from benchmarks.peers.place import Place
from benchmarks.shown import Shown
from benchmarks.talk import chunks
from wardscribe.protocol import SAMPLE_RATE

_LAST_FINAL_S = 8.0
"""After `stop` the server does not say when it has told all: so long it is listened to."""

_SPARE = 4  # the session that warms it up may not be gone yet


class RealtimeSTT:
    """A fair queue over two engines, one for partial and one for final text."""

    name = "realtimestt"
    package = "RealtimeSTT"
    settings = "example_fastapi_server, beam 1 for both engines, max-sessions and max-active-speakers as many as asked"

    def command(self, place: Place) -> Sequence[str]:
        """Serve the model folder with both engines."""
        options = f"--host 127.0.0.1 --port {place.port} --engine faster_whisper --device cpu --compute-type int8"
        options += f" --language {place.language} --beam-size 1 --beam-size-realtime 1 --log-level WARNING"
        options += f" --max-sessions {place.sessions + _SPARE} --max-active-speakers {place.sessions + _SPARE}"
        models = ["--model", str(place.model), "--realtime-model", str(place.model)]
        return [place.python, "-m", "example_fastapi_server.server", *options.split(), *models]

    def speaker(self, place: Place, talks: Sequence[Consultation]) -> Speak:
        """Return what holds one session: `start`, packets with a JSON head, `stop`."""
        audio = {talk.name: [_packet(piece) for piece in chunks(talk)] for talk in talks}

        async def speak(run: Run) -> None:
            address = f"ws://127.0.0.1:{place.port}/ws/transcribe"
            async with connect(address, max_size=None, compression=None) as socket:
                while (event := json.loads(await socket.recv()))["type"] != "ready":
                    if event["type"] == "error":
                        run.refusal = f"{event.get('where')}: {event.get('message')}"
                        return
                await socket.send(json.dumps({"type": "start"}))
                run.began = asyncio.get_running_loop().time()
                await converse(run, _say(run, audio[run.talk.name], socket), socket, lambda _: False)
                run.is_complete = True

        return speak

    def read(self, messages: Sequence[Message]) -> Sequence[Shown]:
        """Finals, and the stable text of the segment that is being said, are committed."""
        finals: list[str] = []
        stable = tail = ""
        shown = []
        for at_s, message in messages:
            event = json.loads(message)
            if event["type"] == "final":
                finals.append(event["text"])
                stable = tail = ""
            elif event["type"] == "realtime":
                stable, tail = event.get("committedStableText", ""), event["text"]
            else:
                continue
            before = " ".join(finals)
            shown.append(Shown(at_s, f"{before} {stable}", f"{before} {tail}"))
        return shown


def _packet(pcm: bytes) -> bytes:
    head = json.dumps({"sampleRate": SAMPLE_RATE, "channels": 1, "format": "pcm_s16le"}).encode()
    return struct.pack("<I", len(head)) + head + pcm


async def _say(run: Run, pieces: Sequence[bytes], socket: ClientConnection) -> None:
    await pace(run, pieces, socket.send)
    await socket.send(json.dumps({"type": "stop"}))
    await asyncio.sleep(_LAST_FINAL_S)
    await socket.close()
