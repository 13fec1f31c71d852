"""The decision on a draft: what a person types is said to the daemon, and answered on the screen."""

from __future__ import annotations

import asyncio
from typing import Any

from wardscribe import protocol
from wardscribe.client import Client
from wardscribe.conversation import Conversation, placed
from wardscribe.labels import Labels
from wardscribe.reading import Reading
from wardscribe.review import Command, parse, read_lines
from wardscribe.view import View

_SOMEBODY_ELSE_EDITS = ("not_editor", "read_only")


class Deciding:
    """Asks for a decision once there is a draft, and again until the session is over."""

    def __init__(self, client: Client, conversation: Conversation, view: View, labels: Labels) -> None:
        self._client = client
        self._conversation = conversation
        self._view = view
        self._labels = labels
        self._reading = Reading("")
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        self._is_asking = False

    def ask(self, *, has_shown_evidence: bool) -> None:
        """Ask, under a draft that was shown; nothing that was typed before the first question counts."""
        if has_shown_evidence:
            self._reading.touch(self._reading.places)
        if not self._is_asking:
            read_lines(self._typed.put_nowait)
        self._is_asking = True
        self._view.ask(self._labels.ask)

    def receive(self, event: Any) -> None:
        """Take every event of the session: a draft to decide on, or what may be an answer to what was typed."""
        self._reading.receive(event)
        match event:
            case protocol.Error(code=code) if self._is_asking:
                self._view.ask(self._labels.ask_take if code in _SOMEBODY_ELSE_EDITS else self._labels.ask)
            case protocol.Editor() if self._is_asking:
                self._view.ask(self._labels.ask)

    async def run(self) -> None:
        """Obey what is typed, until nobody is there to type any more."""
        while (line := await self._typed.get()) is not None:
            note = self._conversation.note
            if note is not None:
                self._obey(parse(line, self._labels, len(placed(note))), note)

    def _obey(self, command: Command, note: protocol.DraftNote) -> None:
        match command.verb:
            case "approve":
                self._approve()
            case "discard":
                self._client.discard()
            case "take":
                self._client.take_over()
            case "edit":
                place = placed(note)[command.number - 1]
                self._client.edit(place.section, place.index, command.text)
            case "evidence":
                self._view.show_note(with_evidence=True)
                self.ask(has_shown_evidence=True)
            case _:
                self._view.say(self._labels.edit_help)
                self._view.ask(self._labels.ask)

    def _approve(self) -> None:
        """Approve; what was heard with doubt is shown first with what was said, a screenful at a time."""
        doubtful = self._reading.untouched
        if not doubtful:
            self._client.approve(self._conversation.note_hash)
            return
        self._view.say(self._labels.doubtful)
        self._reading.touch(self._view.show_sentences(doubtful))
        self._view.ask(self._labels.ask)
