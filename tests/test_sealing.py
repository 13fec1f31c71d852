"""A session, sealed at every step, goes on in another process as if nothing had been."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.scripts import ScriptedVad
from tests.test_session import answer, conversation, draft, finish_draft, hear, logged, said, step
from wardscribe import protocol
from wardscribe.protocol import Commit, ProtocolError, Role, Sealed, Start, State, Utterance
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.sealing import Keeper, restore, start_of, take_up
from wardscribed.session import Session
from wardscribed.trust.moment import Moment
from wardscribed.trust.seal import KEY_BYTES, Owner, Seals
from wardscribed.values import SAMPLE_RATE

OWNER = Owner("s", "", "")
KEY = bytes(KEY_BYTES)
NOW = Moment(1_800_000_000.0, 5_000.0, "a" * 32)


def open_session(channels: tuple[Role, ...] = (Role.CLINICIAN,)) -> Session:
    """A session that records."""
    return new_session(Start(channels=channels))


def new_session(start: Start) -> Session:
    """A session in a daemon that was just started."""
    return Session("s", start, draft, EndpointSettings(), 80)


class Client:
    """Keeps what it is given, as a client does."""

    def __init__(self, session: Session) -> None:
        self._keeper = Keeper(session, Seals(KEY, 600), OWNER)
        self.states: list[str] = []
        self.sample = 0

    def take(self) -> list[Sealed]:
        """Take what is new."""
        news = self._keeper.news(NOW)
        for event in news:
            self.states[event.index :] = [event.state]
            self.sample = event.sample
        return news

    def restored(self, now: Moment = NOW) -> Session:
        """Return the session in a daemon that was started again."""
        count, contents = Seals(KEY, 600).open(OWNER, self.states, now)
        session = new_session(start_of(contents))
        restore(session, contents, count, now)
        return session


def same_log(one: Session, other: Session) -> bool:
    """Whether both logs tell the same."""
    return bool(one.log.since(0) == other.log.since(0) and one.log.seq == other.log.seq)


SPEECH = (1.0, 2.0)


def half_heard() -> tuple[Session, Client]:
    """A session in the middle of its first utterance, some words of which are committed, and its client."""
    session, vad = open_session(), ScriptedVad(SPEECH)
    client = Client(session)
    for seconds in (1.6, 0.3):
        hear(session, vad, seconds)
        answer(session, "en to tre")
    client.take()
    assert said(session)
    assert client.sample < session.received
    return session, client


def from_there(session: Session) -> ScriptedVad:
    """The same speech for a session that listens from later on."""
    at = session.tracks[0].listener.heard / SAMPLE_RATE
    return ScriptedVad((SPEECH[0] - at, SPEECH[1] - at))


def test_nothing_is_sealed_twice() -> None:
    """Where nothing is new the client is told nothing."""
    client = Client(open_session())

    assert client.take()
    assert client.take() == []


def test_a_session_at_its_beginning_is_restored() -> None:
    """Its log, its state and how it was begun."""
    session = open_session((Role.CLINICIAN, Role.PATIENT))
    client = Client(session)
    client.take()
    restored = client.restored()

    assert same_log(session, restored)
    assert (restored.state, restored.received, len(restored.tracks)) == (State.RECORDING, 0, 2)


def test_an_ended_utterance_is_not_heard_again() -> None:
    """Its words are in the log, and listening goes on behind it."""
    session, vad = open_session(), ScriptedVad(SPEECH)
    client = Client(session)
    hear(session, vad, 4.0)
    answer(session, "en to tre")
    client.take()
    restored = client.restored()

    assert same_log(session, restored)
    assert restored.transcript() == session.transcript()
    assert restored.received >= logged(session, Utterance)[-1].end_ms * SAMPLE_RATE // 1000
    hear(restored, ScriptedVad(), (session.received - restored.received) / SAMPLE_RATE)
    assert same_log(session, restored)


def test_an_open_utterance_goes_on_under_its_number_with_its_words() -> None:
    """Its audio is wanted again from its start; what was committed stays, what follows is added, nothing is doubled."""
    session, client = half_heard()
    before = said(session)
    restored = client.restored()
    assert restored.received == client.sample

    hear(restored, from_there(restored), 4.0 - client.sample / SAMPLE_RATE)
    answer(restored, "en to tre fire fem")

    assert said(restored) == ["en", "to", "tre", "fire", "fem"]
    assert said(restored)[: len(before)] == before
    assert {event.utterance for event in logged(restored, Utterance) + logged(restored, Commit)} == {1}
    assert [turn.text for turn in restored.transcript().turns] == ["en to tre fire fem"]


def test_a_channel_is_not_heard_twice_where_another_one_must_be() -> None:
    """The client says all channels again from the oldest open utterance on; each is listened to from its own place."""
    session, client = half_heard()
    two = open_session((Role.CLINICIAN, Role.PATIENT))
    keeper = Client(two)
    hear(two, ScriptedVad(SPEECH), 1.9)
    two.tracks[1].open.clear()
    two.tracks[1].ended_at = two.received
    keeper.take()
    restored = keeper.restored()

    assert restored.received == keeper.sample == client.sample
    assert [track.listener.heard for track in restored.tracks] == [client.sample, two.received]
    restored.receive_audio(restored.received, bytes(4 * (two.received - restored.received)))
    assert [track.listener.received for track in restored.tracks] == [session.received] * 2
    assert not restored.tracks[1].listener.has_pending


def test_a_stopped_session_takes_what_it_is_owed_and_drafts() -> None:
    """Stopped before its tail was decoded: that audio is welcome again, no other, and then the draft follows."""
    session, client = half_heard()
    session.stop()
    client.take()
    restored = client.restored()
    finish_draft(restored)
    assert restored.state is State.DRAFTING

    restored.receive_audio(restored.received, bytes(2 * (session.received - restored.received)))
    step(restored, from_there(restored))
    answer(restored, "en to tre fire")
    finish_draft(restored)

    assert (said(restored), restored.state) == (["en", "to", "tre", "fire"], State.REVIEW)
    with pytest.raises(ProtocolError, match="not expected"):
        restored.receive_audio(restored.received, bytes(2))


def test_a_stopped_session_that_is_interrupted_twice_is_owed_as_much() -> None:
    """The second restart comes before the client has said all again: it still takes everything up to the stop."""
    session, client = half_heard()
    session.stop()
    client.take()
    restored = client.restored()
    restored.receive_audio(restored.received, bytes(3_200))
    again = Client(restored)
    again.take()
    twice = again.restored()
    twice.receive_audio(twice.received, bytes(2 * (session.received - twice.received)))
    step(twice, from_there(twice))
    answer(twice, "en to tre fire")
    finish_draft(twice)

    assert (said(twice), twice.state) == (["en", "to", "tre", "fire"], State.REVIEW)


def test_an_interrupted_utterance_of_which_no_more_is_heard_ends_with_its_words() -> None:
    """Where the ears find no speech again, a flush ends it all the same."""
    session, client = half_heard()
    restored = client.restored()
    hear(restored, ScriptedVad(), 1.0)
    restored.stop()
    step(restored, ScriptedVad())
    answer(restored, "en to tre")
    finish_draft(restored)

    assert restored.state is State.REVIEW
    assert said(restored)[: len(said(session))] == said(session)
    assert len(said(restored)) == 3


def test_a_long_session_is_sealed_in_pieces() -> None:
    """What is sealed does not grow with the session, and a client that comes back gets all of it anew."""
    session = open_session()
    client = Client(session)
    for number in range(400):
        session.warn("idle", f"{number} " + "x" * 200)
        news = client.take()
        assert sum(len(event.state) for event in news) < 50_000
    again = Client(session)
    again.take()

    assert len(client.states) > 3
    assert same_log(session, client.restored())
    assert same_log(session, again.restored())


def test_a_missing_piece_is_noticed() -> None:
    """Pieces of different lives of a connection do not make a session."""
    session = open_session()
    client = Client(session)
    for _ in range(200):
        session.warn("idle", "x" * 200)
        client.take()
    seals = Seals(KEY, 600)
    _, contents = seals.open(OWNER, client.states, NOW)

    with pytest.raises(ProtocolError, match="missing"):
        start_of([contents[0], contents[-1]])


def test_silence_need_not_be_kept_for_ever() -> None:
    """Where nobody speaks the client is told now and then that older audio will not be asked for."""
    session = open_session()
    client = Client(session)
    client.take()
    hear(session, ScriptedVad(), 20.0)

    assert [event.sample > 15 * SAMPLE_RATE for event in client.take()] == [True]


def test_a_wiped_session_is_sealed_no_more() -> None:
    """Nothing of it is given out."""
    session = open_session()
    client = Client(session)
    session.discard()

    assert client.take() == []


def test_a_draft_under_review_is_restored_with_its_hash() -> None:
    """What was read can be approved after the restart."""
    session = conversation()
    client = Client(session)
    session.edit("plan", 0, "Endret.")
    client.take()
    restored = client.restored()
    restored.approve(logged(session, protocol.Note)[-1].hash)

    assert restored.state is State.WIPED


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"first": 1, "last": 1, "start": {"type": "start"}, "events": [{"type": "sentinel"}]},
        {"first": 1, "last": 1, "start": {"type": "start"}, "events": [], "listen_from": ["sentinel"], "received": 1},
        {"first": 1, "last": 1, "start": {"type": "start"}, "listen_from": [0], "received": 1, "sealed_at": NOW,
         "events": [{"type": "commit", "seq": 1, "utterance": 7, "channel": 5, "words": []}]},
    ],
)  # fmt: skip
def test_what_we_sealed_and_cannot_read_is_refused(content: dict[str, Any]) -> None:
    """By another version, or by a bug: its client is told so, and does not come back for ever."""
    with pytest.raises(ProtocolError, match="cannot be taken up: ") as error:
        take_up([orjson.dumps(content)], 1, NOW, new_session)

    assert error.value.code == "bad_seal"
    assert "sentinel" not in str(error.value)
