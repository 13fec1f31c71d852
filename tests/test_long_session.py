"""A long session: what its series of figures say."""

import pytest

from benchmarks.long_session import growth


def test_growth_is_the_slope_behind_the_beginning() -> None:
    """What is set up at the start is no growth."""
    assert growth([100, 150, *[160 + 0.1 * i for i in range(60)]], 60) == pytest.approx(6.0, abs=0.01)


def test_a_short_series_has_no_growth() -> None:
    """Two points would be noise."""
    assert growth([100.0, 101.0, 102.0, 103.0], 60) is None
