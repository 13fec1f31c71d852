"""A ward for fault tests: a daemon that can die, its line, and conversations whose every word is known.

The model says the same few words for every utterance, so the transcript does not depend on when a partial was decoded:
what is lost, changed or said twice shows, whatever happened in between.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.daemon import Daemon, running_daemon
from tests.faults.line import Line
from tests.scripted_model import write_model
from wardscribe import protocol
from wardscribe.client import Client
from wardscribe.demo import CONSULTATION
from wardscribe.errors import ClientError
from wardscribe.protocol import Commit, Note, Role, Start, State, StateChanged, Utterance
from wardscribe.soundfile import open_sound

WORDS = "alfa bravo charlie delta"
UTTERANCES = 6
"""Of a short conversation."""
ROLES = (Role.CLINICIAN, Role.PATIENT)
_SPEECH_S, _SILENCE_S = 0.5, 1.0  # so short that no window of an utterance is ever shortened
_CHUNK = 1_600
_NO_LIMIT = resource.RLIM_INFINITY
_FRAME = 4  # bytes: two channels


def conversation(utterances: int) -> bytes:
    """Return so many short utterances, the beginnings of the bundled consultation's sentences, with pauses between."""
    sound = next(open_sound(CONSULTATION).chunks(1 << 30))
    sentences = json.loads(CONSULTATION.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
    silence = bytes(int(_SILENCE_S * protocol.SAMPLE_RATE) * _FRAME)
    long = [s for s in sentences if s["end_ms"] - s["start_ms"] > 1_000 * _SPEECH_S]
    pieces = [_piece(sound, long[i % len(long)]["start_ms"]) for i in range(utterances)]
    return silence + b"".join(piece + silence for piece in pieces)


def _piece(sound: bytes, start_ms: int) -> bytes:
    first = start_ms * protocol.SAMPLE_RATE // 1000 * _FRAME
    return sound[first : first + int(_SPEECH_S * protocol.SAMPLE_RATE) * _FRAME]


class Ward:
    """A daemon on a line."""

    def __init__(self, folder: Path, *, is_sealed: bool = True, is_bundled: bool = False, tables: str = "") -> None:
        """`is_bundled`: with the bundled model instead of the one that always says the same; `tables`: more of it."""
        self.line = Line()
        self._folder = folder
        scripted = "" if is_bundled else f'path = "{write_model(folder / "model", WORDS)}"\nbeam = 1\n'
        self._tables = f"{tables}\n[model]\n{scripted}"
        if is_sealed:
            key = folder / "seal.key"
            key.touch(mode=0o600)
            key.write_bytes(os.urandom(32))
            self._tables += f'[seal]\nkey_file = "{key}"\nended_file = "{folder / "ended"}"\n'
        self._running = ExitStack()
        self._lives = 0
        self.daemon: Daemon | None = None

    async def start(self) -> None:
        """Start the daemon, again after it died."""
        self._lives += 1
        running = running_daemon(self._folder / f"stderr-{self._lives}.log", tables=self._tables)
        self.daemon = await asyncio.to_thread(self._running.enter_context, running)
        self.line.port = int(self.daemon.url.rpartition(":")[2])

    async def kill(self) -> None:
        """SIGKILL: no farewell, nothing saved."""
        assert self.daemon is not None
        self.line.port = 0
        self.daemon.process.kill()
        await asyncio.to_thread(self.daemon.process.wait)
        self._forget()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit status."""
        assert self.daemon is not None
        self.daemon.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for the end of a daemon that was asked to stop, and return its exit status."""
        assert self.daemon is not None
        status = await asyncio.to_thread(self.daemon.process.wait)
        self._forget()
        return status

    def _forget(self) -> None:
        """The daemon is gone, and its exit status is no surprise."""
        with suppress(RuntimeError):
            self._running.close()
        self.daemon = None

    def fill_disk(self) -> None:
        """No file of the daemon's grows any more, neither what it notes nor its log."""
        assert self.daemon is not None
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (0, _NO_LIMIT))

    def empty_disk(self) -> None:
        """There is room again."""
        assert self.daemon is not None
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (_NO_LIMIT, _NO_LIMIT))

    def squeeze(self) -> None:
        """There is no more memory for the daemon than it has."""
        assert self.daemon is not None
        status = Path(f"/proc/{self.daemon.process.pid}/status").read_text(encoding="ascii")
        has = int(status.partition("VmData:")[2].split()[0]) * 1024
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_DATA, (has, _NO_LIMIT))

    async def dies(self, patience_s: float) -> None:
        """Wait for a daemon that cannot go on; kill it where it still tries, as systemd's watchdog would."""
        assert self.daemon is not None
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.daemon.process.wait, patience_s)
        await self.kill()

    def logs(self) -> str:
        """Return what all its lives logged."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self._folder.glob("stderr-*.log")))

    @contextmanager
    def running(self) -> Iterator[Ward]:
        """End the daemon with the block."""
        try:
            yield self
        finally:
            self._running.close()


class Talk:
    """One conversation and everything its client was told."""

    def __init__(self, pcm: bytes, speed: float = 8.0) -> None:
        self._pcm = pcm
        self._speed = speed
        self.logged: dict[int, Any] = {}
        """Sequence number → event, of those that are numbered."""
        self.progress = 0.0
        """Share of the audio that was said."""
        self.notes: list[Note] = []
        self.errors: list[protocol.Error] = []
        self.events: list[Any] = []

    async def hold(self, url: str) -> None:
        """Say everything, wait for the draft, discard it."""
        async with Client(url) as client, asyncio.TaskGroup() as tasks:
            client.start(Start(channels=ROLES))
            tasks.create_task(self._say(client))
            async for event in client:
                self.take(event)
                if isinstance(event, Note) and event.final:
                    client.discard()
                if isinstance(event, StateChanged) and event.state is State.WIPED:
                    return

    async def _say(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        began, size = loop.time(), _CHUNK * _FRAME
        for first in range(0, len(self._pcm), size):
            spoken_at = began + first / _FRAME / protocol.SAMPLE_RATE / self._speed
            await asyncio.sleep(max(spoken_at - loop.time(), 0))
            await client.send_audio(self._pcm[first : first + size])
            self.progress = first / len(self._pcm)
        self.progress = 1.0
        client.stop()

    def take(self, event: Any) -> None:
        """Take what the client was told; raises where it is not what was told before."""
        self.events.append(event)
        match event:
            case protocol.Error():
                self.errors.append(event)
                if not self.logged:
                    raise ClientError(f"refused: {event.code}")
            case Note(final=False):
                pass  # as it stands: only the latest is told
            case Commit() | Utterance() | Note() | StateChanged() | protocol.Gap():
                assert self.logged.setdefault(event.seq, event) == event, "an event that was told has changed"
                if isinstance(event, Note):
                    self.notes.append(event)

    def transcript(self) -> list[tuple[int, str]]:
        """Return (channel, words) of every utterance, in the order in which they began."""
        began = {e.utterance: e.start_ms for e in self.logged.values() if isinstance(e, Utterance)}
        said: dict[int, tuple[int, list[str]]] = {}
        for _, event in sorted(self.logged.items()):
            if isinstance(event, Commit):
                said.setdefault(event.utterance, (event.channel, []))[1].extend(word.text for word in event.words)
        return [(said[number][0], " ".join(said[number][1])) for number in sorted(said, key=began.__getitem__)]


async def alone(ward: Ward, pcm: bytes) -> list[tuple[int, str]]:
    """Return the transcript of the same conversation where nothing goes wrong."""
    assert ward.daemon is not None
    talk = Talk(pcm)
    await talk.hold(ward.daemon.url)
    return talk.transcript()
