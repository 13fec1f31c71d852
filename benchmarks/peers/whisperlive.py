"""WhisperLive with one model for all clients, one after the other or in batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.generated import Consultation
from benchmarks.load import Message, Run, Speak, converse, pace
from benchmarks.peers.place import Place
from benchmarks.shown import Shown
from benchmarks.talk import CHUNK_MS, chunks

_SILENCE_S = 8.0
"""Fed behind the audio: at its end mark the server closes at once, and text that is not completed by then is lost."""
_SERVE = """
import sys
from whisper_live.transcriber import transcriber_faster_whisper as t
transcribe = t.WhisperModel.transcribe
t.WhisperModel.transcribe = lambda *a, **k: transcribe(*a, **{**k, "beam_size": 1, "temperature": [0.0]})
from whisper_live.server import TranscriptionServer
port, model, sessions, cache, batched = sys.argv[1:]
TranscriptionServer().run(
    "127.0.0.1", port=int(port), backend="faster_whisper", faster_whisper_custom_model_path=model, single_model=True,
    max_clients=int(sessions) + 4, max_connection_time=3600, cache_path=cache, batch_enabled=batched == "batched",
    batch_max_queue_wait_s=1e9, batch_max_admissions_per_s=1e9,
)
"""


class WhisperLive:
    """A thread a client; `is_batched` is its batch mode."""

    package = "whisper-live"

    def __init__(self, *, is_batched: bool = False) -> None:
        self._is_batched = is_batched
        self.name = "whisperlive-batched" if is_batched else "whisperlive"
        how = "batch mode, its admission limits off" if is_batched else "beam 1 and no second tries by a wrapper"
        self.settings = f"single_model, use_vad, {how}; {_SILENCE_S:.0f} s of silence fed at the end"

    def command(self, place: Place) -> Sequence[str]:
        """Serve the model folder; there is no console script."""
        how = "batched" if self._is_batched else "serial"
        options = [str(place.port), str(place.model), str(place.sessions), str(place.folder), how]
        return [place.python, "-c", _SERVE, *options]

    def speaker(self, place: Place, talks: Sequence[Consultation]) -> Speak:
        """Return what holds one session: its options, float32, and a mark at the end."""
        audio = {talk.name: [_floats(piece) for piece in chunks(talk)] for talk in talks}
        options = {"language": place.language, "task": "transcribe", "model": str(place.model), "use_vad": True}

        async def speak(run: Run) -> None:
            async with connect(f"ws://127.0.0.1:{place.port}", max_size=None, compression=None) as socket:
                await socket.send(json.dumps({"uid": str(id(run)), **options}))
                ready = json.loads(await socket.recv())
                if ready.get("message") != "SERVER_READY":
                    run.refusal = str(ready.get("status", "refused"))
                    return
                run.began = asyncio.get_running_loop().time()
                await converse(run, _say(run, audio[run.talk.name], socket), socket, lambda _: False)
                run.is_complete = True

        return speak

    def read(self, messages: Sequence[Message]) -> Sequence[Shown]:
        """Each message has the last ten segments; completed ones stay."""
        completed: dict[tuple[str, str], str] = {}
        shown = []
        for at_s, message in messages:
            segments = json.loads(message).get("segments")
            if segments is None:
                continue
            for segment in segments:
                if segment.get("completed"):
                    completed.setdefault((segment["start"], segment["end"]), segment["text"])
            committed = " ".join(completed.values())
            tail = " ".join(segment["text"] for segment in segments if not segment.get("completed"))
            shown.append(Shown(at_s, committed, f"{committed} {tail}"))
        return shown


def _floats(pcm: bytes) -> bytes:
    return (np.frombuffer(pcm, "<i2").astype("<f4") / 32768).tobytes()


async def _say(run: Run, pieces: Sequence[bytes], socket: ClientConnection) -> None:
    await pace(run, pieces, socket.send)
    silence = bytes(len(pieces[0]))
    for _ in range(int(_SILENCE_S * 1000 / CHUNK_MS)):
        await asyncio.sleep(CHUNK_MS / 1000)
        await socket.send(silence)
    await socket.send(b"END_OF_AUDIO")
