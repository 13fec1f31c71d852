"""Samples are addressed by absolute position, and what is forgotten is gone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wardscribed.audio.buffer import AbsoluteArray, PcmBuffer, deinterleave


def ramp(start: int, end: int) -> NDArray[np.int16]:
    """Return samples that say their own position."""
    return np.arange(start, end).astype(np.int16)


def test_view_returns_what_was_appended_at_its_position() -> None:
    """A sample keeps its absolute position, however many chunks it came in and whatever was forgotten before it."""
    buffer, end = PcmBuffer(), 0
    for size in np.random.default_rng(1).integers(0, 700, 400):
        buffer.append(ramp(end, end + size))
        end += int(size)
        buffer.forget(end - 1000)

        np.testing.assert_array_equal(buffer.view(buffer.start, end), ramp(buffer.start, end))
    assert (buffer.start, buffer.end) == (end - 1000, end)


def test_buffer_may_begin_anywhere() -> None:
    """A channel that goes on after a restart keeps its sample numbers."""
    buffer = PcmBuffer(start=48_000)
    buffer.append(ramp(0, 10))

    assert (buffer.start, buffer.end) == (48_000, 48_010)
    assert buffer.view(48_003, 48_005).tolist() == [3, 4]


@pytest.mark.parametrize("bounds", [(9, 30), (20, 41), (31, 30)])
def test_view_refuses_what_is_not_held(bounds: tuple[int, int]) -> None:
    """Forgotten samples, samples to come and reversed bounds are errors, not short answers."""
    buffer = PcmBuffer()
    buffer.append(ramp(0, 40))
    buffer.forget(10)

    with pytest.raises(ValueError, match=r"not within 10\.\.40"):
        buffer.view(*bounds)


def test_view_cannot_be_written_and_is_no_copy() -> None:
    """Readers cannot change the audio, and reading costs nothing."""
    buffer = PcmBuffer()
    buffer.append(ramp(0, 40))
    view = buffer.view(5, 30)

    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
    assert np.shares_memory(view, buffer.view(0, 40))


def test_forget_moves_only_forward_and_not_past_the_end() -> None:
    """Positions never move back, and forgetting the future forgets what is there."""
    buffer = PcmBuffer()
    buffer.append(ramp(0, 40))

    buffer.forget(10)
    buffer.forget(5)
    assert buffer.start == 10
    buffer.forget(99)
    assert (buffer.start, buffer.end) == (40, 40)


def test_forgotten_and_abandoned_memory_is_zero() -> None:
    """Speech does not stay in memory: forgetting, growing and wiping overwrite what they leave behind."""
    buffer = PcmBuffer()
    buffer.append(ramp(1, 41))
    before_growth = buffer.view(0, 40)
    forgotten = buffer.view(0, 10)

    buffer.forget(10)
    assert not forgotten.any()
    assert before_growth.any()
    buffer.append(ramp(1, 5000))
    assert not before_growth.any()
    rest = buffer.view(10, buffer.end)
    buffer.wipe()
    assert not rest.any()


def test_moving_to_the_front_leaves_no_second_copy() -> None:
    """When held samples move within the memory, their old place is overwritten."""
    buffer = PcmBuffer()
    buffer.append(np.ones(60, np.int16))
    buffer.forget(50)
    buffer.append(np.ones(10, np.int16))

    assert np.count_nonzero(buffer._rows) == 20


def test_wiped_buffer_goes_on_at_its_end() -> None:
    """Wiping empties the buffer but does not turn the clock back."""
    buffer = PcmBuffer()
    buffer.append(ramp(0, 40))
    buffer.wipe()
    buffer.append(ramp(7, 9))

    assert (buffer.start, buffer.end) == (40, 42)
    assert buffer.view(40, 42).tolist() == [7, 8]


def test_memory_is_bounded_by_what_is_held() -> None:
    """An hour of audio of which a second is held takes no more than a few seconds' memory."""
    buffer, chunk = PcmBuffer(), np.ones(1600, np.int16)
    for _ in range(36_000):
        buffer.append(chunk)
        buffer.forget(buffer.end - 16_000)

    assert len(buffer._rows) <= 4 * 17_600


def test_rows_may_be_vectors() -> None:
    """The same holds for rows of several numbers, as features are."""
    array = AbsoluteArray(np.float32, (3,), start=5)
    array.append(np.arange(12, dtype=np.float32).reshape(4, 3))

    assert array.view(6, 8).tolist() == [[3, 4, 5], [6, 7, 8]]


def test_deinterleave_separates_channels() -> None:
    """Interleaved samples become a row a channel."""
    pcm = np.array([1, -1, 2, -2, 3, -3], "<i2").tobytes()

    assert deinterleave(pcm, 2).tolist() == [[1, 2, 3], [-1, -2, -3]]
    assert deinterleave(pcm, 1).tolist() == [[1, -1, 2, -2, 3, -3]]
    assert deinterleave(b"", 2).shape == (2, 0)


@pytest.mark.parametrize(("size", "channels"), [(3, 1), (6, 2), (1, 2)])
def test_deinterleave_refuses_a_broken_sample(size: int, channels: int) -> None:
    """Bytes that are no whole number of samples on every channel are an error."""
    with pytest.raises(ValueError, match="no whole number"):
        deinterleave(bytes(size), channels)


def test_skipping_leaves_nothing_behind() -> None:
    """What was held is overwritten, and what is appended afterwards has the positions that were asked for."""
    rows = AbsoluteArray(np.int16)
    rows.append(np.arange(1, 101, dtype=np.int16))
    held = rows.view(0, 100)
    rows.skip_to(1000)
    rows.append(np.array([7, 8], np.int16))

    assert not held[2:].any()
    assert rows.view(1000, 1002).tolist() == [7, 8]
    with pytest.raises(ValueError, match=r"0\.\.1 is not within 1000\.\.1002"):
        rows.view(0, 1)
