"""The last gate."""

from __future__ import annotations

import pytest

from wardscribe.values import Sentence
from wardscribed.note import verify
from wardscribed.note.language import load
from wardscribed.values import Turn

TURNS = {
    1: Turn(1, "patient", "Jeg tar fem milligram Eliquis for det flimmeret, og har vondt i venstre kne."),
    2: Turn(2, "clinician", "Feber?"),
    3: Turn(3, "patient", "Nei."),
    4: Turn(4, "patient", "Jeg har ikke kastet opp i går. Men jeg er kvalm."),
}


@pytest.mark.parametrize(
    ("text", "evidence", "reason"),
    [
        ("Tar 5 mg Eliquis.", (1,), None),
        ("Ikke feber.", (2, 3), None),
        ("Tar 5 mg Eliquis.", (), verify.NO_EVIDENCE),
        ("Tar 5 mg Eliquis.", (9,), verify.NO_EVIDENCE),
        ("Tar 50 mg Eliquis.", (1,), verify.NUMBER),
        ("Vondt i høyre kne.", (1,), verify.SIDE),
        ("Har ikke vondt i venstre kne.", (1,), verify.NEGATION),
        ("Ikke feber.", (2,), verify.NEGATION),
        ("Kastet opp i går.", (4,), verify.NEGATION),
        ("Har ikke kastet opp i går.", (4,), None),
        ("Tar Marevan.", (1,), verify.TERM),
        ("Har artritt i venstre kne.", (1,), verify.TERM),
    ],
)
def test_problem_stops_what_evidence_does_not_carry(text: str, evidence: tuple[int, ...], reason: str | None) -> None:
    """No number, side, negation, drug or diagnosis without evidence; no sentence without a turn."""
    assert verify.problem(verify.Claim("aktuelt", Sentence(text, evidence)), TURNS, load("nb")) == reason
