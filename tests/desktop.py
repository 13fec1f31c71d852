"""A desktop without a screen: Xvfb, a window manager and a tray host; hands are xdotool's."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packages import MARKER, needs_package
from wardscribe.tray.words import words

QT_PACKAGES = (
    "libegl1", "libgl1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0",
    "libxcb-shape0", "libxcb-xinerama0", "libxkbcommon-x11-0", "fonts-dejavu-core",
)  # fmt: skip
needs_screen = needs_package("xvfb", "openbox", "xdotool", *QT_PACKAGES)
needs_desktop = needs_package("xvfb", "openbox", "trayer", "xdotool", "imagemagick", *QT_PACKAGES)
_PATIENCE_S = 60
_TRIES = 5
_OWN = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "NO_AT_BRIDGE", "XDG_RUNTIME_DIR")
_MENU_S = 10
_TRAYER = ["--edge", "top", "--align", "right", "--widthtype", "request", "--height", "32", "--SetDockType", "true"]


@dataclass(frozen=True, slots=True)
class Desktop:
    """A screen; programs that are to be on it get its `environment`."""

    environment: dict[str, str]

    @property
    def own(self) -> dict[str, str]:
        """What of it is the screen's."""
        return {name: self.environment[name] for name in _OWN}

    def do(self, *words: str) -> str:
        """Run xdotool and return what it prints."""
        command = ["xdotool", *words]
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=_PATIENCE_S
        )
        return done.stdout.strip()

    def press_icon(self, button: int) -> None:
        """Click the only icon in the tray once it is there."""
        search = "xdotool search --onlyvisible --class trayer getwindowgeometry --shell"
        script = f'until {search} 2>/dev/null | grep -q "WIDTH=[0-9][0-9]"; do sleep 0.1; done; {search}'
        command = ["timeout", str(_PATIENCE_S), "sh", "-c", script]
        found = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout
        place = {
            name: int(value) for name, _, value in (line.partition("=") for line in found.split()) if name != "SCREEN"
        }
        x, y = place["X"] + place["WIDTH"] // 2, place["Y"] + place["HEIGHT"] // 2
        self.do("mousemove", str(x), str(y), "click", str(button))

    def find(self, title: str, patience_s: int = _PATIENCE_S) -> str:
        """Return the id of a visible window by its title, or nothing if none comes.

        xdotool itself ends with an error where a window goes away while it searches.
        """
        script = 'until xdotool search --onlyvisible --name "$1" 2>/dev/null; do sleep 0.1; done'
        command = ["timeout", str(patience_s), "sh", "-c", script, "sh", title]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        return done.stdout.split()[0] if done.returncode == 0 else ""

    def wait_for(self, title: str) -> str:
        """Wait for a window by its title, bring it to the front and return its id."""
        window = self.find(title)
        assert window, f"no window {title!r} came"
        self.do("windowactivate", "--sync", window)
        return window

    def take_picture(self, file: Path, window: str = "root") -> None:
        """Write what is seen as a PNG."""
        command = ["import", "-window", window, str(file)]
        subprocess.run(command, env=self.environment, check=True, timeout=_PATIENCE_S)


def run_offscreen(program: str) -> list[str]:
    """Return the lines that a program prints whose Qt draws into memory, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "libEGL" in done.stderr:
        pytest.skip(MARKER + "libegl1")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def choose(desktop: Desktop, letter: str) -> None:
    """Open the icon's menu and choose an entry by its letter."""
    for _ in range(_TRIES):
        desktop.press_icon(3)
        if desktop.find(words("nb").menu, _MENU_S):
            break  # if not, a notification lay over the icon, and the click has closed it
    desktop.do("sleep", "0.3", "key", letter)


@contextmanager
def running_desktop(*, has_tray: bool = True) -> Iterator[Desktop]:
    """Run a screen for the time of a `with` block, with a tray of the XEmbed kind or with none."""
    with contextlib.ExitStack() as stack:
        reader, writer = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        stack.enter_context(_ended_with_block(screen, {}, (writer,)))
        os.close(writer)
        with os.fdopen(reader) as numbers:
            display = {"DISPLAY": f":{numbers.readline().strip()}"}
        # No session bus: a tray is then of the XEmbed kind, and notifications are Qt's own.
        environment = os.environ | display | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "NO_AT_BRIDGE": "1"}
        # A tray is one a person: those of other tests on this machine are other people's.
        environment["XDG_RUNTIME_DIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(_ended_with_block(["openbox", "--sm-disable"], environment))
        if has_tray:
            stack.enter_context(_ended_with_block(["trayer", *_TRAYER], environment))
        yield Desktop(environment)


@contextmanager
def running_tray(environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `wardscribe tray --json`, whose standard output tells what happens.

    It must end well, and say nothing on standard error but what it has to tell.
    """
    command = [sys.executable, "-m", "wardscribe", "tray", "--json", *options]
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
        process.communicate(timeout=_PATIENCE_S)
        complaints.seek(0)
        faults = [line for line in complaints if not line.startswith("wardscribe: ")]
        assert (process.returncode, faults) == (0, []), f"status {process.returncode}, {faults}"


@contextmanager
def _ended_with_block(command: Sequence[str], environment: dict[str, str], fds: tuple[int, ...] = ()) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=environment or None, pass_fds=fds, stdin=quiet, stdout=quiet, stderr=quiet
    ) as process:
        try:
            yield
        finally:
            process.terminate()
