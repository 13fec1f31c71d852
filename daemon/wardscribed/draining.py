"""What is being said when the daemon is asked to stop comes to its end, within bounds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from wardscribe.protocol import Source
from wardscribed.session import Session

_DECODE_S = 10.0  # for the tails of all sessions; systemd allows 30
_PAUSE_S = 2.0  # for a pause in what is being said
_POLL_S = 0.05


async def drain(
    sessions: Sequence[Session], hurry: asyncio.Event, wake: Callable[[], None], *, are_sealed: bool
) -> None:
    """Return once everything said is decoded and told, after a while, or on `hurry`.

    Sealed sessions go on after the restart with the first sound of what was not ended: no word is cut in two, so they
    only wait for a pause.  That is not possible without seals, nor where the daemon's own microphone records: what was
    said so far is decoded to its end at once.
    """
    ending = [session for session in sessions if not are_sealed or session.start.source is Source.DAEMON]
    for session in ending:
        session.flush()
    wake()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DECODE_S if ending else _PAUSE_S):
            await _until(lambda: all(session.is_drained and session.log.is_told for session in sessions), hurry)


async def _until(is_done: Callable[[], bool], hurry: asyncio.Event) -> None:
    while not (is_done() or hurry.is_set()):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hurry.wait(), _POLL_S)
