"""Model folders: what is complete, what is what its manifest says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.scripted_model import write_model
from wardscribed.errors import ModelError
from wardscribed.speech.models import bundled, open_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete model folder without a manifest."""
    return write_model(tmp_path / "small", "hei")


def write_manifest(folder: Path, **changes: object) -> None:
    """Write a true manifest with these entries of its list changed; None leaves one out."""
    files: dict[str, object] = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name != "manifest.json"
    } | changes
    listed = {name: value for name, value in files.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps({"name": "ward-small", "files": listed}))


def test_a_complete_folder_is_described(folder: Path) -> None:
    """Name, mel bands, languages and alignment heads are those of its files."""
    model = open_folder(folder)
    assert (model.path, model.name, model.n_mels) == (folder, "small", 80)
    assert model.languages == ("en", "no", "nn")
    assert model.alignment_heads == ((0, 0),)


def test_mel_bands_are_read(tmp_path: Path) -> None:
    """A model of 128 bands says so; without the file there are 80, as Whisper had at first."""
    folder = write_model(tmp_path, "hei", n_mels=128)
    assert open_folder(folder).n_mels == 128
    (folder / "preprocessor_config.json").unlink()
    assert open_folder(folder).n_mels == 80


def test_the_hash_is_of_the_contents(folder: Path, tmp_path: Path) -> None:
    """Two folders with the same files have one hash; another model has another."""
    again = write_model(tmp_path / "again", "hei")
    other = write_model(tmp_path / "other", "ha det")
    assert open_folder(folder).sha256 == open_folder(again).sha256 != open_folder(other).sha256


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """Whoever copied the folder must be told what to copy."""
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"lacks .*{name}"):
        open_folder(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The path in the configuration may be wrong altogether."""
    with pytest.raises(ModelError, match=r"no model folder .*nowhere"):
        open_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("config.json", {"suppress_ids": []}, "alignment_heads"),
        ("config.json", {"alignment_heads": [[0]]}, "alignment_heads"),
        ("config.json", [], "JSON object"),
        ("preprocessor_config.json", {"feature_size": 64}, "feature_size"),
        ("tokenizer.json", {"added_tokens": [{"content": "<|endoftext|>"}]}, "not that of a Whisper"),
    ],
)
def test_an_unsuitable_file_is_named(folder: Path, name: str, content: object, complaint: str) -> None:
    """A model that could not give word times, or is no Whisper, is refused before it is loaded."""
    (folder / name).write_text(json.dumps(content))
    with pytest.raises(ModelError, match=complaint) as caught:
        open_folder(folder)
    assert name in str(caught.value)


def test_what_is_no_json_is_named(folder: Path) -> None:
    """A half-copied file is said to be one."""
    (folder / "config.json").write_text('{"alignment')
    with pytest.raises(ModelError, match=r"config\.json is not JSON"):
        open_folder(folder)


def test_a_true_manifest_is_accepted(folder: Path) -> None:
    """It also names the model."""
    write_manifest(folder)
    assert open_folder(folder).name == "ward-small"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"model.bin": "0" * 64}, r"model\.bin is not the file"),
        ({"model.bin": None}, r"model\.bin is not in manifest"),
        ({"extra.txt": "0" * 64}, r"lacks extra\.txt"),
    ],
)
def test_a_false_manifest_is_refused(folder: Path, changes: dict[str, object], complaint: str) -> None:
    """A changed, an unlisted and an absent file are each named."""
    write_manifest(folder, **changes)
    with pytest.raises(ModelError, match=complaint):
        open_folder(folder)


def test_a_manifest_without_files_is_refused(folder: Path) -> None:
    """An empty manifest would vouch for nothing."""
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match="manifest"):
        open_folder(folder)


def test_the_bundled_folder_lies_in_the_package() -> None:
    """It ships with the daemon."""
    assert bundled().parent.name == "speech"
