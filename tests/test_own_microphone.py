"""A sealed session of the daemon's own microphone after a restart: nobody can say again what was not committed."""

from __future__ import annotations

from tests.scripts import ScriptedVad
from tests.test_sealing import NOW, SPEECH, Client, new_session
from tests.test_session import answer, finish_draft, hear, logged, said, step
from wardscribe.protocol import Gap, Source, Start, State, Utterance
from wardscribed.session import Session
from wardscribed.values import SAMPLE_RATE


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
