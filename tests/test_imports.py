"""The client stays thin: what it imports, and what it runs without."""

import subprocess
import sys

import pytest

HEAVY = (
    "onnxruntime",
    "PySide6",
    "ctranslate2",
    "faster_whisper",
    "tokenizers",
    "torch",
    "numpy",
    "orjson",
    "sounddevice",
    "wardscribed",
)


@pytest.mark.parametrize(
    "module",
    ["client", "protocol", "cli", "terminal", "microphone", "reading", "tray.state", "tray.link", "tray.words"],
)
def test_client_modules_import_nothing_heavy(module: str) -> None:
    """A laptop that installs the client installs no model and no inference library."""
    program = f"import sys, wardscribe.{module}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_the_library_needs_no_terminal() -> None:
    """A program of another vendor that imports the client library gets websockets, not the terminal."""
    program = "import sys, wardscribe.client; print('websockets' in sys.modules, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "True False\n"
