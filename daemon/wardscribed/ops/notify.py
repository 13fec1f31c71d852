"""Tells systemd how the daemon does (sd_notify(3)); nothing happens where no service manager asked for it.

A lost notification is no reason to fail: systemd acts on what it does not hear.
"""

from __future__ import annotations

import contextlib
import os
import socket


def ready() -> None:
    """The daemon serves."""
    _send("READY=1")


def stopping() -> None:
    """The daemon is about to end."""
    _send("STOPPING=1")


def status(text: str) -> None:
    """One line for people, shown by `systemctl status`.  Never content."""
    _send("STATUS=" + text.replace("\n", " "))


def watchdog() -> None:
    """The daemon is alive: to be called more often than every WatchdogSec."""
    _send("WATCHDOG=1")


def watchdog_interval_s() -> float:
    """Return how often `watchdog` is to be called: half of what systemd allows; 0 where it does not watch."""
    for_us = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    allowed_us = os.environ.get("WATCHDOG_USEC", "")
    return int(allowed_us) / 2e6 if for_us and allowed_us.isdecimal() else 0.0


def _send(message: str) -> None:
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender,
    ):
        sender.sendto(message.encode(), address)
