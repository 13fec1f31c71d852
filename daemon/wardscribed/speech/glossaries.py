"""Ward word lists, which tell the decoder what words to expect: drug names, abbreviations, names of units.

A folder of text files, one term a line, the most important first; the file's name without `.txt` is the glossary's.
Lines that begin with # are comments.  A decoder's prompt is short (tokens.py): of a long list only the beginning helps.
"""

from __future__ import annotations

from pathlib import Path

from wardscribed.errors import ConfigError

_LONGEST_TERM = 80  # characters: more is a sentence, and a decoder repeats sentences


def load(folder: Path) -> dict[str, str]:
    """Return the glossaries of a folder, each as a prompt.  Raises ConfigError naming the file and the line."""
    if not folder.is_dir():
        raise ConfigError(f"'model.glossaries': there is no folder {folder}")
    return {path.stem: _prompt(path) for path in sorted(folder.glob("*.txt"))}


def _prompt(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the glossary {path}: {error}") from error
    terms = [(number, " ".join(line.split())) for number, line in enumerate(lines, start=1)]
    terms = [(number, term) for number, term in terms if term and not term.startswith("#")]
    for number, term in terms:
        if len(term) > _LONGEST_TERM:
            raise ConfigError(f"glossary {path}, line {number}: a term has at most {_LONGEST_TERM} characters")
    return ", ".join(dict.fromkeys(term for _, term in terms))
