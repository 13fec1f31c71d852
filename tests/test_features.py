"""Log-mel frames are Whisper's, each computed once, and windows of them look as Whisper was trained to see them."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from wardscribed.audio.features import LogMel, mel_filters


def noise(samples: int, seed: int = 1) -> NDArray[np.int16]:
    """Noise whose loudness varies by 60 dB and is greatest in the middle, away from the edges."""
    rng = np.random.default_rng(seed)
    loudness = 8000 * 10 ** (-3 * np.abs(np.linspace(-1, 1, samples)))
    return (rng.normal(size=samples) * loudness).clip(-32768, 32767).astype(np.int16)


def whisper(samples: NDArray[np.int16], n_mels: int = 80) -> NDArray[np.float32]:
    """Return faster-whisper's features of the samples."""
    return FeatureExtractor(feature_size=n_mels)(samples.astype(np.float32) / 32768, padding=160)


def log_mel(samples: NDArray[np.int16], n_mels: int = 80, chunk: int = 1600) -> LogMel:
    """Return the features of samples that came in chunks."""
    mel = LogMel(n_mels)
    for start in range(0, len(samples), chunk):
        mel.append(samples[start : start + chunk])
    return mel


@pytest.mark.parametrize("n_mels", [80, 128])
def test_filters_are_whispers(n_mels: int) -> None:
    """The filter bank is the one that Whisper models were trained with."""
    np.testing.assert_allclose(mel_filters(n_mels).T, FeatureExtractor(feature_size=n_mels).mel_filters, atol=1e-7)


@pytest.mark.parametrize("n_mels", [80, 128])
@pytest.mark.parametrize("chunk", [320, 1111, 80_000])
def test_window_equals_faster_whispers_features(n_mels: int, chunk: int) -> None:
    """Away from the edges, which faster-whisper mirrors, the numbers are the same, however the audio came in."""
    samples = noise(80_000)
    window = log_mel(samples, n_mels, chunk).window(0, 80_000, 500)

    assert window.dtype == np.float32
    np.testing.assert_allclose(window[:, 2:-2], whisper(samples, n_mels)[:, 2:498], atol=1e-4)


def test_short_window_is_padded_as_whisper_sees_silence() -> None:
    """A window longer than its audio equals the features of that audio followed by zeros, to its last column.

    Only at the join it differs: frames centred after the end are silence, though their span still reaches back.
    """
    samples = noise(30_000)
    window = log_mel(samples).window(0, 30_000, 400)
    expected = whisper(np.concatenate([samples, np.zeros(34_000, np.int16)]))[:, :400]

    assert window.shape == (80, 400)
    end = 188
    np.testing.assert_allclose(window[:, 2:end], expected[:, 2:end], atol=1e-4)
    np.testing.assert_allclose(window[:, end + 2 :], expected[:, end + 2 :], atol=1e-4)


def test_silence_is_whispers_silence() -> None:
    """Zeros, and a window without any audio, are the constant that Whisper's normalisation makes of them."""
    expected = whisper(np.zeros(16_000, np.int16))[:, :100]

    np.testing.assert_array_equal(log_mel(np.zeros(16_000, np.int16)).window(0, 16_000, 100), expected)
    np.testing.assert_array_equal(LogMel().window(0, 0, 100), expected)


def test_clamp_belongs_to_the_window_not_to_the_frame() -> None:
    """What is loud outside a window does not darken it: the same frame looks different in another window."""
    mel = log_mel(noise(80_000))

    quiet, whole = mel.window(0, 16_000, 100), mel.window(0, 80_000, 500)[:, :100]
    assert whole.min() > quiet.min()


def test_frames_are_complete_when_their_samples_are_there() -> None:
    """Frame i needs the samples up to i * 160 + 200, and is computed exactly then."""
    mel = LogMel()
    ends = []
    for _ in range(4):
        mel.append(noise(180))
        ends.append(mel.end_frame)

    assert ends == [0, 2, 3, 4]


def test_tail_is_computed_as_if_silence_followed_and_not_kept() -> None:
    """A window up to the newest sample has all its frames; when more audio comes, they are the true ones."""
    samples = noise(16_000)
    mel, sooner = LogMel(), LogMel()
    mel.append(samples[:8000])
    early = mel.window(0, 8000, 50)
    mel.append(samples[8000:])
    sooner.append(samples)

    assert early[:, 49].max() > early.min()
    np.testing.assert_allclose(mel.window(0, 16_000, 100), sooner.window(0, 16_000, 100), atol=1e-5)


def test_window_begins_at_the_frame_of_its_first_sample() -> None:
    """A window from the middle is the same frames as in the whole, rounded outwards to whole frames."""
    mel = log_mel(noise(16_000))

    np.testing.assert_array_equal(mel.window(8001, 8159, 1), mel.window(8000, 8160, 1))
    assert mel.window(8159, 8161, 2)[:, 1].max() > mel.window(8159, 8160, 2)[:, 1].max()


def test_channel_that_begins_later_has_the_same_frames() -> None:
    """A channel that goes on after a restart numbers its frames by the session's samples."""
    samples, start = noise(32_000), 5000
    whole, later = log_mel(samples), LogMel(start=start)
    later.append(samples[start:])

    assert later.end_frame == whole.end_frame
    np.testing.assert_allclose(later.window(8000, 32_000, 150), whole.window(8000, 32_000, 150), atol=1e-5)
    later.window(start, 32_000, 200)


@pytest.mark.parametrize("bounds", [(3_200, 16_000, 100), (8000, 16_001, 100), (8000, 16_000, 49), (9000, 8000, 100)])
def test_window_refuses_what_it_cannot_hold(bounds: tuple[int, int, int]) -> None:
    """Forgotten frames, samples to come, too many frames and reversed bounds are errors, not silence."""
    mel = log_mel(noise(16_000))
    mel.forget(4800)

    mel.window(4800, 16_000, 100)
    with pytest.raises(ValueError, match=r"within|no window"):
        mel.window(*bounds)


def test_memory_is_bounded_after_forget() -> None:
    """Half an hour of which a second is held takes no more than a few seconds' memory."""
    mel, chunk = LogMel(), noise(16_000)
    for _ in range(1800):
        mel.append(chunk)
        mel.forget(mel.end_frame * 160 - 16_000)

    assert len(mel._frames._rows) <= 1000
    assert len(mel._pcm._rows) <= 4 * 16_400


def test_wipe_leaves_zeros() -> None:
    """After a wipe neither frames nor samples are in memory."""
    mel = log_mel(noise(16_000))
    mel.wipe()

    assert not mel._frames._rows.any()
    assert not mel._pcm._rows.any()
    with pytest.raises(ValueError, match="within"):
        mel.window(0, 8000, 100)


def test_frames_that_nobody_asked_for_are_not_missed() -> None:
    """Silence that is forgotten before it was ever looked at changes nothing of what comes after it."""
    samples = noise(5 * 16_000)
    whole, skipping = LogMel(), LogMel()
    for start in range(0, len(samples), 1600):
        whole.append(samples[start : start + 1600])
        skipping.append(samples[start : start + 1600])
        skipping.forget(start - 8000)

    assert np.allclose(skipping.window(72_000, 79_000, 100), whole.window(72_000, 79_000, 100), atol=1e-5)
    with pytest.raises(ValueError, match="is not within"):
        skipping.window(0, 16_000, 100)
