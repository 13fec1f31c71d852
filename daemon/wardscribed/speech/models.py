"""Model folders: is everything there, is it what its manifest says, what does it hear.

A folder is one that faster-whisper could load: model.bin, config.json, tokenizer.json, vocabulary.json (or .txt) and,
unless it reads 80 mel bands, preprocessor_config.json.  Only files are looked at here: nothing is loaded or fetched.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardscribed.errors import ModelError

MANIFEST = "manifest.json"
"""Optional: {"name": "…", "files": {name: sha256}}.  Where it is, every file that is read must be in it and match."""
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_PREPROCESSOR = "preprocessor_config.json"
_USUAL_MELS = 80  # Whisper up to large-v2; large-v3 has 128 and says so in preprocessor_config.json
_LANGUAGE = re.compile(r"<\|([a-z]{2,3})\|>")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder that was found complete."""

    path: Path
    name: str
    n_mels: int
    languages: tuple[str, ...]
    """Whisper's own language codes, such as no, nn and en."""
    alignment_heads: tuple[tuple[int, int], ...]
    """(decoder layer, head) pairs whose attention tells when a word was said."""
    sha256: str
    """One hash over the names and contents of all files read: it names this model in the audit log."""


def bundled() -> Path:
    """Return the folder of the small model that ships with the daemon."""
    return Path(__file__).parent / "bundled"


def open_folder(path: Path) -> ModelFolder:
    """Check the folder and describe it.  Raises ModelError naming what is missing or wrong."""
    if not path.is_dir():
        raise ModelError(f"there is no model folder {path}")
    hashes = {name: _sha256(path / name) for name in _present_files(path)}
    manifest = _object(path / MANIFEST) if (path / MANIFEST).exists() else None
    if manifest is not None:
        _verify(path, manifest, hashes)
    return ModelFolder(
        path=path,
        name=str((manifest or {}).get("name", path.resolve().name)),
        n_mels=_n_mels(path),
        languages=_languages(path),
        alignment_heads=_alignment_heads(path),
        sha256=hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest(),
    )


def _present_files(path: Path) -> list[str]:
    missing = [name for name in _NEEDED if not (path / name).is_file()]
    vocabulary = [name for name in _VOCABULARIES if (path / name).is_file()]
    if not vocabulary:
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        raise ModelError(f"model folder {path} lacks {', '.join(missing)}")
    return [*_NEEDED, *vocabulary, *([_PREPROCESSOR] if (path / _PREPROCESSOR).is_file() else [])]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _verify(path: Path, manifest: dict[str, Any], hashes: dict[str, str]) -> None:
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        raise ModelError(f'{path / MANIFEST} has no object "files"')
    for name, sha256 in hashes.items():
        if name not in listed:
            raise ModelError(f"{path / name} is not in {MANIFEST}")
        if listed[name] != sha256:
            raise ModelError(f"{path / name} is not the file that {MANIFEST} names: its SHA-256 differs")
    absent = sorted(str(name) for name in listed if not (path / str(name)).is_file())
    if absent:
        raise ModelError(f"model folder {path} lacks {', '.join(absent)}, which {MANIFEST} names")


def _n_mels(path: Path) -> int:
    if not (path / _PREPROCESSOR).is_file():
        return _USUAL_MELS
    n_mels = _object(path / _PREPROCESSOR).get("feature_size", _USUAL_MELS)
    if type(n_mels) is not int or n_mels not in (80, 128):
        raise ModelError(f'{path / _PREPROCESSOR}: "feature_size" must be 80 or 128')
    return n_mels


def _languages(path: Path) -> tuple[str, ...]:
    added = _object(path / "tokenizer.json").get("added_tokens", [])
    contents = [str(token.get("content", "")) for token in added if isinstance(token, dict)]
    lacking = {"<|startoftranscript|>", "<|transcribe|>", "<|notimestamps|>"} - set(contents)
    if lacking:
        raise ModelError(f"{path / 'tokenizer.json'} is not that of a Whisper model for several languages")
    return tuple(match[1] for content in contents if (match := _LANGUAGE.fullmatch(content)))


def _alignment_heads(path: Path) -> tuple[tuple[int, int], ...]:
    """Without them CTranslate2 cannot tell when a word was said, and nothing could be committed."""
    heads = _object(path / "config.json").get("alignment_heads")
    try:
        pairs = tuple((int(layer), int(head)) for layer, head in heads or ())
    except (TypeError, ValueError):
        pairs = ()
    if not pairs:
        raise ModelError(f'{path / "config.json"} has no "alignment_heads": convert the model again with them')
    return pairs


def _object(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{file} is not JSON") from error
    if not isinstance(value, dict):
        raise ModelError(f"{file} does not hold a JSON object")
    return value
