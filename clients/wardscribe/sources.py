"""Where a session's audio comes from: a file at real or full speed, or a microphone."""

from __future__ import annotations

import asyncio
import math
import sys
from array import array
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from wardscribe.microphone import Microphone
from wardscribe.protocol import BYTES_PER_SAMPLE, SAMPLE_RATE
from wardscribe.soundfile import SoundFile

CHUNK_SAMPLES = SAMPLE_RATE // 10
_SILENCE_DB = -100.0


@dataclass(frozen=True, slots=True)
class Missing:
    """Here so much was not recorded."""

    ms: int


Audio = AsyncGenerator[bytes | Missing, None]
"""Interleaved s16le chunks of 20–100 ms, and what is missing between them."""


async def full_speed(sound: SoundFile) -> Audio:
    """Yield a file's chunks as fast as they are taken."""
    for pcm in sound.chunks(CHUNK_SAMPLES):
        yield pcm


async def real_time(sound: SoundFile) -> Audio:
    """Yield a file's chunks when a microphone would have: each at the time at which it has been spoken."""
    clock = asyncio.get_running_loop().time
    began, samples = clock(), 0
    for pcm in sound.chunks(CHUNK_SAMPLES):
        samples += len(pcm) // (BYTES_PER_SAMPLE * sound.channels)
        await asyncio.sleep(began + samples / SAMPLE_RATE - clock())
        yield pcm


async def live(microphone: Microphone) -> Audio:
    """Yield what the microphone hears; what was lost is never closed up silently."""
    frame_bytes, expected = BYTES_PER_SAMPLE * microphone.channels, 0
    async with aclosing(microphone.chunks()) as chunks:
        async for first_sample, pcm in chunks:
            if missing_ms := (first_sample - expected) * 1000 // SAMPLE_RATE:
                yield Missing(missing_ms)
            yield pcm
            expected = first_sample + len(pcm) // frame_bytes


def peak_db(pcm: bytes, channel: int, channels: int) -> float:
    """Return the peak of one channel of interleaved s16le samples, in dB relative to full scale."""
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    samples = samples[channel::channels]
    peak = max(max(samples), -min(samples)) if samples else 0
    return 20 * math.log10(peak / 32_768) if peak else _SILENCE_DB
