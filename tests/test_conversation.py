"""Events in, what stands on the screen out."""

from typing import Any

from wardscribe.conversation import Conversation, left_out, placed
from wardscribe.notices import Disconnected
from wardscribe.protocol import (
    Ack,
    Commit,
    DraftNote,
    LeftOut,
    Note,
    Partial,
    Quality,
    Ready,
    Reason,
    Role,
    Section,
    Sentence,
    State,
    StateChanged,
    Utterance,
    Word,
)


def words(text: str) -> tuple[Word, ...]:
    """Return words of a text."""
    return tuple(Word(word, 0, 0, 1.0) for word in text.split())


def after(*events: Any) -> Conversation:
    """Return a conversation that took these events."""
    conversation = Conversation((Role.CLINICIAN, Role.PATIENT))
    for event in events:
        conversation.receive(event)
    return conversation


def test_committed_words_stay_and_the_tail_is_replaced() -> None:
    """Commits add up; each partial replaces the one before; a commit takes its words off the tail."""
    conversation = after(
        Utterance(1, 1, 0, 500, 500, ended=False),
        Partial(1, 1, 0, words("hei på")),
        Partial(1, 1, 0, words("hei på deg igjen")),
        Commit(2, 1, 0, words("hei på")),
    )

    assert (conversation.lines[1].text, conversation.lines[1].partial) == ("hei på", ["deg", "igjen"])


def test_an_ended_utterance_has_no_tail() -> None:
    """What was not committed when the utterance ended is gone."""
    conversation = after(
        Commit(1, 1, 1, words("ja")), Partial(1, 1, 1, words("da")), Utterance(2, 1, 1, 500, 900, ended=True)
    )

    line = conversation.lines[1]
    assert (line.text, line.partial, line.ended, line.start_ms) == ("ja", [], True, 500)


def test_speech_is_in_no_repr() -> None:
    """A traceback that prints a line prints no words."""
    conversation = after(Commit(1, 1, 0, words("sentinel")), Partial(1, 1, 0, words("sentinel")))

    assert "sentinel" not in repr(conversation.lines)


def test_own_level_goes_before_the_daemons() -> None:
    """Who sends the audio knows its level sooner; loudness warnings still come from the daemon."""
    conversation = after(Quality(1, 0, -30.0, False, 0.0, 0.0))
    assert conversation.levels == {0: -30.0}

    conversation.show_level(0, -12.0)
    conversation.receive(Quality(1, 0, -40.0, True, 0.0, 0.0))

    assert (conversation.levels, conversation.clipping) == ({0: -12.0}, {0})


def test_connection_state_and_time() -> None:
    """A lost connection shows until the daemon greets again; time is acknowledged audio."""
    conversation = after(Disconnected(), Ack(1, 32_000), StateChanged(1, "s", State.WIPED, Reason.IDLE))
    assert not conversation.is_connected
    assert (conversation.elapsed_ms, conversation.reason, conversation.is_over()) == (2_000, Reason.IDLE, True)

    conversation.receive(Ready())

    assert conversation.is_connected


def test_sentences_are_numbered_through_all_sections() -> None:
    """A person names a sentence by one number; an edit needs its section and index."""
    note = DraftNote(
        "t",
        "nb",
        (
            Section("aktuelt", "Aktuelt", (Sentence("a", (1,)), Sentence("b", (2, 9)))),
            Section("allergi", "Allergi", ()),
            Section("plan", "Plan", (Sentence("c", (3,)),)),
        ),
        (LeftOut(5, "e", "spm"), LeftOut(2, "d", "smaprat")),
    )
    conversation = after(Commit(1, 2, 0, words("hørt")), Note(3, True, "hash", note))

    assert [(p.number, p.section, p.index) for p in placed(note)] == [
        (1, "aktuelt", 0),
        (2, "aktuelt", 1),
        (3, "plan", 0),
    ]
    assert [item.turn for item in left_out(note)] == [2, 5]
    assert [line.text for line in conversation.evidence(note.sections[0].sentences[1])] == ["hørt"]
    assert (conversation.note, conversation.note_hash) == (note, "hash")
