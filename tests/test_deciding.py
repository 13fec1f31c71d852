"""What a terminal does with what a person types under a draft."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Iterator
from typing import cast

import pytest
from rich.console import Console

from tests.test_terminal import NOTE, SAID
from wardscribe.client import Client
from wardscribe.conversation import Conversation
from wardscribe.deciding import Deciding
from wardscribe.labels import labels
from wardscribe.protocol import Note, Role, State, StateChanged
from wardscribe.terminal import Terminal

NB = labels("nb")
EVENTS = (*SAID, StateChanged(5, "s", State.REVIEW), Note(6, True, "h", NOTE))  # its first sentence is doubtful


class Desk(Terminal):
    """A screen that tells when it asks, and the client behind it."""

    def __init__(self, conversation: Conversation) -> None:
        self.written = io.StringIO()
        super().__init__(conversation, NB, Console(file=self.written, width=80, highlight=False, color_system=None))
        self.said: asyncio.Queue[str] = asyncio.Queue()
        """A prompt, or the hash of the draft that was approved."""

    def ask(self, text: str) -> None:
        self.said.put_nowait(text)

    def approve(self, content_hash: str) -> None:
        self.said.put_nowait(content_hash)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is written here is typed."""
    reading, writing = os.pipe()
    with os.fdopen(reading, closefd=False) as stdin:  # the thread that reads it ends when it likes
        monkeypatch.setattr("sys.stdin", stdin)
        yield writing
        os.close(writing)


@pytest.mark.parametrize("has_shown_evidence", [False, True])
async def test_nothing_doubtful_is_approved_before_it_was_shown_with_what_was_said(
    keyboard: int, has_shown_evidence: bool
) -> None:
    """The first `g` shows it and asks again, the second approves; where it was shown already, the first does."""
    conversation = Conversation((Role.CLINICIAN, Role.PATIENT))
    desk = Desk(conversation)
    deciding = Deciding(cast("Client", desk), conversation, desk, NB)
    for event in EVENTS:
        conversation.receive(event)
        deciding.receive(event)
    deciding.ask(has_shown_evidence=has_shown_evidence)
    deciding_task = asyncio.create_task(deciding.run())
    assert await desk.said.get() == NB.ask

    os.write(keyboard, b"g\n")
    if not has_shown_evidence:
        assert await desk.said.get() == NB.ask
        assert "1 Tungpustet i to uker.  ⚑ usikkert hørt\n    › Pasient 00:04 «tungpustet»" in _plain(desk)
        assert "Blodprøver" not in desk.written.getvalue()
        os.write(keyboard, b"g\n")
    assert await desk.said.get() == "h"
    deciding_task.cancel()


def _plain(desk: Desk) -> str:
    return "\n".join(line.rstrip() for line in desk.written.getvalue().splitlines())
