"""How a clinician wants notes: over the wire, checked, and without a way to change what a note means."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.daemon import running_daemon
from tests.peer import consultation, open_peer
from tests.scripted_model import write_model
from wardscribe import protocol
from wardscribe.fields import FieldError
from wardscribe.protocol import NotePreferences, Phrase, Role
from wardscribed.note import wishes
from wardscribed.note.preferences import Density, Preferences

STANDARD = "Ingen kjente allergier."


def test_wishes_become_preferences() -> None:
    """What is empty is the template's or the language's own."""
    given = NotePreferences("short", "nn", (Phrase(STANDARD, "Cave: ingen."),))

    assert wishes.read(NotePreferences(), "nb") == Preferences()
    assert wishes.read(given, "nb") == Preferences(Density.SHORT, "nn", {STANDARD: "Cave: ingen."})


@pytest.mark.parametrize(
    ("standard", "own", "named"),
    [
        ("Penicillinallergi.", "Cave: ingen.", "standard"),
        (STANDARD, "Har penicillinallergi.", "own"),
        (STANDARD, "Ingen allergi siden 2019.", "own"),
        (STANDARD, "Ingen allergi, tåler paracetamol.", "own"),
        (STANDARD, "Ingen allergi, øm i høyre kne.", "own"),
        (STANDARD, "Ingen allergi, men pneumoni.", "own"),
        (STANDARD, "ingen " * 50, "characters"),
    ],
)
def test_own_phrases_bring_nothing(standard: str, own: str, named: str) -> None:
    """They stand in place of what passed the gate: they deny, and add no value, drug or illness."""
    with pytest.raises(FieldError, match=named) as caught:
        wishes.read(NotePreferences(negatives=(Phrase(standard, own),)), "nb")

    assert "negatives[0]" in str(caught.value)
    assert own.strip() not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (NotePreferences(density="brief"), "density"),
        (NotePreferences(form="sv"), "form"),
        (NotePreferences(negatives=(Phrase(STANDARD, "Ingen."),) * 51), "negatives"),
    ],
)
def test_wrong_wishes_are_named(given: NotePreferences, named: str) -> None:
    """A value that nobody knows is refused with its key."""
    with pytest.raises(FieldError, match=named):
        wishes.read(given, "nb")


async def test_a_session_writes_as_its_clinician_wishes(tmp_path: Path) -> None:
    """Over the real wire: headings in the form asked for, own words for negatives; wrong wishes begin nothing."""
    model = write_model(tmp_path / "model", "Det er ingen knatrelyder på lungene.")
    with running_daemon(tmp_path / "log", tables=f'[model]\npath = "{model}"') as daemon:
        async with open_peer(daemon.url) as peer:
            await peer.say(protocol.Start(preferences=NotePreferences(density="brief")))
            assert "'preferences.density'" in (await peer.expect_error("bad_field")).message

            own = Phrase("Ingen knatrelyder på lungene.", "Lunger: ingen ulyder.")
            given = NotePreferences("normal", "nn", (own,))
            await peer.start(channels=(Role.CLINICIAN, Role.PATIENT), preferences=given)
            await peer.stream(consultation(4), 2)
            await peer.say(protocol.Stop())
            note = (await peer.expect(protocol.Note, lambda event: event.final)).note
            await peer.say(protocol.Discard())

    told = {section.title: [sentence.text for sentence in section.sentences] for section in note.sections}
    assert told["Funn"] == ["Lunger: ingen ulyder."]
    assert "Tidlegare sjukdommar" in told
