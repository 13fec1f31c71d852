"""Language files and cues."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wardscribed.errors import ConfigError
from wardscribed.note import language
from wardscribed.note.cues import CueTable
from wardscribed.note.templates import SECTIONS


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_load_has_cues_and_headings_for_every_section(code: str) -> None:
    """Each language can recognise each section."""
    loaded = language.load(code)
    assert set(loaded.headings.values()) == set(SECTIONS)


def test_nynorsk_builds_on_bokmaal() -> None:
    """People mix the two written norms, and so does a recogniser."""
    nn = language.load("nn")
    assert {"ikke", "ikkje"} <= nn.sets["negation"]
    assert nn.phrases.inserted == "ikkje"


@pytest.mark.parametrize(
    ("tokens", "question", "hits"),
    [
        (["allergisk"], False, {"a": 3.0}),
        (["metoprolol"], False, {"b": 1.0}),
        (["litt"], False, {}),
        (["nefritt"], False, {"c": 3.0}),
        (["tåler", "ikke"], False, {"a": 3.0}),
        (["tåler", "noe"], False, {}),
        (["tåler", "noe"], True, {"d": 3.0}),
        (["allergi", "allergi"], False, {"a": 6.0}),
    ],
)
def test_scan_weighs_words_affixes_and_phrases(tokens: list[str], question: bool, hits: dict[str, float]) -> None:
    """An ending needs a stem before it, a phrase all its words, an asked cue a question."""
    table = CueTable(
        {
            "a": {"strong": ["allergi*", "tåler ikke"], "weak": ["allergi"]},
            "b": {"weak": ["*olol"]},
            "c": {"strong": ["*itt"]},
            "d": {"asked": ["tåler"]},
        }
    )
    assert table.scan(tokens, question) == hits


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[cues.plan]\nstrong", "[cues.plan]\nstark", "cues.plan"),
        ("[corrections]", "[korrections]", "korrections"),
        ("joints = [", "joints = 1 # [", "joints"),
        ("[words]", "[words", "nb.toml"),
    ],
)
def test_load_names_file_and_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    """A language file that cannot be used says which key is wrong."""
    shutil.copytree(language.FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "nb.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"nb\.toml") as caught:
        language.load("nb", tmp_path)
    assert named in str(caught.value)
