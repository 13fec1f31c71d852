"""What is said, said again after a lost connection, and forgotten."""

import pytest

from wardscribe import protocol
from wardscribe.outgoing import Outgoing
from wardscribe.protocol import Edit, Note, Restore, Role, Start, State, StateChanged, Stop

PCM = bytes(range(200))  # 100 samples of one channel


def started(channels: int = 1) -> Outgoing:
    """Return what a session has to say after its start was said and seen to be done."""
    outgoing = Outgoing()
    outgoing.add_event(Start(channels=(Role.UNKNOWN,) * channels))
    said(outgoing)
    outgoing.receive(state(State.RECORDING))
    return outgoing


def said(outgoing: Outgoing) -> list[tuple[int, bytes] | str]:
    """Say everything that is left; audio as (first sample, samples), steps by their type."""
    messages: list[tuple[int, bytes] | str] = []
    while (message := outgoing.next_message()) is not None:
        if isinstance(message, bytes):
            messages.append(protocol.decode_audio(message, outgoing.channels))
        else:
            messages.append(type(protocol.decode(message, protocol.CLIENT_EVENTS)).__name__)
    return messages


def state(value: State) -> StateChanged:
    """Return the event of a state."""
    return StateChanged(1, "s", value)


def test_audio_is_numbered_by_absolute_sample() -> None:
    """Each chunk says where it begins, whatever the number of channels."""
    outgoing = started(channels=2)
    outgoing.add_audio(PCM)
    outgoing.add_audio(PCM)

    assert said(outgoing) == [(0, PCM), (50, PCM)]
    assert outgoing.unacknowledged == 100


def test_acknowledged_audio_is_not_said_again() -> None:
    """After a lost connection, audio begins where the daemon's acknowledgement ends, within a chunk if need be."""
    outgoing = started()
    outgoing.add_audio(PCM)
    outgoing.add_audio(PCM)
    said(outgoing)
    outgoing.acknowledge(130)
    outgoing.rewind()

    assert said(outgoing) == [(130, PCM[60:])]
    assert outgoing.unacknowledged == 70


def test_steps_keep_their_place_in_the_audio() -> None:
    """`stop` is said after the audio that came before it, again and again until a state shows that it was heard."""
    outgoing = started()
    outgoing.add_audio(PCM)
    outgoing.add_event(Stop())
    first = said(outgoing)
    outgoing.rewind()
    again = said(outgoing)

    assert first == again == [(0, PCM), "Stop"]


def test_a_step_that_was_heard_is_forgotten() -> None:
    """A state that `stop` leads to proves it, even while its audio is not acknowledged yet."""
    outgoing = started()
    outgoing.add_audio(PCM)
    outgoing.add_event(Stop())
    said(outgoing)
    outgoing.receive(state(State.DRAFTING))
    outgoing.rewind()

    assert said(outgoing) == [(0, PCM)]


def test_acknowledged_audio_proves_the_steps_before_it() -> None:
    """Messages arrive in order: who has the later audio has the earlier step."""
    outgoing = started()
    outgoing.add_event(protocol.Pause())
    outgoing.add_event(protocol.Resume())
    outgoing.add_audio(PCM)
    said(outgoing)
    outgoing.acknowledge(100)
    outgoing.rewind()

    assert said(outgoing) == []


def test_a_step_that_was_not_said_yet_is_never_forgotten() -> None:
    """A state that comes before a step was said proves nothing about it."""
    outgoing = started()
    outgoing.add_event(protocol.Resume())
    outgoing.receive(state(State.RECORDING))

    assert said(outgoing) == ["Resume"]


def test_an_answered_edit_is_not_repeated() -> None:
    """A new draft, or an error, answers the oldest edit; the one behind it is still to be said."""
    outgoing = started()
    outgoing.add_event(Edit("plan", 0, "a"))
    outgoing.add_event(Restore(1, "b"))
    said(outgoing)
    outgoing.receive(Note(5, True, "h", protocol.DraftNote("t", "nb", ())))
    outgoing.rewind()

    assert said(outgoing) == ["Restore"]
    outgoing.receive(Note(6, True, "i", protocol.DraftNote("t", "nb", ())))
    outgoing.rewind()
    assert said(outgoing) == []


def test_nothing_is_left_of_a_session_that_is_over() -> None:
    """A discarded session wants neither audio nor steps, and nobody waits for acknowledgements."""
    outgoing = started()
    outgoing.add_audio(PCM)
    outgoing.add_event(Stop())
    said(outgoing)
    outgoing.receive(state(State.DISCARDED))
    outgoing.rewind()

    assert said(outgoing) == []
    assert outgoing.unacknowledged == 0


def test_what_was_asked_for_next_outlives_the_session_before() -> None:
    """`start` that follows `discard` at once is not forgotten with what it follows, nor is its audio acknowledged."""
    outgoing = started()
    outgoing.add_audio(PCM)
    outgoing.add_event(protocol.Discard())
    outgoing.add_event(Start())
    outgoing.add_audio(PCM)
    said(outgoing)
    outgoing.acknowledge(100)  # of the session before
    outgoing.receive(state(State.DISCARDED))
    outgoing.receive(state(State.WIPED))
    outgoing.rewind()

    assert said(outgoing) == ["Start", (0, PCM)]
    outgoing.receive(state(State.RECORDING))
    outgoing.acknowledge(100)
    assert outgoing.unacknowledged == 0


def test_audio_is_said_in_pieces_that_a_message_holds() -> None:
    """However large the chunk, no message is over the limit, and no sample is lost between two."""
    outgoing = started(channels=2)
    outgoing.add_audio(bytes(4 * protocol.MAX_MESSAGE_BYTES))
    messages = [message for message in said(outgoing) if not isinstance(message, str)]

    assert max(len(pcm) for _, pcm in messages) < protocol.MAX_MESSAGE_BYTES
    ends = [first + len(pcm) // 4 for first, pcm in messages]
    assert [first for first, _ in messages] == [0, *ends[:-1]]
    assert ends[-1] == protocol.MAX_MESSAGE_BYTES


def test_half_a_sample_is_refused() -> None:
    """It would shift everything after it."""
    with pytest.raises(ValueError, match="no whole number"):
        started(channels=2).add_audio(bytes(6))


def sealing() -> Outgoing:
    """What a session has to say to a daemon that seals it."""
    outgoing = started()
    outgoing.keeps_sealed = True
    return outgoing


def test_acknowledged_audio_is_kept_until_it_is_sealed() -> None:
    """A restarted daemon asks for what is in no sealed state, and gets all of it, in order, and the steps behind it."""
    outgoing = sealing()
    for _ in range(4):
        outgoing.add_audio(PCM)
    outgoing.add_event(Stop())
    said(outgoing)
    outgoing.acknowledge(400)
    outgoing.forget(150)
    outgoing.go_back(150)
    outgoing.rewind()

    assert said(outgoing) == [(150, PCM[100:]), (200, PCM), (300, PCM), "Stop"]


def test_audio_that_was_acknowledged_in_part_is_kept_in_part() -> None:
    """Cut to the rest on one connection, it is whole again after a restart."""
    outgoing = sealing()
    outgoing.add_audio(PCM)
    said(outgoing)
    outgoing.acknowledge(30)
    outgoing.rewind()
    assert said(outgoing) == [(30, PCM[60:])]
    outgoing.go_back(0)
    outgoing.rewind()

    assert said(outgoing) == [(0, PCM[:60]), (30, PCM[60:])]


def test_what_is_kept_has_a_bound() -> None:
    """The oldest of what the daemon has acknowledged goes first; what it does not have never does."""
    outgoing = sealing()
    for _ in range(10):
        outgoing.add_audio(PCM)
    said(outgoing)
    outgoing.acknowledge(500)
    outgoing.keep_at_most(700)
    assert outgoing.kept == 700
    outgoing.keep_at_most(100)

    assert outgoing.kept == outgoing.unacknowledged == 500


def test_an_answered_request_is_not_repeated() -> None:
    """`finalized` answers `finalize`, `gap` answers `lost`; what was not answered is said again."""
    outgoing = started()
    for event in (protocol.Finalize(), protocol.Lost(5), protocol.Finalize()):
        outgoing.add_event(event)
    said(outgoing)
    outgoing.receive(protocol.Finalized(2, 0))
    outgoing.receive(protocol.Gap(3, 0, 5))
    outgoing.rewind()

    assert said(outgoing) == ["Finalize"]


def test_a_taking_over_that_was_answered_is_not_said_again() -> None:
    """After a lost connection the editing is taken anew by a person, not by the program behind their back."""
    outgoing = Outgoing()
    outgoing.add_event(protocol.Take())
    outgoing.next_message()
    outgoing.receive(protocol.Editor(3, "desk"))
    outgoing.rewind()

    assert outgoing.next_message() is None
