"""WhisperLiveKit with the LocalAgreement policy: that of whisper_streaming, which has no server for several clients."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.generated import Consultation
from benchmarks.load import Message, Run, Speak, converse, pace
from benchmarks.peers.place import Place
from benchmarks.shown import Shown
from benchmarks.talk import chunks

_SILENCE = -2  # its number for the speaker of a pause
_GREEDY = """
import sys, faster_whisper as f
transcribe = f.WhisperModel.transcribe
f.WhisperModel.transcribe = lambda *a, **k: transcribe(*a, **{**k, "beam_size": 1, "temperature": [0.0]})
from whisperlivekit.cli import main
sys.exit(main())
"""


class WhisperLiveKit:
    """One `AudioProcessor` a session over one model."""

    name = "whisperlivekit"
    package = "whisperlivekit"
    settings = (
        "localagreement, asr-coalesce-min-s 0.5, no language in the URL (that takes a lock);"
        " beam 1 and no second tries at other temperatures by a wrapper: it has no option for them"
    )

    def command(self, place: Place) -> Sequence[str]:
        """Serve the model folder with beam 1."""
        options = f"serve --host 127.0.0.1 --port {place.port} --backend faster-whisper --pcm-input"
        options += f" --backend-policy localagreement --language {place.language} --asr-coalesce-min-s 0.5"
        return [place.python, "-c", _GREEDY, *options.split(), "--model-path", str(place.model), "--warmup-file", ""]

    def speaker(self, place: Place, talks: Sequence[Consultation]) -> Speak:
        """Return what holds one session: s16le, and an empty message at the end."""
        audio = {talk.name: chunks(talk) for talk in talks}

        async def speak(run: Run) -> None:
            async with connect(f"ws://127.0.0.1:{place.port}/asr", max_size=None, compression=None) as socket:
                run.began = asyncio.get_running_loop().time()
                await converse(run, _say(run, audio[run.talk.name], socket), socket, _is_last)

        return speak

    def read(self, messages: Sequence[Message]) -> Sequence[Shown]:
        """Lines are committed, the buffer is not; each message has them all."""
        shown = []
        for at_s, message in messages:
            event = json.loads(message)
            if "lines" in event:
                committed = _text(event["lines"])
                shown.append(Shown(at_s, committed, f"{committed} {event.get('buffer_transcription') or ''}"))
        return shown


async def _say(run: Run, pieces: Sequence[bytes], socket: ClientConnection) -> None:
    await pace(run, pieces, socket.send)
    await socket.send(b"")


def _is_last(message: str | bytes) -> bool:
    return "ready_to_stop" in str(message)


def _text(lines: Sequence[dict[str, Any]]) -> str:
    return "".join(f" {line['text'] or ''}" for line in lines if line.get("speaker") != _SILENCE)
