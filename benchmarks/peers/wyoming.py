"""wyoming-faster-whisper: the text of an utterance after the client has said that it is over; no partial text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.generated import Consultation
from benchmarks.load import LAST_WORDS_S, Message, Run, Speak
from benchmarks.peers.place import Place
from benchmarks.shown import Shown
from benchmarks.talk import CHUNK_MS, is_sentence_end
from wardscribe.protocol import SAMPLE_RATE

_PAUSE_S = 0.1
"""Behind a sentence's last sound: the shortest pause between two is 0.15 s."""
_FORMAT = {"rate": SAMPLE_RATE, "width": 2, "channels": 1}


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence as it is sent: where its pieces end, in seconds, and the events."""

    pieces: Sequence[tuple[float, bytes]]
    end_s: float


class Wyoming:
    """The client says where an utterance ends: here the generated speech's own sentence ends, which no client knows."""

    name = "wyoming"
    package = "wyoming-faster-whisper"
    settings = "beam 1; told the true sentence ends, which flatters it; a connection an utterance"

    def command(self, place: Place) -> Sequence[str]:
        """Serve the model folder."""
        options = f"--uri tcp://127.0.0.1:{place.port} --language {place.language} --stt-library faster-whisper"
        options += f" --local-files-only --compute-type int8 --beam-size 1 --cpu-threads {place.threads}"
        folders = ["--model", str(place.model), "--data-dir", str(place.folder)]
        return [place.program("wyoming-faster-whisper"), *options.split(), *folders]

    def speaker(self, place: Place, talks: Sequence[Consultation]) -> Speak:
        """Return what holds one session: a connection a sentence, the next begun before the last one is answered."""
        audio = {talk.name: list(utterances(talk)) for talk in talks}

        async def speak(run: Run) -> None:
            said = [asyncio.create_task(_utter(run, place, n, u)) for n, u in enumerate(audio[run.talk.name])]
            done, late = await asyncio.wait(said, timeout=run.talk.seconds + LAST_WORDS_S)
            for task in late:
                task.cancel()
            run.is_complete = not late and all(task.exception() is None for task in done)

        return speak

    def read(self, messages: Sequence[Message]) -> Sequence[Shown]:
        """Each answer is a sentence; they are put in order."""
        texts: dict[int, str] = {}
        shown = []
        for at_s, message in messages:
            number, text = json.loads(message)
            texts[number] = text
            committed = " ".join(texts[n] for n in sorted(texts))
            shown.append(Shown(at_s, committed, committed))
        return shown


def utterances(talk: Consultation) -> Iterator[Utterance]:
    """Cut a talk behind its sentences."""
    ends = [piece.end_ms / 1000 + _PAUSE_S for piece in talk.spoken if is_sentence_end(piece.text)]
    start_s = 0.0
    for end_s in ends:
        pcm = talk.samples[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)].astype("<i2").tobytes()
        step = CHUNK_MS * SAMPLE_RATE // 1000 * 2
        pieces = [pcm[at : at + step] for at in range(0, len(pcm), step)]
        times = [min(start_s + (i + 1) * CHUNK_MS / 1000, end_s) for i in range(len(pieces))]
        yield Utterance([(t, _event("audio-chunk", _FORMAT, p)) for t, p in zip(times, pieces, strict=True)], end_s)
        start_s = end_s


def _event(kind: str, data: object, payload: bytes = b"") -> bytes:
    """Return one event: a line of JSON, then the payload."""
    head = {"type": kind, "data": data, **({"payload_length": len(payload)} if payload else {})}
    return json.dumps(head).encode() + b"\n" + payload


async def _utter(run: Run, place: Place, number: int, utterance: Utterance) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, run.began + utterance.pieces[0][0] - CHUNK_MS / 1000 - loop.time()))
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    try:
        writer.write(_event("transcribe", {"language": place.language}) + _event("audio-start", _FORMAT))
        for at_s, event in utterance.pieces:
            due = run.began + at_s
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
                run.late.append(loop.time() - due)
            writer.write(event)
            await writer.drain()
        writer.write(_event("audio-stop", {}))
        text = await _transcript(reader)
        run.messages.append((loop.time() - run.began, json.dumps([number, text])))
    finally:
        writer.close()


async def _transcript(reader: asyncio.StreamReader) -> str:
    """Read events until the transcript.  Raises ConnectionError where the server closes before."""
    while line := await reader.readline():
        event = json.loads(line)
        data = event.get("data") or {}
        if length := event.get("data_length"):
            data |= json.loads(await reader.readexactly(length))
        await reader.readexactly(event.get("payload_length") or 0)
        if event["type"] == "transcript":
            return str(data["text"])
    raise ConnectionError("closed without a transcript")
