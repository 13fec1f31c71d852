"""The engine: two threads and an event loop around scripted ears."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.scripts import ScriptedRecognizer, ScriptedVad
from wardscribe import protocol
from wardscribe.demo import CONSULTATION, ROLES
from wardscribe.protocol import DraftNote, Start, State
from wardscribe.soundfile import open_sound
from wardscribed import assembly
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.config import Config
from wardscribed.device import Device
from wardscribed.engine import Engine
from wardscribed.growing import Drafts
from wardscribed.note.templates import Library
from wardscribed.session import Session
from wardscribed.speech.recognizer import Request
from wardscribed.utterance import UtteranceSettings
from wardscribed.values import INAUDIBLE, SAMPLE_RATE, Transcript

PATIENCE_S = 20


def nothing(transcript: Transcript, _: bool) -> DraftNote:
    """An empty note."""
    return DraftNote("t", transcript.language, ())


def open_session(name: str, language: str = "nb") -> Session:
    """A session of one channel."""
    return Session(name, Start(language), nothing, EndpointSettings(), 80)


async def converse(recognizer: ScriptedRecognizer, sessions: Sequence[Session], vad: ScriptedVad | None = None) -> None:
    """Give every session four seconds with one of speech, stop it, and wait for its draft."""
    engine = Engine([Device(recognizer)], vad or ScriptedVad((1.0, 2.0)))  # type: ignore[arg-type]
    moving = asyncio.create_task(engine.run())
    for session in sessions:
        engine.add(session)
        session.receive_audio(0, bytes(2 * 4 * SAMPLE_RATE))
        session.stop()
    engine.wake()
    async with asyncio.timeout(PATIENCE_S):
        for session in sessions:
            viewer = session.log.open_viewer(0)
            while session.state is not State.REVIEW:
                await viewer.take()
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)


def said(session: Session) -> list[str]:
    """The committed words."""
    return [w.text for event in session.log.since(0) if isinstance(event, protocol.Commit) for w in event.words]


async def test_sessions_are_heard_to_the_end() -> None:
    """Each session's utterance is decoded once it ended, and its draft follows."""
    sessions = [open_session("a"), open_session("b")]
    await converse(ScriptedRecognizer(), sessions)

    assert [said(session) for session in sessions] == [["ord"], ["ord"]]


async def test_like_finals_share_a_batch() -> None:
    """Sessions that need the same at the same time are decoded together."""
    recognizer = ScriptedRecognizer()
    await converse(recognizer, [open_session(name) for name in "abc"])

    assert [len(batch) for batch in recognizer.batches] == [3]


async def test_failing_decode_marks_its_own_utterance_only() -> None:
    """A request that breaks the decoder is inaudible, with its time; its neighbours in the batch are heard."""

    def fail_on_english(requests: Sequence[Request]) -> None:
        if any(request.language == "en" for request in requests):
            raise RuntimeError("broken")

    sessions = [open_session("a"), open_session("b", "en"), open_session("c")]
    await converse(ScriptedRecognizer(fail_on_english), sessions)

    assert [said(session) for session in sessions] == [["ord"], [INAUDIBLE], ["ord"]]
    assert sessions[1].hearing.said[0].words[0].start < 2 * SAMPLE_RATE < sessions[1].hearing.said[0].words[0].end


class Deaf(ScriptedVad):
    """Fails as long as more than one channel is asked about, or always."""

    def __init__(self, *speech: tuple[float, float], always: bool) -> None:
        super().__init__(*speech)
        self._always = always

    def probabilities(self, windows: NDArray[np.float32], states: Sequence[object]) -> NDArray[np.float32]:
        """The script's answer, or none."""
        if self._always or len(windows) > 1:
            raise MemoryError("sentinel")
        return super().probabilities(windows, states)


@pytest.mark.parametrize(("always", "heard"), [(False, ["ord"]), (True, [INAUDIBLE])])
async def test_a_pass_of_the_ears_that_fails_ends_nothing(
    always: bool, heard: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again alone; what fails alone is inaudible.  Sessions come to their drafts, the log quotes none."""
    sessions = [open_session("a"), open_session("b")]
    await converse(ScriptedRecognizer(), sessions, Deaf((1.0, 2.0), always=always))

    assert heard in [said(session) for session in sessions]
    assert ("not_heard" in warnings(sessions[0])) == always
    assert "MemoryError at" in caplog.text
    assert "sentinel" not in caplog.text


def warnings(session: Session) -> list[str]:
    """The codes of what its viewers were warned of."""
    return [event.code for event in session.log.since(0) if isinstance(event, protocol.Error)]


class Faulty(Session):
    """Fails where it is told to, so many times."""

    def fail(self, where: str, times: int) -> None:
        """Let the method `where` raise what could quote speech."""
        whole, left = getattr(self, where), itertools.repeat(None, times)

        def failing(*given: Any, **named: Any) -> Any:
            for _ in left:
                raise KeyError("sentinel")
            return whole(*given, **named)

        setattr(self, where, failing)


FOR_EVER = 1_000_000


@pytest.mark.parametrize("times", [1, FOR_EVER])
@pytest.mark.parametrize(
    "where",
    ["receive_heard", "receive_hypothesis", "needs", "report_quality", "begin_draft", "receive_draft"],
)
async def test_a_fault_in_one_session_stays_there(where: str, times: int, caplog: pytest.LogCaptureFixture) -> None:
    """The neighbour hears all, the faulty one comes to a draft of what it has, the log quotes nothing."""
    faulty, neighbour = Faulty("a", Start("nb"), nothing, EndpointSettings(), 80), open_session("b")
    faulty.fail(where, times)
    await converse(ScriptedRecognizer(), [faulty, neighbour])

    assert said(neighbour) == ["ord"]
    assert set(said(faulty)) <= {"ord", INAUDIBLE}
    assert faulty.note is not None
    assert "sentinel" not in caplog.text


async def test_a_session_that_cannot_be_mended_is_broken_off(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody moves it any more; it is drafted with what it has, and its neighbour goes on."""
    faulty, neighbour = Faulty("a", Start("nb"), nothing, EndpointSettings(), 80), open_session("b")
    faulty.fail("receive_heard", FOR_EVER)
    faulty.fail("answer_finalize", FOR_EVER)
    await converse(ScriptedRecognizer(), [faulty, neighbour])

    assert faulty.is_broken_off
    assert "draft_failed" in warnings(faulty)
    assert said(neighbour) == ["ord"]
    assert "'mend' failed too: KeyError" in caplog.text


async def test_removed_session_is_overwritten() -> None:
    """After `remove` the listeners hold no features."""
    engine = Engine([Device(ScriptedRecognizer())], ScriptedVad())  # type: ignore[arg-type]
    session = open_session("a")
    engine.add(session)
    moving = asyncio.create_task(engine.run())
    session.receive_audio(0, bytes(2 * SAMPLE_RATE))
    session.discard()
    await engine.remove(session)

    assert not session.tracks[0].listener.has_pending
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)


async def test_failing_drafter_ends_only_its_own_draft(caplog: pytest.LogCaptureFixture) -> None:
    """The session goes on to review with everything left out, the neighbour has its draft, the log has no content."""

    def failing(transcript: Transcript, _: bool) -> DraftNote:
        raise KeyError(transcript.turns[0].text)

    broken = Session("x", Start("nb"), failing, EndpointSettings(), 80)
    neighbour = open_session("y")
    await converse(ScriptedRecognizer(), [broken, neighbour])

    assert broken.note is not None
    assert [item.reason for item in broken.note.not_included] == ["draft_failed"]
    assert neighbour.note is not None
    assert "KeyError" in caplog.text
    assert "'ord'" not in caplog.text


class Growing:
    """A drafter that tells how many of its kind work at a time."""

    def __init__(self) -> None:
        self.working = self.most = 0

    def __call__(self, transcript: Transcript, _: bool) -> DraftNote:
        self.working += 1
        self.most = max(self.most, self.working)
        time.sleep(0.05)
        self.working -= 1
        return DraftNote("t", transcript.language, ())


def breaking(transcript: Transcript, _: bool) -> DraftNote:
    """Makes no note."""
    raise KeyError(transcript.turns[0].text)


async def test_drafts_grow_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """All read along while people talk, whatever happens to one, and never two at a time: threads take turns."""
    monkeypatch.setattr("wardscribed.engine._GROW_S", 0.05)
    growing = Growing()
    drafters: list[Callable[[Transcript, bool], DraftNote]] = [growing, growing, breaking, growing, growing]
    sessions = [
        Session(str(number), Start("nb"), drafter, EndpointSettings(), 80) for number, drafter in enumerate(drafters)
    ]
    engine = Engine([Device(ScriptedRecognizer())], ScriptedVad((1.0, 2.0)))  # type: ignore[arg-type]
    moving = asyncio.create_task(engine.run())
    for session in sessions:
        engine.add(session)
        session.receive_audio(0, bytes(2 * 4 * SAMPLE_RATE))
    engine.wake()
    viewers = [session.log.open_viewer(0) for session in sessions if session.id != "2"]
    async with asyncio.timeout(PATIENCE_S):
        for viewer in viewers:
            while not any(isinstance(event, protocol.Note) for event in await viewer.take()):
                pass
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)

    assert growing.most == 1


@pytest.fixture
def holds(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """How long each callback held the event loop, in processor seconds: nobody else is counted."""
    found: list[tuple[float, str]] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        found.append((time.thread_time() - began, repr(handle)))

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    return found


async def test_nothing_holds_the_event_loop(holds: list[tuple[float, str]]) -> None:
    """With the real models, ten sessions that speak and are drafted at once leave the loop free within 20 ms."""
    sound = open_sound(CONSULTATION)
    pcm = b"".join(sound.chunks(SAMPLE_RATE))[: 30 * SAMPLE_RATE * 2 * sound.channels]
    drafts = Drafts(Library(None))
    sessions = [
        Session(
            str(i),
            Start("nb", channels=ROLES),
            drafts.begin("nb", "strukturert"),
            EndpointSettings(),
            80,
            utterances=UtteranceSettings(),
        )
        for i in range(10)
    ]
    engine = await asyncio.to_thread(assembly.build_engine, Config())
    gc.freeze()  # as the daemon does: what a test run has loaded is not its garbage to look through
    moving = asyncio.create_task(engine.run())
    holds.clear()
    for session in sessions:
        engine.add(session)
        session.receive_audio(0, pcm)
        session.stop()
    engine.wake()
    async with asyncio.timeout(100):
        for session in sessions:
            viewer = session.log.open_viewer(0)
            while session.state is not State.REVIEW:
                await viewer.take()
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)

    assert all(session.hearing.said for session in sessions)
    assert [held for held in holds if held[0] > 0.020] == []
