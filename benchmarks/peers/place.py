"""Where and how a peer is run, and its process."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.generated import Consultation
from benchmarks.load import Message, Speak
from benchmarks.shown import Shown

_START_S = 180.0
_STOP_S = 20.0


@dataclass(frozen=True, slots=True)
class Place:
    """What a peer is told about the run."""

    environment: Path
    """Its virtual environment."""
    model: Path
    """Folder of the CTranslate2 model."""
    folder: Path
    """Where it may write."""
    port: int
    sessions: int
    threads: int
    language: str = "no"

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.environment / "bin" / "python")

    def program(self, name: str) -> str:
        """A program of its environment."""
        return str(self.environment / "bin" / name)


class Peer(Protocol):
    """A server that takes speech and gives text."""

    @property
    def name(self) -> str:
        """As it is reported; its environment is the folder of the same name."""

    @property
    def package(self) -> str:
        """The distribution whose version is reported."""

    @property
    def settings(self) -> str:
        """What is not its default, and what cannot be set."""

    def command(self, place: Place) -> Sequence[str]:
        """Return how it is started; it must not go to the background."""

    def speaker(self, place: Place, talks: Sequence[Consultation]) -> Speak:
        """Return what holds one session with it."""

    def read(self, messages: Sequence[Message]) -> Sequence[Shown]:
        """Return what its messages showed."""


@contextmanager
def running(peer: Peer, place: Place) -> Iterator[int]:
    """Run a peer for the time of a `with` block; yields its process id.  Raises RuntimeError when it does not start."""
    log = place.folder / f"{peer.name}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            peer.command(place), stdout=output, stderr=subprocess.STDOUT, cwd=place.folder, env=_environment(place)
        )
    try:
        _wait_for(process, place.port, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(place: Place) -> Mapping[str, str]:
    """Return the peer's environment variables: no search for models on the network, as many threads as are given."""
    threads = str(place.threads)
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HOME": str(place.folder / "hub")}
    path = {"PATH": f"{place.environment / 'bin'}:{os.environ['PATH']}", "HOME": str(place.folder)}
    return {**os.environ, **offline, **path, "OMP_NUM_THREADS": threads, "PYTHONUNBUFFERED": "1"}


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"it does not listen on port {port}:\n{tail}")


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
