"""What a person types under a draft.  Parsing is pure; reading is one thread that the process never waits for."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from wardscribe.labels import Labels


@dataclass(frozen=True, slots=True)
class Command:
    """`verb` is approve, discard, evidence, edit, take or unclear; `number` and `text` are an edit's."""

    verb: str
    number: int = 0
    text: str = field(default="", repr=False)


def parse(line: str, labels: Labels, sentences: int) -> Command:
    """Return what `line` asks for; a draft has `sentences` numbered from 1, and an edit may add one behind the last.

    The word is known by its first letter; what is not understood is `unclear`, never a decision.
    """
    words = line.strip().split(maxsplit=2)
    if not words:
        return Command("unclear")
    verb = labels.keys.get(words[0].lower(), labels.words.get(words[0].lower(), "unclear"))
    if verb != "edit":
        return Command(verb if len(words) == 1 else "unclear")
    if len(words) < 2 or not words[1].isdecimal() or not 1 <= int(words[1]) <= sentences:
        return Command("unclear")
    return Command("edit", int(words[1]), words[2] if len(words) == 3 else "")


def read_lines(take: Callable[[str | None], None]) -> None:
    """Call `take` in the event loop with every line typed from now on, and with None at the end of the input."""
    threading.Thread(target=_read, args=(asyncio.get_running_loop(), take), name="stdin", daemon=True).start()


def _read(loop: asyncio.AbstractEventLoop, take: Callable[[str | None], None]) -> None:
    # os.read and not sys.stdin: its lock, held by this thread at the process's end, would abort the interpreter.
    descriptor, rest = sys.stdin.fileno(), b""
    while data := os.read(descriptor, 4096):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            _hand_over(loop, take, line.decode(errors="replace"))
    _hand_over(loop, take, None)


def _hand_over(loop: asyncio.AbstractEventLoop, take: Callable[[str | None], None], line: str | None) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(take, line)
