"""The decode loops: whatever is most urgent goes to the place that is free.

    session.needs → scheduler → device.py [thread: features, recognizer] → session.receive_hypothesis

As many loops run as the devices have places.  A request is cut from the audio when its turn comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from wardscribed.containing import contained
from wardscribed.device import Device
from wardscribed.errors import frames
from wardscribed.session import Session
from wardscribed.speech.recognizer import Request, bucket_frames
from wardscribed.speech.scheduler import Scheduler, Want
from wardscribed.trust.identity import log_name
from wardscribed.utterance import Need
from wardscribed.values import INAUDIBLE, Hypothesis, Word

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A need with whose it is."""

    session: Session
    need: Need

    def want(self) -> Want:
        key, is_urgent = (self.session.id, self.need.channel), self.need.is_final or self.need.in_pause
        kind = (self.session.language, self.session.prompt)
        return Want(key, is_urgent, bucket_frames(self.need.start, self.need.end), kind)


class Decoding:
    """Decodes what the sessions want, until it is cancelled."""

    def __init__(self, devices: Sequence[Device], scheduler: Scheduler, beam: int = 1) -> None:
        """`beam` is the width of urgent decodes while the devices have time to spare."""
        self._devices = devices
        self._scheduler = scheduler
        self._beam = beam
        self._work = asyncio.Event()

    def wake(self) -> None:
        """Something may be wanted, or due, that was not before."""
        self._work.set()

    async def run(self, sessions: Callable[[], Iterable[Session]], settle: Callable[[Session], None]) -> None:
        """Serve the sessions that `sessions` gives; `settle` is called with each whose words changed."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for device in self._devices:
                    for number in range(device.recognizer.places):
                        tasks.create_task(self._serve(device, sessions, settle), name=f"decode-{number}")
        finally:
            for device in self._devices:
                await device.close()

    async def _serve(
        self, device: Device, sessions: Callable[[], Iterable[Session]], settle: Callable[[Session], None]
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
            hypotheses = await device.decode(partial(_requests, batch, beam))
            self._scheduler.receive_done([wanted.want() for wanted in batch], loop.time() - began)
            for wanted, hypothesis in zip(batch, hypotheses, strict=True):
                with contained(wanted.session):
                    wanted.session.receive_hypothesis(wanted.need, hypothesis or _inaudible(wanted.need))
                settle(wanted.session)
            self._work.set()

    def _next_batch(self, sessions: Iterable[Session], now: float) -> list[_Wanted]:
        wanted: dict[Hashable, _Wanted] = {}
        for session in sessions:
            with contained(session):
                wanted |= {(session.id, need.channel): _Wanted(session, need) for need in session.needs()}
        return [wanted[want.key] for want in self._scheduler.next_batch([w.want() for w in wanted.values()], now)]


def _requests(batch: Sequence[_Wanted], beam: int) -> list[Request | None]:
    """Cut the features of what is wanted; None where they cannot be had."""
    return [_request(wanted.session, wanted.need, beam) for wanted in batch]


def _request(session: Session, need: Need, beam: int) -> Request | None:
    width = beam if need.is_final or need.in_pause else 1
    frames_needed = bucket_frames(need.start, need.end)
    try:
        features = session.tracks[need.channel].listener.window(need.start, need.end, frames_needed)
    except Exception as error:
        log.error("session %s: no features of %s: %s", log_name(session.id), need, frames(error))
        return None
    return Request(features, need.start, need.end, session.language, session.prompt, width)


def _inaudible(need: Need) -> Hypothesis:
    """What stands for an utterance that nobody could decode; a partial is merely empty."""
    is_last = need.is_final or need.in_pause
    return Hypothesis((Word(INAUDIBLE, need.start, need.end, 0.0),) if is_last else (), need.end)
