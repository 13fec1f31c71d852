"""A consultation at the speed of speech through a real daemon, and what came back when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from benchmarks.generated import Consultation
from wardscribe.client import Client
from wardscribe.protocol import SAMPLE_RATE, Commit, Note, Partial, Role, Start, Utterance

CHUNK_MS = 50
_CHUNK = CHUNK_MS * SAMPLE_RATE // 1000
_ROLES = (Role.CLINICIAN, Role.PATIENT)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event of the daemon, and when the client had it: seconds since the audio's first sample was spoken."""

    at_s: float
    event: Any = field(repr=False)


async def stream(url: str, consultation: Consultation, language: str = "nb") -> list[Arrival]:
    """Say the consultation in real time, stop, and return what arrived until the final note; the session is wiped.

    A chunk is sent when its last sample has been spoken, as a microphone would.
    """
    loop = asyncio.get_running_loop()
    arrivals: list[Arrival] = []
    async with Client(url) as client, asyncio.TaskGroup() as tasks:
        client.start(Start(language=language, channels=_ROLES[: consultation.channels]))
        began = loop.time()
        tasks.create_task(_say(client, consultation, began), name="say")
        async for event in client:
            if isinstance(event, Commit | Partial | Utterance):
                arrivals.append(Arrival(loop.time() - began, event))
            if isinstance(event, Note) and event.final:
                break
        client.discard()
    return arrivals


async def _say(client: Client, consultation: Consultation, began: float) -> None:
    loop = asyncio.get_running_loop()
    for start in range(0, len(consultation.samples), _CHUNK):
        chunk = consultation.samples[start : start + _CHUNK]
        spoken_at = began + (start + len(chunk)) / SAMPLE_RATE
        await asyncio.sleep(max(0.0, spoken_at - loop.time()))
        await client.send_audio(chunk.astype("<i2").tobytes())
    client.stop()
