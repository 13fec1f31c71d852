"""One device: decodes what it is asked for, whatever happens to it.

A batch that throws, hangs or comes to rubbish is tried once more, request by request; a request that fails alone has no
hypothesis.  Where a decode hangs, or nothing succeeds, the model is loaded anew and the daemon goes on.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from wardscribed.errors import frames
from wardscribed.speech.recognizer import Recognizer, Request
from wardscribed.values import Hypothesis

T = TypeVar("T")
log = logging.getLogger(__name__)

_LONGEST_S = 20.0  # a decode that takes longer hangs
_FAREWELL_S = 5.0
_CERTAIN = 1.001  # probabilities are sums of rounded numbers


class Device:
    """A recognizer and how to get another one like it."""

    def __init__(
        self, recognizer: Recognizer, reload: Callable[[], Recognizer] | None = None, longest_s: float = _LONGEST_S
    ) -> None:
        self.recognizer = recognizer
        self.restarts = 0
        self._reload = reload
        self._longest_s = longest_s
        self._running: set[Future[list[Hypothesis]]] = set()
        self._restarting = asyncio.Lock()

    async def decode(self, cut: Callable[[], Sequence[Request | None]]) -> list[Hypothesis | None]:
        """Return what is heard in the requests that `cut` gives; `cut` is called in the thread that decodes.

        None where there was no request, and where it failed alone as well.
        """
        requests: list[Request | None] = []
        recognizer, restarts = self.recognizer, self.restarts

        def first() -> list[Hypothesis]:
            requests.extend(cut())
            return _heard(recognizer, [request for request in requests if request is not None])

        try:
            heard = iter(await self._in_time(first))
            return [None if request is None else next(heard) for request in requests]
        except Exception as error:
            log.error("a batch of %d requests failed; trying each alone: %s", len(requests), frames(error))
            if isinstance(error, TimeoutError):
                await self._restart(restarts)
            return await self._each_alone(requests)

    async def close(self) -> None:
        """Wait a little for what still runs: a model must not be taken down under a decode."""
        running = [asyncio.wrap_future(future) for future in tuple(self._running)]  # they end in other threads
        if running:
            await asyncio.wait(running, timeout=_FAREWELL_S)

    async def _each_alone(self, requests: Sequence[Request | None]) -> list[Hypothesis | None]:
        restarts = self.restarts
        results = [None if request is None else await self._alone(request) for request in requests]
        if requests and not any(results):
            await self._restart(restarts)
        return results

    async def _alone(self, request: Request) -> Hypothesis | None:
        recognizer, restarts = self.recognizer, self.restarts
        try:
            return (await self._in_time(lambda: _heard(recognizer, [request])))[0]
        except Exception as error:
            log.error("a request of %d samples failed alone: %s", request.end - request.start, frames(error))
            if isinstance(error, TimeoutError):
                await self._restart(restarts)
            return None

    async def _in_time(self, work: Callable[[], list[Hypothesis]]) -> list[Hypothesis]:
        """Run `work` in a thread.  Raises what it raises, or TimeoutError where it hangs; the thread is left behind."""
        future = _in_thread(work)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        async with asyncio.timeout(self._longest_s):
            return await asyncio.shield(asyncio.wrap_future(future))

    async def _restart(self, restarts: int) -> None:
        """Load the model anew, unless another worker of this device has done so since it was at `restarts`."""
        async with self._restarting:
            if self._reload is None or self.restarts != restarts:
                return
            self.restarts += 1
            log.error("the model is loaded anew")
            try:
                self.recognizer = await asyncio.to_thread(self._reload)
            except Exception as error:
                log.error("the model could not be loaded: %s", frames(error))


def _in_thread(work: Callable[[], T]) -> Future[T]:
    """Run `work` in a thread of its own, which holds up nobody's end: no executor lets go of a thread that hangs."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="decode", daemon=True).start()
    return future


def _heard(recognizer: Recognizer, requests: Sequence[Request]) -> list[Hypothesis]:
    """Decode, and raise ValueError where the answer cannot be one."""
    hypotheses = recognizer.decode(requests) if requests else []
    if len(hypotheses) != len(requests) or not all(map(_is_answer, hypotheses, requests)):
        raise ValueError("the recognizer's answer does not fit what it was asked")
    return hypotheses


def _is_answer(hypothesis: Hypothesis, request: Request) -> bool:
    times = [time for word in hypothesis.words for time in (word.start, word.end)]
    return (
        hypothesis.end == request.end
        and times == sorted(times)
        and all(request.start <= time <= request.end for time in times)
        and all(0.0 <= word.p <= _CERTAIN for word in hypothesis.words)
    )
