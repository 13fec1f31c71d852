"""`wardscribe demo`: a daemon of its own, a consultation that nobody ever had, and the draft note of it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import re
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import IO, Any

from wardscribe.errors import ClientError
from wardscribe.protocol import Role

CONSULTATION = Path(__file__).with_name("demo_consultation") / "consultation.wav"
ROLES = (Role.CLINICIAN, Role.PATIENT)
_CONFIGURATION = b"[server]\nport = 0\n"
_DAEMON_NEEDS = ("wardscribed", "ctranslate2", "numpy", "onnxruntime", "orjson", "silero_vad", "tokenizers")
_START_S = 120
_STOP_S = 15
_LINES = 5  # of what it complained of


def check_daemon() -> None:
    """Raise ClientError unless this installation has the daemon with all it needs."""
    missing = [name for name in _DAEMON_NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise ClientError(
            f"the daemon is not installed here (missing: {', '.join(missing)}); "
            "run `make setup` in a checkout, or install wardscribe with its extra 'daemon'"
        )


class Daemon:
    """The demo's daemon, a subprocess."""

    def __init__(self, process: Process, complaints: IO[bytes]) -> None:
        self._process = process
        self._complaints = complaints

    async def url(self) -> str:
        """Give the daemon its configuration and return the address it announces.  Raises ClientError."""
        assert self._process.stdin is not None  # both are pipes
        assert self._process.stdout is not None
        with contextlib.suppress(ConnectionError):  # it ended before it read: why is told below
            self._process.stdin.write(_CONFIGURATION)
            await self._process.stdin.drain()
            self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_S):
                async for line in self._process.stdout:
                    if found := re.match(r"listening on (ws://\S+)", line.decode()):
                        return found[1]
        raise self._complaint("the demo's daemon did not start")

    async def serve(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, which needs the daemon.  Raises ClientError when the daemon ends meanwhile."""
        working = asyncio.create_task(work, name="work")
        died = asyncio.create_task(self._process.wait(), name="daemon")
        try:
            await asyncio.wait([working, died], return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise self._complaint(f"the demo's daemon ended with status {self._process.returncode}")
            await working
        finally:
            working.cancel()
            died.cancel()
            await asyncio.wait([working, died])

    def _complaint(self, what: str) -> ClientError:
        self._complaints.seek(0)
        last = self._complaints.read().decode(errors="replace").splitlines()[-_LINES:]
        return ClientError("\n  ".join([f"{what}:", *last]))

    async def end(self) -> None:
        """Ask it to stop; do not wait for ever."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def own_daemon() -> AsyncIterator[Daemon]:
    """Run a daemon on a free port of loopback."""
    check_daemon()
    command = [sys.executable, "-m", "wardscribed", "--log-level", "warning", "serve", "--config", "-"]
    with tempfile.TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=complaints, start_new_session=True
        )  # a session of its own: Ctrl-C is meant for us, and we end it
        daemon = Daemon(process, complaints)
        try:
            yield daemon
        finally:
            await daemon.end()
