"""`wardscribe demo`: a daemon of its own, a consultation that nobody ever had, and the draft note of it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

from wardscribe.errors import ClientError
from wardscribe.protocol import Role

CONSULTATION = Path(__file__).with_name("demo_consultation") / "consultation.wav"
ROLES = (Role.CLINICIAN, Role.PATIENT)
_CONFIGURATION = b"[server]\nport = 0\n"
_DAEMON_NEEDS = ("wardscribed", "ctranslate2", "faster_whisper", "numpy", "onnxruntime", "orjson", "silero_vad")
_START_S = 120
_STOP_S = 15


def check_daemon() -> None:
    """Raise ClientError unless this installation has the daemon with all it needs."""
    missing = [name for name in _DAEMON_NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise ClientError(
            f"the daemon is not installed here (missing: {', '.join(missing)}); "
            "run `make setup` in a checkout, or install wardscribe with its extra 'daemon'"
        )


@contextlib.asynccontextmanager
async def own_daemon() -> AsyncIterator[str]:
    """Run a daemon on a free port of loopback; yields its address.  Raises ClientError when it does not start."""
    check_daemon()
    command = [sys.executable, "-m", "wardscribed", "serve", "--config", "-"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
    )  # a session of its own: Ctrl-C is meant for us, and we end it
    try:
        async with asyncio.TaskGroup() as tasks:
            complaints: deque[str] = deque(maxlen=5)
            reader = tasks.create_task(_read_complaints(process, complaints), name="stderr")
            yield await _address(process, complaints)
            reader.cancel()
    except ExceptionGroup as group:
        raise group.exceptions[0] from group
    finally:
        await _end(process)
