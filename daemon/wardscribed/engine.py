"""What moves the sessions: one audio thread listens for all of them, the devices decode for all of them.

    receive_audio → [audio thread: VAD, features] → receive_heard → decoding.py → receive_hypothesis

Sessions are touched on the event loop only; listeners' audio in the audio thread only, but for the features (LogMel).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from wardscribe.protocol import DraftNote, State
from wardscribed.audio.listener import Listener, listen
from wardscribed.audio.vad import Vad
from wardscribed.containing import contained
from wardscribed.decoding import Decoding
from wardscribed.device import Device
from wardscribed.errors import frames
from wardscribed.mending import mend
from wardscribed.session import Session
from wardscribed.speech.scheduler import Scheduler
from wardscribed.trust.identity import log_name

T = TypeVar("T")
log = logging.getLogger(__name__)

_LEAST_TICK_S, _MOST_TICK_S = 0.02, 0.06  # audio that arrives within a tick shares a pass
_TICK_A_SESSION_S = 0.0015  # the VAD takes 16 channels in a third of the time that it takes them one by one
_QUALITY_S = 1.0
_DRAFTS = 8  # at a time: a language model may take a minute over one
_GROW_S = 4.0  # from one look of a draft at what is said to the next
_TALKING = (State.RECORDING, State.PAUSED, State.DRAFTING)


class Engine:
    """Runs the sessions that are added to it until it is cancelled."""

    def __init__(self, devices: Sequence[Device], vad: Vad, scheduler: Scheduler | None = None, beam: int = 1) -> None:
        """The devices hold the same model; the scheduler knows how many places they have."""
        self.recognizer = devices[0].recognizer
        self._vad = vad
        self._sessions: dict[str, Session] = {}
        self._audio = asyncio.Event()
        self._audio_thread = ThreadPoolExecutor(1, "audio")
        self._note_threads = ThreadPoolExecutor(_DRAFTS, "note")
        self._growing_thread = ThreadPoolExecutor(1, "growing")
        self._tasks: asyncio.TaskGroup | None = None
        self._scheduler = scheduler or Scheduler(sum(device.recognizer.places for device in devices))
        self._decoding = Decoding(devices, self._scheduler, beam)

    def has_room(self) -> bool:
        """Return whether one more session could talk all the time without breaking the others' bound on delay."""
        return self._scheduler.has_room(sum(session.state in _TALKING for session in self._sessions.values()))

    def add(self, session: Session) -> None:
        """Begin to move `session`."""
        self._sessions[session.id] = session

    async def remove(self, session: Session) -> None:
        """Stop moving `session` and overwrite its audio."""
        self._sessions.pop(session.id, None)
        for channel in range(len(session.tracks)):
            self._scheduler.forget((session.id, channel))
        await self._listening(session.wipe_audio)

    def wake(self) -> None:
        """Some session received audio, or a flush."""
        self._audio.set()

    async def run(self) -> None:
        """Move the sessions until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._listen(), name="listen")
                tasks.create_task(self._decoding.run(self._moved, self._settle), name="decode")
                tasks.create_task(self._report(), name="report")
                tasks.create_task(self._grow(), name="grow")
        finally:
            self._audio_thread.shutdown(wait=True)
            self._note_threads.shutdown(wait=True)
            self._growing_thread.shutdown(wait=True)

    async def _listening(self, function: Callable[..., T], *args: object) -> T:
        """Run `function` in the audio thread."""
        return await asyncio.get_running_loop().run_in_executor(self._audio_thread, function, *args)

    def _moved(self) -> list[Session]:
        return [session for session in self._sessions.values() if not session.is_broken_off]

    async def _listen(self) -> None:
        while True:
            await self._audio.wait()
            self._audio.clear()
            heard = [session for session in self._moved() if _pending(session)]
            failed = await self._listening(_listen_safely, [ear for s in heard for ear in _pending(s)], self._vad)
            for session in heard:
                with contained(session):
                    if any(track.listener in failed for track in session.tracks):
                        mend(session)
                    session.receive_heard()
                self._settle(session)
            self._decoding.wake()
            if any(map(_pending, self._moved())):
                self._audio.set()
            await asyncio.sleep(min(max(_TICK_A_SESSION_S * len(self._sessions), _LEAST_TICK_S), _MOST_TICK_S))

    def _settle(self, session: Session) -> None:
        """After news of any kind: acknowledge, and draft if everything is decoded."""
        with contained(session):
            if session.state is State.WIPED:
                return
            session.acknowledge()
            if (make := session.begin_draft()) is not None:
                assert self._tasks is not None  # `run` settles
                self._tasks.create_task(self._draft(session, make), name="draft")

    async def _draft(self, session: Session, make: Callable[[], DraftNote]) -> None:
        """Draft in a thread: a long conversation takes a tenth of a second."""
        with contained(session):
            session.receive_draft(await asyncio.get_running_loop().run_in_executor(self._note_threads, make))

    async def _grow(self) -> None:
        """Let the drafts read along, one after the other: side by side they would take turns with every decode."""
        while True:
            sessions = self._moved()
            for session in sessions:
                await self._grow_one(session)
                await asyncio.sleep(_GROW_S / len(sessions))
            if not sessions:
                await asyncio.sleep(_GROW_S)

    async def _grow_one(self, session: Session) -> None:
        try:
            if (make := session.begin_growing()) is not None:
                session.show_growing(await asyncio.get_running_loop().run_in_executor(self._growing_thread, make))
        except Exception as error:  # the final draft will tell
            log.error("session %s: the draft does not grow: %s", log_name(session.id), frames(error))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(_QUALITY_S)
            self._decoding.wake()  # a partial that was not due yet may be, though no audio came
            for session in self._moved():
                with contained(session):
                    if session.state is State.RECORDING:
                        session.acknowledge(at_once=True)
                        session.report_quality()
                self._settle(session)  # what failed before is tried again


def _pending(session: Session) -> list[Listener]:
    return [track.listener for track in session.tracks if track.listener.has_pending]


def _listen_safely(listeners: Sequence[Listener], vad: Vad) -> set[Listener]:
    """Run a pass in the audio thread.  What fails in company is tried once alone; return what fails alone as well."""
    try:
        listen(listeners, vad)
    except Exception as error:
        log.error("listening to %d channels failed; trying each alone: %s", len(listeners), frames(error))
        return {listener for listener in listeners if not _is_heard(listener, vad)}
    return set()


def _is_heard(listener: Listener, vad: Vad) -> bool:
    try:
        listen([listener], vad)
    except Exception as error:
        log.error("listening to a channel failed: %s", frames(error))
        return False
    return True
