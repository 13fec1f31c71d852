"""A session, moved by hand: scripted speech probabilities and hypotheses, no clock, no thread."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scripts import ScriptedVad
from wardscribe import protocol
from wardscribe.protocol import DraftNote, ProtocolError, Restore, Role, Section, Sentence, Start, State
from wardscribed.acknowledging import MAX_BACKLOG
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.audio.listener import listen
from wardscribed.note import note_hash
from wardscribed.note.editing import MAX_SENTENCES
from wardscribed.session import Session
from wardscribed.utterance import Need
from wardscribed.values import SAMPLE_RATE, Hypothesis, Transcript, Word

SECOND = SAMPLE_RATE


def draft(transcript: Transcript, _: bool) -> DraftNote:
    """Everything said, in one section."""
    sentences = tuple(Sentence(turn.text, (turn.id,)) for turn in transcript.turns)
    return DraftNote("t", transcript.language, (Section("plan", "Plan", sentences),))


def open_session(channels: tuple[Role, ...] = (Role.CLINICIAN,)) -> Session:
    """A session that records."""
    return Session("s", Start(channels=channels), draft, EndpointSettings(), 80)


def hear(session: Session, vad: ScriptedVad, seconds: float) -> None:
    """Receive `seconds` of silence on every channel and listen to it."""
    size = int(seconds * SAMPLE_RATE)
    session.receive_audio(session.received, bytes(2 * size * len(session.tracks)))
    step(session, vad)


def step(session: Session, vad: ScriptedVad) -> None:
    """Listen to all that was received."""
    while any(track.listener.has_pending for track in session.tracks):
        listen([track.listener for track in session.tracks], vad)  # type: ignore[arg-type]
    session.receive_heard()


def answer(session: Session, text: str) -> list[Need]:
    """Answer all needs with the words of `text`, spread over the first half second of speech."""
    needs = list(session.needs())
    for need in needs:
        words = tuple(
            Word(word, need.start + 4_800 + 1_600 * i, need.start + 6_000 + 1_600 * i, 0.9)
            for i, word in enumerate(text.split())
        )
        session.receive_hypothesis(need, Hypothesis(words, need.end))
    return needs


def finish_draft(session: Session) -> None:
    """Make the draft if it is due, as the engine does."""
    if (make := session.begin_draft()) is not None:
        session.receive_draft(make())


def logged(session: Session, kind: type) -> list[Any]:
    """The logged events of a kind."""
    return [event for event in session.log.since(0) if isinstance(event, kind)]


def said(session: Session) -> list[str]:
    """The committed words."""
    return [word.text for event in logged(session, protocol.Commit) for word in event.words]


def conversation(words: str = "tar seksti milligram") -> Session:
    """A session in review after one utterance."""
    session, vad = open_session(), ScriptedVad((1.0, 2.0))
    hear(session, vad, 4.0)
    answer(session, words)
    session.stop()
    step(session, vad)
    finish_draft(session)
    assert session.state is State.REVIEW
    return session


def test_ended_utterance_is_committed_whole() -> None:
    """Speech, silence, one final decode: all words committed once, the utterance announced and ended."""
    session = open_session()
    hear(session, ScriptedVad((1.0, 2.0)), 4.0)

    needs = answer(session, "tar seksti milligram")

    assert [need.is_final for need in needs] == [True]
    assert said(session) == ["tar", "seksti", "milligram"]
    assert [event.ended for event in logged(session, protocol.Utterance)] == [False, True]
    assert list(session.needs()) == []


def test_growing_utterance_wants_partials_of_new_audio_only() -> None:
    """While somebody speaks there is one need, and none until more audio was heard."""
    session, vad = open_session(), ScriptedVad((0.5, 9.0))
    hear(session, vad, 2.0)

    assert [need.is_final for need in answer(session, "tar")] == [False]
    assert list(session.needs()) == []

    hear(session, vad, 0.5)

    assert len(list(session.needs())) == 1


def test_last_decode_is_final_when_it_heard_all_speech() -> None:
    """A decode made in the silence after the speech is not made again when the silence holds."""
    session, vad = open_session(), ScriptedVad((0.5, 1.5))
    hear(session, vad, 1.85)
    assert [need.is_final for need in answer(session, "ja da")] == [False]

    hear(session, vad, 1.0)

    assert list(session.needs()) == []
    assert said(session) == ["ja", "da"]


def test_stop_decodes_the_tail() -> None:
    """What was being said when the session stopped is decoded, then the draft is made."""
    session, vad = open_session(), ScriptedVad((1.0, 9.0))
    hear(session, vad, 2.0)
    session.stop()
    step(session, vad)
    finish_draft(session)
    assert session.note is None

    needs = answer(session, "siste ord")
    finish_draft(session)

    assert needs[-1].end == 2 * SECOND
    assert said(session) == ["siste", "ord"]
    assert session.state is State.REVIEW
    assert session.note is not None
    assert session.note.sections[0].sentences[0].text == "siste ord"


def test_channels_are_heard_apart() -> None:
    """Two channels give two utterances with their own numbers and channels."""
    session = open_session((Role.CLINICIAN, Role.PATIENT))
    hear(session, ScriptedVad((1.0, 2.0)), 4.0)

    needs = answer(session, "hei")

    assert {(need.channel, need.utterance) for need in needs} == {(0, 1), (1, 2)}
    assert {turn.speaker for turn in session.transcript().turns} == {"clinician", "patient"}


def test_repeated_audio_is_skipped_and_a_gap_becomes_silence() -> None:
    """Sample indices are the clock: overlap is not heard twice, a gap keeps times true."""
    session = open_session()
    session.receive_audio(0, bytes(2 * 100))
    session.receive_audio(50, bytes(2 * 100))
    assert session.received == 150

    session.receive_audio(400, bytes(2 * 10))
    assert session.received == 410

    session.receive_audio(0, bytes(2 * 10))
    assert session.received == 410


def test_huge_gap_is_refused() -> None:
    """A minute is no hiccup; nothing is taken."""
    session = open_session()
    with pytest.raises(ProtocolError) as error:
        session.receive_audio(61 * SECOND, bytes(2))

    assert error.value.code == "bad_sample_index"
    assert session.received == 0


def test_long_backlog_is_not_acknowledged() -> None:
    """A client that sends faster than we decode is made to wait by the missing acknowledgement."""
    session = open_session()
    session.receive_audio(0, bytes(2 * (MAX_BACKLOG + 1)))
    viewer = session.log.open_viewer(session.log.seq)
    session.acknowledge()
    assert not viewer._latest

    step(session, ScriptedVad())
    session.acknowledge()
    assert viewer._latest == {"ack": protocol.Ack(session.log.seq, MAX_BACKLOG + 1)}


def test_audio_is_refused_while_paused() -> None:
    """What is said in a pause is not recorded."""
    session = open_session()
    session.pause()

    with pytest.raises(ProtocolError, match="paused"):
        session.receive_audio(0, bytes(2))


def test_only_the_draft_that_was_read_is_approved() -> None:
    """An edit makes the hash stale; the new one approves; then nothing is left."""
    session = conversation()
    assert session.note is not None
    read = note_hash(session.note)
    session.edit("plan", 0, "Tar 60 mg.")

    with pytest.raises(ProtocolError) as error:
        session.approve(read)
    assert error.value.code == "stale_hash"
    assert session.state is State.REVIEW

    session.approve(logged(session, protocol.Note)[-1].hash)
    assert [event.state for event in logged(session, protocol.StateChanged)][-3:] == ["approved", "written", "wiped"]


@pytest.mark.parametrize("how", ["approve", "discard"])
def test_nothing_is_left_after_the_end(how: str) -> None:
    """After approval or discard no event, word, note or sample of the session is held."""
    session = conversation()
    assert session.note is not None
    if how == "approve":
        session.approve(note_hash(session.note))
    else:
        session.discard()
    session.wipe_audio()

    assert session.state is State.WIPED
    assert {type(event) for event in session.log.since(0)} == {protocol.StateChanged}
    assert session.note is None
    assert not session.hearing.said
    assert not any(track.words or track.open for track in session.tracks)


def test_answer_after_a_wipe_is_dropped() -> None:
    """A decode that was in flight when the session was discarded changes nothing."""
    session = open_session()
    hear(session, ScriptedVad((1.0, 2.0)), 4.0)
    need = next(iter(session.needs()))
    session.discard()
    session.receive_hypothesis(need, Hypothesis((Word("sent", 0, 1, 0.9),), need.end))

    assert said(session) == []


def test_edit_adds_changes_and_removes() -> None:
    """Index within the section changes or removes; at its end it adds; beyond it is refused."""
    session = conversation()
    session.edit("plan", 1, "Lagt til.")
    session.edit("plan", 0, "")
    assert session.note is not None
    assert [(s.text, s.evidence, s.flags) for s in session.note.sections[0].sentences] == [
        ("Lagt til.", (), ("edited",))
    ]

    for section, index in (("plan", 5), ("plan", -1), ("annet", 0)):
        with pytest.raises(ProtocolError) as error:
            session.edit(section, index, "x")
        assert error.value.code == "bad_edit"


def test_what_was_taken_out_comes_back_with_its_evidence() -> None:
    """Every sentence that was said rests on its turn, whoever put it into the note."""
    session = conversation()
    assert session.note is not None
    before = session.note
    [sentence] = before.sections[0].sentences
    session.edit("plan", 0, "")
    session.restore(Restore(sentence.evidence[0], sentence.text))

    assert session.note == before
    with pytest.raises(ProtocolError) as error:
        session.restore(Restore(sentence.evidence[0], sentence.text))
    assert error.value.code == "bad_edit"


def test_draft_waits_for_what_is_heard_but_not_told() -> None:
    """The audio thread may be ahead of the session: the draft is not made before its last utterance is known."""
    session, vad = open_session(), ScriptedVad((1.0, 9.0))
    session.receive_audio(0, bytes(2 * 3 * SECOND))
    session.stop()
    while session.tracks[0].listener.has_pending:
        listen([session.tracks[0].listener], vad)  # type: ignore[arg-type]
    finish_draft(session)
    assert session.note is None

    session.receive_heard()
    answer(session, "pasienten er allergisk")
    finish_draft(session)

    assert session.note is not None
    assert session.note.sections[0].sentences[0].text == "pasienten er allergisk"


def every_400_ms(need: Need) -> Hypothesis:
    """A numbered word each 400 ms of the session, as far as the request hears them whole."""
    spans = [(k * 6_400, k * 6_400 + 5_600) for k in range(150)]
    words = tuple(Word(f"w{a // 6_400}", a, b, 0.95) for a, b in spans if a >= need.start and b <= need.end)
    return Hypothesis(words, need.end)


def test_cut_utterance_repeats_no_word() -> None:
    """Speech too long for one utterance is cut behind words that are committed already: none is committed twice."""
    session, vad = open_session(), ScriptedVad((0.5, 20.0), (20.15, 38.0))
    for _ in range(84):
        hear(session, vad, 0.5)
        for _ in range(3):
            for need in list(session.needs()):
                session.receive_hypothesis(need, every_400_ms(need))
    starts = [word.start_ms for event in logged(session, protocol.Commit) for word in event.words]

    assert len([event for event in logged(session, protocol.Utterance) if event.ended]) > 1
    assert len(said(session)) == len(set(said(session))) > 85
    assert starts == sorted(starts)


def test_nothing_heard_after_a_wipe_is_told() -> None:
    """A pass of the audio thread that was in flight when the session was discarded opens no utterance."""
    session, vad = open_session(), ScriptedVad((1.0, 2.0))
    session.receive_audio(0, bytes(2 * 50 * SECOND))
    session.discard()
    assert session.backlog == 0
    step(session, vad)
    answer(session, "hemmelig ord")

    assert {type(event) for event in session.log.since(0)} == {protocol.StateChanged}
    assert not session.hearing.said


def test_failed_draft_loses_nothing() -> None:
    """Where no draft can be made, all that was said is listed as left out, and the clinician goes on from there."""
    session, vad = open_session(), ScriptedVad((1.0, 2.0))
    hear(session, vad, 4.0)
    answer(session, "tar seksti milligram")
    session.stop()
    step(session, vad)
    session.fail_draft()

    assert session.state is State.REVIEW
    assert session.note is not None
    assert [item.text for item in session.note.not_included] == ["tar seksti milligram"]
    session.restore(Restore(1, "tar seksti milligram"))
    assert [sentence.evidence for sentence in session.note.sections[0].sentences] == [(1,)]


def test_edits_are_bounded() -> None:
    """Of a note edited often only the last state is replayed, and a section has room for so many sentences."""
    session = conversation()
    for index in range(1, MAX_SENTENCES):
        session.edit("plan", index, "mer")
    with pytest.raises(ProtocolError) as error:
        session.edit("plan", MAX_SENTENCES, "for mye")

    assert error.value.code == "bad_edit"
    assert len(logged(session, protocol.Note)) == 1


def test_finalize_is_answered_when_the_tail_is_committed() -> None:
    """Without a pause: what was said so far is decoded to its end, then viewers know."""
    session, vad = open_session(), ScriptedVad((1.0, 9.0))
    hear(session, vad, 2.0)
    session.finalize()
    step(session, vad)
    assert logged(session, protocol.Finalized) == []
    answer(session, "tar seksti milligram")

    assert [event.sample for event in logged(session, protocol.Finalized)] == [2 * SECOND]
    assert said(session) == ["tar", "seksti", "milligram"]
    assert session.state is State.RECORDING
    hear(session, vad, 2.0)
    assert len(logged(session, protocol.Finalized)) == 1


def test_finalize_of_silence_is_answered_at_once() -> None:
    """Nothing is open, so nothing is waited for."""
    session = open_session()
    hear(session, ScriptedVad(), 1.0)
    session.finalize()
    step(session, ScriptedVad())

    assert [event.sample for event in logged(session, protocol.Finalized)] == [SECOND]


def test_what_was_not_recorded_is_told_and_ends_what_was_said() -> None:
    """A gap stands in the log with its place and length, and no utterance goes on over it."""
    session, vad = open_session(), ScriptedVad((1.0, 9.0))
    hear(session, vad, 2.0)
    session.lose(42_000)
    step(session, vad)
    answer(session, "tar seksti")
    hear(session, vad, 2.0)

    (gap,) = logged(session, protocol.Gap)
    assert (gap.at_ms, gap.missing_ms) == (2_000, 42_000)
    ended = [event for event in logged(session, protocol.Utterance) if event.ended]
    assert [(event.utterance, event.end_ms) for event in ended] == [(1, 2_000)]
    assert session.hearing.utterances == 2


def test_missing_samples_are_told_too() -> None:
    """A jump of the sample index becomes silence, so that times stay true, and is not passed off as silence."""
    session = open_session()
    session.receive_audio(0, bytes(2 * SECOND))
    session.receive_audio(3 * SECOND, bytes(2 * SECOND))

    (gap,) = logged(session, protocol.Gap)
    assert (gap.at_ms, gap.missing_ms) == (1_000, 2_000)
    assert session.received == 4 * SECOND


@pytest.mark.parametrize("ask", [lambda s: s.lose(0), lambda s: s.lose(-1)])
def test_nothing_missing_is_no_gap(ask: Any) -> None:
    """The field is named."""
    with pytest.raises(ProtocolError, match="'missing_ms'"):
        ask(open_session())


def test_what_was_received_is_welcome_again_in_any_state() -> None:
    """A client that did not hear of acknowledgements says audio again, after `stop` too; only new audio is wrong."""
    session = open_session()
    session.receive_audio(0, bytes(2 * SECOND))
    session.stop()
    session.receive_audio(0, bytes(2 * SECOND))
    with pytest.raises(ProtocolError, match="not expected"):
        session.receive_audio(0, bytes(2 * SECOND + 2))

    assert session.received == SECOND


def grown(session: Session) -> list[list[int]]:
    """Let the draft read along; return the evidence of the note as it is shown."""
    viewer = session.log.open_viewer(session.log.seq)
    if (make := session.begin_growing()) is not None:
        session.show_growing(make())
    notes = [event for event in viewer.take_now() if isinstance(event, protocol.Note)]
    session.log.close_viewer(viewer)
    assert not any(note.final or note.hash for note in notes)
    return [[s.evidence[0] for section in note.note.sections for s in section.sentences] for note in notes]


def test_the_note_grows_with_what_is_settled() -> None:
    """An utterance is shown once no earlier one is open, and once only; what is shown cannot be approved."""
    session, vad = open_session((Role.CLINICIAN, Role.PATIENT)), ScriptedVad((1.0, 2.0), (4.0, 9.0))
    hear(session, vad, 3.0)
    assert grown(session) == []
    answer(session, "har du vondt")
    assert grown(session) == [[1, 2]]
    assert grown(session) == []

    hear(session, vad, 2.0)
    answer(session, "ja litt")
    assert grown(session) == []

    session.stop()
    assert session.begin_growing() is None
    with pytest.raises(ProtocolError, match="approve"):
        session.approve("")
