"""What the tests of whole paths share."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peer import consultation
from tests.soundserver import SoundServer, running_sound_server


@pytest.fixture(scope="session")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """A sound server whose microphone has a channel for each of two people."""
    with running_sound_server(tmp_path_factory.mktemp("sound"), channels=2) as server:
        yield server


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 20 s of the bundled consultation."""
    path = tmp_path_factory.mktemp("sound") / "beginning.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(consultation(20))
    return path
