"""Drafts that grow, their densities and their documents."""

from __future__ import annotations

import pytest

from wardscribe.values import DraftNote
from wardscribed.note import note_hash, templates
from wardscribed.note.drafting import Draft
from wardscribed.note.preferences import Density, Preferences
from wardscribed.values import Turn

TEMPLATES = templates.load()
SAID = (
    Turn(1, "clinician", "Hva kan jeg hjelpe deg med?"),
    Turn(
        2, "patient", "Jeg har hatt en verkende smerte i venstre hofte siden påske, altså, og det er verst i trapper."
    ),
    Turn(3, "clinician", "Er du allergisk mot noe?"),
    Turn(4, "patient", "Nei."),
    Turn(5, "clinician", "Jeg tenker at dette er slitasje i hofta. Du får time til røntgen om to uker."),
)


def grown(template: str = "strukturert", preferences: Preferences | None = None, count: int = len(SAID)) -> Draft:
    """Return a draft that has received the first turns."""
    growing = Draft("nb", TEMPLATES[template], preferences)
    for turn in SAID[:count]:
        growing.receive(turn)
    return growing


def texts(note: DraftNote) -> list[str]:
    """Return the sentences of a note."""
    return [s.text for part in note.sections for s in part.sentences]


def test_note_grows_and_waits_for_what_follows_a_turn() -> None:
    """What was said before the last turn is in the note while people talk."""
    assert texts(grown(count=2).note()) == []
    assert any("hofte" in text for text in texts(grown(count=3).note()))


def test_finish_gives_the_same_note_whether_it_was_looked_at_or_not() -> None:
    """Looking changes nothing."""
    watched = Draft("nb", TEMPLATES["strukturert"])
    for turn in SAID:
        watched.receive(turn)
        watched.note()
    assert note_hash(watched.finish()) == note_hash(grown().finish())


def test_densities_differ_in_words_and_lose_nothing() -> None:
    """Full keeps the speakers' sentences; normal and short are shorter, and list what they go without."""
    full, normal, short = (grown(preferences=Preferences(d)).finish() for d in Density)
    assert "Jeg har hatt en verkende smerte i venstre hofte siden påske, og det er verst i trapper." in texts(full)
    counts = [sum(len(text.split()) for text in texts(note)) for note in (full, normal, short)]
    assert counts[0] > counts[1] >= counts[2]
    for note in (full, normal, short):
        used = {turn for part in note.sections for s in part.sentences for turn in s.evidence}
        assert used | {left.turn for left in note.not_included} == {turn.id for turn in SAID}


def test_several_documents_come_of_one_conversation() -> None:
    """After the note a letter and a care message need no more listening; a letter has the clinician's words only."""
    growing = grown()
    growing.finish()
    letter = growing.document(TEMPLATES["pasientbrev"])
    assert "Du får time til røntgen om to uker." in texts(letter)
    assert not any("påske" in text for text in texts(letter))
    assert any("hofte" in text for text in texts(growing.document(TEMPLATES["plo"])))
    follow_up = next(part for part in growing.document(TEMPLATES["epikrise"]).sections if part.id == "oppfolging")
    assert any("røntgen" in s.text for s in follow_up.sentences)


def test_narrative_keeps_the_clinicians_own_words() -> None:
    """A psychologist's assessment stands as it was said."""
    assert "Jeg tenker at dette er slitasje i hofta." in texts(grown("narrativ").finish())
    assert "Slitasje i hofta." in texts(grown("strukturert").finish())


def test_preferences_choose_headings_and_negative_findings() -> None:
    """Headings follow the clinician's written form, negative findings the clinician's phrase."""
    note = grown(preferences=Preferences(language="nn", negatives={"Ingen kjente allergier.": "Cave: 0."})).finish()
    assert "Tidlegare sjukdommar" in [part.title for part in note.sections]
    assert "Cave: 0." in texts(note)


@pytest.mark.parametrize(
    ("text", "p", "doubted"),
    [
        ("Jeg tar Eliquis fem milligram.", (0.9, 0.9, 0.7, 0.9, 0.9), ("eliquis",)),
        ("Jeg tar Eliquis femti milligram.", (0.9, 0.9, 0.9, 0.7, 0.9), ("femti",)),
        ("Jeg tar Eliquis hundre og femti milligram.", (0.9, 0.9, 0.9, 0.9, 0.7, 0.9, 0.9), ("og",)),
        ("Jeg tar Eliquis femti milligram.", (0.9, 0.9, 0.9, 0.9, 0.4), ("milligram",)),
        ("Jeg har vondt i hofta.", (0.9, 0.9, 0.7, 0.9, 0.9), ()),
        ("Jeg har vondt i hofta.", (0.9, 0.9, 0.4, 0.9, 0.9), ("vondt",)),
        ("Jeg har vondt i hofta.", (0.4, 0.9, 0.9, 0.9, 0.9), ()),
    ],
    ids=["drug", "written in digits", "part of a number", "shortened unit", "sure enough", "other", "not in the note"],
)
def test_what_the_note_says_and_the_recogniser_doubted_is_flagged(
    text: str, p: tuple[float, ...], doubted: tuple[str, ...]
) -> None:
    """A drug or number needs more certainty than other words, however the note writes it."""
    growing = Draft("nb", TEMPLATES["strukturert"])
    growing.receive(Turn(1, "patient", text, p))
    [sentence] = [s for part in growing.finish().sections for s in part.sentences]
    assert (sentence.doubted, sentence.flags) == (doubted, ("unsure",) if doubted else ())


def test_without_roles_a_patients_opinion_is_no_assessment() -> None:
    """Nobody knows who speaks: «jeg mener at …» of one who answers stays out of assessment and plan."""
    growing = Draft("nb", TEMPLATES["strukturert"])
    said = ["Hvordan har du det?", "Jeg mener at det er kreft, og jeg vil ha cellegift.", "Har du hatt feber?", "Nei."]
    for i, text in enumerate(said):
        growing.receive(Turn(i, None, text))
    note = growing.finish()
    assert not [s for part in note.sections if part.id in ("vurdering", "plan") for s in part.sentences]


def test_dictation_strikes_the_sentence_before() -> None:
    """«Stryk det» takes the sentence before it away; spoken headings decide the section."""
    growing = Draft("nb", TEMPLATES["diktat"])
    text = "overskrift aktuelt hoste i to uker punktum feber i går punktum stryk det punktum "
    text += "overskrift plan kontroll om en uke punktum"
    growing.receive(Turn(1, None, text))
    note = growing.finish()
    assert texts(note) == ["Hoste i to uker.", "Kontroll om en uke."]
    assert "feber i går." in [left.text for left in note.not_included]
