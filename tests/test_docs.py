"""The README names everything that a reader can meet: events, fields, settings, error codes, exit statuses."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from wardscribe import protocol
from wardscribe.errors import ExitStatus
from wardscribe.labels import labels
from wardscribed.config import Config

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EVENTS = {**protocol.CLIENT_EVENTS, **protocol.DAEMON_EVENTS}
SETTINGS = [
    f"{table.name}.{setting.name}"
    for table in dataclasses.fields(Config)
    for setting in dataclasses.fields(getattr(Config(), table.name))
]


def codes() -> set[str]:
    """The codes of all ProtocolErrors and warnings in the source."""
    sources = [
        path.read_text(encoding="utf-8") for folder in ("daemon", "clients") for path in ROOT.glob(f"{folder}/**/*.py")
    ]
    raised = r'(?:ProtocolError|session\.warn|self\.warn)\(\s*"([a-z_]+)"'
    return {code for text in sources for code in re.findall(raised, text)}


@pytest.mark.parametrize("name", EVENTS)
def test_event_is_documented_with_its_fields(name: str) -> None:
    """Its row in the protocol tables holds every field but `seq`, which all have."""
    row = next(line for line in README.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1])

    assert [f.name for f in dataclasses.fields(EVENTS[name]) if f.name != "seq" and f"`{f.name}`" not in row] == []


@pytest.mark.parametrize("setting", SETTINGS)
def test_setting_is_documented(setting: str) -> None:
    """Every key of the configuration stands in the settings table."""
    assert f"`{setting}`" in README


def test_error_codes_are_documented() -> None:
    """Every code that a client can be sent, and no other."""
    listed = next(line for line in README.splitlines() if line.startswith("Codes of `error`:"))

    assert codes() == set(re.findall(r"`([a-z_]+)`", listed)) - {"error"}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_why_something_is_left_out_is_told_in_every_language(language: str) -> None:
    """The README's list of reasons is the terminal's."""
    listed = next(line for line in README.splitlines() if line.startswith("Reasons in `not_included`:"))

    assert set(labels(language).reasons) == set(re.findall(r"`([a-z_]+)`", listed)) - {"not_included"}


@pytest.mark.parametrize("status", ExitStatus)
def test_exit_status_is_documented(status: ExitStatus) -> None:
    """Every exit status has its row."""
    assert re.search(rf"^\| {status.value} \|", README, re.MULTILINE)


def test_opening_commands_exist() -> None:
    """The commands that the README opens with are targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert README.index("make demo") < README.index("make test") < 700
    for target in ("demo", "test", "setup", "bench", "lock"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
