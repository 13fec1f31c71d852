"""Where a session is shown: what a screen has to do, and the one for programs."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self

from wardscribe import protocol
from wardscribe.conversation import Placed
from wardscribe.notices import Disconnected, Waiting

_REFRESH_S = 0.1


class View(Protocol):
    """Where a session is shown."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, event: Any) -> None:
        """Show one event, which the conversation has taken already."""

    def refresh(self) -> None:
        """Draw anew what changes between events."""

    def say(self, text: str) -> None:
        """Tell the person something that is no part of the session."""

    def show_note(self, *, with_evidence: bool) -> None:
        """Show the draft."""

    def show_sentences(self, places: Sequence[Placed]) -> Sequence[Placed]:
        """Show sentences of the draft with what was said for them; return those that found room, the first at least."""

    def ask(self, text: str) -> None:
        """Show a prompt."""


class JsonLines:
    """Every event of the daemon as one line on standard output, exactly as on the wire, and nothing else there."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: Any) -> None:
        """Print the event."""
        if not isinstance(event, Disconnected | Waiting):
            print(protocol.encode(event), flush=True)

    def refresh(self) -> None:
        """Nothing moves here."""

    def say(self, text: str) -> None:
        """Print to standard error."""
        print(text, file=sys.stderr, flush=True)

    def show_note(self, *, with_evidence: bool) -> None:
        """The note was an event already."""

    def show_sentences(self, places: Sequence[Placed]) -> Sequence[Placed]:
        """They were in the note."""
        return places

    def ask(self, text: str) -> None:
        """Print to standard error."""
        self.say(text)


def print_json(data: Mapping[str, Any]) -> None:
    """Print one line for a program."""
    print(json.dumps(data, ensure_ascii=False), flush=True)


async def keep_fresh(view: View) -> None:
    """Draw anew what changes between events, until cancelled."""
    while True:
        view.refresh()
        await asyncio.sleep(_REFRESH_S)
