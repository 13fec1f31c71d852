"""What a server process, with the processes that it started, uses: proc(5)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path


def family(pid: int) -> Iterator[int]:
    """Yield the process and all that it started, directly or not."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in _read(task / "children").split():
            yield from family(int(child))


def cpu_s(pid: int) -> float:
    """Return the processor time used so far by the process and its children, all threads together."""
    return sum(map(own_cpu_s, family(pid)))


def own_cpu_s(pid: int) -> float:
    """Return the processor time used so far by the process alone."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12]) if fields else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def command(pid: int) -> str:
    """Return the words with which the process was started; nothing where it has ended."""
    return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ").strip()


def rss_mb(pid: int) -> float:
    """Return the resident size of the process and its children, in MB; pages that they share count more than once."""
    return sum(_status_kb(member, "VmRSS") for member in family(pid)) / 1000


def peak_rss_mb(pid: int) -> int:
    """Return the largest resident size of the process alone so far, in MB."""
    return _status_kb(pid, "VmHWM") // 1000


def _status_kb(pid: int, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", _read(Path(f"/proc/{pid}/status")), re.MULTILINE)
    return int(found[1]) if found else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""  # it has ended
