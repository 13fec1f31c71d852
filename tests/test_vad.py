"""Silero tells speech from silence, many channels at a time and each as if it were alone."""

from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wardscribed.audio.vad import WINDOW, Vad, VadState
from wardscribed.errors import ModelError


@pytest.fixture(scope="module")
def vad() -> Vad:
    """The network of the installed package."""
    return Vad.load()


def babble(seconds: float = 1.0, pitch_hz: float = 130.0) -> NDArray[np.float32]:
    """A voice made of formulas: a pulse train through four formants that glide between two vowels, in syllables."""
    t = np.arange(int(seconds * 16_000)) / 16_000
    glide = np.sin(2 * np.pi * 2 * t)
    pitch = pitch_hz * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * t))
    formants: list[tuple[Any, int, float]] = [
        (500 + 200 * glide, 80, 1.0),
        (1600 - 500 * glide, 100, 0.5),
        (2600, 150, 0.25),
        (3500, 250, 0.1),
    ]
    voice = np.zeros_like(t)
    for harmonic in range(1, 30):
        hertz = harmonic * pitch
        gain = sum(a / (1 + ((hertz - centre) / width) ** 2) for centre, width, a in formants)
        voice += gain * np.sin(harmonic * 2 * np.pi * np.cumsum(pitch) / 16_000)
    voice *= np.clip(np.sin(2 * np.pi * 4 * t) + 0.5, 0, 1)
    return (0.3 * voice / np.abs(voice).max()).astype(np.float32)


def windows_of(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the whole windows of the samples."""
    return samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)


def one_by_one(vad: Vad, samples: NDArray[np.float32], state: VadState) -> list[float]:
    """Return the probabilities of one channel that is served alone."""
    return [float(vad.probabilities(window[np.newaxis], [state])[0]) for window in windows_of(samples)]


def test_voice_is_speech(vad: Vad) -> None:
    """A voice is heard as speech in most of its windows."""
    probabilities = one_by_one(vad, babble(), VadState())

    assert np.median(probabilities) > 0.8


@pytest.mark.parametrize("loudness", [0.0, 0.05])
def test_silence_and_noise_are_not_speech(vad: Vad, loudness: float) -> None:
    """Neither digital silence nor white noise is speech."""
    samples = np.random.default_rng(1).normal(0, 1, 16_000) * loudness

    assert max(one_by_one(vad, samples.astype(np.float32), VadState())) < 0.2


def test_batch_equals_single_calls(vad: Vad) -> None:
    """Channels served together get what each would get alone, window after window."""
    rng = np.random.default_rng(2)
    channels = [babble(), rng.normal(0, 0.02, 16_000).astype(np.float32), np.zeros(16_000, np.float32), babble(1, 200)]
    states = [VadState() for _ in channels]
    together = [vad.probabilities(np.stack(step), states) for step in zip(*map(windows_of, channels), strict=True)]

    alone = [one_by_one(vad, channel, VadState()) for channel in channels]
    np.testing.assert_allclose(np.stack(together, axis=1), alone, atol=1e-6)


def test_state_carries_the_channel_and_reset_forgets_it(vad: Vad) -> None:
    """The answer depends on what the channel heard before, until it is reset."""
    state, first_window = VadState(), windows_of(babble())[:1]
    fresh = float(vad.probabilities(first_window, [state])[0])
    one_by_one(vad, babble(), state)
    later = float(vad.probabilities(first_window, [state])[0])
    state.reset()

    assert abs(later - fresh) > 0.01
    assert float(vad.probabilities(first_window, [state])[0]) == pytest.approx(fresh, abs=1e-6)


def test_state_keeps_the_end_of_the_window(vad: Vad) -> None:
    """The network reads the last 64 samples of a window again, before the next one."""
    state, window = VadState(), windows_of(babble())[0]
    vad.probabilities(window[np.newaxis], [state])

    np.testing.assert_array_equal(state.context, window[-64:])


def test_state_is_reset_in_place() -> None:
    """What a channel said is overwritten, not only let go of."""
    state = VadState()
    context, lstm = state.context, state.lstm
    context += 1
    lstm += 1
    state.reset()

    assert not context.any()
    assert not lstm.any()


def test_no_channels_are_no_call(vad: Vad) -> None:
    """A tick without windows is answered without the network."""
    assert vad.probabilities(np.empty((0, WINDOW), np.float32), []).shape == (0,)


def test_missing_package_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where silero-vad is not installed, the message says what to install."""

    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(ModelError, match="install the package silero-vad"):
        Vad.load()


def test_missing_or_broken_file_is_a_model_error(tmp_path: Path) -> None:
    """A file that is not there or is no network is reported by a sentence."""
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a network")

    with pytest.raises(ModelError, match="is missing"):
        Vad(tmp_path / "absent.onnx")
    with pytest.raises(ModelError, match="cannot be read"):
        Vad(broken)
