"""The real daemon as a subprocess on a free port of loopback, for benchmarks and for tests."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import usage

_STOP_S = 30
_MOST_TOLD = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon that is ready."""

    url: str
    process: subprocess.Popen[str]
    log: Path
    """What it writes to stderr."""

    def peak_rss_mb(self) -> int:
        """Return the largest resident size so far, in MB (proc(5), VmHWM)."""
        return usage.peak_rss_mb(self.process.pid)

    def cpu_s(self) -> float:
        """Return the processor time used so far, all threads together (proc(5), utime and stime)."""
        return usage.cpu_s(self.process.pid)


@contextmanager
def running_daemon(
    log: Path, server: str = "", tables: str = "", options: Sequence[str] = (), port: int = 0
) -> Iterator[Daemon]:
    """Run a daemon for the time of a `with` block.

    `server` holds lines for the configuration's table of that name, without the port; `tables` holds other tables;
    `options` go before the command.
    The daemon must end with status 0 when it is asked to stop.  Raises RuntimeError when it does not start.
    """
    command = [sys.executable, "-m", "wardscribed", *options, "serve", "--config", "-"]
    with log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, encoding="utf-8"
        )
    with process:
        try:
            yield Daemon(_address(process, log, f"[server]\nport = {port}\n{server}\n{tables}"), process, log)
        finally:
            if status := _stop(process):
                raise RuntimeError(f"the daemon ended with status {status}: {_beginning(log)}")


def _address(process: subprocess.Popen[str], log: Path, configuration: str) -> str:
    """Give the daemon its configuration and return the address it announces once it serves."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(configuration)
    process.stdin.close()
    for line in process.stdout:
        if found := re.match(r"listening on (wss?://\S+)", line):
            return found[1]
    raise RuntimeError(f"the daemon did not start: {_beginning(log)}")


def _beginning(log: Path) -> str:
    """Return what a log begins with; one that is a device, as a test's is, has no end."""
    with log.open(encoding="utf-8", errors="replace") as file:
        return file.read(_MOST_TOLD)


def _stop(process: subprocess.Popen[str]) -> int:
    process.terminate()
    try:
        return process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
