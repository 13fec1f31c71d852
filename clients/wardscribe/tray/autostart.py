"""The file by which a desktop starts the tray at log-in (freedesktop.org, Desktop Application Autostart)."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from wardscribe.errors import RefusedError

_NAME = "wardscribe-tray.desktop"
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")
_ESCAPED = '"`$\\'
_KEPT = (
    "url",
    "token_file",
    "ca_file",
    "certificate",
    "key",
    "device",
    "channels",
    "roles",
    "language",
    "template",
    "glossary",
    "preferences",
    "scheme",
)
"""The options that hold for every session: no patient, no encounter, and nobody is informed once and for all."""


def path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the file lies for this user."""
    home = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".config"
    return Path(home) / "autostart" / _NAME


def install(command: Sequence[str], file: Path) -> None:
    """Have `command` started at log-in.  Raises RefusedError when the file cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(entry(command), encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"cannot write {file}: {error.strerror}") from error


def remove(file: Path) -> None:
    """Have nothing started at log-in any more.  Raises RefusedError when the file cannot be removed."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise RefusedError(f"cannot remove {file}: {error.strerror}") from error


def words(arguments: argparse.Namespace) -> list[str]:
    """Return the command line of `wardscribe` that starts a tray with these options."""
    found = ["tray"]
    for name in _KEPT:
        if value := getattr(arguments, name):
            found += [f"--{name.replace('_', '-')}", _written(value)]
    return found


def _written(value: object) -> str:
    match value:
        case Path():
            return str(value.absolute())
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def entry(command: Sequence[str]) -> str:
    """Return the text of the file (Desktop Entry Specification 1.5)."""
    line = " ".join(_quoted(word) for word in command)
    return f"[Desktop Entry]\nType=Application\nName=Wardscribe\nExec={line}\nTerminal=false\n"


def _quoted(word: str) -> str:
    """Quote an argument of Exec: once for the argument, and once more for the string of the file."""
    word = word.replace("%", "%%")
    if word and not _RESERVED & set(word):
        return word
    argument = "".join("\\" + each if each in _ESCAPED else each for each in word)
    return '"' + argument.replace("\\", "\\\\").replace("\n", "\\n") + '"'
