"""Self-corrections."""

from __future__ import annotations

import pytest

from wardscribed.note.corrections import corrected, mended, retracts
from wardscribed.note.language import load


@pytest.mark.parametrize(
    ("code", "said", "meant"),
    [
        ("nb", "I fem … nei, unnskyld, sju dager.", "I sju dager."),
        ("nb", "Amlodipin, ti … nei, fem milligram om morgenen.", "Amlodipin, fem milligram om morgenen."),
        ("nb", "Smerter i høyre, nei, det skal være venstre hofte.", "Smerter i venstre hofte."),
        ("nb", "Kom igjen på tirsdag … nei, onsdag.", "Kom igjen på onsdag."),
        ("nb", "Femti gram daglig, nei stryk det, sytti gram daglig.", "Sytti"),
        ("nn", "Tretti milligram i ti … nei, fem dagar.", "Tretti milligram i fem dagar."),
        ("nb", "tretti milligram i ti nei fem dager", "tretti milligram i fem dager"),
        ("nb", "Albyl-E sytti… syttifem.", "Albyl-E syttifem."),
        ("nb", "Viste stein i gangen, nei, stryk det, stein i blæra.", "Viste stein i blæra."),
        ("nb", "Jeg fikk Voltaren … nei, ikke Voltaren, Naproxen var det.", "Naproxen var det."),
        ("nb", "Du får den i skulderen, nei, i låret, før du går.", "Du får den i låret, før du går."),
        ("nb", "Kutt på venstre langfinger … pekefinger, mener jeg.", "Kutt på venstre pekefinger."),
        ("nb", "Dette er sentral søvnapné, unnskyld, obstruktiv skal det være.", "Dette er obstruktiv søvnapné."),
        ("nb", "Hepatitt B, nei, C, behandlet i fjor.", "Hepatitt C, behandlet i fjor."),
        ("nn", "Eg har hatt lungeemboli … nei, ikkje emboli, det var lungebetennelse.", "hatt lungebetennelse."),
        ("nb", "Vondt i skulderen, nei, i albuen, siden påske.", "Vondt i albuen, siden påske."),
        ("nb", "Det er verre om kvelden, nei, om morgenen.", "Det er verre om morgenen."),
        ("nb", "Vi ses om tre uker, nei, om fire uker.", "Vi ses om fire uker."),
        ("nb", "Kontroll på sykehuset … nei, det blir hos fastlegen.", "Kontroll hos fastlegen."),
        ("nb", "Sår på den venstre foten … den høyre, og litt rødt rundt.", "Sår på den høyre foten, og litt"),
        ("nb", "Reagerer på katt, fire millimeter, og på hund … nei, hest, to millimeter.", "på hest, to millimeter."),
        ("nb", "Forkalkning i aorta, nei, der står det klaffen.", "Forkalkning i klaffen."),
        ("en", "Four hundred, no wait, six hundred milligrams.", "six hundred milligrams."),
    ],
)
def test_corrected_keeps_the_last_value(code: str, said: str, meant: str) -> None:
    """The value that was taken back is gone, the last one stands in its place."""
    text, changed = corrected(said, load(code))
    assert changed
    assert meant.lower() in text.lower()
    assert len(text) < len(said)


def test_corrected_elides_where_the_new_value_does_not_fit() -> None:
    """Where the words go another way, the wrong value is elided and the rest stays as it was said."""
    text, changed = corrected("Øk til hundre og femti … nei, vi tar det i to steg, hundre først.", load("nb"))
    assert changed
    assert text == "Øk til … vi tar det i to steg, hundre først."


@pytest.mark.parametrize(
    ("code", "said", "left"),
    [
        ("nb", "Vi bestiller time på Riksen … nei, det gjør vi her.", "Vi bestiller time … det gjør vi her."),
        ("nn", "Han får plass på Voss … nei, det vert i Førde.", "Han får plass i Førde."),
        ("nn", "Burinex aukar vi … nei, det toler ho ikkje.", "Burinex … det toler ho ikkje."),
        ("nb", "Jeg bruker Ventoline, nei, den slutta jeg med.", "Jeg bruker … den slutta jeg med."),
        ("nb", "Jeg fikk Voltaren … nei, Voltaren var det kona som fikk, jeg fikk Ibux.", "Jeg fikk … jeg fikk Ibux."),
    ],
)
def test_corrected_does_not_state_what_was_broken_off(code: str, said: str, left: str) -> None:
    """Who breaks off and goes on with a clause of its own has taken back what stood before the break."""
    assert corrected(said, load(code)) == (left, True)


def test_corrected_keeps_a_value_that_belongs_to_another_word() -> None:
    """What is corrected is the word before the break, not the number of the one before it."""
    text, _ = corrected("Reagerer på katt, fire millimeter, og på hund … nei, hest, to millimeter.", load("nb"))
    assert "katt, fire millimeter" in text


def test_corrected_reads_a_blood_pressure_as_one_value() -> None:
    """Half of a pressure is never exchanged."""
    text, _ = corrected("Trykket er hundre og tretti over åtti, nei, unnskyld, hundre og førti over åtti.", load("nb"))
    assert text == "Trykket er hundre og førti over åtti."


@pytest.mark.parametrize(
    "said",
    [
        "Nei, jeg tar to tabletter om dagen.",
        "To eller tre ganger i uka.",
        "Fem milligram, ikke sant, to ganger om dagen.",
        "Jeg har ikke feber, nei, men jeg fryser i to tepper.",
        "Vondt i høyre kne, eller begge, egentlig.",
        "Jeg tar ikke Marevan, nei, den har jeg aldri brukt.",
        "Jeg hadde smerter, nei, smerter har jeg fortsatt, men de er mindre.",
        "Jeg sover godt, nei, det er ikke noe problem.",
        "Han bruker Paralgin, nei, ikke hver dag.",
        "Jeg har ikke vondt i magen, nei, i hvert fall ikke nå.",
        "Jeg bruker ikke Voltaren, nei, Naproxen tar jeg.",
        "Jeg er frisk, nei, aldri syk.",
    ],
)
def test_corrected_leaves_what_is_no_correction(said: str) -> None:
    """«Nei» and «eller» have other uses."""
    assert corrected(said, load("nb")) == (said, False)


def test_retracts_takes_back_a_sentence() -> None:
    """«Eller, nei, …» takes back the sentence before; «eller» alone does not."""
    assert retracts("Eller, nei, det er hver kveld.", load("nb")) == "det er hver kveld."
    assert retracts("Eller så går det bra.", load("nb")) is None


@pytest.mark.parametrize(
    ("sentences", "last"),
    [
        (["En halv tablett, ti milligram.", "Nei, forresten, femten milligram."], "femten milligram"),
        (["Tre ganger om dagen i fem.", "Nei.", "Unsyld, sju dager."], "sju dager"),
        (["Sekstifem komma fire.", "Nei, den hoppa.", "Sekstifem komma én."], "sekstifem komma én"),
        (["Jeg tar to tabletter.", "Nei, tre tabletter."], "tre tabletter"),
    ],
)
def test_mended_joins_what_the_next_sentence_mends(sentences: list[str], last: str) -> None:
    """A recogniser sets a full stop where a speaker stops short; the wrong value does not outlive it."""
    (together,) = mended(sentences, load("nb"))
    text, changed = corrected(together, load("nb"))
    assert changed
    assert last in text.lower()
    assert not any(wrong in text.lower() for wrong in ("ti milligram", "i fem", "komma fire", "to tabletter"))


@pytest.mark.parametrize(
    "sentences",
    [
        ["Jeg sov fem timer.", "Nei, jeg våknet klokka fire."],
        ["Tar du fem milligram?", "Nei, ti milligram."],
        ["Hun er åtte år.", "Nei, ingen feber."],
        ["Smerter i høyre kne.", "Venstre kne er bra."],
    ],
)
def test_mended_leaves_sentences_that_only_follow(sentences: list[str]) -> None:
    """An answer, another time and another side correct nothing."""
    assert mended(sentences, load("nb")) == sentences
