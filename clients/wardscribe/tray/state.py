"""What the tray shows of a session and what it offers: events in, look, menu and announcements out.  No I/O, no Qt."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Any

from wardscribe import protocol
from wardscribe.conversation import Conversation
from wardscribe.notices import Disconnected
from wardscribe.protocol import Role, State
from wardscribe.reading import Reading


class Look(enum.StrEnum):
    """The five icons."""

    IDLE = "idle"
    RECORDING = "recording"
    PAUSED = "paused"
    REVIEWING = "reviewing"
    TROUBLE = "trouble"


class Announcement(enum.StrEnum):
    """What is worth a notification, because the person looks elsewhere."""

    DRAFT_READY = "draft_ready"
    CONNECTION_LOST = "connection_lost"
    TROUBLE = "trouble"
    WARNED = "warned"
    WRITTEN = "written"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Failed:
    """The tray's own news: no connection, a refusal or a microphone that went away."""

    code: str
    """What people are told, see `labels`."""
    detail: str = ""
    """What tells whoever mends it."""
    is_end: bool = False
    """The connection is gone for good, and with it the session."""


@dataclass(frozen=True, slots=True)
class Listening:
    """The microphone really delivers from now on."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud the microphone is just now."""

    channel: int
    level_db: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which entries of the menu can be chosen."""

    start: bool = False
    pause: bool = False
    resume: bool = False
    stop: bool = False
    review: bool = False


_LOOKS = {
    State.OPEN: Look.RECORDING,
    State.RECORDING: Look.RECORDING,
    State.PAUSED: Look.PAUSED,
    State.DRAFTING: Look.REVIEWING,
    State.REVIEW: Look.REVIEWING,
    State.APPROVED: Look.REVIEWING,
}
_OVER = {None, State.WRITTEN, State.DISCARDED, State.WIPED}


class TrayState:
    """One place in the tray: idle, or a session from its start to its end, and then idle again."""

    def __init__(self, roles: tuple[Role, ...], name: str, *, is_watching: bool = False) -> None:
        self.templates: tuple[str, ...] = ()
        """What the daemon offers; empty until it was reached."""
        self.trouble: Failed | None = None
        """What is wrong."""
        self.is_starting = False
        """Start or resume was chosen, and the microphone is not heard yet."""
        self._roles = roles
        self._name = name
        self.is_watching = is_watching
        self._begin_anew()

    def _begin_anew(self, *, is_connected: bool = True) -> None:
        self.conversation = Conversation(self._roles)
        self.conversation.is_connected = is_connected
        self.reading = Reading(self._name, is_watching=self.is_watching)
        self._has_announced_draft = False
        self._is_cut_off = False  # the connection was lost for good in the middle of a session

    def start(self) -> None:
        """Start was chosen: what is left of the last session goes."""
        self._begin_anew()
        self.trouble, self.is_starting = None, True

    def resume(self) -> None:
        """The microphone is being opened again."""
        self.trouble, self.is_starting = None, True

    def receive(self, event: Any) -> Announcement | None:
        """Take one event of the client or of the tray; return what to announce."""
        match event:
            case Level():
                self.conversation.show_level(event.channel, event.level_db)
                return None
            case Failed():
                return self._receive_failure(event)
            case Listening():
                self.is_starting = False
                return None
        self.conversation.receive(event)
        self.reading.receive(event)
        return self._receive(event)

    def _receive_failure(self, failure: Failed) -> Announcement | None:
        is_news = self.trouble != failure and (self.is_starting or not self.is_idle)
        self.is_starting, self.trouble = False, failure
        if failure.is_end:
            self.conversation.is_connected = False
            self._is_cut_off = not self.is_idle
            self.reading.end()
        return Announcement.TROUBLE if is_news else None

    def _receive(self, event: Any) -> Announcement | None:
        match event:
            case protocol.Ready():
                self.templates, self.trouble = event.templates, None if self.is_idle else self.trouble
            case Disconnected() if not self.is_idle:
                return Announcement.CONNECTION_LOST
            case protocol.Error():
                return Announcement.WARNED
            case protocol.Note(final=True) if not self._has_announced_draft:
                self._has_announced_draft = True
                return Announcement.DRAFT_READY
            case protocol.StateChanged(state=State.WRITTEN):
                return Announcement.WRITTEN
            case protocol.StateChanged(state=State.DISCARDED):
                return Announcement.DISCARDED
            case protocol.StateChanged(state=State.WIPED):
                self.trouble = None
        return None

    def forget(self) -> None:
        """The session is over and the person has closed what was shown of it."""
        if self.is_idle:
            self._begin_anew(is_connected=self.conversation.is_connected)

    @property
    def is_idle(self) -> bool:
        """Whether no session goes on."""
        return self._is_cut_off or self.conversation.state in _OVER

    @property
    def _is_reachable(self) -> bool:
        return bool(self.templates) and self.conversation.is_connected

    @property
    def look(self) -> Look:
        """The icon."""
        shown = self.conversation
        if self.trouble or not shown.is_connected or shown.unsent is not None:
            return Look.TROUBLE
        return Look.IDLE if self.is_idle or shown.state is None else _LOOKS[shown.state]

    @property
    def allowed(self) -> Allowed:
        """The menu."""
        state = self.conversation.state
        review = Allowed(review=self.reading.note is not None)
        if self.is_watching:
            return review
        if self.is_idle:
            return replace(review, start=self._is_reachable and not self.is_starting)
        is_open = state in (State.OPEN, State.RECORDING, State.PAUSED)
        can_resume = state is State.PAUSED and not self.is_starting
        return replace(review, pause=state is State.RECORDING, resume=can_resume, stop=is_open)
