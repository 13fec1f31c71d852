"""Questions and answers."""

from __future__ import annotations

import pytest

from tests.note_pieces import pieces
from wardscribed.note.answers import joined
from wardscribed.note.language import load
from wardscribed.values import Transcript, Turn


def join(code: str, question: str, answer: str, label: str = "aktuelt") -> str | None:
    """Join the last question of a turn with the first sentence of the next."""
    language = load(code)
    turns = (Turn(1, "clinician", question), Turn(2, "patient", answer))
    found = pieces(Transcript(code, turns), language)
    asked = [piece for piece in found if piece.turn == 1][-1]
    return joined(asked, next(piece for piece in found if piece.turn == 2), label, language)


@pytest.mark.parametrize(
    ("code", "question", "answer", "text"),
    [
        ("nb", "Og feber?", "Nei.", "Ikke feber."),
        ("nb", "Har du hatt feber?", "Nei, nei.", "Har ikke hatt feber."),
        ("nb", "Har du noen gang besvimt?", "Nei, aldri.", "Har aldri noen gang besvimt."),
        ("nb", "Svir det når du tisser?", "Nei.", "Det svir ikke når du tisser."),
        ("nb", "Er du svimmel?", "Ja.", "Er svimmel."),
        ("nb", "Er det bedre eller verre?", "Ja.", "Bedre eller verre: ja."),
        ("nb", "Er du ikke svimmel?", "Nei.", "Er du ikke svimmel? – Nei."),
        ("nb", "Feber?", "Ikke som jeg har målt.", "Feber: ikke som jeg har målt."),
        ("nb", "Når begynte det?", "I går.", "Begynte: i går."),
        ("nn", "Har du feber?", "Nei.", "Har ikkje feber."),
        ("en", "Have you had any fever?", "No.", "Has not had any fever."),
        ("en", "Any fever?", "No.", "No fever."),
    ],
)
def test_joined_says_no_more_than_both(code: str, question: str, answer: str, text: str) -> None:
    """A plain yes or no turns the question into a statement; everything else stands as it was said."""
    assert join(code, question, answer) == text


def test_joined_leaves_an_answer_that_speaks_for_itself() -> None:
    """A full answer needs no question."""
    assert join("nb", "Hva plager deg?", "Jeg har hatt vondt i kneet siden påske, mest når jeg går i trapper.") is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Har du noen allergier?", "Ingen kjente allergier."),
        ("Allergier?", "Ingen kjente allergier."),
        ("Er du allergisk mot egg?", "Er ikke allergisk mot egg."),
    ],
)
def test_joined_denies_all_allergies_only_when_all_were_asked(question: str, text: str) -> None:
    """«Ingen kjente allergier» is written only where the question named nothing particular."""
    assert join("nb", question, "Nei.", "allergi") == text
