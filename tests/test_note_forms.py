"""Questionnaires filled from what was said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wardscribed.errors import ConfigError
from wardscribed.note import draft, forms, templates
from wardscribed.values import Transcript, Turn

TEMPLATE = templates.load()["strukturert"]


def madrs(*turns: tuple[str, str]) -> dict[str, Any]:
    """Return the filled MADRS of (speaker, text) pairs, or nothing."""
    said = tuple(Turn(i, speaker, text) for i, (speaker, text) in enumerate(turns, 1))
    return dict(draft(Transcript("nb", said), TEMPLATE).forms.get("madrs", {}))


def scores(form: dict[str, Any]) -> dict[int, int]:
    """Return the scores by item."""
    return {item["item"]: item["score"] for item in form.get("items", ()) if item["score"] is not None}


OPENING = ("clinician", "Vi tar MADRS i dag.")


def test_form_holds_only_spoken_scores_with_their_evidence() -> None:
    """Named items and «der også» after a question get the score; the rest stay empty, and there is no total."""
    form = madrs(
        OPENING,
        ("clinician", "Hvordan sover du?"),
        ("patient", "Jeg våkner klokka fire hver natt."),
        ("clinician", "Søvnen setter jeg til fire. Får du lest avisa?"),
        ("patient", "Bare overskriftene."),
        ("clinician", "Da blir det tre der."),
    )
    assert scores(form) == {4: 4, 6: 3}
    assert [item["evidence"] for item in form["items"] if item["score"] is not None] == [[4], [4, 6]]
    assert form["total"] is None
    assert form["status"] == "in-progress"
    assert "alvorlig" not in json.dumps(form).lower()


def test_form_takes_no_score_from_a_patient() -> None:
    """A patient's number beside an item is a quote, never a score."""
    form = madrs(OPENING, ("clinician", "Uroen setter jeg til to."), ("patient", "Uroen er en sekser, spør du meg."))
    assert scores(form) == {3: 2}
    assert form["items"][2]["quotes"] == [{"turn": 3, "text": "Uroen er en sekser, spør du meg."}]


def test_form_keeps_the_corrected_score() -> None:
    """A score that is taken back is not there."""
    assert scores(madrs(OPENING, ("clinician", "Appetitten er to … nei, tre."))) == {5: 3}


def test_form_drops_a_score_that_is_taken_back() -> None:
    """«Tre. Nei, vent …» and no number that was understood: rather none than the wrong one."""
    assert scores(madrs(OPENING, ("clinician", "Søvn, tre. Appetitt, to. Nei, vent, det må bli … ja."))) == {4: 3}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Søvnen skårer jeg til fire. Hvordan er det med appetitten din, får du spist?", {4: 4}),
        ("Jeg ville gitt meg selv seks på søvnen, jeg er så sliten og lei av alt.", {}),
    ],
)
def test_form_without_roles_takes_what_only_a_clinician_says(said: str, expected: dict[int, int]) -> None:
    """Who asks the next question gave the score before it; a patient's number stays a patient's."""
    turns = (Turn(1, None, "Vi tar MADRS i dag, er det greit for deg?"), Turn(2, None, "Ja."), Turn(3, None, said))
    form = draft(Transcript("nb", turns), TEMPLATE).forms.get("madrs", {})
    assert scores(dict(form)) == expected


def test_form_has_a_total_when_every_item_is_scored() -> None:
    """Ten spoken scores make a sum, nothing less does."""
    names = ["Synlig tristhet", "Rapportert tristhet", "Indre spenning", "Nattesøvn", "Appetitt", "Konsentrasjon"]
    names += ["Initiativ", "Følelser", "Depressivt tankeinnhold", "Suicidaltanker"]
    said = [("clinician", f"{name}, to.") for name in names]
    assert madrs(OPENING, *said)["total"] == 20
    assert madrs(OPENING, *said[1:])["total"] is None


@pytest.mark.parametrize("text", ["Du har sovet fire timer.", "Jeg ser at du er trist.", "Søvnen er bedre."])
def test_form_is_absent_where_nobody_scores(text: str) -> None:
    """Talk about sleep and sadness fills no form."""
    assert madrs(("clinician", text)) == {}


def test_register_takes_measured_values_with_their_unit() -> None:
    """The second form is data too: a number counts only with the unit of its item."""
    said = (
        Turn(
            1, "clinician", "Dette skal til kvalitetsregisteret. Vekta er seksti komma fem kilo, og MMSE ble tjuefire."
        ),
        Turn(2, "clinician", "MMSE ble tjuefire poeng."),
    )
    form = draft(Transcript("nb", said), TEMPLATE).forms["register"]
    assert scores(form) == {1: 60.5, 3: 24}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "cannot be read"),
        ('{"resourceType": "Patient"}', "resourceType"),
        ('{"resourceType": "Questionnaire", "title": "x", "item": [{"linkId": "a"}]}', "not a Questionnaire"),
        (
            '{"resourceType": "Questionnaire", "title": "x", "item": [{"linkId": "a", "text": "b", "type": "string"}]}',
            "'type' must be",
        ),
    ],
)
def test_load_names_what_is_wrong_with_a_form(tmp_path: Path, content: str, named: str) -> None:
    """A faulty file is named with its fault."""
    (tmp_path / "min.json").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        forms.load(tmp_path)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["Søvnen blir tre.", "Da blir apettiten en firer."], {4: 3}),  # the name was misheard
        (["Søvnen blir tre.", "Daappetitten blir en firer."], {4: 3}),  # joined to the word before it
        (["Søvnen har vi snakket om, abbetiden blir fire."], {}),
        (["Søvnen er grei, men aptitten blir fire."], {}),
        (["Søvnen da, fire på abbetiden."], {}),
        (["Hvordan sover du?", "Og abbetiden?", "Da blir det fire der."], {}),
        (["Søvnen blir tre.", "Da blir det fire der."], {}),  # a question may have been lost: neither is sure
        (["Nattesøvnen tre og matlysten to."], {5: 2}),  # the three stands between two names
        (["Fire på nattesøvn, men to på matlyst."], {4: 4}),
    ],
)
def test_form_takes_no_score_beside_a_misheard_name(said: list[str], expected: dict[int, int]) -> None:
    """A score stands only where its item's own name was heard beside it; a misheard one leaves it out."""
    assert scores(madrs(OPENING, *(("clinician", text) for text in said))) == expected
