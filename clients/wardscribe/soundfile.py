"""WAV files in, chunks of 16 kHz 16-bit samples out.  Every other kind of file is refused by name of its fault."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wardscribe.errors import SoundFileError
from wardscribe.protocol import BYTES_PER_SAMPLE, SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A checked WAV file: 16 kHz, 16 bit, one or two channels."""

    path: Path
    channels: int
    samples: int
    """Samples a channel."""

    @property
    def seconds(self) -> float:
        """Length of the recording."""
        return self.samples / SAMPLE_RATE

    def chunks(self, chunk_samples: int) -> Iterator[bytes]:
        """Yield interleaved s16le samples, `chunk_samples` a channel at a time (the last may be shorter)."""
        with wave.open(str(self.path), "rb") as sound:
            while pcm := sound.readframes(chunk_samples):
                yield pcm


def open_sound(path: Path) -> SoundFile:
    """Check the header and the length of a WAV file.  Raises SoundFileError naming the fault."""
    try:
        with path.open("rb") as file:
            return _checked(path, file)
    except OSError as error:
        raise SoundFileError(f"cannot read {path}: {error.strerror}") from error


def _checked(path: Path, file: BinaryIO) -> SoundFile:
    try:
        with wave.open(file, "rb") as sound:
            fault = _fault(sound)
            channels, samples = sound.getnchannels(), sound.getnframes()
    except (wave.Error, EOFError) as error:
        raise SoundFileError(f"{path}: {_explain(file, error)}") from error
    if fault:
        raise SoundFileError(f"{path}: {fault}")
    return SoundFile(path, channels, samples)


def _fault(sound: wave.Wave_read) -> str:
    if sound.getframerate() != SAMPLE_RATE:
        return f"wrong sample rate {sound.getframerate()} Hz, expected {SAMPLE_RATE} Hz"
    if sound.getsampwidth() != BYTES_PER_SAMPLE:
        return f"samples of {8 * sound.getsampwidth()} bit, expected 16 bit"
    if sound.getnchannels() not in (1, 2):
        return f"{sound.getnchannels()} channels, expected one or two"
    if sound.getnframes() == 0:
        return "no samples in it"
    sound.setpos(sound.getnframes() - 1)
    if len(sound.readframes(1)) < BYTES_PER_SAMPLE * sound.getnchannels():
        return f"truncated: its header promises {sound.getnframes() / SAMPLE_RATE:.1f} s, the file ends before"
    return ""


def _explain(file: BinaryIO, error: Exception) -> str:
    file.seek(0)
    head = file.read(12)
    if not head:
        return "the file is empty"
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return "not a WAV file"
    if "unknown format: 3" in str(error):
        return "floating-point samples, expected 16-bit integers"
    if "unknown format" in str(error):
        return f"compressed or extended WAV ({error}), expected plain 16-bit samples"
    return "truncated: the file ends within its header"
