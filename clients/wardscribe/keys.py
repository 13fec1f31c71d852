"""Single keys of a terminal, unechoed: what a person presses while a session records."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

try:
    import termios
    import tty
except ImportError:  # Windows: there are no keys, see `keys`
    termios = tty = None  # type: ignore[assignment]


@contextmanager
def keys(take: Callable[[str], None]) -> Iterator[bool]:
    """Call `take` in the event loop with every key, for the time of a `with` block; yield whether there is a keyboard.

    Keys that nobody took by the end are thrown away: they were pressed too early to answer what is asked next.
    """
    if termios is None or not sys.stdin.isatty():
        yield False
        return
    loop, keyboard = asyncio.get_running_loop(), sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard)

    def read() -> None:
        pressed = os.read(keyboard, 64)
        if not pressed:  # the terminal is gone
            loop.remove_reader(keyboard)
        for key in pressed.decode(errors="replace"):
            take(key)

    loop.add_reader(keyboard, read)
    try:
        yield True
    finally:
        loop.remove_reader(keyboard)
        termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)
