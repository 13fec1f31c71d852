"""What becomes of a session in which something failed.  No I/O, no clock."""

from __future__ import annotations

from wardscribe.protocol import State
from wardscribed.lifecycle import Step
from wardscribed.session import Session
from wardscribed.values import INAUDIBLE

_STOPPABLE = (State.RECORDING, State.PAUSED)


def mend(session: Session) -> None:
    """What is open is marked as inaudible, and new ears go on with what comes.

    Where nothing is open any more it was the draft that failed.
    """
    if session.state is State.DRAFTING and session.is_drained:
        session.fail_draft()
    elif session.state is not State.WIPED:
        if not session.hearing.is_deaf:
            session.warn("not_heard", f"something failed; what could not be heard is marked {INAUDIBLE}")
        session.hearing.begin_anew()
        session.answer_finalize()


def break_off(session: Session) -> None:
    """It cannot be mended: nobody moves it any more, and everything that was said is offered as left out."""
    session.is_broken_off = True
    if session.state in _STOPPABLE:
        session.step(Step.STOP)
    session.fail_draft()
