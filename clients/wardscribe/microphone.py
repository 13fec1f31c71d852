"""Capture from a microphone: the only module that imports sounddevice, and only when a microphone is asked for.

The daemon uses it too, for a microphone on its own host.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from wardscribe.errors import MicrophoneError
from wardscribe.protocol import BYTES_PER_SAMPLE, SAMPLE_RATE
from wardscribe.soundserver import heard_elsewhere

CHUNK_SAMPLES = 640
"""40 ms."""
_MAX_CHUNKS = 250  # ten seconds nobody takes: then chunks are dropped, and counted
_START_TIMEOUT_S = 10.0
_LATE_S = 2.0  # the driver delivers in bursts; so much less than the clock says is a loss


@dataclass(frozen=True, slots=True)
class Device:
    """An input device of this machine."""

    name: str
    channels: int
    """What the driver claims; of a sound server's device it means nothing."""
    is_default: bool


def devices() -> list[Device]:
    """Return the input devices as they were when PortAudio was initialised; see `refresh`.  Raises MicrophoneError."""
    sd = _sounddevice()
    default = sd.default.device[0]
    return [
        Device(d["name"], d["max_input_channels"], d["index"] == default)
        for d in sd.query_devices()
        if d["max_input_channels"] > 0
    ]


def refresh() -> None:
    """Look again for devices that were plugged in.  No microphone may be open."""
    sd = _sounddevice()
    sd._terminate()
    sd._initialize()


class Microphone:
    """One microphone, named exactly; no name is the default one."""

    def __init__(self, name: str = "", channels: int = 1) -> None:
        self.name = name
        self.channels = channels
        self.is_listening = False
        """Whether audio comes: about half a second after `chunks` began.  What is said before is lost."""
        self.lost_samples = 0
        """Samples (a channel) that were captured and not taken in time, or that the driver never delivered, so far."""

    async def chunks(self) -> AsyncGenerator[tuple[int, bytes], None]:
        """Yield (first sample, interleaved s16le samples) until the caller leaves; who comes back begins at 0.

        To leave the loop early, iterate over it under `contextlib.aclosing`, which closes the device at once.
        A gap between one chunk's end and the next one's first sample is audio that was lost.  Raises MicrophoneError
        when there is no such microphone, when it goes away, and when the sound server switches to another one.
        """
        sd = await asyncio.to_thread(_sounddevice)
        lost_before = self.lost_samples
        capture = _Capture(asyncio.get_running_loop(), self.channels)
        async with _opened(sd, self.name, capture), heard_elsewhere(self.name) as elsewhere:
            while True:
                await self._wait(capture)
                if elsewhere.is_set():  # before anything of the other microphone is given away
                    raise MicrophoneError(
                        f"the sound server switched from '{self.name}' to another microphone: stopped"
                    )
                for first_sample, pcm in capture.take():
                    self.is_listening = True
                    yield first_sample, pcm
                self.lost_samples = lost_before + capture.lost_samples
                if capture.has_ended:
                    raise MicrophoneError(f"the microphone '{self.name or 'default'}' stopped: is it still plugged in?")

    async def _wait(self, capture: _Capture) -> None:
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await capture.news.wait()
        except TimeoutError:
            raise MicrophoneError(f"the microphone '{self.name or 'default'}' delivers nothing") from None
        capture.news.clear()


class _Capture:
    """Between PortAudio's thread, which calls `receive` and `end`, and the event loop, which takes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, channels: int) -> None:
        self.news = asyncio.Event()
        self.has_ended = False
        self.lost_samples = 0
        self.channels = channels
        self._loop = loop
        self._frame_bytes = BYTES_PER_SAMPLE * channels
        self._lock = threading.Lock()
        self._chunks: deque[tuple[int, bytes]] = deque()
        self._next_sample = 0
        self._began = 0.0  # time of the first chunk's first sample

    def receive(self, pcm: Any, frames: int, _time: Any, _status: Any) -> None:
        """PortAudio's callback.  Its status stays empty even when blocks are missing: the clock tells."""
        with self._lock:
            self._account_for_gap(frames)
            if len(self._chunks) < _MAX_CHUNKS:
                self._chunks.append((self._next_sample, bytes(pcm)))
            else:
                self.lost_samples += frames
            self._next_sample += frames
        self._wake()

    def end(self) -> None:
        """PortAudio's finished_callback: the device is gone, or we closed it."""
        self.has_ended = True
        self._wake()

    def take(self) -> Iterator[tuple[int, bytes]]:
        """Return what came since the last call."""
        with self._lock:
            chunks, self._chunks = self._chunks, deque()
        return iter(chunks)

    def _account_for_gap(self, frames: int) -> None:
        now = _now()
        self._began = self._began or now - frames / SAMPLE_RATE
        missing = int((now - self._began) * SAMPLE_RATE) - self._next_sample - frames
        if missing > _LATE_S * SAMPLE_RATE:
            self.lost_samples += missing
            self._next_sample += missing

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.news.set)


def _now() -> float:
    """Return a time that goes on while the machine sleeps, as Linux's monotonic clock does not."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@asynccontextmanager
async def _opened(sd: ModuleType, name: str, capture: _Capture) -> AsyncIterator[None]:
    opening = asyncio.get_running_loop().run_in_executor(None, _open, sd, name, capture)
    try:
        await asyncio.shield(opening)  # a thread cannot be cancelled: who leaves now would leave it open
        yield
    finally:
        await _close(opening)


async def _close(opening: asyncio.Future[Any]) -> None:
    await asyncio.wait([opening])
    if opening.exception() is None:
        await asyncio.to_thread(opening.result().close)


def _open(sd: ModuleType, name: str, capture: _Capture) -> Any:
    try:
        device = _find(sd, name)
        stream = sd.RawInputStream(
            samplerate=SAMPLE_RATE,
            blocksize=CHUNK_SAMPLES,
            device=device,
            channels=capture.channels,
            dtype="int16",
            callback=capture.receive,
            finished_callback=capture.end,
        )
        stream.start()
    except sd.PortAudioError as error:
        raise MicrophoneError(f"cannot open the microphone '{name or 'default'}': {error.args[0]}") from error
    return stream


def _find(sd: ModuleType, name: str) -> int | None:
    """Return the index of the input named exactly so; sounddevice itself would take any whose name contains it."""
    inputs = [d for d in sd.query_devices() if d["max_input_channels"] > 0]
    if not inputs:
        raise MicrophoneError(f"this machine has no microphone{f', so not {name!r} either' if name else ''}")
    if not name:
        return None
    for device in inputs:
        if device["name"] == name:
            return int(device["index"])
    there = ", ".join(f"'{d['name']}'" for d in inputs)
    raise MicrophoneError(f"there is no microphone named exactly '{name}'; there are: {there}")


def _sounddevice() -> ModuleType:
    """Import sounddevice, which initialises PortAudio, a system library that not every machine has."""
    try:
        return import_module("sounddevice")
    except ImportError as error:
        raise MicrophoneError("the Python package 'sounddevice' is not installed: no microphone can be used") from error
    except OSError as error:
        message = "PortAudio is missing: no microphone can be used; on Debian install the package libportaudio2"
        raise MicrophoneError(message) from error
