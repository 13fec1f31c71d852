"""Which Debian packages a test needs, and what becomes of it where they are not installed."""

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

LIST = Path(__file__).parents[1] / ".ci" / "debian-packages.txt"
MARKER = "Debian package missing: "


def needs_package(*names: str) -> pytest.MarkDecorator:
    """Skip the test where one of these Debian packages is missing; the list that `.ci/run` installs must have them."""
    unlisted = set(names) - listed_packages(LIST.read_text(encoding="utf-8"))
    assert not unlisted, f"not in {LIST.name}: {', '.join(sorted(unlisted))}"
    missing = [name for name in names if not is_installed(name)]
    return pytest.mark.skipif(bool(missing), reason=MARKER + ", ".join(missing))


def listed_packages(text: str) -> set[str]:
    """Return the package names in the text of the list: one a line, `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {line for line in lines if line}


@functools.cache
def is_installed(name: str) -> bool:
    """Return whether dpkg has the package; where there is no dpkg, whether a program of its name is there."""
    if not shutil.which("dpkg-query"):
        return shutil.which(name) is not None
    query = ["dpkg-query", "-W", "-f=${db:Status-Status} ", name]
    return "installed" in subprocess.run(query, capture_output=True, text=True, check=False).stdout.split()
