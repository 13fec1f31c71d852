"""The wire."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardscribe import protocol
from wardscribe.protocol import ProtocolError, Role, State

EVENTS = [
    protocol.Hello("secret", "test", "abc", 4, "device"),
    protocol.Unseal("abc", ("AA==", "AQ=="), is_last=False, last_seq=4),
    protocol.Start("nn", "narrativ", (Role.CLINICIAN, Role.PATIENT), protocol.Source.DAEMON, "Mic", "p", "e", True),
    protocol.Start(
        preferences=protocol.NotePreferences("short", "nn", (protocol.Phrase("Ingen feber.", "Afebril: ingen feber."),))
    ),
    protocol.Pause(),
    protocol.Resume(),
    protocol.Finalize(),
    protocol.Lost(1_500),
    protocol.Take(),
    protocol.Stop(),
    protocol.Edit("plan", 1, "Kontroll."),
    protocol.Restore(3, "Kontroll.", "plan"),
    protocol.Approve("00"),
    protocol.Discard(),
    protocol.Watch("abc", 3),
    protocol.Ready(0, "0.1.0", "m", ("strukturert",), ("nb",)),
    protocol.Ack(1, 16_000),
    protocol.Partial(1, 2, 0, (protocol.Word("hei", 0, 300, 0.5),)),
    protocol.Commit(7, 3, 0, (protocol.Word("sertralin", 5120, 5680, 0.93),)),
    protocol.Utterance(1, 1, 0, 0, 900, True),
    protocol.Sealed(7, 0, 16_000, "AA=="),
    protocol.Gap(8, 1_000, 1_500),
    protocol.Finalized(9, 16_000),
    protocol.Editor(10, "desk"),
    protocol.Quality(1, 0, -20.5, False, 18.0, 0.5),
    protocol.Note(
        9,
        True,
        "ff",
        protocol.DraftNote("t", "nb", (protocol.Section("plan", "Plan", (protocol.Sentence("a", (1,)),)),)),
    ),
    protocol.StateChanged(2, "abc", State.REVIEW),
    protocol.Error(0, "busy", "full", True),
    protocol.Bye(0, "stop", 100),
]
ALL = {**protocol.CLIENT_EVENTS, **protocol.DAEMON_EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_event_survives_the_wire(event: object) -> None:
    """What one side encodes the other decodes to the same value."""
    assert protocol.decode(protocol.encode(event), ALL) == event


def test_every_event_is_tried() -> None:
    """A new event has to be added to the list above."""
    assert {type(event) for event in EVENTS} == set(ALL.values())


def test_commit_reads_as_published() -> None:
    """Others build on this shape."""
    event = protocol.Commit(7, 3, 0, (protocol.Word("sertralin", 5120, 5680, 0.93),))

    assert protocol.to_wire(event) == {
        "type": "commit",
        "seq": 7,
        "utterance": 3,
        "channel": 0,
        "words": ({"text": "sertralin", "start_ms": 5120, "end_ms": 5680, "p": 0.93},),
    }


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        ("[" * 100_000, "not_json"),
        ('"hei"', "not_an_object"),
        ("{}", "unknown_event"),
        ('{"type":"commit"}', "unknown_event"),
        ('{"type":["stop"]}', "unknown_event"),
        ('{"type":"approve"}', "bad_field"),
        ('{"type":"stop","now":1}', "bad_field"),
        ('{"type":"start","channels":["doctor"]}', "bad_field"),
    ],
)
def test_malformed_message_has_its_code(message: str, code: str) -> None:
    """Each fault has a stable code for programs."""
    with pytest.raises(ProtocolError) as error:
        protocol.decode(message, protocol.CLIENT_EVENTS)

    assert error.value.code == code


@given(st.text())
def test_any_text_is_an_event_or_a_protocol_error(message: str) -> None:
    """No text from a peer raises anything else."""
    with contextlib.suppress(ProtocolError):
        protocol.decode(message, protocol.CLIENT_EVENTS)


@given(st.integers(0, 2**63), st.integers(0, 50), st.integers(1, 2))
def test_audio_survives_the_wire(first: int, frames: int, channels: int) -> None:
    """The index and the samples come back."""
    pcm = bytes(range(frames * channels)) * 2

    assert protocol.decode_audio(protocol.encode_audio(first, pcm), channels) == (first, pcm)


@pytest.mark.parametrize(("message", "channels"), [(b"", 1), (b"1234567", 1), (b"12345678x", 1), (b"12345678xy", 2)])
def test_audio_of_odd_size_is_refused(message: bytes, channels: int) -> None:
    """A message that is no whole number of frames is named as such."""
    with pytest.raises(ProtocolError) as error:
        protocol.decode_audio(message, channels)

    assert error.value.code == "bad_audio"


def test_content_is_not_in_reprs() -> None:
    """No traceback or assertion prints what was said, or who somebody is."""
    secret = "hemmelig"
    events = [
        protocol.Hello(token=secret),
        protocol.Start(patient=secret, encounter=secret),
        protocol.Edit("plan", 0, secret),
        protocol.Restore(1, secret),
        protocol.Commit(1, 1, 0, (protocol.Word(secret, 0, 1, 1.0),)),
        protocol.DraftNote(
            "t", "nb", (protocol.Section("a", "A", (protocol.Sentence(secret, (1,)),)),), forms={"x": secret}
        ),
        protocol.LeftOut(1, secret, "smaprat"),
    ]

    assert secret not in repr(events)
