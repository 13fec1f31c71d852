"""What was left out and is taken in after all rests on what was said, as every other sentence does."""

from __future__ import annotations

import pytest

from wardscribe.protocol import DraftNote, LeftOut, ProtocolError, Restore, Section, Sentence
from wardscribed.note.editing import edited
from wardscribed.note.restoring import restored
from wardscribed.values import Transcript, Turn

SAID = Transcript(
    "nb",
    (
        Turn(1, "patient", "Jeg har hatt vondt i kneet siden tirsdag."),
        Turn(2, "clinician", "Hovner det opp?"),
        Turn(3, "patient", "Ja, om kvelden. Og så var det glatt ute."),
        Turn(4, "clinician", "Vi tar et røntgenbilde i dag."),
        Turn(5, "patient", "Jeg tar 50 mg tramadol.", (0.9, 0.9, 0.6, 0.9, 0.9)),
        Turn(6, None, "Kom tilbake om en uke."),
    ),
)
NOTE = DraftNote(
    "strukturert",
    "nb",
    (
        Section("aktuelt", "Aktuelt", (Sentence("Vondt i kneet.", (1,)), Sentence("Hovner opp om kvelden.", (2, 3)))),
        Section("medikamenter", "Medikamenter", ()),
        Section("plan", "Plan", (Sentence("Røntgenbilde i dag.", (4,)),), clinician_only=True),
    ),
    (
        LeftOut(1, "Jeg har hatt vondt i kneet siden tirsdag.", "gjentatt"),
        LeftOut(3, "Og så  var det glatt ute.", "smaprat"),
        LeftOut(5, "Jeg tar 50 mg tramadol.", "usikker"),
        LeftOut(5, "Tar 500 mg tramadol.", "tall_uten_belegg"),
        LeftOut(6, "Kom tilbake om en uke.", "usikker"),
    ),
)


def restore(turn: int, text: str, section: str = "", note: DraftNote = NOTE) -> DraftNote:
    """Take in what was left out."""
    return restored(note, Restore(turn, text, section), SAID)


def where(note: DraftNote, evidence: tuple[int, ...]) -> list[tuple[str, int]]:
    """The places of the sentences that rest on these turns."""
    return [
        (section.id, i)
        for section in note.sections
        for i, sentence in enumerate(section.sentences)
        if sentence.evidence == evidence
    ]


def test_a_restored_sentence_rests_on_its_turn() -> None:
    """It stands where it was said, marked as nobody's handiwork, and is not left out any more."""
    note = restore(3, "Og så  var det glatt ute.")
    [place] = where(note, (3,))

    assert place == ("aktuelt", 2)
    assert note.sections[0].sentences[2] == Sentence("Og så var det glatt ute.", (3,))
    assert [item.turn for item in note.not_included] == [1, 5, 5, 6]


def test_it_stands_in_the_order_in_which_it_was_said() -> None:
    """Not behind what was said after it."""
    note = restore(1, "Jeg har hatt vondt i kneet siden tirsdag.")

    assert [sentence.evidence for sentence in note.sections[0].sentences] == [(1,), (1,), (2, 3)]


def test_a_doubted_number_is_flagged() -> None:
    """As in every other sentence: it must be looked at before the note is approved."""
    note = restore(5, "Jeg tar 50 mg tramadol.", "medikamenter")

    assert note.sections[1].sentences == (Sentence("Jeg tar 50 mg tramadol.", (5,), ("unsure",), ("50",)),)


def test_the_plan_is_the_clinicians() -> None:
    """What the patient said goes elsewhere; who spoke unknown, a person may say that it was the clinician."""
    assert where(restore(5, "Jeg tar 50 mg tramadol."), (5,)) == [("aktuelt", 2)]
    assert where(restore(6, "Kom tilbake om en uke."), (6,)) == [("aktuelt", 2)]
    assert where(restore(6, "Kom tilbake om en uke.", "plan"), (6,)) == [("plan", 1)]

    with pytest.raises(ProtocolError, match="somebody else spoke") as error:
        restore(5, "Jeg tar 50 mg tramadol.", "plan")
    assert error.value.code == "bad_edit"


@pytest.mark.parametrize(
    ("turn", "text", "section", "fault"),
    [
        (99, "Jeg tar 50 mg tramadol.", "", "no turn 99"),
        (2, "Jeg tar 50 mg tramadol.", "", "left out of turn 2"),
        (3, "Jeg tar 50 mg tramadol.", "", "left out of turn 3"),
        (5, "Jeg tar 50 mg tramadol.", "annet", "no such section"),
        (5, "Tar 500 mg tramadol.", "", "nothing carries them"),
    ],
)
def test_what_was_not_said_or_not_left_out_is_refused(turn: int, text: str, section: str, fault: str) -> None:
    """The fault is named without a word of what was said; what the gate refused once does not come in by this door."""
    with pytest.raises(ProtocolError, match=fault) as error:
        restore(turn, text, section)

    assert error.value.code == "bad_edit"
    assert "tramadol" not in str(error.value)


def test_what_was_removed_can_be_taken_in_again() -> None:
    """At its place and with all its evidence: a slip of the finger loses nothing that was said."""
    without = edited(NOTE, "aktuelt", 1, "")
    assert without.not_included[-1] == LeftOut(3, "Hovner opp om kvelden.", "fjernet", (2, 3))

    assert restore(3, "Hovner opp om kvelden.", note=without) == NOTE


def test_what_the_clinician_wrote_goes_when_it_is_removed() -> None:
    """Nobody said it, so nothing that was said is left out."""
    for index in (2, 0):
        written = edited(NOTE, "aktuelt", index, "Skrevet for hånd.")
        assert written.sections[0].sentences[index].flags == ("edited",)
        assert edited(written, "aktuelt", index, "").not_included == NOTE.not_included
