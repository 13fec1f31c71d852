"""What a client asks of a session that it has a right to.  No I/O."""

from __future__ import annotations

from typing import Any

from wardscribe import protocol
from wardscribe.protocol import Reason
from wardscribed.lifecycle import Step
from wardscribed.session import Session


def change(session: Session, event: Any) -> None:
    """Do what who records it asks for.  Raises ProtocolError."""
    match event:
        case protocol.Pause():
            session.pause()
        case protocol.Resume():
            session.step(Step.RESUME)
        case protocol.Finalize():
            session.finalize()
        case protocol.Lost():
            session.lose(event.missing_ms)
        case protocol.Stop():
            session.stop()


def decide(session: Session, event: Any) -> None:
    """Do what who edits it asks for, short of approving.  Raises ProtocolError."""
    match event:
        case protocol.Edit():
            session.edit(event.section, event.index, event.text)
        case protocol.Restore():
            session.restore(event)
        case protocol.Discard():
            session.discard(Reason.BY_CLINICIAN)
