"""Consultations through sessions whose time is the audio's own: delays without a clock, whatever the machine does.

A decode is asked for at most every `refresh_s` and answered `decode_s` later; the words are the real recognizer's.
Equal requests are decoded once, so that variants of a policy cost little after the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from benchmarks.generated import Consultation
from benchmarks.streaming import Arrival
from wardscribe.protocol import Commit, DraftNote, Partial, Role, Start, Utterance
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.audio.listener import listen
from wardscribed.audio.vad import WINDOW, Vad
from wardscribed.session import Session
from wardscribed.speech.recognizer import Request, bucket_frames
from wardscribed.utterance import Need, UtteranceSettings
from wardscribed.values import SAMPLE_RATE, Hypothesis, Transcript

_STEP_S = WINDOW / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to decide what is decoded and committed when."""

    name: str
    utterances: UtteranceSettings = field(default_factory=UtteranceSettings)
    endpointing: EndpointSettings = field(default_factory=EndpointSettings)
    refresh_s: float = 0.3
    decode_s: float = 0.05
    beam_partial: int = 1
    beam_final: int = 5


@dataclass(slots=True)
class Simulated:
    """What came of a consultation."""

    arrivals: list[Arrival]
    decodes: int = 0
    decoded_s: float = 0.0
    """Audio in all windows."""


class Hearer(Protocol):
    """What a recognizer must have here."""

    n_mels: int

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Return one hypothesis a request, in order."""


class Simulator:
    """Decodes for any number of variants; remembers what it decoded of the consultation at hand."""

    def __init__(self, recognizer: Hearer, vad: Vad) -> None:
        self._recognizer = recognizer
        self._vad = vad
        self._known: dict[tuple[object, ...], Hypothesis] = {}

    def run(self, consultation: Consultation, variant: Variant, language: str = "nb") -> Simulated:
        """Say the consultation to a session that works as `variant` says."""
        roles = (Role.CLINICIAN, Role.PATIENT)[: consultation.channels]
        session = Session(
            "simulated",
            Start(language, channels=roles),
            _nothing,
            variant.endpointing,
            self._recognizer.n_mels,
            utterances=variant.utterances,
        )
        course = _Course(session, variant, partial(self._decode, consultation.name, session))
        for start in range(0, len(consultation.samples), WINDOW):
            chunk = consultation.samples[start : start + WINDOW]
            session.receive_audio(start, chunk.astype("<i2").tobytes())
            self._listen(session)
            course.move((start + len(chunk)) / SAMPLE_RATE)
        session.stop()
        self._listen(session)
        course.end()
        return course.result

    def _listen(self, session: Session) -> None:
        while pending := [track.listener for track in session.tracks if track.listener.has_pending]:
            listen(pending, self._vad)
        session.receive_heard()

    def _decode(self, name: str, session: Session, need: Need, beam: int) -> Hypothesis:
        key = (name, need.channel, need.start, need.end, beam)
        if key not in self._known:
            frames = bucket_frames(need.start, need.end)
            features = session.tracks[need.channel].listener.window(need.start, need.end, frames)
            request = Request(features, need.start, need.end, session.language, "", beam)
            self._known[key] = self._recognizer.decode([request])[0]
        return self._known[key]


class _Course:
    """One session's decodes, in the audio's time."""

    def __init__(self, session: Session, variant: Variant, decode: Callable[[Need, int], Hypothesis]) -> None:
        self.result = Simulated([])
        self._session = session
        self._variant = variant
        self._decode = decode
        self._viewer = session.log.open_viewer(0)
        self._in_flight: dict[int, tuple[float, Need]] = {}
        self._decoded_at: dict[int, float] = {}

    def move(self, now: float) -> None:
        """Answer what is due, then ask anew."""
        for channel, (due, need) in list(self._in_flight.items()):
            if due <= now:
                del self._in_flight[channel]
                self._answer(need, due)
        for need in self._session.needs():
            if need.channel not in self._in_flight and self._is_due(need, now):
                self._decoded_at[need.channel] = now
                self._in_flight[need.channel] = (now + self._variant.decode_s, need)
        self._collect(now)

    def end(self) -> None:
        """Answer everything: no more audio comes."""
        now = self._session.received / SAMPLE_RATE
        while self._in_flight or any(self._session.needs()):
            now += _STEP_S
            self.move(now)

    def _is_due(self, need: Need, now: float) -> bool:
        is_urgent = need.is_final or need.in_pause
        return is_urgent or now - self._decoded_at.get(need.channel, -10.0) >= self._variant.refresh_s

    def _answer(self, need: Need, now: float) -> None:
        is_urgent = need.is_final or need.in_pause
        beam = self._variant.beam_final if is_urgent else self._variant.beam_partial
        self.result.decodes += 1
        self.result.decoded_s += (need.end - need.start) / SAMPLE_RATE
        self._session.receive_hypothesis(need, self._decode(need, beam))
        self._collect(now)

    def _collect(self, now: float) -> None:
        told = (e for e in self._viewer.take_now() if isinstance(e, Commit | Partial | Utterance))
        self.result.arrivals += [Arrival(now, event) for event in told]


def _nothing(transcript: Transcript, _: bool) -> DraftNote:
    return DraftNote("", transcript.language, ())
