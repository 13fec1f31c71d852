"""What is said stays in memory: not in a log at any level, not in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.daemon import Daemon, running_daemon
from tests.peer import consultation, open_peer
from wardscribe import protocol
from wardscribe.protocol import Role, State


@pytest.fixture
def watched_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty folders for everything that a program may write to by habit."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        folder = tmp_path / "watched" / name
        folder.mkdir(parents=True)
        monkeypatch.setenv(name, str(folder))
    return tmp_path / "watched"


@pytest.fixture
def talkative_daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon at the lowest log level."""
    with running_daemon(tmp_path / "log", options=["--log-level", "debug"]) as daemon:
        yield daemon


def open_files(pid: int) -> set[str]:
    """Return the files that the process holds open for writing (root sees them; from others the kernel hides them)."""
    found: set[str] = set()
    if os.getuid() != 0:
        return found
    for link in Path(f"/proc/{pid}/fd").iterdir():
        target = str(link.readlink())
        flags = int((Path(f"/proc/{pid}/fdinfo") / link.name).read_text().split("flags:")[1].split()[0], 8)
        if (
            target.startswith("/")
            and flags & os.O_ACCMODE != os.O_RDONLY
            and not target.startswith(("/dev/", "/proc/"))
        ):
            found.add(target)
    return found


def log_of(daemon: Daemon) -> str:
    """What the daemon logged so far, in lower case."""
    return daemon.log.read_text(encoding="utf-8").lower()


def files_in(folder: Path) -> list[Path]:
    """All files below `folder`."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_whole_session_leaves_no_word_behind(watched_home: Path, talkative_daemon: Daemon) -> None:
    """Start to approval at log level debug: no word said, edited or referred to is in the log or in a file."""
    async with open_peer(talkative_daemon.url) as peer:
        await peer.start(channels=(Role.CLINICIAN, Role.PATIENT), patient="pasient-4711", encounter="kontakt-4712")
        await peer.stream(consultation(15), 2)
        open_while_recording = open_files(talkative_daemon.process.pid)
        await peer.say('{"type":"edit","section":"hemmeligord","index":0,"text":"hemmeligtekst"}')
        await peer.say('{"type":"unknown","hemmeligord":1}')
        await peer.say(protocol.Stop())
        await peer.expect_state(State.REVIEW)
        note = await peer.expect(protocol.Note, lambda event: event.final)
        await peer.say(protocol.Approve(note.hash))
        await peer.expect_state(State.WIPED)

    said = {word.strip(".,?!").lower() for word in peer.committed()}
    said = {word for word in said if len(word) > 4} | {"pasient-4711", "kontakt-4712", "hemmelig"}
    log = log_of(talkative_daemon)
    assert len(said) > 6
    assert "debug" in log
    assert [word for word in said if word in log] == []
    assert open_while_recording <= {str(talkative_daemon.log)}
    assert files_in(watched_home) == []


def test_daemon_cannot_dump_core() -> None:
    """The core limit is zero and the process is not dumpable before the first sample."""
    program = (
        "import ctypes, resource; from wardscribed.trust.memory import forbid_dumps; forbid_dumps(); "
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "(0, 0) 0"
