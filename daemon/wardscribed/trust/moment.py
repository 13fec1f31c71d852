"""When something happens, so that a clock which is set meanwhile moves nothing.

Within one boot of the machine the time since that boot counts: nobody sets it, and it goes on while the machine sleeps.
Only what is compared across a boot rests on the wall clock, for want of better.
"""

from __future__ import annotations

import functools
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

BOOT_BYTES = 16
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # random(4): another one at every boot


@dataclass(frozen=True, slots=True)
class Moment:
    """A time by both clocks, in seconds."""

    wall_s: float
    """Since 1970."""
    up_s: float
    """Since boot."""
    boot: str
    """Which boot that is: 32 hexadecimal digits."""

    def later(self, seconds: int) -> Moment:
        """Return the moment so many seconds after it."""
        return Moment(self.wall_s + seconds, self.up_s + seconds, self.boot)

    def since(self, earlier: Moment) -> float:
        """Return how many seconds it is after another one; less than 0 where it is before."""
        return self.up_s - earlier.up_s if self.boot == earlier.boot else self.wall_s - earlier.wall_s


BEGINNING = Moment(0.0, 0.0, "0" * 2 * BOOT_BYTES)
"""Before everything."""


def now() -> Moment:
    """Return the moment that it is."""
    return Moment(time.time(), time.clock_gettime(time.CLOCK_BOOTTIME), _boot())


@functools.cache
def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")
    except OSError:  # a container that hides it: then within one life of the daemon
        return secrets.token_hex(BOOT_BYTES)
