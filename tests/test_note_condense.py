"""Speech in, record style out."""

from __future__ import annotations

import pytest

from tests.note_pieces import pieces
from wardscribed.note.clauses import clauses, worth_signals
from wardscribed.note.context import Labelled
from wardscribed.note.language import load, tokens
from wardscribed.values import Transcript, Turn

NB, EN = load("nb"), load("en")


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Ja, altså, jeg har hatt en verk i hofta siden påske, vet du.", "hatt verk i hofta siden påske."),
        ("Jeg tenker at dette er slitasje i kneet.", "slitasje i kneet."),
        ("Metningen er 93, og pulsen er 72.", "Metningen 93, pulsen 72."),
        ("Det er ikke farlig.", "ikke farlig."),
        ("Har tatt en tablett i dag.", "tatt en tablett i dag."),
        ("Han snorker, og så stopper pusten.", "snorker, stopper pusten."),
        ("Ja.", "Ja."),
    ],
)
def test_condensed_takes_away_what_carries_nothing(text: str, short: str) -> None:
    """Pronouns, copulas and empty words go; articles that count and heads of clauses stay."""
    assert NB.condenser.condensed(text).lower() == short.lower()


@pytest.mark.parametrize("kept", ["negation", "side", "day", "month", "time", "never", "no"])
def test_condense_lists_hold_no_word_that_matters(kept: str) -> None:
    """No word of negation, side or time alone is on a list of words that go wherever they stand."""
    for code in ("nb", "nn", "en"):
        language = load(code)
        words = sorted(language.alike[kept] if kept in language.alike else language.sets[kept])
        text = " ".join(f"ord {word} ord" for word in words)
        assert set(words) <= set(tokens(language.condenser.condensed(text)))


def test_persons_are_written_as_a_record_does() -> None:
    """What a patient says of himself and a clinician says to him is about the patient; Norwegian stays."""
    assert (
        EN.persons["patient"].written("When I walk my knee hurts.")
        == "When the patient walks the patient's knee hurts."
    )
    assert EN.persons["clinician"].written("I think you need rest.") == "I think the patient needs rest."
    assert NB.persons["patient"].written("Når jeg går.") == "Når jeg går."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Tar Eliquis om morgenen, og naboen har en hund.", ["Tar Eliquis om morgenen,", "og naboen har en hund."]),
        ("Hvis du får feber, må du ringe oss.", ["Hvis du får feber, må du ringe oss."]),
        ("Det dro ut i kjeven og ned i venstre arm.", ["Det dro ut i kjeven og ned i venstre arm."]),
        ("Metotreksat er det, rett under huden.", ["Metotreksat er det, rett under huden."]),
        ("Nei, ikke vondt.", ["Nei, ikke vondt."]),
    ],
)
def test_clauses_keep_a_condition_with_its_consequence(text: str, parts: list[str]) -> None:
    """What depends on «hvis» is never shown without it."""
    assert clauses(text, NB) == parts


@pytest.mark.parametrize(
    ("text", "content"), [("da var det vel det.", 0), ("siden torsdag.", 1), ("hoster grønt slim om morgenen.", 3)]
)
def test_worth_counts_the_words_that_tell_something(text: str, content: int) -> None:
    """What small words leave of a clause says how much it tells."""
    transcript = Transcript("nb", (Turn(1, "patient", text),))
    (piece,) = pieces(transcript, NB)
    found = worth_signals(Labelled(piece, "aktuelt"), text, NB)

    assert sum(name.startswith("content>") for name in found) == content
