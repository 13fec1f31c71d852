"""Who speaks where no channel tells, and what must not follow from a wrong guess."""

from __future__ import annotations

import itertools

import pytest

from wardscribed.note import draft, templates
from wardscribed.note.language import load
from wardscribed.note.sentences import of_turn
from wardscribed.note.speakers import SpeakerGuess
from wardscribed.values import Transcript, Turn

NB = load("nb")
OPINIONS = ("Jeg mener at", "Jeg tror at", "Jeg synes", "Jeg tenker at")
OWN = (
    "jeg burde fått sykmelding for dette.",
    "jeg ikke tåler den medisinen, så jeg sluttet med den.",
    "det er sønnen min som ikke strør trappa.",
    "det var kona mi som maste på meg.",
    "dere burde ha ringt.",
)


def test_a_known_speaker_is_believed() -> None:
    """Where channels tell who speaks nobody guesses."""
    turn = list(of_turn(Turn(1, "patient", "Jeg undersøker deg nå. Har du vondt her?"), NB, dictated=False))

    assert SpeakerGuess(NB).receive(turn) == turn


def test_what_follows_in_a_turn_tells_who_began_it() -> None:
    """A short first sentence is as sure as the question behind it."""
    alone = SpeakerGuess(NB).receive(list(of_turn(Turn(1, None, "Tre der."), NB, dictated=False)))
    asked = SpeakerGuess(NB).receive(
        list(of_turn(Turn(1, None, "Tre der. Hvordan sover du om natta? Har du noen allergier?"), NB, dictated=False))
    )

    assert asked[0].speaker == "clinician"
    assert asked[0].sure
    assert not (alone[0].speaker == "clinician" and alone[0].sure)


@pytest.mark.parametrize("said", [" ".join(pair) for pair in itertools.product(OPINIONS, OWN)])
def test_a_patients_opinion_is_no_assessment(said: str) -> None:
    """Without roles, what only an opinion verb makes an assessment is none, and nothing of it is lost."""
    turns = (
        Turn(1, None, "Hva tenker du selv om det som skjedde?"),
        Turn(2, None, said),
        Turn(3, None, "Det forstår jeg godt. Har du vondt nå?"),
    )
    note = draft(Transcript("nb", turns), templates.load()["strukturert"])
    opinions = [s for part in note.sections if part.id in ("vurdering", "plan") for s in part.sentences]

    assert not [s for s in opinions if 2 in s.evidence]
    shown = {turn for part in note.sections for s in part.sentences for turn in s.evidence}
    assert 2 in shown | {left.turn for left in note.not_included}


def test_a_clinicians_assessment_is_found_without_roles() -> None:
    """One that speaks to the patient of an illness is taken."""
    turns = (
        Turn(1, None, "Hvor har du vondt?"),
        Turn(2, None, "I halsen, i tre dager."),
        Turn(3, None, "Jeg tror du har halsbetennelse. Vi tar en prøve, og du får time hos oss om en uke."),
    )
    note = draft(Transcript("nb", turns), templates.load()["strukturert"])

    assert [s.text for part in note.sections if part.id == "vurdering" for s in part.sentences]
