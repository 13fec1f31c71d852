"""Clocks jump, and nothing that waits for its time notices."""

from __future__ import annotations

import dataclasses
import time

import pytest

from wardscribed.trust import moment
from wardscribed.trust.moment import Moment

NOW = Moment(1_800_000_000.0, 5_000.0, "a" * 32)
HOUR_S = 3_600


@pytest.mark.parametrize("jump_s", [-HOUR_S, 0, HOUR_S])
def test_within_a_boot_a_jump_of_the_clock_moves_nothing(jump_s: int) -> None:
    """Only the time since boot counts."""
    later = NOW.later(60)
    set_meanwhile = dataclasses.replace(later, wall_s=later.wall_s + jump_s)

    assert set_meanwhile.since(NOW) == 60
    assert NOW.since(set_meanwhile) == -60


def test_across_a_boot_the_wall_clock_counts() -> None:
    """There is no other."""
    assert Moment(NOW.wall_s + 60, 10.0, "b" * 32).since(NOW) == 60


def test_now_is_now_by_both_clocks() -> None:
    """In one boot, whose name any process reads; where that is hidden this process names it."""
    before = time.time(), time.clock_gettime(time.CLOCK_BOOTTIME)
    one, other = moment.now(), moment.now()

    assert one.wall_s >= before[0]
    assert one.up_s >= before[1]
    assert one.boot == other.boot
    assert len(bytes.fromhex(one.boot)) == moment.BOOT_BYTES
