"""What moves the sessions: one audio thread listens for all of them, one model thread decodes for all of them.

    receive_audio → [audio thread: VAD, features] → receive_heard → needs → scheduler
        → [audio thread: requests] → [model thread: recognizer] → receive_hypothesis

Sessions are touched on the event loop only; listeners' audio in the audio thread only.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from wardscribe.protocol import State
from wardscribed.audio.listener import Listener, listen
from wardscribed.audio.vad import Vad
from wardscribed.errors import frames
from wardscribed.session import Session
from wardscribed.speech.recognizer import Recognizer, Request, bucket_frames
from wardscribed.speech.scheduler import Candidate, next_batch, refresh_interval
from wardscribed.trust.identity import log_name
from wardscribed.utterance import Need
from wardscribed.values import Hypothesis, Word

T = TypeVar("T")
log = logging.getLogger(__name__)

INAUDIBLE = "[uhørbart]"
"""Stands in the transcript where an utterance could not be decoded."""
_TICK_S = 0.02  # audio that arrives within it shares a pass
_QUALITY_S = 1.0


_SMOOTHING = 0.1  # of the measured decode time

_Key = tuple[str, int]
"""Session and channel: of each at most one request is in flight."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    session: Session
    need: Need

    @property
    def key(self) -> _Key:
        return (self.session.id, self.need.channel)


class Engine:
    """Runs the sessions that are added to it until it is cancelled."""

    def __init__(self, recognizer: Recognizer, vad: Vad) -> None:
        self.recognizer = recognizer
        self._vad = vad
        self._sessions: dict[str, Session] = {}
        self._wanted_since: dict[_Key, float] = {}
        self._decoded_at: dict[_Key, float] = {}
        self._decode_s = 0.0  # what one decode took lately
        self._audio = asyncio.Event()
        self._work = asyncio.Event()
        self._audio_thread = ThreadPoolExecutor(1, "audio")
        self._model_thread = ThreadPoolExecutor(1, "model")

    def add(self, session: Session) -> None:
        """Begin to move `session`."""
        self._sessions[session.id] = session

    async def remove(self, session: Session) -> None:
        """Stop moving `session` and overwrite its audio."""
        self._sessions.pop(session.id, None)
        for channel in range(len(session.tracks)):
            self._wanted_since.pop((session.id, channel), None)
            self._decoded_at.pop((session.id, channel), None)
        await self._run(self._audio_thread, session.wipe_audio)

    def wake(self) -> None:
        """Some session received audio, or a flush."""
        self._audio.set()

    async def run(self) -> None:
        """Move the sessions until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(), name="listen")
                tasks.create_task(self._decode(), name="decode")
                tasks.create_task(self._report(), name="report")
        finally:
            self._audio_thread.shutdown(wait=True)
            self._model_thread.shutdown(wait=True)

    async def _run(self, thread: ThreadPoolExecutor, function: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(thread, function, *args)

    async def _listen(self) -> None:
        while True:
            await self._audio.wait()
            self._audio.clear()
            await self._run(self._audio_thread, listen, self._listeners(), self._vad)
            for session in list(self._sessions.values()):
                session.receive_heard()
                self._settle(session)
            self._work.set()
            if self._listeners():
                self._audio.set()
            await asyncio.sleep(_TICK_S)

    def _listeners(self) -> list[Listener]:
        return [t.listener for s in self._sessions.values() for t in s.tracks if t.listener.has_pending]

    def _settle(self, session: Session) -> None:
        """After news of any kind: acknowledge, and draft if everything is decoded."""
        if session.state is not State.WIPED:
            session.acknowledge()
            try:
                session.finish_draft()
            except Exception as error:
                log.error("session %s: the draft failed: %s", log_name(session.id), frames(error))
                session.fail_draft()

    async def _decode(self) -> None:
        while True:
            batch = self._next_batch()
            if not batch:
                self._work.clear()
                await self._work.wait()
                continue
            began = asyncio.get_running_loop().time()
            requests = await self._run(self._audio_thread, _requests, batch)
            hypotheses = await self._run(self._model_thread, self._decode_safely, requests)
            self._account(batch, began, asyncio.get_running_loop().time())
            for wanted, hypothesis in zip(batch, hypotheses, strict=True):
                wanted.session.receive_hypothesis(wanted.need, hypothesis)
                self._settle(wanted.session)

    def _account(self, batch: Sequence[_Wanted], began: float, now: float) -> None:
        """Remember when whom was decoded, and how long a decode takes."""
        for wanted in batch:
            self._wanted_since.pop(wanted.key, None)
            if wanted.session.id in self._sessions:
                self._decoded_at[wanted.key] = now
        self._decode_s += _SMOOTHING * ((now - began) / len(batch) - self._decode_s)

    def _next_batch(self) -> list[_Wanted]:
        now = asyncio.get_running_loop().time()
        wanted = {w.key: w for s in self._sessions.values() for n in s.needs() if self._is_due(w := _Wanted(s, n), now)}
        candidates = [
            Candidate(
                key, w.need.is_final, self._wanted_since.setdefault(key, now), bucket_frames(w.need.start, w.need.end)
            )
            for key, w in wanted.items()
        ]
        return [wanted[key] for key in map(_key, next_batch(candidates, now))]

    def _is_due(self, wanted: _Wanted, now: float) -> bool:
        """A final always is; a partial once the interval since the last one, which grows with load, is over."""
        interval = refresh_interval(self._decode_s, len(self._sessions))
        return wanted.need.is_final or now - self._decoded_at.get(wanted.key, -interval) >= interval

    def _decode_safely(self, requests: Sequence[Request | Need]) -> list[Hypothesis]:
        """Decode in the model thread.  What fails in company is tried once alone; what fails alone is inaudible."""
        good = [request for request in requests if isinstance(request, Request)]
        try:
            heard = iter(self.recognizer.decode(good) if good else [])
            return [next(heard) if isinstance(request, Request) else _inaudible(request) for request in requests]
        except Exception as error:
            log.error("a batch of %d requests failed; trying each alone: %s", len(requests), frames(error))
            return [self._decode_alone(request) for request in requests]

    def _decode_alone(self, request: Request | Need) -> Hypothesis:
        if isinstance(request, Request):
            try:
                return self.recognizer.decode([request])[0]
            except Exception as error:
                log.error("a request of %d samples failed alone: %s", request.end - request.start, frames(error))
        return _inaudible(request)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(_QUALITY_S)
            self._work.set()  # a partial that was not due yet may be, though no audio came
            for session in self._sessions.values():
                if session.state is State.RECORDING:
                    session.report_quality()


def _key(candidate: Candidate) -> _Key:
    key = candidate.key
    assert isinstance(key, tuple)  # we made it
    return key


def _requests(batch: Sequence[_Wanted]) -> list[Request | Need]:
    """Cut the features of what is wanted, in the audio thread; a need whose features cannot be had stays a need."""
    return [_request(wanted.session, wanted.need) for wanted in batch]


def _request(session: Session, need: Need) -> Request | Need:
    n_frames = bucket_frames(need.start, need.end)
    try:
        features = session.tracks[need.channel].listener.window(need.start, need.end, n_frames)
    except ValueError as error:
        log.error("no features of %d samples: %s", need.end - need.start, frames(error))
        return need
    return Request(features, need.start, need.end, session.language, "", need.is_final)


def _inaudible(request: Request | Need) -> Hypothesis:
    words = (Word(INAUDIBLE, request.start, request.end, 0.0),) if request.is_final else ()
    return Hypothesis(words, request.end)
