"""The unit as systemd reads it, and the example configuration as the daemon reads it."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.packages import needs_package
from wardscribe.errors import ExitStatus
from wardscribed import config
from wardscribed.server import _SWEEP_S

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "systemd" / "wardscribed.service"
EXAMPLE = ROOT / "systemd" / "wardscribed.toml"
DROP_INS = sorted((ROOT / "systemd" / "wardscribed.service.d").glob("*.conf"))
MOST_EXPOSED = 12
"""Tenths of systemd's exposure level, 0 (safe) to 100."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with the program of this checkout: systemd wants to see that it is there."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/wardscribe/.venv", sys.prefix), encoding="utf-8")
    return copy


def settings(name: str) -> list[str]:
    """Return the values of a unit setting."""
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)


def analyze(*arguments: str) -> tuple[int, str]:
    """Return the status of `systemd-analyze`, which is 0 even for unknown keys, and all that it says."""
    environment = {**os.environ, "SYSTEMD_COLORS": "0", "SYSTEMD_LOG_LEVEL": "info"}
    run = subprocess.run(
        ["systemd-analyze", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout


@needs_package("systemd")
@pytest.mark.parametrize("drop_in", [None, *DROP_INS], ids=lambda path: path.stem if path else "alone")
def test_unit_is_valid(unit: Path, drop_in: Path | None) -> None:
    """systemd reads the unit, alone and with each addition, without a word."""
    if drop_in:
        folder = unit.with_suffix(".service.d")
        folder.mkdir()
        (folder / drop_in.name).write_text(drop_in.read_text(encoding="utf-8"), encoding="utf-8")

    assert analyze("verify", "--man=no", str(unit)) == (0, "")


@needs_package("systemd")
def test_misspelt_unit_is_noticed(unit: Path) -> None:
    """The check above can fail."""
    unit.write_text(unit.read_text(encoding="utf-8").replace("LimitCORE=", "LimitCores="), encoding="utf-8")

    assert "LimitCores" in analyze("verify", "--man=no", str(unit))[1]


@needs_package("systemd")
def test_unit_is_hardened(unit: Path) -> None:
    """systemd's own measure of what the daemon could do to the machine stays low."""
    status, said = analyze("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", str(unit))

    assert status == 0, said


@pytest.mark.parametrize(
    ("name", "value"), [("LimitCORE", "0"), ("MemorySwapMax", "0"), ("ProtectSystem", "strict"), ("DynamicUser", "yes")]
)
def test_nothing_reaches_a_disk(name: str, value: str) -> None:
    """No core dump, no swap, no folder to write in: for systemd's measure these do not count."""
    assert settings(name) == [value]


def test_useless_tries_are_not_made() -> None:
    """The statuses that another try does not mend end the service."""
    expected = f"{ExitStatus.USAGE.value} {ExitStatus.CONFIGURATION.value}"

    assert settings("RestartPreventExitStatus") == [expected]


def test_watchdog_waits_for_several_signs_of_life() -> None:
    """One late sign of life does not end a working daemon."""
    assert float(settings("WatchdogSec")[0]) > 10 * _SWEEP_S


def test_example_is_a_valid_configuration() -> None:
    """As it lies there the example changes nothing."""
    assert config.load(EXAMPLE) == config.Config()


def test_example_shows_every_setting_with_its_default() -> None:
    """With every # taken away the example still is the default, and no setting is missing."""
    text = re.sub(r"^#(\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    shown = {f"{table}.{key}" for table, keys in tomllib.loads(text).items() for key in keys}

    assert config.parse(text, EXAMPLE.name) == config.Config()
    assert shown == {f"{table}.{key}" for table, keys in asdict(config.Config()).items() for key in keys}
