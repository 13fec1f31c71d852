"""What the model makes of a talk off line: `wardscribed transcribe`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generated import Consultation
from benchmarks.levels import Offline
from benchmarks.shown import Comparison, Shown


def offline(talks: Sequence[Consultation], config: Path | None, folder: Path) -> dict[str, Offline]:
    """Return the figures of each talk by its name; `folder` is for the sound files."""
    return {talk.name: _offline(talk, config, folder / "sound.wav") for talk in talks}


def _offline(talk: Consultation, config: Path | None, sound: Path) -> Offline:
    talk.write(sound)
    command = [sys.executable, "-m", "wardscribed", "--log-level", "warning", "transcribe", str(sound), "--json"]
    command += ["--config", str(config)] if config else []
    result = subprocess.run(command, check=True, capture_output=True)
    text = " ".join(word["text"] for word in json.loads(result.stdout)["words"])
    return Offline.of(Comparison(talk.spoken, [Shown(0.0, text, text)]))
