"""Template files."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import pytest

from wardscribe.errors import ExitStatus
from wardscribed.cli import main
from wardscribed.errors import ConfigError
from wardscribed.note import templates

TITLE = 'title = { nb = "Min", nn = "Min", en = "Mine" }\n'
SECTION = '[[sections]]\nid = "plan"\ntitle = { nb = "Plan", nn = "Plan", en = "Plan" }\n'


def test_load_ships_a_structured_and_a_narrative_template() -> None:
    """Both hold all ten sections; the narrative one has fewer headings."""
    loaded = templates.load()
    assert set(loaded) >= {"strukturert", "narrativ"}
    for template in (loaded["strukturert"], loaded["narrativ"]):
        assert sorted(s.id for s in template.sections) == sorted(templates.SECTIONS)
    headings = {name: sum(bool(t.heading(s, "nb")) for s in t.sections) for name, t in loaded.items()}
    assert headings["narrativ"] < headings["strukturert"] == 10


def test_load_gives_headings_in_each_language() -> None:
    """A heading is in the language of the conversation."""
    template = templates.load()["strukturert"]
    history = template.sections[1]
    assert [template.heading(history, code) for code in ("nb", "nn", "en")] == [
        "Tidligere sykdommer",
        "Tidlegare sjukdommar",
        "Past medical history",
    ]


def test_load_binds_the_version_to_the_files_bytes(tmp_path: Path) -> None:
    """The version is the SHA-256 of the file: approval can name exactly what was used."""
    (tmp_path / "min.toml").write_text(TITLE + SECTION, encoding="utf-8")
    version = templates.load(tmp_path)["min"].version
    assert version == hashlib.sha256((TITLE + SECTION).encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (SECTION, "title"),
        (TITLE + SECTION.replace("plan", "diagnose"), "sections[0].id"),
        (TITLE + SECTION + SECTION, "sections[1].id"),
        (TITLE + SECTION + "colour = 1\n", "colour"),
        (TITLE + "sections = []\n", "sections"),
        ("title = ", "no TOML"),
    ],
)
def test_load_names_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    """A template that cannot be used says which file and which key."""
    (tmp_path / "min.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"min\.toml") as caught:
        templates.load(tmp_path)
    assert named in str(caught.value)


def test_load_refuses_an_empty_folder(tmp_path: Path) -> None:
    """A folder without templates is a mistake, not an empty choice."""
    with pytest.raises(ConfigError):
        templates.load(tmp_path)


@pytest.mark.parametrize("name", sorted(templates.load()))
def test_templates_that_ship_keep_assessment_and_plan_apart(name: str) -> None:
    """No section of a template mixes what only the clinician says with what patients say."""
    for section in templates.load()[name].sections:
        labels = set(section.labels)
        assert labels <= {"vurdering", "plan"} or not labels & {"vurdering", "plan"} or section.clinician_only


def test_a_template_that_mixes_speakers_is_refused(tmp_path: Path) -> None:
    """A section of its own for what patients tell and clinicians assess is a fault that is named."""
    title = 'title = { nb = "M", nn = "M", en = "M" }\n'
    text = title + '[[sections]]\nid = "alt"\nabout = ["aktuelt", "plan"]\n'
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sections\[0\]\.about"):
        templates.load(tmp_path)


def test_library_sees_a_change_and_survives_a_fault(tmp_path: Path) -> None:
    """A new file is used at the next look; a faulty one is named, and the last good ones go on."""
    title = 'title = { nb = "M", nn = "M", en = "M" }\n'
    (tmp_path / "m.toml").write_text(title + '[[sections]]\nid = "plan"\n', encoding="utf-8")
    library = templates.Library(tmp_path)
    first = library.current()["m"].version
    (tmp_path / "m.toml").write_text(title + '[[sections]]\nid = "funn"\n# more\n', encoding="utf-8")
    second = library.current()["m"].version
    assert first != second
    (tmp_path / "m.toml").write_text(title + "nonsense = 1\n", encoding="utf-8")
    assert library.current()["m"].version == second
    assert "m.toml" in library.problem


def test_a_super_user_sees_all_faults_at_once_and_the_sound_template_still(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` names every faulty file and the place in it; `preview` shows a sound one among them."""
    title = 'title = { nb = "Min", nn = "Min", en = "Mine" }\n'
    (tmp_path / "min.toml").write_text(title + '[[sections]]\nid = "plan"\ntitle = { nb = "P", nn = "P", en = "P" }\n')
    (tmp_path / "broken.toml").write_text(title + "[[sections\n")
    (tmp_path / "wrong.toml").write_text(title + 'density = "brief"\n[[sections]]\nid = "plan"\n')

    with pytest.raises(SystemExit) as ended:
        main(["templates", "check", str(tmp_path)])
    out, err = capsys.readouterr()

    assert ended.value.code == ExitStatus.CONFIGURATION
    assert "min: ok, 1 sections" in out
    assert "broken.toml: is no TOML" in err
    assert "line 2" in err
    assert "wrong.toml: 'density'" in err
    with contextlib.suppress(SystemExit):
        main(["templates", "preview", "min", str(tmp_path)])
    assert capsys.readouterr().out.startswith("P\n")
