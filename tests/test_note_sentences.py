"""Turns in, sentences out."""

from __future__ import annotations

import pytest

from tests.note_pieces import pieces
from wardscribed.note.language import load, tokens
from wardscribed.note.sentences import is_monologue, is_question, of_turn, split
from wardscribed.values import Transcript, Turn

NB = load("nb")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Det svir. Har du sett det? Ja!", ["Det svir.", "Har du sett det?", "Ja!"]),
        ("Hun tar f.eks. Paracet og ca. to om dagen.", ["Hun tar f.eks. Paracet og ca. to om dagen."]),
        ("jeg har vondt i kneet", ["jeg har vondt i kneet"]),
        ("En linje\nen linje til", ["En linje", "en linje til"]),
        ("  ", []),
    ],
)
def test_split_finds_sentences(text: str, parts: list[str]) -> None:
    """Signs end sentences, short forms do not."""
    assert split(text, NB) == parts


def test_split_cuts_a_long_turn_without_signs_before_a_pause_word() -> None:
    """A recogniser sets no punctuation: a long turn is cut, and no word is lost."""
    text = (
        "det begynte på mandag med at jeg ble tungpusten i trappa hjemme og så fikk jeg en hoste som ikke gir seg "
        "men jeg har ikke hatt feber og jeg har klart å spise hele tida"
    )
    parts = split(text, NB)
    assert len(parts) > 1
    assert " ".join(parts) == text


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Feber?", True),
        ("har du feber", True),
        ("og hvor lenge har det vart", True),
        ("Fortell om hodepinen.", True),
        ("jeg har feber", False),
        ("Har du tatt dem, er det bra.", False),
    ],
)
def test_is_question_survives_missing_signs(text: str, asks: bool) -> None:
    """Without a sign, word order tells a question."""
    assert is_question(text, tuple(tokens(text)), NB) is asks


@pytest.mark.parametrize(
    ("said", "reply", "question"),
    [
        ("vondt i magen", "nei det er det rare", "vondt i magen"),
        ("det var leit å høre røyker du", "aldri gjort", "røyker du"),
        ("jeg skjønner hvor lenge har det vart", "i tre uker", "hvor lenge har det vart"),
        ("da får du en ny time om to uker", "fint", None),
        ("det forstår jeg godt", "ja", None),
    ],
)
def test_pieces_finds_questions_that_have_no_sign(said: str, reply: str, question: str | None) -> None:
    """Word order, a yes or no that follows, or a short fragment tells a question."""
    found = pieces(Transcript("nb", (Turn(1, "clinician", said), Turn(2, "patient", reply))), NB)
    assert [piece.text for piece in found if piece.question] == ([question] if question else [])


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("Har de tankene vært der.", True),
        ("Noe du ikke tåler av medisiner.", True),
        ("Blør du mer, ringer du oss.", False),
        ("Da retter jeg det.", False),
    ],
)
def test_pieces_asks_by_word_order_where_a_full_stop_was_heard(said: str, asks: bool) -> None:
    """A recogniser's full stop behind a question hides nothing; a condition stays one."""
    turns = (Turn(1, "clinician", said), Turn(2, "patient", "Nei."))
    assert pieces(Transcript("nb", turns), NB)[0].question is asks


def test_pieces_reads_a_monologue_as_dictation() -> None:
    """A clinician who speaks alone and asks nothing dictates, also where no sign is spoken."""
    text = "Innlagt for lungebetennelse. Fikk penicillin. Feberfri fra dag to. Lungene er rene. CRP falt. Skrives ut."
    found = pieces(Transcript("nb", (Turn(1, "clinician", text),)), NB)
    assert is_monologue(found, NB)


def test_pieces_reads_dictated_signs() -> None:
    """Dictated signs cut sentences; a decimal sign stays in its number."""
    text = "Hemoglobin tretten komma sju komma CRP elleve punktum ny linje Plan kolon kontroll om to uker punktum"
    found = list(of_turn(Turn(1, "clinician", text), NB, dictated=True))
    assert [piece.text for piece in found] == ["Hemoglobin 13,7, CRP elleve.", "Plan: kontroll om to uker."]


def test_pieces_keeps_komma_in_a_conversation() -> None:
    """A spoken «komma» in talk is a decimal sign, not a command."""
    found = pieces(Transcript("nb", (Turn(1, "patient", "Trettiåtte komma fire i går."),)), NB)
    assert [piece.text for piece in found] == ["Trettiåtte komma fire i går."]
