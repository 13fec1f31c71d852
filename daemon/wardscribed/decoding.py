"""The decode loops: whatever is most urgent goes to the worker that is free.

    session.needs → scheduler → [worker thread: features, recognizer] → session.receive_hypothesis

As many loops run as the devices have workers.  A request is cut from the audio when its turn comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from wardscribed.errors import frames
from wardscribed.session import Session
from wardscribed.speech.recognizer import Recognizer, Request, bucket_frames
from wardscribed.speech.scheduler import Scheduler, Want
from wardscribed.trust.identity import log_name
from wardscribed.utterance import Need
from wardscribed.values import Hypothesis, Word

log = logging.getLogger(__name__)

INAUDIBLE = "[uhørbart]"
"""Stands in the transcript where an utterance could not be decoded."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A need with whose it is."""

    session: Session
    need: Need

    def want(self) -> Want:
        key, is_urgent = (self.session.id, self.need.channel), self.need.is_final or self.need.in_pause
        kind = (self.session.language, self.session.prompt)
        return Want(key, is_urgent, bucket_frames(self.need.start, self.need.end), kind)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A need with its request; None where its features could not be had."""

    need: Need
    request: Request | None


class Decoding:
    """Decodes what the sessions want, until it is cancelled."""

    def __init__(self, recognizers: Sequence[Recognizer], scheduler: Scheduler, beam: int = 1) -> None:
        """`beam` is the width of urgent decodes while the devices have time to spare."""
        self._recognizers = recognizers
        self._scheduler = scheduler
        self._beam = beam
        self._work = asyncio.Event()
        self._workers = ThreadPoolExecutor(sum(r.workers for r in recognizers), "model")

    def wake(self) -> None:
        """Something may be wanted, or due, that was not before."""
        self._work.set()

    async def run(self, sessions: Callable[[], Iterable[Session]], settle: Callable[[Session], None]) -> None:
        """Serve the sessions that `sessions` gives; `settle` is called with each whose words changed."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for recognizer in self._recognizers:
                    for number in range(recognizer.workers):
                        tasks.create_task(self._serve(recognizer, sessions, settle), name=f"decode-{number}")
        finally:
            self._workers.shutdown(wait=True)

    async def _serve(
        self, recognizer: Recognizer, sessions: Callable[[], Iterable[Session]], settle: Callable[[Session], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = self._next_batch(sessions(), loop.time())
            if not batch:
                self._work.clear()
                await self._work.wait()
                continue
            began = loop.time()
            beam = self._beam if self._scheduler.has_time(began) else 1
            hypotheses = await loop.run_in_executor(self._workers, _decode, recognizer, batch, beam)
            self._scheduler.receive_done([wanted.want() for wanted in batch], loop.time() - began)
            for wanted, hypothesis in zip(batch, hypotheses, strict=True):
                wanted.session.receive_hypothesis(wanted.need, hypothesis)
                settle(wanted.session)
            self._work.set()

    def _next_batch(self, sessions: Iterable[Session], now: float) -> list[_Wanted]:
        wanted: dict[Hashable, _Wanted] = {}
        for session in sessions:
            wanted |= {(session.id, need.channel): _Wanted(session, need) for need in session.needs()}
        return [wanted[want.key] for want in self._scheduler.next_batch([w.want() for w in wanted.values()], now)]


def _decode(recognizer: Recognizer, batch: Sequence[_Wanted], beam: int) -> list[Hypothesis]:
    """Cut the features of what is wanted and decode them; this runs in a worker thread."""
    return _decode_safely(recognizer, [_Asked(w.need, _request(w.session, w.need, beam)) for w in batch])


def _request(session: Session, need: Need, beam: int) -> Request | None:
    width = beam if need.is_final or need.in_pause else 1
    try:
        features = session.tracks[need.channel].listener.window(
            need.start, need.end, bucket_frames(need.start, need.end)
        )
    except ValueError as error:
        log.error("session %s: no features of %s: %s", log_name(session.id), need, frames(error))
        return None
    return Request(features, need.start, need.end, session.language, session.prompt, width)


def _decode_safely(recognizer: Recognizer, asked: Sequence[_Asked]) -> list[Hypothesis]:
    """Decode.  What fails in company is tried once alone; what fails alone is inaudible."""
    requests = [a.request for a in asked if a.request is not None]
    try:
        heard = iter(recognizer.decode(requests) if requests else [])
        return [_inaudible(a.need) if a.request is None else next(heard) for a in asked]
    except Exception as error:
        log.error("a batch of %d requests failed; trying each alone: %s", len(requests), frames(error))
        return [_decode_alone(recognizer, a) for a in asked]


def _decode_alone(recognizer: Recognizer, asked: _Asked) -> Hypothesis:
    if asked.request is not None:
        try:
            return recognizer.decode([asked.request])[0]
        except Exception as error:
            log.error("a request failed alone, %s: %s", asked.need, frames(error))
    return _inaudible(asked.need)


def _inaudible(need: Need) -> Hypothesis:
    """What stands for an utterance that nobody could decode; a partial is merely empty."""
    is_last = need.is_final or need.in_pause
    return Hypothesis((Word(INAUDIBLE, need.start, need.end, 0.0),) if is_last else (), need.end)
