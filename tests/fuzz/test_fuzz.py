"""Whatever comes in, only errors that name a fault come out, and no invariant breaks.  Time-boxed; seeded."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.fuzz.fakes import FakeWard
from tests.fuzz.messages import Messages, sendable
from tests.fuzz.storm import direct, storm
from tests.scripts import ScriptedVad
from tests.test_session import answer, finish_draft, step
from wardscribe import protocol
from wardscribe.errors import SoundFileError
from wardscribe.protocol import Hello, ProtocolError, Role, State
from wardscribe.soundfile import open_sound
from wardscribed import config, lifecycle
from wardscribed.connection import Connection
from wardscribed.errors import ConfigError
from wardscribed.note import transcripts
from wardscribed.trust.moment import BEGINNING
from wardscribed.trust.seal import KEY_BYTES, Owner, Seals

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class Conversation(RuleBasedStateMachine):
    """Two connections say anything at any time to one session; ears and decoder come in between."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        """Two peers, one of whom said hello."""
        self.ward: Any = FakeWard()
        self.peers = [Connection(None, self.ward) for _ in range(2)]  # type: ignore[arg-type]
        self.messages = Messages(seed)
        self.seen: dict[str, list[Any]] = {}
        self.say(0, protocol.encode(Hello()))

    def say(self, peer: int, message: str | bytes) -> None:
        """Let a peer say something; only a ProtocolError may come of it."""
        try:
            self.peers[peer]._take(message)
        except ProtocolError as error:
            assert error.code.replace("_", "").isalpha()

    @rule(peer=st.integers(0, 1), count=st.integers(1, 12))
    def say_anything(self, peer: int, count: int) -> None:
        """Right, nearly right, rubbish."""
        for _ in range(count):
            self.say(peer, self.messages.next())

    @rule(peer=st.integers(0, 1), channels=st.sampled_from([(Role.CLINICIAN,), (Role.CLINICIAN, Role.PATIENT)]))
    def start(self, peer: int, channels: tuple[Role, ...]) -> None:
        """Begin a session, if it is the time."""
        self.say(peer, protocol.encode(protocol.Start(channels=channels)))

    @rule(peer=st.integers(0, 1), event=st.sampled_from(
        [protocol.Pause(), protocol.Resume(), protocol.Stop(), protocol.Finalize(), protocol.Take(), protocol.Lost(5),
         protocol.Watch("s"), protocol.Edit("plan", 0, "x"), protocol.Restore(1, "x")]))  # fmt: skip
    def step_on(self, peer: int, event: Any) -> None:
        """A step that makes sense somewhere."""
        self.say(peer, protocol.encode(event))

    @rule(peer=st.integers(0, 1), seconds=st.sampled_from([0.1, 0.5, 2.0]))
    def speak(self, peer: int, seconds: float) -> None:
        """Samples that go on where they ended."""
        session = self.ward.session
        if session is not None:
            size = int(seconds * 16_000) * len(session.tracks) * 2
            self.say(peer, protocol.encode_audio(session.received, bytes(size)))

    @rule(is_speech=st.booleans(), text=st.sampled_from(["", "en to tre", "en"]))
    def move(self, is_speech: bool, text: str) -> None:
        """Ears and decoder do their part."""
        session = self.ward.session
        if session is not None and session.state is not State.WIPED:
            step(session, ScriptedVad((0.0, 1.0) if is_speech else (0.0, 0.0)))
            answer(session, text)
            finish_draft(session)

    @invariant()
    def what_was_told_stays(self) -> None:
        """Numbers have no holes, committed words stay as they are, states follow the table."""
        session = getattr(self, "ward", None) and self.ward.session
        if session is None:
            return
        events = session.log.since(0)
        seen = self.seen.setdefault(str(id(session)), [])
        told = [event for event in events if isinstance(event, protocol.Commit)]
        assert session.state is State.WIPED or told[: len(seen)] == seen
        seen[:] = told
        assert [event.seq for event in events] == sorted({event.seq for event in events})
        states = [event.state for event in events if isinstance(event, protocol.StateChanged)]
        for before, after in pairwise(states):
            assert after in lifecycle.TRANSITIONS[before].values()


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


@QUICK
@given(text=st.text() | json_values.map(json.dumps), table=st.sampled_from(["client", "daemon"]))
def test_any_text_is_an_event_or_an_error_that_names_a_fault(text: str, table: str) -> None:
    """Neither side of the wire meets another exception."""
    events = protocol.CLIENT_EVENTS if table == "client" else protocol.DAEMON_EVENTS
    try:
        assert type(protocol.decode(text, events)) in events.values()
    except ProtocolError as error:
        assert error.code in ("not_json", "not_an_object", "unknown_event", "bad_field")


@QUICK
@given(
    name=st.sampled_from([*protocol.CLIENT_EVENTS, *protocol.DAEMON_EVENTS]),
    data=st.dictionaries(st.text(), json_values),
)
def test_any_fields_of_a_known_event_are_checked(name: str, data: dict[str, Any]) -> None:
    """Known types with made-up fields."""
    events = {**protocol.CLIENT_EVENTS, **protocol.DAEMON_EVENTS}
    try:
        protocol.decode(json.dumps({**data, "type": name}), events)
    except ProtocolError as error:
        assert error.code == "bad_field"


@QUICK
@given(message=st.binary(max_size=64), channels=st.integers(1, 2))
def test_any_bytes_are_audio_or_an_error(message: bytes, channels: int) -> None:
    """A short header, half a sample: nothing else is wrong with bytes."""
    try:
        first, pcm = protocol.decode_audio(message, channels)
        assert protocol.encode_audio(first, pcm) == message
    except ProtocolError as error:
        assert error.code == "bad_audio"


@QUICK
@given(
    text=st.text()
    | st.builds(
        "[{}]\n{} = {}".format,
        st.sampled_from(["server", "model", "session", "capture", "seal", "note", "x"]),
        st.sampled_from(["port", "host", "beam", "channels", "key_file", "idle_minutes", "x"]),
        json_values.map(json.dumps) | st.sampled_from(["inf", "nan", "1979-05-27", "0x10", "'''"]),
    )
)
def test_any_configuration_is_read_or_refused_by_name(text: str) -> None:
    """A wrong file is one sentence, never a traceback."""
    try:
        config.parse(text, "x")
    except ConfigError as error:
        assert str(error).startswith("x: ")


@QUICK
@given(data=json_values | st.fixed_dictionaries({"language": json_values, "turns": st.lists(json_values, max_size=3)}))
def test_any_transcript_is_read_or_refused(data: Any) -> None:
    """`wardscribed note` with a made-up file."""
    try:
        transcripts.read(data)
    except Exception as error:
        assert type(error).__name__ == "TranscriptError"


@QUICK
@given(states=st.lists(st.text(max_size=80) | st.binary(max_size=80).map(lambda b: b.hex()), max_size=3))
def test_any_seal_is_refused(states: list[str]) -> None:
    """Nobody makes one up."""
    with pytest.raises(ProtocolError) as error:
        Seals(bytes(KEY_BYTES), 60).open(Owner("s", "", ""), states, BEGINNING)
    assert error.value.code in ("bad_seal", "stale_seal")


@QUICK
@given(content=st.binary(max_size=200) | st.binary(max_size=80).map(lambda b: b"RIFF\x24\0\0\0WAVEfmt " + b))
def test_any_sound_file_is_read_or_refused(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file that is none, or that breaks off."""
    path = tmp_path_factory.getbasetemp() / "fuzz.wav"
    path.write_bytes(content)
    try:
        b"".join(open_sound(path).chunks(1_000))
    except SoundFileError as error:
        assert "fuzz.wav" in str(error)


def test_messages_are_the_same_for_the_same_seed() -> None:
    """What a storm found can be found again."""
    one, other = Messages(5), Messages(5)
    assert [sendable(one.next()) for _ in range(200)] == [sendable(other.next()) for _ in range(200)]


def test_messages_without_a_wire_leave_nothing_behind() -> None:
    """Each connection and its session are gone when they are over, whatever was said."""
    report = direct(messages=3_000, seed=2)

    assert report["messages"] == 3_000
    assert set(report["refused"]) <= {
        "not_json", "not_an_object", "unknown_event", "bad_field", "bad_audio", "bad_sample_index", "wrong_order",
        "read_only", "not_editor", "bad_seal", "stale_seal", "unknown_session", "stale_hash", "bad_edit",
    }  # fmt: skip


@pytest.mark.timeout(300)
async def test_storm_in_small(tmp_path: Any) -> None:
    """A thousand messages to a real daemon: no traceback, and a neighbour is heard."""
    report = await storm(tmp_path, messages=1_000, peers=2, seed=1, minutes=2, alone_s=0)

    assert report["tracebacks"] == 0
    assert report["messages"] == 1_000
    assert report["neighbour_words"]["in_the_storm"] > 0
