"""Tests that are left out for want of a Debian package say so, and make the run fail where they must."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages import LIST, MARKER, is_installed, listed_packages, needs_package

ROOT = Path(__file__).parents[1]


def test_list_is_read_without_comments() -> None:
    """A package a line; comments and blank lines are none."""
    assert listed_packages("# a comment\nmake\n\nsox # sound\n") == {"make", "sox"}


def test_unlisted_package_is_refused() -> None:
    """A test cannot need a package that `.ci/run` does not install."""
    with pytest.raises(AssertionError, match="not-in-the-list"):
        needs_package("not-in-the-list")


def test_installed_package_does_not_skip() -> None:
    """`python3`, or what runs this, is installed wherever these tests run from Debian."""
    mark = needs_package("make").mark

    assert mark.args == (not is_installed("make"),)
    assert mark.kwargs["reason"].startswith(MARKER)


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--fail-on-missing-package",), 1)])
def test_missing_package_fails_the_run_where_asked(options: tuple[str, ...], status: int, tmp_path: Path) -> None:
    """A skip for a missing package is a skip on a laptop and a failure in the pipeline, which names the package."""
    test = tmp_path / "test_something.py"
    test.write_text(
        f"import pytest\n\n@pytest.mark.skipif(True, reason='{MARKER}sox')\ndef test_it():\n    pass\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.conftest",
        *options,
        str(test),
    ]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == status, run.stdout
    assert ("missing packages: sox" in run.stdout) == bool(status)
    assert "1 skipped" in run.stdout.splitlines()[-1]


def test_list_names_real_packages_once() -> None:
    """One name a line, each once, and the three that running needs are first."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]

    assert len(lines) == len(set(lines))
    assert lines[:3] == ["make", "python3", "python3-venv"]
