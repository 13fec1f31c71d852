"""The daemon: it listens, admits connections and sessions, and goes down in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Mapping
from importlib.metadata import version

from websockets.asyncio.server import ServerConnection

from wardscribe import protocol
from wardscribe.protocol import ProtocolError, Reason, Source, State
from wardscribed import admission, capture
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.care import Care, is_abandoned
from wardscribed.config import Config
from wardscribed.connection import Connection
from wardscribed.containing import contained
from wardscribed.draining import drain
from wardscribed.engine import Engine
from wardscribed.errors import frames
from wardscribed.growing import Drafts
from wardscribed.keeping import Keeping
from wardscribed.note import wishes
from wardscribed.note.templates import Template
from wardscribed.ops import notify
from wardscribed.sealing import Keeper
from wardscribed.session import Session
from wardscribed.trust.identity import log_name, token_matches
from wardscribed.trust.seal import Seals
from wardscribed.utterance import UtteranceSettings
from wardscribed.values import SAMPLE_RATE

log = logging.getLogger(__name__)

_SWEEP_S = 0.5
_WARN_BEFORE_S = 60.0
_TOMBSTONE_S = 60.0
"""How long a wiped session is remembered by its number, so that a returning client learns that it is gone."""
_ABANDONED_S = 60.0
_LEFT_S = 60.0
CLOSE_S = 5.0
_COME_BACK_MS = 1_000
_RETRY_MS = 15_000
"""After so long a session that was refused may try again: others end."""
_SPARE_CONNECTIONS = 32


class Daemon:
    """Sessions and what they share.  One object a process."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        drafts: Drafts,
        glossaries: dict[str, str] | None = None,
        seals: Seals | None = None,
    ) -> None:
        self.config = config
        self.is_going_down = False
        self._keeping = Keeping(seals)
        self.engine = engine
        self._drafts = drafts
        self._glossaries = {"": "", **(glossaries or {})}
        self._sessions: dict[str, Session] = {}
        self._care: dict[str, Care] = {}
        self._captures: dict[str, asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._connections: set[Connection] = set()

    @property
    def templates(self) -> Mapping[str, Template]:
        """The note templates in use, by name."""
        return self._drafts.templates

    # ------------------------------------------------------------------- what connections ask (connection.Ward)

    def admit(self, hello: protocol.Hello) -> protocol.Ready:
        """Return the greeting.  Raises ProtocolError `unauthorized`."""
        if not token_matches(hello.token, self.config.server.token_sha256):
            raise ProtocolError("unauthorized", "the token is not valid here")
        recognizer = self.engine.recognizer
        return protocol.Ready(
            version=version("wardscribe"),
            model=recognizer.name,
            templates=tuple(self._drafts.templates),
            glossaries=tuple(filter(None, self._glossaries)),
            languages=tuple(recognizer.languages),
            seals=self._keeping.seals,
            microphones=self.config.capture.approved,
        )

    def open_session(self, start: protocol.Start) -> Session:
        """Return a new session.  Raises ProtocolError `busy`, `bad_field`, `not_approved` or `no_microphone`."""
        start = self._checked(start)
        admission.check_microphone(start, self.config.capture.approved)
        self._check_room()
        session = self._new_session(secrets.token_urlsafe(12), start)
        self._add(session)
        if start.source is Source.DAEMON:
            self._capture(session)
        log.info("session %s opened: %d channels, %s", log_name(session.id), len(session.tracks), start.language)
        return session

    def unseal(self, unseal: protocol.Unseal, hello: protocol.Hello) -> Session:
        """Return the session that was sealed for this client.

        Raises ProtocolError `bad_seal`, `stale_seal`, or `wrong_order` where the session is here already.
        """
        if unseal.session in self._sessions:
            raise ProtocolError("wrong_order", "the session is here: 'hello' with it goes on")
        session = self._keeping.take_up(
            unseal, hello, lambda start: self._new_session(unseal.session, self._checked(start))
        )
        self._add(session)
        if session.start.source is Source.DAEMON and session.state in (State.RECORDING, State.PAUSED):
            self._capture(session)
        log.info("session %s restored: %d utterances", log_name(session.id), session.hearing.utterances)
        return session

    def keeper(self, session: Session, hello: protocol.Hello) -> Keeper | None:
        """Return what seals the session for who began it; None without a key."""
        return self._keeping.keeper(session, hello)

    def approve(self, session: Session, content_hash: str) -> None:
        """Begin to approve the draft that has this hash.  Raises ProtocolError `wrong_order` or `stale_hash`."""
        session.check_approval(content_hash)
        session.is_being_approved = True
        assert self._tasks is not None  # sessions are reviewed while `run` runs
        self._tasks.create_task(self._approve(session, content_hash), name=f"approve-{session.id}")

    async def _approve(self, session: Session, content_hash: str) -> None:
        with contained(session):
            await self._keeping.approve(session, content_hash)
        session.is_being_approved = False
        self.touched(session)

    def _new_session(self, session_id: str, start: protocol.Start) -> Session:
        return Session(
            session_id,
            start,
            self._drafts.begin(start.language, start.template, wishes.read(start.preferences, start.language)),
            EndpointSettings(min_silence_ms=self.config.session.end_silence_ms),
            self.engine.recognizer.n_mels,
            utterances=UtteranceSettings(prompt=self._glossaries[start.glossary]),
        )

    def _add(self, session: Session) -> None:
        self._sessions[session.id] = session
        self._care[session.id] = Care(_now(), session.hearing.utterances)
        self.engine.add(session)
        self.engine.wake()

    def find(self, session_id: str) -> Session:
        """Return a session, also one of which only its end is known.  Raises ProtocolError `unknown_session`."""
        if session_id not in self._sessions:
            if (session := self._keeping.recall(session_id)) is None:
                raise ProtocolError("unknown_session", "there is no such session; it may have been wiped")
            self._sessions[session_id], self._care[session_id] = session, Care(_now(), 0)
        return self._sessions[session_id]

    def touched(self, session: Session) -> None:
        """Somebody did something with the session."""
        self._care[session.id] = Care(_now(), session.hearing.utterances)
        if session.state is State.WIPED:
            self._keeping.retire(session)  # at once: before anybody is told that the note was approved
        self.engine.wake()

    def heard(self) -> None:
        """Some session received audio."""
        self.engine.wake()

    # ------------------------------------------------------------------------------------------------ admission

    def _checked(self, start: protocol.Start) -> protocol.Start:
        """Return `start`, with the daemon's own microphone where that is meant."""
        admission.check(start, self._drafts.templates, self._glossaries, self.engine.recognizer.languages)
        if start.source is Source.DAEMON:
            return capture.with_own_microphone(start, self.config.capture)
        return start

    def _check_room(self) -> None:
        live = sum(session.state is not State.WIPED for session in self._sessions.values())
        if live >= self.config.session.max_sessions or not self.engine.has_room():
            message = f"{live} sessions are open and one more would delay them; try again later"
            raise ProtocolError("busy", message, retry_after_ms=_RETRY_MS)

    def _capture(self, session: Session) -> None:
        assert self._tasks is not None  # sessions are opened while `run` runs
        recording = capture.record(session, self.heard)
        self._captures[session.id] = self._tasks.create_task(recording, name=f"capture-{session.id}")

    # ------------------------------------------------------------------------------------------------- housekeeping

    async def run(self, ready: Callable[[], None]) -> None:
        """Move sessions until cancelled; `ready` is called once everything runs."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            tasks.create_task(self.engine.run(), name="engine")
            ready()
            while True:
                await asyncio.sleep(_SWEEP_S)
                notify.watchdog()
                for session in list(self._sessions.values()):
                    with contained(session):
                        await self._sweep(session, self._care[session.id])

    async def _sweep(self, session: Session, care: Care) -> None:
        """Wipe what is done, warn and then discard what nobody speaks in or touches, discard what nobody came for."""
        if session.hearing.utterances != care.utterances:
            care.touched, care.utterances, care.is_warned = _now(), session.hearing.utterances, False
        idle_s, limit_s = _now() - care.touched, self.config.session.idle_minutes * 60
        self._flush_left(session, care)
        if session.state is State.WIPED:
            await self._bury(session, idle_s)
        elif session.is_being_approved:
            pass  # the disk takes its time
        elif idle_s > limit_s or (idle_s > _ABANDONED_S and is_abandoned(session)):
            session.discard(Reason.IDLE)
        elif idle_s > limit_s - _WARN_BEFORE_S and not care.is_warned:
            care.is_warned = True
            session.warn("idle", "nothing happens in this session; it will be discarded in a minute")

    def _flush_left(self, session: Session, care: Care) -> None:
        """Decode the tail of a session that nobody records any more: its viewers wait for the last words."""
        if session.rights.recorder is not None or session.start.source is Source.DAEMON:
            care.left = None
        elif care.left is None:
            care.left = _now()
        elif session.state is State.RECORDING and care.left <= _now() - _LEFT_S < care.left + _SWEEP_S:
            session.flush()
            self.engine.wake()

    async def _bury(self, session: Session, idle_s: float) -> None:
        if session.is_buried:
            if idle_s > _TOMBSTONE_S:
                del self._sessions[session.id], self._care[session.id]
            return
        session.is_buried = True
        self._keeping.retire(session)
        self._care[session.id].touched = _now()
        await self.engine.remove(session)
        if recording := self._captures.pop(session.id, None):
            recording.cancel()
        seconds = session.received // SAMPLE_RATE
        log.info(
            "session %s wiped: %d s of audio, %d utterances", log_name(session.id), seconds, session.hearing.utterances
        )

    # ------------------------------------------------------------------------------------------------------- sockets

    async def handle(self, socket: ServerConnection) -> None:
        """Serve one websocket."""
        if len(self._connections) >= 4 * self.config.session.max_sessions + _SPARE_CONNECTIONS:
            await socket.close(1013, "too many connections")
            return
        connection = Connection(socket, self)
        self._connections.add(connection)
        try:
            await connection.run()
        except Exception as error:  # a bug, and this connection's alone: no library may log it, for its text may quote
            log.error("a connection failed: %s", frames(error))
            await socket.close(1011, "the daemon failed")
        finally:
            self._connections.discard(connection)

    @property
    def is_deaf(self) -> bool:
        """Whether audio is not taken any more: what is open is being decoded to its end."""
        return self.is_going_down and not self._keeping.seals

    async def drain(self, hurry: asyncio.Event) -> None:
        """Let what is being said come to its end, for a while, or until `hurry`."""
        self.is_going_down = True
        for recording in self._captures.values():
            recording.cancel()
        states = (State.RECORDING, State.PAUSED, State.DRAFTING)
        sessions = [s for s in self._sessions.values() if s.state in states and s.log.viewers]  # who else would see it
        await drain(sessions, hurry, self.engine.wake, are_sealed=self._keeping.seals)

    async def say_bye(self) -> None:
        """Tell every peer that the daemon goes down."""
        with contextlib.suppress(TimeoutError):  # who does not read does not hold up the others
            async with asyncio.timeout(CLOSE_S):
                await asyncio.gather(*(c.say_bye("the daemon stops", _COME_BACK_MS) for c in self._connections))


def _now() -> float:
    return asyncio.get_running_loop().time()
