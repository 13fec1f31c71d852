"""What the service manager hears, over real datagram sockets."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from wardscribed.ops import notify


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A service manager's end of the notification socket."""
    address = str(tmp_path / "notify") if request.param == "path" else f"@wardscribe-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        receiver.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield receiver


def test_each_call_sends_its_assignment(manager: socket.socket) -> None:
    """Each call is one datagram as sd_notify(3) writes it, and a status stays one line."""
    notify.ready()
    notify.status("3 sessions\nREADY=1")
    notify.watchdog()
    notify.stopping()

    received = [manager.recv(200).decode() for _ in range(4)]
    assert received == ["READY=1", "STATUS=3 sessions READY=1", "WATCHDOG=1", "STOPPING=1"]


def test_no_manager_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a service manager, and with one that is gone, nothing is sent and nothing is raised."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify.ready()
    monkeypatch.setenv("NOTIFY_SOCKET", "/nonexistent/notify")
    notify.ready()


def test_manager_that_does_not_read_is_not_waited_for(manager: socket.socket) -> None:
    """A full socket loses notifications instead of stopping the daemon."""
    for _ in range(1000):
        notify.watchdog()

    assert manager.recv(200) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_watchdog_interval(environment: dict[str, str], expected: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The interval is half of what systemd allows, and 0 where it watches nobody or another process."""
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert notify.watchdog_interval_s() == expected
