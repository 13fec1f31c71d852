"""Where a session's audio comes from: a file at real or full speed, or a microphone."""

from __future__ import annotations

import asyncio
import math
import sys
from array import array
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from wardscribe.microphone import Microphone
from wardscribe.protocol import BYTES_PER_SAMPLE, SAMPLE_RATE
from wardscribe.soundfile import SoundFile

CHUNK_SAMPLES = SAMPLE_RATE // 10
_SILENCE_DB = -100.0

Audio = AsyncGenerator[bytes, None]
"""Interleaved s16le chunks of 20–100 ms."""


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


async def live(microphone: Microphone, seconds: float, listening: Callable[[], None]) -> Audio:
    """Yield what the microphone hears, for so many seconds; `listening` is called once it really does.

    What was lost is replaced by silence, so that times stay true.
    """
    frame_bytes = BYTES_PER_SAMPLE * microphone.channels
    end, expected = seconds * SAMPLE_RATE, 0
    async with aclosing(microphone.chunks()) as chunks:
        async for first_sample, pcm in chunks:
            if not expected:
                listening()
            for missing in _pieces(first_sample - expected):
                yield bytes(missing * frame_bytes)
            yield pcm
            expected = first_sample + len(pcm) // frame_bytes
            if expected >= end:
                return


def _pieces(samples: int) -> list[int]:
    return [min(CHUNK_SAMPLES, samples - at) for at in range(0, samples, CHUNK_SAMPLES)]


def peak_db(pcm: bytes, channel: int, channels: int) -> float:
    """Return the peak of one channel of interleaved s16le samples, in dB relative to full scale."""
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    samples = samples[channel::channels]
    peak = max(max(samples), -min(samples)) if samples else 0
    return 20 * math.log10(peak / 32_768) if peak else _SILENCE_DB
