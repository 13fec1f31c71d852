"""WAV files that can be used, and the faults of those that cannot."""

import struct
import wave
from pathlib import Path

import pytest

from wardscribe.errors import SoundFileError
from wardscribe.soundfile import open_sound


def write(path: Path, *, rate: int = 16_000, width: int = 2, channels: int = 1, frames: int = 1_000) -> Path:
    """Write a WAV file of a ramp."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes((bytes(range(256)) * (frames * width * channels // 256 + 1))[: frames * width * channels])
    return path


@pytest.mark.parametrize("channels", [1, 2])
def test_all_samples_come_in_chunks(tmp_path: Path, channels: int) -> None:
    """The chunks are the file's samples, in order, the last one shorter."""
    sound = open_sound(write(tmp_path / "a.wav", channels=channels))
    chunks = list(sound.chunks(300))

    assert (sound.channels, sound.samples, sound.seconds) == (channels, 1_000, 0.0625)
    assert [len(chunk) // (2 * channels) for chunk in chunks] == [300, 300, 300, 100]
    assert b"".join(chunks) == sound.path.read_bytes()[44:]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"rate": 44_100}, "wrong sample rate 44100 Hz, expected 16000 Hz"),
        ({"width": 1}, "8 bit"),
        ({"channels": 3}, "3 channels"),
        ({"frames": 0}, "no samples"),
    ],
)
def test_unsuitable_formats_are_named(tmp_path: Path, options: dict[str, int], fault: str) -> None:
    """A wrong rate, width or number of channels is refused by name, not guessed at."""
    with pytest.raises(SoundFileError, match=fault):
        open_sound(write(tmp_path / "a.wav", **options))


def _float_wav() -> bytes:
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 40, b"WAVE", b"fmt ", 16, 3, 1, 16_000, 64_000, 4, 32, b"data", 4
    )
    return header + struct.pack("<f", float("nan"))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (b"ID3\x04 this is music, not a WAV", "not a WAV file"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "ends within its header"),
        (_float_wav(), "floating-point"),
        (_float_wav().replace(b"fmt \x10\0\0\0\x03", b"fmt \x10\0\0\0\x11"), "compressed"),
    ],
)
def test_damaged_and_foreign_files_are_named(tmp_path: Path, data: bytes, fault: str) -> None:
    """What is not plain 16-bit WAV says what it is."""
    path = tmp_path / "a.wav"
    path.write_bytes(data)

    with pytest.raises(SoundFileError, match=fault):
        open_sound(path)


def test_truncated_file_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """A file that ends before its header says is found out at once, not at its end."""
    path = write(tmp_path / "a.wav")
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(SoundFileError, match="truncated"):
        open_sound(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A path that cannot be read is told with the system's reason."""
    with pytest.raises(SoundFileError, match="No such file"):
        open_sound(tmp_path / "none.wav")
