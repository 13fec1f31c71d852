"""The states of a session."""

from __future__ import annotations

import pytest

from wardscribe.protocol import ProtocolError, State
from wardscribed.lifecycle import TRANSITIONS, Step, after


def test_only_approval_leads_to_writing() -> None:
    """No other state can reach `written`."""
    sources = [state for state, steps in TRANSITIONS.items() if State.WRITTEN in steps.values()]

    assert sources == [State.APPROVED]
    assert [s for s, steps in TRANSITIONS.items() if State.APPROVED in steps.values()] == [State.REVIEW]


def test_every_state_ends_wiped() -> None:
    """From everywhere there is a way to `wiped`, and none out of it."""
    reachable = {State.WIPED}
    for _ in TRANSITIONS:
        reachable |= {s for s, steps in TRANSITIONS.items() if reachable & set(steps.values())}

    assert reachable == set(State)
    assert TRANSITIONS[State.WIPED] == {}


def test_impossible_step_names_state_and_choices() -> None:
    """The error says where we are and what would be possible."""
    with pytest.raises(
        ProtocolError, match="'approve' is not possible in state 'recording'; possible: pause, stop"
    ) as error:
        after(State.RECORDING, Step.APPROVE)

    assert error.value.code == "wrong_order"
