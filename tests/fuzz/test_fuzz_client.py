"""Whatever the daemon says, in whatever order: the client's deciding parts take it, and keep their own promises."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wardscribe import protocol
from wardscribe.conversation import Conversation, left_out, placed
from wardscribe.notices import Disconnected, Waiting
from wardscribe.outgoing import Outgoing
from wardscribe.protocol import Role, State
from wardscribe.reading import Reading

QUICK = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
_small = st.integers(-3, 40)
_sample = st.integers(0, 40)
_note = st.builds(
    protocol.DraftNote,
    template=st.text(max_size=3),
    language=st.text(max_size=2),
    sections=st.lists(
        st.builds(
            protocol.Section,
            st.text(max_size=3),
            st.text(max_size=3),
            st.lists(st.builds(protocol.Sentence, st.text(max_size=5), st.tuples(_small)), max_size=3).map(tuple),
        ),
        max_size=3,
        unique_by=lambda section: section.id,  # the daemon takes no other template
    ).map(tuple),
    not_included=st.lists(
        st.builds(protocol.LeftOut, _small, st.text(max_size=5), st.text(max_size=5)), max_size=3
    ).map(tuple),
)
_words = st.lists(st.builds(protocol.Word, st.text(max_size=4), _small, _small, st.floats(0, 1)), max_size=3).map(tuple)
events = st.one_of(
    st.builds(protocol.Ready),
    st.builds(protocol.Ack, _small, _sample),
    st.builds(protocol.Partial, _small, _small, _small, _words),
    st.builds(protocol.Commit, _small, _small, _small, _words),
    st.builds(protocol.Utterance, _small, _small, _small, _small, _small, st.booleans()),
    st.builds(protocol.Quality, _small, _small, st.floats(-99, 0), st.booleans(), st.floats(0, 9), st.floats(0, 9)),
    st.builds(protocol.Note, _small, st.booleans(), st.text(max_size=3), _note),
    st.builds(protocol.StateChanged, _small, st.text(max_size=2), st.sampled_from(State)),
    st.builds(protocol.Finalized, _small, _small),
    st.builds(protocol.Gap, _small, _small, _small),
    st.builds(protocol.Editor, _small, st.text(max_size=2)),
    st.builds(protocol.Error, _small, st.text(max_size=3), st.text(max_size=3), st.booleans(), _small),
    st.builds(Waiting, _small, _small),
    st.just(Disconnected()),
)


@QUICK
@given(told=st.lists(events, max_size=30))
def test_what_a_person_sees_takes_any_events(told: list[Any]) -> None:
    """Utterances that never began, unknown channels, notes without sections; committed words never go."""
    conversation, reading = Conversation((Role.CLINICIAN,)), Reading("me")
    for event in told:
        before = {number: list(line.committed) for number, line in conversation.lines.items()}
        conversation.receive(event)
        reading.receive(event)
        for number, words in before.items():
            assert conversation.lines[number].committed[: len(words)] == words
    note = conversation.note
    if note is not None:
        assert len(left_out(note)) <= len(note.not_included)
        assert [place.number for place in placed(note)] == list(range(1, len(reading.places) + 1))
    assert not (reading.may_approve and reading.note is None)


STEPS = st.sampled_from(
    [protocol.Pause(), protocol.Resume(), protocol.Stop(), protocol.Lost(5), protocol.Approve("h"), protocol.Discard()]
)


MOVES = [
    st.binary(min_size=1, max_size=8).map(lambda pcm: pcm * 2),
    st.builds(protocol.Ack, _small, _sample),
    _sample,
    st.just("again"),
    events | STEPS,
]
_moves = st.sampled_from(MOVES).flatmap(lambda move: move)  # each kind as often as the others


@settings(QUICK, max_examples=600)
@given(turns=st.lists(_moves, max_size=30))
def test_what_is_to_be_said_takes_any_answers(turns: list[Any]) -> None:
    """Acknowledgements of what was never sent, proofs of what was not asked: audio keeps its order."""
    outgoing = Outgoing()
    outgoing.keeps_sealed = True
    outgoing.add_event(protocol.Start())
    outgoing.next_message()
    outgoing.receive(protocol.StateChanged(1, "s", State.RECORDING))
    end = 0
    for turn in turns:
        _take(outgoing, turn)
        if isinstance(turn, int | str):
            outgoing.rewind()
            end = 0
        while isinstance(message := outgoing.next_message(), str | bytes):
            if isinstance(message, bytes):
                first, pcm = protocol.decode_audio(message, 1)
                assert first >= end
                end = first + len(pcm) // 2
        assert 0 <= outgoing.unacknowledged <= outgoing.end_sample


def _take(outgoing: Outgoing, turn: Any) -> None:
    """Let the queue take what a person, the daemon or the line does."""
    match turn:
        case bytes():
            outgoing.add_audio(turn)
        case int():
            outgoing.go_back(turn)  # as for a restarted daemon, before anything is said to it
        case protocol.Ack():
            outgoing.acknowledge(turn.sample)
        case _ if type(turn) in protocol.CLIENT_EVENTS.values():
            outgoing.add_event(turn)
        case _:
            outgoing.receive(turn)
