"""Something failed in a session: what could not be heard is marked with its time, and everything else goes on."""

from __future__ import annotations

import pytest

from tests.scripts import ScriptedVad
from tests.test_sealing import Client
from tests.test_session import answer, finish_draft, hear, logged, open_session, said, step
from wardscribe import protocol
from wardscribe.protocol import Commit, Role, State, Utterance
from wardscribed.mending import break_off, mend
from wardscribed.session import Session
from wardscribed.values import INAUDIBLE, SAMPLE_RATE, Hypothesis, Word


def speaking() -> Session:
    """A session in the middle of an utterance, two words of which are committed."""
    session, vad = open_session(), ScriptedVad((1.0, 3.0))
    for seconds in (1.6, 0.3):
        hear(session, vad, seconds)
        answer(session, "en to tre")
    assert said(session)
    return session


def test_committed_words_stay_and_the_rest_of_the_utterance_is_marked() -> None:
    """From the last committed word to the last sample that was received."""
    session = speaking()
    words = said(session)
    mend(session)
    [utterance] = [event for event in logged(session, Utterance) if event.ended]
    last = logged(session, Commit)[-1].words[-1]

    assert said(session) == [*words, INAUDIBLE]
    assert last.end_ms == utterance.end_ms == session.received * 1_000 // SAMPLE_RATE
    assert [event.code for event in logged(session, protocol.Error)] == ["not_heard"]


def test_what_is_said_afterwards_is_heard_in_its_place() -> None:
    """New ears count samples on from where the old ones ended."""
    session = speaking()
    mend(session)
    at = session.received
    hear(session, ScriptedVad((1.0, 2.0)), 4.0)
    answer(session, "fire")
    word = logged(session, Commit)[-1].words[-1]

    assert word.text == "fire"
    assert at // 16 + 500 < word.start_ms < at // 16 + 2_000


def test_a_passage_that_nobody_hears_is_one_line() -> None:
    """However often it fails; it is told when something is heard again."""
    session = open_session()
    hear(session, ScriptedVad(), 1.0)
    begun = session.tracks[0].heard
    for _ in range(5):
        session.receive_audio(session.received, bytes(2 * 1_600))
        mend(session)
    passed = session.received
    assert said(session) == []
    hear(session, ScriptedVad(), 1.0)
    [utterance] = [event for event in logged(session, Utterance) if event.ended]

    assert said(session) == [INAUDIBLE]
    assert (utterance.start_ms, utterance.end_ms) == (begun // 16, passed // 16)
    assert len(logged(session, protocol.Error)) == 1


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_stopped_session_comes_to_its_draft(is_stopped: bool) -> None:
    """Also where the ears fail on its last sounds: what was to be flushed is marked, and no flush is waited for."""
    session = open_session((Role.CLINICIAN, Role.PATIENT))
    hear(session, ScriptedVad((0.5, 1.0)), 3.0)
    answer(session, "en")
    session.receive_audio(session.received, bytes(4 * 16_000))
    if is_stopped:
        session.stop()
    mend(session)
    if not is_stopped:
        session.stop()
        step(session, ScriptedVad())
    finish_draft(session)

    assert session.state is State.REVIEW
    assert said(session) == ["en", "en", INAUDIBLE, INAUDIBLE]


def test_who_asked_for_the_end_is_answered() -> None:
    """`finalize` needs no second time."""
    session = speaking()
    session.finalize()
    mend(session)

    assert [event.sample for event in logged(session, protocol.Finalized)] == [session.received]


def test_a_late_decode_is_dropped() -> None:
    """Of an utterance that was given up meanwhile."""
    session = speaking()
    session.tracks[0].listener.flush()
    step(session, ScriptedVad())
    [need] = session.needs()
    mend(session)
    told = session.log.seq
    session.receive_hypothesis(need, Hypothesis((Word("sent", need.start, need.end, 0.9),), need.end))

    assert session.log.seq == told


def test_a_restart_listens_again_to_what_was_not_heard() -> None:
    """As long as it was not told as inaudible, its client keeps that sound."""
    session = open_session()
    client = Client(session)
    hear(session, ScriptedVad(), 8.0)
    begun = session.tracks[0].heard
    session.receive_audio(session.received, bytes(2 * 8 * SAMPLE_RATE))
    mend(session)
    client.take()

    assert client.sample == begun
    assert client.restored().tracks[0].listen_from == begun


def test_an_utterance_that_a_restart_interrupted_is_marked_too() -> None:
    """It ends as if nothing more had been heard of it."""
    session = speaking()
    client = Client(session)
    client.take()
    restored = client.restored()
    mend(restored)

    assert said(restored) == [*said(session), INAUDIBLE]
    assert not restored.tracks[0].interrupted


def test_the_audio_of_ears_that_failed_is_overwritten() -> None:
    """With the rest, when the session is wiped."""
    session = speaking()
    ears = session.tracks[0].listener
    mend(session)
    session.discard()
    session.wipe_audio()

    assert ears._buffer.start == ears._buffer.end
    assert not ears._mel._pcm._rows.any()


def test_what_cannot_be_mended_is_stopped_with_what_there_is() -> None:
    """Everything that was said to its end is offered; nobody moves it any more."""
    session = speaking()
    mend(session)
    break_off(session)

    assert session.is_broken_off
    assert session.state is State.REVIEW
    assert session.note is not None
    assert [item.reason for item in session.note.not_included] == ["draft_failed"]


def test_a_session_that_is_over_is_left_alone() -> None:
    """Nothing is told of it."""
    session = speaking()
    session.discard()
    told = session.log.seq
    mend(session)

    assert session.log.seq == told
