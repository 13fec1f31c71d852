"""Another client's session, followed to its end; where it was asked for, its draft is edited here."""

from __future__ import annotations

import asyncio

from wardscribe import protocol
from wardscribe.client import Client
from wardscribe.conversation import Conversation
from wardscribe.deciding import Deciding
from wardscribe.errors import ClientError, only_error
from wardscribe.view import View, keep_fresh


class Following:
    """A session being followed.  `run` returns when the session is wiped."""

    def __init__(
        self, client: Client, conversation: Conversation, view: View, deciding: Deciding | None, *, with_evidence: bool
    ) -> None:
        self._client = client
        self._conversation = conversation
        self._view = view
        self._deciding = deciding
        self._with_evidence = with_evidence

    async def run(self, session: str) -> None:
        """Follow the session from its beginning.  Raises ClientError."""
        self._client.watch(session)
        try:
            async with asyncio.TaskGroup() as tasks:
                helpers = [tasks.create_task(keep_fresh(self._view))]
                if self._deciding is not None:
                    self._client.take_over()
                    helpers.append(tasks.create_task(self._deciding.run()))
                with self._view:
                    await self._receive()
                for helper in helpers:
                    helper.cancel()
        except ExceptionGroup as group:
            raise only_error(group) from group

    async def _receive(self) -> None:
        async for event in self._client:
            self._conversation.receive(event)
            self._view.show(event)
            match event:
                case protocol.Error() if self._conversation.state is None:
                    raise ClientError(f"{event.message} ({event.code})")
                case protocol.Note(final=True):
                    self._view.show_note(with_evidence=self._with_evidence)
            if self._deciding is not None:
                self._deciding.receive(event)
                if isinstance(event, protocol.Note) and event.final:
                    self._deciding.ask(has_shown_evidence=self._with_evidence)
            if self._conversation.is_over():
                return
