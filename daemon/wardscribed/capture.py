"""A session that this machine records with its own microphone."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace

from wardscribe.errors import MicrophoneError
from wardscribe.microphone import Microphone
from wardscribe.protocol import ProtocolError, Start, State
from wardscribed.config import CaptureConfig
from wardscribed.errors import frames
from wardscribed.session import Session
from wardscribed.trust.identity import log_name
from wardscribed.values import milliseconds

log = logging.getLogger(__name__)


def with_own_microphone(start: Start, own: CaptureConfig) -> Start:
    """Return `start` with what this machine records with.  Raises ProtocolError `no_microphone`."""
    if not own.device:
        raise ProtocolError("no_microphone", "this daemon has no microphone: 'capture.device' is not configured")
    return replace(start, channels=own.channels, microphone=own.device)


async def record(session: Session, heard: Callable[[], None]) -> None:
    """Record until the session stops; `heard` is called after every chunk.

    A microphone that fails ends nobody else's session.
    """
    try:
        await _hand_over(session, Microphone(session.start.microphone, len(session.tracks)), heard)
    except MicrophoneError as error:
        session.warn("microphone_failed", str(error))
    except Exception as error:
        log.error("session %s: the microphone failed: %s", log_name(session.id), frames(error))
        session.warn("microphone_failed", "the microphone failed")


async def _hand_over(session: Session, microphone: Microphone, heard: Callable[[], None]) -> None:
    """Hand over what the microphone hears while the session records.

    Its pauses do not count as time, nor does what was lost, of which viewers are told.
    A restored session goes on where it was.
    """
    offset, is_going_on = 0, session.received == 0
    async with contextlib.aclosing(microphone.chunks()) as chunks:
        async for first_sample, pcm in chunks:
            if session.state not in (State.RECORDING, State.PAUSED):
                return
            if session.state is State.PAUSED:
                is_going_on = False
                continue
            missing = first_sample + offset - session.received
            if is_going_on and milliseconds(missing):
                session.lose(milliseconds(missing))
            offset, is_going_on = session.received - first_sample, True
            session.receive_audio(session.received, pcm)
            heard()
