"""Completion for a shell, made of the command line's parser by shtab: the shell then runs no Python for it."""

from __future__ import annotations

import argparse
from pathlib import Path

import shtab


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script for bash, zsh or fish; what takes a path is completed to files."""
    _complete_paths(parser)
    return shtab.complete(parser, shell)


def _complete_paths(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_paths(command)
