"""What is being said when the daemon is asked to stop comes to its end, within bounds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from wardscribed.session import Session

_DECODE_S = 10.0  # for the tails of all sessions; systemd allows 30
_PAUSE_S = 2.0  # for a pause in what is being said
_POLL_S = 0.05


async def drain(
    sessions: Sequence[Session], hurry: asyncio.Event, wake: Callable[[], None], *, are_sealed: bool
) -> None:
    """Return once everything said is decoded and told, after a while, or on `hurry`.

    Sealed sessions go on after the restart with the first sound of what was not ended: no word is cut in two, so they
    only wait for a pause.  Without seals that is not possible: what was said so far is decoded to its end at once.
    """
    if not are_sealed:
        for session in sessions:
            session.flush()
        wake()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PAUSE_S if are_sealed else _DECODE_S):
            await _until(lambda: all(session.is_drained and session.log.is_told for session in sessions), hurry)


async def _until(is_done: Callable[[], bool], hurry: asyncio.Event) -> None:
    while not (is_done() or hurry.is_set()):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hurry.wait(), _POLL_S)
