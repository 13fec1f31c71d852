"""Pictures of the tray, of a real run: `python -m screenshots.tray [FOLDER]`.

A virtual microphone says a part of the demo's consultation to a daemon with the bundled model, once in the light
scheme and once in the dark one.  Needs the Debian packages of the tray's tests.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.daemon import running_daemon
from tests.desktop import choose, running_desktop, running_tray
from tests.e2e.test_tray import Told, spoken
from tests.soundserver import MICROPHONE, running_sound_server
from wardscribe import protocol
from wardscribe.labels import labels
from wardscribe.protocol import State
from wardscribe.tray.words import words

_SPOKEN_S = 47


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/screenshots"))
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        with tempfile.TemporaryDirectory() as scratch:
            picture(scheme, folder, Path(scratch))


def picture(scheme: str, folder: Path, scratch: Path) -> None:
    """Hold a conversation up to its draft, and take a picture of every window."""
    with (
        running_sound_server(scratch, channels=2) as sound,
        running_daemon(scratch / "daemon.log") as daemon,
        running_desktop() as desktop,
        running_tray(
            sound.environment | desktop.own,
            *("--url", daemon.url, "--scheme", scheme, "--device", MICROPHONE),
            *("--channels", "2", "--roles", "clinician,patient"),
        ) as process,
    ):
        told = Told(process)
        told.until(protocol.Ready)
        choose(desktop, "t")
        captions = desktop.wait_for(words("nb").said)
        choose(desktop, "s")
        told.until_state(State.RECORDING)
        with sound.play(spoken(scratch / "a.wav", _SPOKEN_S, start_s=0)) as player:
            for _ in range(14):
                told.until(protocol.Commit)
            told.until(protocol.Partial)
            desktop.take_picture(folder / f"tray-captions-{scheme}.png", captions)
            desktop.press_icon(3)
            desktop.do("sleep", "1")
            desktop.take_picture(folder / f"tray-menu-{scheme}.png")
            desktop.do("key", "Escape")
            player.wait()
        choose(desktop, "a")
        told.until(protocol.Note, final=True)
        choose(desktop, "l")
        review = desktop.wait_for(labels("nb").note)
        desktop.do("key", "F8")
        desktop.do("sleep", "1")
        desktop.take_picture(folder / f"tray-review-{scheme}.png", review)


if __name__ == "__main__":
    main()
