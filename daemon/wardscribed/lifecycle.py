"""The states of a session and what leads from one to the next.

Two rules: all transitions are in this table; an absent key is the error.

    open → recording ⇄ paused → drafting → review → approved → written → wiped
                  any before approved → discarded → wiped
"""

from __future__ import annotations

import enum

from wardscribe.protocol import ProtocolError, State


class Step(enum.StrEnum):
    """What happens to a session: the clinician's doing, or the daemon's own."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    DRAFTED = "drafted"
    EDIT = "edit"
    APPROVE = "approve"
    WRITTEN = "written"
    DISCARD = "discard"
    WIPE = "wipe"


TRANSITIONS: dict[State, dict[Step, State]] = {
    State.OPEN: {Step.START: State.RECORDING, Step.DISCARD: State.DISCARDED},
    State.RECORDING: {Step.PAUSE: State.PAUSED, Step.STOP: State.DRAFTING, Step.DISCARD: State.DISCARDED},
    State.PAUSED: {Step.RESUME: State.RECORDING, Step.STOP: State.DRAFTING, Step.DISCARD: State.DISCARDED},
    State.DRAFTING: {Step.DRAFTED: State.REVIEW, Step.DISCARD: State.DISCARDED},
    State.REVIEW: {Step.EDIT: State.REVIEW, Step.APPROVE: State.APPROVED, Step.DISCARD: State.DISCARDED},
    State.APPROVED: {Step.WRITTEN: State.WRITTEN},
    State.WRITTEN: {Step.WIPE: State.WIPED},
    State.DISCARDED: {Step.WIPE: State.WIPED},
    State.WIPED: {},
}


def after(state: State, step: Step) -> State:
    """Return the state after `step`.  Raises ProtocolError `wrong_order` where the table has none."""
    try:
        return TRANSITIONS[state][step]
    except KeyError:
        possible = ", ".join(TRANSITIONS[state]) or "nothing"
        raise ProtocolError(
            "wrong_order", f"'{step}' is not possible in state '{state}'; possible: {possible}"
        ) from None
