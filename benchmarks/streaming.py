"""A consultation at the speed of speech through a real daemon, and what came back when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from benchmarks.generated import Consultation
from wardscribe.client import KEEP_S, Client
from wardscribe.protocol import SAMPLE_RATE, Commit, Note, Partial, Role, Start, Utterance

CHUNK_MS = 50
_CHUNK = CHUNK_MS * SAMPLE_RATE // 1000
_AHEAD_S = 10.0  # unacknowledged, where speech is faster than time
_ROLES = (Role.CLINICIAN, Role.PATIENT)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event of the daemon, and when the client had it: seconds since the audio's first sample was spoken."""

    at_s: float
    event: Any = field(repr=False)


async def stream(url: str, consultation: Consultation, language: str = "nb", speed: float = 1.0) -> list[Arrival]:
    """Say the consultation, stop, and return what arrived until the final note; the session is wiped.

    A chunk is sent when its last sample has been spoken, as a microphone would.  At `speed` 4 the speech, and so the
    clock of what arrives, runs four times as fast as time, and no faster than the daemon acknowledges it.
    """
    loop = asyncio.get_running_loop()
    arrivals: list[Arrival] = []
    async with Client(url) as client, asyncio.TaskGroup() as tasks:
        client.start(Start(language=language, channels=_ROLES[: consultation.channels]))
        began = loop.time()
        tasks.create_task(_say(client, consultation, began, speed), name="say")
        async for event in client:
            if isinstance(event, Commit | Partial | Utterance):
                arrivals.append(Arrival((loop.time() - began) * speed, event))
            if isinstance(event, Note) and event.final:
                break
        client.discard()
    return arrivals


async def _say(client: Client, consultation: Consultation, began: float, speed: float) -> None:
    loop = asyncio.get_running_loop()
    for start in range(0, len(consultation.samples), _CHUNK):
        chunk = consultation.samples[start : start + _CHUNK]
        spoken_at = began + (start + len(chunk)) / SAMPLE_RATE / speed
        await asyncio.sleep(max(0.0, spoken_at - loop.time()))
        await client.send_audio(chunk.astype("<i2").tobytes(), max_ahead_s=KEEP_S if speed == 1 else _AHEAD_S)
    client.stop()
