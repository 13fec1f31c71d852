"""One session from the first chunk to the clinician's decision: what `mic`, `file` and `demo` have in common."""

from __future__ import annotations

import asyncio
import enum
import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from wardscribe import protocol
from wardscribe.client import KEEP_S, Client
from wardscribe.conversation import Conversation
from wardscribe.deciding import Deciding
from wardscribe.errors import ClientError, only_error
from wardscribe.keys import keys
from wardscribe.labels import Labels
from wardscribe.protocol import Start
from wardscribe.recording import Recording, Told
from wardscribe.sources import Audio, peak_db
from wardscribe.view import View, keep_fresh

_FAST_AHEAD_S = 30


class Decision(enum.Enum):
    """What becomes of the draft."""

    ASK = "ask"
    APPROVE = "approve"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a session is held."""

    start: Start
    decision: Decision
    source: Callable[[], Audio]
    is_live: bool = False
    """The source is a microphone: people are told when it hears, and a key closes and opens it."""
    is_fast: bool = False
    """The audio is faster than speech: do not run ahead of the acknowledgements."""
    limit_s: float = math.inf
    """So much is recorded at most."""
    with_evidence: bool = False


class Consultation:
    """A session being held.  `run` returns when the session is wiped."""

    def __init__(self, client: Client, conversation: Conversation, view: View, labels: Labels, plan: Plan) -> None:
        self._client = client
        self._conversation = conversation
        self._view = view
        self._labels = labels
        self._plan = plan
        self._interrupts = 0
        self._has_keys = False
        self._failure: ClientError | None = None  # the audio broke off; what came before is still drafted
        told = Told(self._tell_heard, self._show_levels, self._fail)
        self._recording = Recording(client, plan.start, plan.source, told)
        self._deciding = Deciding(client, conversation, view, labels)

    async def run(self) -> None:
        """Hold the session, from its first audio on.  Raises ClientError."""
        try:
            async with asyncio.TaskGroup() as tasks:
                helpers = [tasks.create_task(work) for work in (self._record(), keep_fresh(self._view), self._answer())]
                with _interrupts(self._interrupt), self._view:
                    await self._receive()
                for helper in helpers:
                    helper.cancel()
        except ExceptionGroup as group:
            raise only_error(group) from group
        if self._failure is not None:
            raise self._failure

    # ------------------------------------------------------------------------------------------------ what goes out

    async def _record(self) -> None:
        ahead_s = _FAST_AHEAD_S if self._plan.is_fast else KEEP_S
        if not self._plan.is_live:
            await self._recording.run(self._plan.limit_s, ahead_s)
            return
        self._view.say(self._labels.waiting)
        with keys(self._press) as self._has_keys:
            await self._recording.run(self._plan.limit_s, ahead_s)

    def _press(self, key: str) -> None:
        if key.lower() == self._labels.pause_key and self._recording.has_begun:
            self._recording.resume() if self._recording.is_paused else self._recording.pause()

    def _tell_heard(self) -> None:
        if self._plan.is_live and not self._conversation.hears_itself:  # not again after a pause
            self._view.say(self._labels.listening + (f" {self._labels.pausing}" if self._has_keys else ""))

    def _fail(self, error: ClientError) -> None:
        self._view.say(str(error))
        if self._recording.is_over:
            self._failure = error

    def _show_levels(self, pcm: bytes) -> None:
        if self._plan.is_fast:
            return
        channels = len(self._plan.start.channels)
        for channel in range(channels):
            self._conversation.show_level(channel, peak_db(pcm, channel, channels))

    def _interrupt(self) -> None:
        """Ctrl-C: the conversation is over; then a warning; then everything is discarded; then we just leave."""
        if not self._recording.has_begun:
            raise KeyboardInterrupt
        self._interrupts += 1
        if not self._recording.is_over:
            self._interrupts = 0
            self._recording.stop()
        elif self._interrupts == 1:
            self._view.say("\n" + self._labels.discard_again)
        elif self._interrupts == 2:
            self._client.discard()
        else:
            raise KeyboardInterrupt

    # ------------------------------------------------------------------------------------------------- what comes in

    async def _receive(self) -> None:
        async for event in self._client:
            self._conversation.receive(event)
            self._view.show(event)
            self._react(event)
            if self._conversation.is_over():
                return

    def _react(self, event: Any) -> None:
        self._deciding.receive(event)
        match event:
            case protocol.Error() if self._conversation.state is None:
                raise ClientError(f"the daemon refused the session: {event.message} ({event.code})")
            case protocol.Note(final=True):
                self._decide()

    def _decide(self) -> None:
        self._view.show_note(with_evidence=self._plan.with_evidence)
        match self._plan.decision:
            case Decision.APPROVE:
                self._client.approve(self._conversation.note_hash)
            case Decision.DISCARD:
                self._client.discard()
            case Decision.ASK:
                self._deciding.ask(has_shown_evidence=self._plan.with_evidence)

    async def _answer(self) -> None:
        await self._deciding.run()
        self._client.discard()  # nobody is there to decide any more


@contextmanager
def _interrupts(take: Callable[[], None]) -> Iterator[None]:
    """Call `take` in the event loop on Ctrl-C.  (`loop.add_signal_handler` does not exist on Windows.)"""
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(take))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
