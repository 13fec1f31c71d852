"""A sealed session of the daemon's own microphone after a restart: nobody can say again what was not committed."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.faults.ward import WORDS, Talk, Ward, conversation
from tests.scripts import ScriptedVad
from tests.soundserver import MICROPHONE, SoundServer, needs_sound_server, running_sound_server
from tests.test_sealing import NOW, SPEECH, Client, new_session
from tests.test_session import answer, finish_draft, hear, logged, said, step
from wardscribe import client
from wardscribe.protocol import Gap, Note, Source, Start, State, Utterance
from wardscribed.session import Session
from wardscribed.values import SAMPLE_RATE

PATIENCE_S = 120


def own_microphone() -> tuple[Session, Client]:
    """A session that the daemon's own microphone records, some words of which are committed."""
    session, vad = new_session(Start(source=Source.DAEMON)), ScriptedVad(SPEECH)
    client = Client(session)
    for seconds in (1.6, 0.3):
        hear(session, vad, seconds)
        answer(session, "en to tre")
    client.take()
    return session, client


def test_what_the_own_microphone_heard_is_not_owed() -> None:
    """Committed words stay; what nobody can say again, and the time away, is told as a gap; the session goes on."""
    session, client = own_microphone()
    restored = client.restored(NOW.later(3))
    missing_ms = (session.received - client.sample) * 1_000 // SAMPLE_RATE + 3_000
    step(restored, ScriptedVad())
    answer(restored, "")

    assert said(restored)[: len(said(session))] == said(session)
    assert [gap.missing_ms for gap in logged(restored, Gap)] == [missing_ms]
    assert logged(restored, Utterance)[-1].ended
    assert restored.received == session.received
    hear(restored, ScriptedVad((0.5, 1.0)), 2.0)
    answer(restored, "fire")
    assert said(restored)[-1] == "fire"


def test_a_stopped_session_of_the_own_microphone_is_drafted_without_its_lost_tail() -> None:
    """It waits for no audio, and the time away was after its end."""
    session, client = own_microphone()
    session.stop()
    client.take()
    restored = client.restored(NOW.later(60))
    step(restored, ScriptedVad())
    answer(restored, "")
    finish_draft(restored)

    assert restored.state is State.REVIEW
    assert [gap.missing_ms < 2_000 for gap in logged(restored, Gap)] == [True]


def test_a_clock_that_was_set_back_makes_no_negative_gap() -> None:
    """The time away is then not known."""
    _, client = own_microphone()

    assert all(gap.missing_ms > 0 for gap in logged(client.restored(NOW.later(-300)), Gap))


def test_nothing_is_missing_where_nothing_was_being_said() -> None:
    """A draft under review goes on as it is: its end was heard, and nobody records."""
    session, client = own_microphone()
    session.stop()
    step(session, ScriptedVad())
    answer(session, "en to tre")
    finish_draft(session)
    client.take()
    restored = client.restored(NOW.later(60))

    assert restored.state is State.REVIEW
    assert logged(restored, Gap) == []
    assert restored.note == session.note


def test_an_utterance_of_which_nothing_is_left_can_be_decoded() -> None:
    """Its window is empty, and still one that the ears can give."""
    _, client = own_microphone()
    restored = client.restored(NOW)
    step(restored, ScriptedVad())
    [need] = restored.needs()

    assert need.start == need.end == restored.received
    assert restored.tracks[0].listener.window(need.start, need.end, 50).shape == (80, 50)


@pytest.mark.timeout(200)
@needs_sound_server
async def test_a_killed_daemon_listens_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGKILL between two sentences: the next daemon opens its microphone by itself, and tells what it did not hear."""
    sentence, talk = spoken(tmp_path / "sentence.wav"), Talk(b"")
    tables = f'[capture]\ndevice = "{MICROPHONE}"'
    with running_sound_server(tmp_path) as server, Ward(tmp_path, tables=tables).running() as ward:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        await ward.start()
        async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, client.Client(url) as clinician:
            clinician.start(Start(source=Source.DAEMON))
            await hears(ward, server, sentence)
            await told(clinician, talk, Utterance)
            before = talk.transcript()
            await ward.kill()
            await ward.start()
            await hears(ward, server, sentence)
            await told(clinician, talk, Utterance)
            clinician.stop()
            await told(clinician, talk, Note)

    after = talk.transcript()
    assert after[: len(before)] == before
    assert after[-1][1] == WORDS
    assert len(after) > len(before) > 0
    assert any(isinstance(event, Gap) for event in talk.logged.values())
    assert talk.errors == []


def spoken(path: Path) -> Path:
    """Write a sentence of the consultation, whoever says it."""
    both = np.frombuffer(conversation(1), np.int16).reshape(-1, 2)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(both.sum(axis=1, dtype=np.int16).tobytes())
    return path


async def hears(ward: Ward, server: SoundServer, sentence: Path) -> None:
    """Say a sentence as soon as the daemon records."""
    assert ward.daemon is not None
    while server.recorded_by(ward.daemon.process.pid) != MICROPHONE:  # noqa: ASYNC110  # nobody tells a test
        await asyncio.sleep(0.1)
    with server.play(sentence) as playing:
        await asyncio.to_thread(playing.wait)


async def told(clinician: client.Client, talk: Talk, kind: type) -> None:
    """Wait for the end of an utterance, or for the final note."""
    async for event in clinician:
        talk.take(event)
        if isinstance(event, kind) and (getattr(event, "ended", False) or getattr(event, "final", False)):
            return
