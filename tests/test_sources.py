"""Audio on its way to the daemon: levels, gaps and pace."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest

from wardscribe import demo
from wardscribe.errors import MicrophoneError
from wardscribe.microphone import Microphone
from wardscribe.protocol import BYTES_PER_SAMPLE, SAMPLE_RATE
from wardscribe.soundfile import open_sound
from wardscribe.sources import Missing, full_speed, live, peak_db

CONSULTATION_PCM = demo.CONSULTATION.read_bytes()[44:]


class Delivery:
    """A microphone that delivers what a test says, as (first sample, number of samples)."""

    channels = 2

    def __init__(self, *chunks: tuple[int, int]) -> None:
        self._chunks = chunks
        self.is_closed = False

    async def chunks(self) -> AsyncGenerator[tuple[int, bytes], None]:
        """Deliver, then go away."""
        try:
            for first, samples in self._chunks:
                yield first, b"\1" * samples * self.channels * BYTES_PER_SAMPLE
            raise MicrophoneError("unplugged")
        finally:
            self.is_closed = True


async def heard(delivery: Delivery, most: int = 9) -> list[int | Missing]:
    """Return what comes first of a delivery: samples, or what is missing."""
    got: list[int | Missing] = []
    async with aclosing(live(cast("Microphone", delivery))) as audio:
        async for chunk in audio:
            got.append(chunk if isinstance(chunk, Missing) else len(chunk) // 4)
            if len(got) == most:
                break
    return got


async def test_a_gap_is_told_with_its_length() -> None:
    """What was lost between microphone and program is neither closed up nor passed off as silence."""
    delivery = Delivery((0, 640), (640 + 32_000, 640), (1_280 + 32_000, SAMPLE_RATE), (0, 640))

    assert await heard(delivery, 4) == [640, Missing(2_000), 640, SAMPLE_RATE]
    assert delivery.is_closed


async def test_a_microphone_that_goes_away_is_an_error() -> None:
    """Its end is not mistaken for the end of the conversation."""
    with pytest.raises(MicrophoneError, match="unplugged"):
        await heard(Delivery((0, 640)))


async def test_a_file_comes_whole() -> None:
    """At full speed, all samples in order."""
    sound = open_sound(demo.CONSULTATION)
    pcm = b"".join([chunk async for chunk in full_speed(sound) if isinstance(chunk, bytes)])

    assert pcm == CONSULTATION_PCM


@pytest.mark.parametrize(
    ("pcm", "channel", "channels", "level_db"),
    [
        (b"\0\x40\0\0", 0, 2, -6.0),
        (b"\0\x40\0\0", 1, 2, -100.0),
        (b"\0\x80", 0, 1, 0.0),
        (b"", 0, 1, -100.0),
    ],
)
def test_level_is_the_peak_in_db(pcm: bytes, channel: int, channels: int, level_db: float) -> None:
    """Half of full scale is −6 dB, silence is −100 dB; each channel by itself."""
    assert peak_db(pcm, channel, channels) == pytest.approx(level_db, abs=0.03)
