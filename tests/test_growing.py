"""A draft that reads along says in the end what one says that reads all at once."""

from __future__ import annotations

from wardscribed import assembly
from wardscribed.config import Config
from wardscribed.growing import GrowingDraft
from wardscribed.note import draft
from wardscribed.values import Transcript, Turn

TURNS = (
    Turn(1, "clinician", "Hva kan jeg hjelpe deg med?"),
    Turn(2, "patient", "Jeg har hatt vondt i høyre kne i tre uker."),
    Turn(3, "clinician", "Er du allergisk mot noe?"),
    Turn(4, "patient", "Nei."),
    Turn(5, "clinician", "Vi bestiller røntgen av kneet."),
)


def test_reading_along_changes_nothing() -> None:
    """Whatever was shown in between: the final note is that of the whole transcript."""
    template = assembly.load_templates(Config())["strukturert"]
    growing = GrowingDraft("nb", template)
    shown = [growing(Transcript("nb", TURNS[:count]), False) for count in (1, 3, 4)]

    assert growing(Transcript("nb", TURNS), True) == draft(Transcript("nb", TURNS), template)
    assert [sum(len(part.sentences) for part in note.sections) for note in shown] == [0, 1, 1]
