"""What a person does with a draft before the decision."""

from __future__ import annotations

import pytest

from wardscribe import protocol
from wardscribe.conversation import Placed
from wardscribe.protocol import DraftNote, LeftOut, Role, Section, Sentence, State
from wardscribe.reading import Reading, as_text, carried_by, may_stand, pieces

NOTE = DraftNote(
    "strukturert",
    "nb",
    (
        Section(
            "anamnese", "Anamnese", (Sentence("Vondt i kneet.", (1, 2)), Sentence("Falt i går.", (4,), ("unsure",)))
        ),
        Section("plan", "Plan", (Sentence("Røntgen.", (9,), ("corrected", "edited")),)),
        Section("tom", "Tom", ()),
    ),
    (LeftOut(5, "Det var  glatt ute.", "usikker"),),
)
PIECES: list[tuple[str, list[str], list[str]]] = [
    ("Tar Metoprolol og metoprolol-succinat.", ["metoprolol"], ["Metoprolol"]),
    ("Blodtrykk 138/76, så 138.", ["138", "så"], ["så", "138"]),
    ("Øye – ÅRE.", ["øye", "åre"], ["Øye", "ÅRE"]),
    ("Ingenting.", [], []),
    ("", ["a"], []),
]
"""A text, the words of it that were doubted, and what of it is marked."""


def reading(*, state: State = State.REVIEW, is_watching: bool = False) -> Reading:
    """A draft that has come."""
    read = Reading("tray (a)", is_watching=is_watching)
    read.receive(protocol.StateChanged(1, "s", state))
    read.receive(protocol.Note(2, True, "h", NOTE))
    return read


def flagged(read: Reading) -> list[Placed]:
    """The sentences that hold the approval up."""
    return read.untouched


def test_every_flagged_sentence_must_be_touched() -> None:
    """What was heard with doubt or corrected is looked at before the draft can be approved."""
    read = reading()
    assert [place.number for place in read.untouched] == [2, 3]

    for place in flagged(read):
        assert not read.may_approve
        read.touch([place])

    assert read.may_approve


def test_a_sentence_that_moves_stays_touched_and_one_that_changes_does_not() -> None:
    """Touching is bound to what was read: the section and the words."""
    read = reading()
    for place in flagged(read):
        read.touch([place])
    first, plan, empty = NOTE.sections
    moved = Section("anamnese", "Anamnese", first.sentences[1:])
    changed = Section("plan", "Plan", (Sentence("MR.", (9,), ("corrected",)),))
    read.receive(protocol.Note(3, True, "i", DraftNote("strukturert", "nb", (moved, changed, empty))))

    assert [place.sentence.text for place in read.untouched] == ["MR."]
    assert plan.sentences[0].text != "MR."


def test_only_the_editor_decides() -> None:
    """Who watches takes over first; who was taken over from decides no more."""
    watching, recording = reading(is_watching=True), reading()
    assert (watching.may_edit, watching.may_take_over) == (False, True)

    for read in (watching, recording):
        read.receive(protocol.Editor(3, "tray (a)" if read is watching else "page"))

    assert (watching.may_edit, watching.may_take_over) == (True, False)
    assert (recording.may_edit, recording.may_take_over, recording.editor) == (False, True, "page")


def test_nothing_can_be_decided_before_or_after_the_review() -> None:
    """The session's state rules, and an end of the connection ends everything."""
    assert not any(reading(state=state).may_edit for state in State if state is not State.REVIEW)
    read = reading()
    read.end()

    assert not read.may_edit


def test_what_was_said_leads_to_its_sentences() -> None:
    """The reverse of a sentence's evidence."""
    assert [place.number for place in carried_by(NOTE, 2)] == [1]
    assert carried_by(NOTE, 5) == []


def test_text_to_paste_has_titles_and_sentences_only() -> None:
    """A section without sentences is left out."""
    assert as_text(NOTE) == "Anamnese\nVondt i kneet.\nFalt i går.\n\nPlan\nRøntgen.\n"


@pytest.mark.parametrize(("text", "doubted", "marked"), PIECES)
def test_doubted_words_are_marked_in_their_text(text: str, doubted: list[str], marked: list[str]) -> None:
    """Whole words, however they are written; nothing of the text is lost."""
    found = list(pieces(text, doubted))

    assert "".join(piece for piece, _ in found) == text
    assert [piece for piece, is_doubted in found if is_doubted] == marked


@pytest.mark.parametrize(("role", "may"), [(Role.CLINICIAN, True), (Role.UNKNOWN, True), (Role.PATIENT, False)])
def test_the_clinicians_sections_take_nobody_elses_words(role: Role, may: bool) -> None:
    """Where nobody knows who spoke, a person may say that it was the clinician."""
    assert may_stand(role, Section("plan", "Plan", (), clinician_only=True)) == may
    assert may_stand(role, Section("aktuelt", "Aktuelt", ()))
