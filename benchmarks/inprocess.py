"""One session in this process on a simulated clock: audio arrives as if spoken, a decode takes a set time.

Nothing waits and nothing depends on how busy the machine is, so what a policy gives in delay and in words can be
compared between its variants.  Everything that decides is the daemon's own; only engine and sockets are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.generated import Consultation
from benchmarks.talk import CHUNK_MS, chunks
from wardscribe.protocol import SAMPLE_RATE, DraftNote, Role, Start, State
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.audio.listener import listen
from wardscribed.audio.vad import Vad
from wardscribed.session import Session
from wardscribed.speech.recognizer import Recognizer, Request, bucket_frames
from wardscribed.utterance import Need
from wardscribed.values import Hypothesis, Transcript

_STEP_MS = 20
_CHUNK = CHUNK_MS * SAMPLE_RATE // 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """The simulated device."""

    refresh_s: float = 1.0
    """From the start of one decode to the next, at least; a final does not wait."""
    decode_s: float = 0.05
    """From a decode's start until its words are known."""


@dataclass(slots=True)
class Simulated:
    """What came of it."""

    events: list[tuple[float, Any]] = field(default_factory=list, repr=False)
    """The session's events, and when, in seconds since the first sample was spoken."""
    requests: list[Request] = field(default_factory=list, repr=False)
    """The decodes that it took."""


MakeSession = Callable[[Start, int], Session]
"""Makes the session to simulate, from how it starts and the mel bands of its model."""


def plain_session(start: Start, n_mels: int) -> Session:
    """Return a session as the daemon makes it."""
    return Session("benchmark", start, _no_note, EndpointSettings(), n_mels)


def _no_note(transcript: Transcript) -> DraftNote:
    return DraftNote("", transcript.language, ())


class Simulation:
    """Runs one consultation of one channel."""

    def __init__(self, recognizer: Recognizer, vad: Vad, pace: Pace, make: MakeSession = plain_session) -> None:
        self._recognizer = recognizer
        self._vad = vad
        self._pace = pace
        self._session = make(Start(channels=(Role.CLINICIAN,)), recognizer.n_mels)
        self._viewer = self._session.log.open_viewer(0)
        self._result = Simulated()
        self._in_flight: tuple[float, Need, Hypothesis] | None = None
        self._decoded_at = -1e9

    async def run(self, consultation: Consultation) -> Simulated:
        """Say the consultation, stop, and return what came."""
        pieces = chunks(consultation)
        step = 0
        while self._session.state is not State.REVIEW:
            now = step * _STEP_MS / 1000
            if step * _STEP_MS % CHUNK_MS == 0:
                self._hear(pieces, step * _STEP_MS // CHUNK_MS - 1)
            self._take_answer(now)
            self._ask(now)
            await self._collect(now)
            step += 1
        return self._result

    def _hear(self, pieces: list[bytes], number: int) -> None:
        """A chunk arrives when its last sample has been spoken; behind the last one comes `stop`."""
        if 0 <= number < len(pieces):
            self._session.receive_audio(number * _CHUNK, pieces[number])
        elif number == len(pieces):
            self._session.stop()
        listen([track.listener for track in self._session.tracks], self._vad)
        self._session.receive_heard()

    def _take_answer(self, now: float) -> None:
        if self._in_flight is not None and now >= self._in_flight[0]:
            _, need, hypothesis = self._in_flight
            self._in_flight = None
            self._session.receive_hypothesis(need, hypothesis)

    def _ask(self, now: float) -> None:
        if self._in_flight is not None:
            return
        for need in self._session.needs():
            if need.is_final or now - self._decoded_at >= self._pace.refresh_s:
                request = self._request(need)
                self._result.requests.append(request)
                self._in_flight = (now + self._pace.decode_s, need, self._recognizer.decode([request])[0])
                self._decoded_at = now
                return

    def _request(self, need: Need) -> Request:
        listener = self._session.tracks[need.channel].listener
        features = listener.window(need.start, need.end, bucket_frames(need.start, need.end))
        return Request(np.ascontiguousarray(features), need.start, need.end, "nb", "")

    async def _collect(self, now: float) -> None:
        if (make := self._session.begin_draft()) is not None:
            self._session.receive_draft(make())
        self._session.acknowledge()  # so there is always news to take
        self._result.events += [(now, event) for event in await self._viewer.take()]
