"""Word lists of the site: what is read, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardscribed.errors import ConfigError
from wardscribed.speech import glossaries


def write(folder: Path, name: str, text: str) -> Path:
    """Write a word list and return its folder."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_terms_become_a_prompt(tmp_path: Path) -> None:
    """A term a line, in order and once; comments, blank lines and other files do not count."""
    write(tmp_path, "hjerte.txt", "# legemidler\nmetoprolol\n\n  furosemid \nB12  mangel\nmetoprolol\n")
    write(tmp_path, "les-meg.md", "ikke dette")
    assert glossaries.load(tmp_path) == {"hjerte": "metoprolol, furosemid, B12 mangel"}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The setting and the folder are in the message."""
    with pytest.raises(ConfigError, match=r"'model\.glossaries'.*nowhere"):
        glossaries.load(tmp_path / "nowhere")


def test_a_sentence_is_no_term(tmp_path: Path) -> None:
    """The message names file and line, and not the text."""
    write(tmp_path, "feil.txt", "metoprolol\n" + "ord " * 40)
    with pytest.raises(ConfigError, match=r"feil\.txt, line 2: a term has at most 80 characters"):
        glossaries.load(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 do not start a daemon."""
    (tmp_path / "rot.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"cannot read the glossary .*rot\.txt"):
        glossaries.load(tmp_path)
