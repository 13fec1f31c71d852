"""Bytes that look for code which nobody has run yet, in every decoder of what comes from outside (atheris, libFuzzer).

    python -m tests.fuzz.guided [--seconds 60] [--decoder NAME]

Each decoder for so many seconds, from contents that it takes.  Ends with status 1 where one fails otherwise than it
should; libFuzzer says how, and by which bytes.  `make fuzz` installs atheris, which nothing else here needs.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

_NAMES = ("template", "form", "configuration", "wire")
_WATCHED = ["wardscribe", "wardscribed.config", "wardscribed.note.forms", "wardscribed.note.templates", "tomllib"]
_LONGEST = 20_000  # bytes of a content: the largest that ships has half as many


def _fuzz(name: str, seconds: int) -> None:
    """Does not return: libFuzzer ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=_WATCHED):
        from tests.fuzz.decoders import DECODERS
    decode, good = DECODERS[name]
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(good):
            (Path(folder) / str(number)).write_bytes(content)
        options = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-verbosity=0", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", folder], decode)
        atheris.Fuzz()


def main() -> None:
    """Fuzz one decoder, or each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--decoder", choices=_NAMES)
    arguments = parser.parse_args()
    if arguments.decoder:
        _fuzz(arguments.decoder, arguments.seconds)
    command = [sys.executable, "-m", "tests.fuzz.guided", "--seconds", str(arguments.seconds), "--decoder"]
    failed = [name for name in _NAMES if subprocess.run([*command, name], check=False).returncode]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
