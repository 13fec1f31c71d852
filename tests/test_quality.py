"""The quality meter says how the microphone does, by the clock of the audio."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wardscribed.audio.quality import QualityMeter, QualityReport

WINDOW = 512


def tone(rms: float, windows: int = 1) -> NDArray[np.int16]:
    """A sine of the given RMS (1 = full scale), a whole number of periods a window."""
    return (np.sin(np.arange(windows * WINDOW) * 2 * np.pi / 64) * rms * np.sqrt(2) * 32767).astype(np.int16)


def report(*parts: tuple[NDArray[np.int16], bool]) -> QualityReport:
    """Feed (samples, is_speech) window by window and return the last report."""
    meter = QualityMeter()
    for samples, is_speech in parts:
        for start in range(0, len(samples), WINDOW):
            meter.receive(samples[start : start + WINDOW], is_speech)
    return meter.report()


@pytest.mark.parametrize("level_db", [-60.0, -26.0, -3.1])
def test_level_is_rms_relative_to_full_scale(level_db: float) -> None:
    """A steady tone has its RMS level."""
    assert report((tone(10 ** (level_db / 20), 30), True)).level_db == pytest.approx(level_db, abs=0.2)


def test_level_follows_within_two_seconds() -> None:
    """A microphone that is switched off shows: the level does not linger."""
    assert report((tone(0.1, 100), True), (tone(0.0001, 63), False)).level_db < -45


def test_digital_silence_has_a_finite_level() -> None:
    """A dead microphone, and one not heard yet, give a number that JSON can carry."""
    assert report((np.zeros(16_000, np.int16), False)).level_db == pytest.approx(-101.1, abs=0.1)
    assert report() == QualityReport(report().level_db, False, 0.0, 0.0)
    assert report().level_db == pytest.approx(-101.1, abs=0.1)


def test_snr_is_speech_over_noise() -> None:
    """Speech 30 dB above the noise measures 30 dB, and a door slammed once hardly moves the floor."""
    quiet, speech, slam = (tone(0.002, 100), False), (tone(0.002 * 10**1.5, 100), True), (tone(0.5, 3), False)

    assert report(quiet, speech).snr_db == pytest.approx(30, abs=0.5)
    assert report(quiet, slam, speech).snr_db > 27


def test_snr_is_zero_until_both_were_heard() -> None:
    """Speech without noise, noise without speech, and speech below the noise have no ratio to speak of."""
    assert report((tone(0.1, 10), True)).snr_db == 0
    assert report((tone(0.1, 10), False)).snr_db == 0
    assert report((tone(0.1, 10), False), (tone(0.01, 10), True)).snr_db == 0


@pytest.mark.parametrize("extreme", [32767, -32768])
def test_clipping_needs_more_than_one_sample(extreme: int) -> None:
    """Several samples at full scale in one chunk are clipping, a single one is chance."""
    samples = tone(0.1)
    samples[7] = extreme
    assert not report((samples, True)).is_clipping
    samples[8:11] = extreme
    assert report((samples, True)).is_clipping


def test_clipping_is_reported_for_two_seconds() -> None:
    """A warning lasts long enough to be read and goes away by itself."""
    clipped = (np.full(WINDOW, 32767, np.int16), True)

    assert report(clipped, (tone(0.1, 60), True)).is_clipping
    assert not report(clipped, (tone(0.1, 63), True)).is_clipping


def test_silence_counts_audio_since_speech() -> None:
    """Silence is measured in seconds of audio since speech was last heard, or since the beginning."""
    quiet = (np.zeros(16_000, np.int16), False)

    assert report(quiet).silence_s == 1.0
    assert report(quiet, (tone(0.1, 1), True)).silence_s == 0.0
    assert report(quiet, (tone(0.1, 1), True), quiet, quiet).silence_s == 2.0


def test_empty_chunk_changes_nothing() -> None:
    """A chunk without samples is no news."""
    meter = QualityMeter()
    meter.receive(tone(0.1, 4), True)
    before = meter.report()
    meter.receive(np.empty(0, np.int16), False)

    assert meter.report() == before
