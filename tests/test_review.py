"""What a person types under a draft."""

import asyncio
import os

import pytest

from wardscribe import review
from wardscribe.labels import labels
from wardscribe.review import Command, parse


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("g", Command("approve")),
        (" Godkjenn ", Command("approve")),
        ("f", Command("discard")),
        ("b", Command("evidence")),
        ("t", Command("take")),
        ("e 2 Ny tekst, to ord", Command("edit", 2, "Ny tekst, to ord")),
        ("e 2", Command("edit", 2)),
    ],
)
def test_commands_are_understood(line: str, command: Command) -> None:
    """A letter or the whole word, in the session's language."""
    assert parse(line, labels("nb"), 3) == command


@pytest.mark.parametrize("line", ["", "gg", "ja", "g nå", "e", "e 0 x", "e 4 x", "e x", "a", "²", "e ² x"])
def test_what_is_not_understood_decides_nothing(line: str) -> None:
    """Neither approval nor discard nor a change of another sentence comes of a slip."""
    assert parse(line, labels("nb"), 3) == Command("unclear")


def test_every_language_has_a_key_for_every_decision() -> None:
    """The prompt names each key in brackets."""
    for language in ("nb", "nn", "en"):
        words = labels(language)
        assert sorted(words.keys.values()) == ["approve", "discard", "edit", "evidence", "take"]
        assert all(f"[{key}]" in words.ask + words.ask_take for key in words.keys)


async def test_typed_lines_arrive_whole_and_end_with_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are handed over one by one, however they were typed; the end of the input is told."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        review.read_lines(lines.put_nowait)
        os.write(writing, "æ".encode()[:1])
        os.write(writing, "æ".encode()[1:] + b"\ng\n")
        os.close(writing)

        assert [await lines.get() for _ in range(3)] == ["æ", "g", None]
