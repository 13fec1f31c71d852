"""Whether the sound server still lets us hear the microphone that was opened.

When a PulseAudio source goes away, the server moves whoever records from it to the default source: another microphone
is heard, and PortAudio says nothing.  PulseAudio and PipeWire tell it through `pactl`; where there is no pactl, audio
comes straight from the driver and cannot be moved.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from typing import Any


@contextlib.asynccontextmanager
async def heard_elsewhere(name: str) -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set once this process records from another source than at the beginning.

    Without a `name` any microphone is right, and it is never set.
    """
    moved = asyncio.Event()
    watch = asyncio.create_task(_watch(moved), name="sound-server") if name else None
    try:
        yield moved
    finally:
        if watch is not None:
            watch.cancel()
            await asyncio.wait([watch])


async def _watch(moved: asyncio.Event) -> None:
    with contextlib.suppress(FileNotFoundError):
        async with _pactl("subscribe") as process:
            assert process.stdout is not None  # it is a pipe
            before = await _heard_source()
            while news := await process.stdout.read(65_536):
                if b"source" not in news:
                    continue
                now = await _heard_source()
                before = before or now
                if now != before and now:
                    moved.set()


@contextlib.asynccontextmanager
async def _pactl(*words: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec("pactl", "-f", "json", *words, stdout=PIPE, stderr=DEVNULL)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _heard_source() -> str:
    """Return the name of the source that this process records from, or nothing if it records from none."""
    outputs, sources = await _listed("source-outputs"), await _listed("sources")
    return recorded_source(outputs, sources, os.getpid())


async def _listed(what: str) -> list[dict[str, Any]]:
    async with _pactl("list", what) as process:
        text, _ = await process.communicate()
    return json.loads(text) if text.strip() else []  # nothing: the server is gone


def recorded_source(outputs: list[dict[str, Any]], sources: list[dict[str, Any]], pid: int) -> str:
    """Return the source's name of the first recording of process `pid` in what pactl lists, or nothing."""
    names = {source["index"]: source["name"] for source in sources}
    for output in outputs:
        if output["properties"].get("application.process.id") == str(pid):
            return str(names.get(output["source"], ""))
    return ""
