"""A draft that reads along says in the end what one says that reads all at once."""

from __future__ import annotations

from pathlib import Path

from wardscribed.growing import Drafts
from wardscribed.note import draft, templates
from wardscribed.note.templates import Library
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
    drafts = Drafts(Library(None))
    growing, template = drafts.begin("nb", "strukturert"), drafts.templates["strukturert"]
    shown = [growing(Transcript("nb", TURNS[:count]), False) for count in (1, 3, 4)]

    assert growing(Transcript("nb", TURNS), True) == draft(Transcript("nb", TURNS), template)
    assert [sum(len(part.sentences) for part in note.sections) for note in shown] == [0, 1, 1]


class Parrot:
    """A language model that puts everything that it is asked into one sentence."""

    name = "parrot"

    def answer(self, question: str) -> str:
        return "no JSON"


def test_a_model_that_fails_leaves_the_speakers_words() -> None:
    """The final note is the extractive one, with a visible mark; while people talk nobody asks the model."""
    growing = Drafts(Library(None), Parrot()).begin("nb", "strukturert")
    assert not growing(Transcript("nb", TURNS[:3]), False).warning

    final = growing(Transcript("nb", TURNS), True)

    assert final.warning == "model_failed"
    assert sum(len(part.sentences) for part in final.sections) > 0


def test_a_changed_template_is_seen_by_the_next_session(tmp_path: Path) -> None:
    """A super-user's new template needs no restart."""
    shipped = (Path(templates.__file__).parents[1] / "templates" / "narrativ.toml").read_text(encoding="utf-8")
    (tmp_path / "narrativ.toml").write_text(shipped, encoding="utf-8")
    drafts = Drafts(Library(tmp_path))
    assert "eigen" not in drafts.templates

    (tmp_path / "eigen.toml").write_text(shipped, encoding="utf-8")

    assert drafts.begin("nb", "eigen")(Transcript("nb", TURNS), True).sections
