"""Who is decoded next, and with whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardscribed.speech.scheduler import Candidate, Limits, next_batch, refresh_interval

LIMITS = Limits(batch=3, frames=1600, final_s=0.3, partial_s=3.0)
candidates = st.lists(
    st.builds(
        Candidate,
        key=st.integers(),
        is_final=st.booleans(),
        since=st.floats(0, 10),
        frames=st.sampled_from([200, 400, 3000]),
        prompt_class=st.integers(0, 1),
    ),
    max_size=12,
)


def final(key: str, since: float, frames: int = 400, prompt_class: int = 0) -> Candidate:
    """Return a final that somebody wants."""
    return Candidate(key, True, since, frames, prompt_class)


def partial(key: str, since: float, frames: int = 400, prompt_class: int = 0) -> Candidate:
    """Return a partial that somebody wants."""
    return Candidate(key, False, since, frames, prompt_class)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ([], ""),
        ([partial("b", 9.0), partial("a", 8.0)], "ab"),
        ([partial("a", 8.0), final("f", 9.9)], "f"),
        ([partial("a", 7.0), final("f", 9.9)], "a"),  # it has waited for the difference
        ([partial("a", 8.0), partial("b", 8.1, 200), partial("c", 8.2)], "ac"),
        ([partial("a", 8.0), partial("b", 8.1, prompt_class=1)], "a"),
        ([final(k, 9.0) for k in "abcde"], "abc"),
        ([final(k, 9.0, 800) for k in "abcde"], "ab"),
        ([final("a", 9.0, 3000), final("b", 9.0, 3000)], "a"),  # too much for any batch, but not for ever
        ([final("later", 10.5)], ""),
    ],
)
def test_batch(wanted: list[Candidate], keys: str) -> None:
    """Finals come first unless a partial has waited long; a batch is of one shape and within the limits."""
    assert "".join(str(c.key) for c in next_batch(wanted, 10.0, LIMITS)) == keys


@given(candidates)
def test_somebody_is_always_served(wanted: list[Candidate]) -> None:
    """No combination of candidates leaves the device idle, and none is served twice."""
    batch = next_batch(wanted, 10.0, LIMITS)
    assert bool(batch) == bool(wanted)
    assert len(batch) <= LIMITS.batch
    assert all(batch.count(candidate) <= wanted.count(candidate) for candidate in batch)


@given(candidates)
def test_a_batch_holds_the_most_urgent(wanted: list[Candidate]) -> None:
    """Nobody whose deadline passed earlier waits for another's batch."""
    due = [c.since + (LIMITS.final_s if c.is_final else LIMITS.partial_s) for c in next_batch(wanted, 10.0, LIMITS)]
    everyone = [c.since + (LIMITS.final_s if c.is_final else LIMITS.partial_s) for c in wanted]
    assert due == sorted(due)
    assert due[:1] == sorted(everyone)[:1]


def test_a_partial_does_not_starve_under_finals() -> None:
    """With a new final before every decode, a partial is decoded once it is due before they are."""
    waiting = partial("p", 0.0)
    turns = [next_batch([waiting, final("f", now / 10)], now / 10, LIMITS)[0].key for now in range(60)]
    assert turns.index("p") in (27, 28)  # tenths of a second, give or take a rounding


@pytest.mark.parametrize(
    ("decode_s", "n_sessions", "interval"),
    [(0.0, 0, 0.3), (0.02, 1, 0.3), (0.02, 9, 0.3), (0.02, 30, 1.0), (0.1, 30, 5.0)],
)
def test_refresh_interval(decode_s: float, n_sessions: int, interval: float) -> None:
    """Partials come as often as wanted until they would take their share of the device, then less often."""
    assert refresh_interval(decode_s, n_sessions, share=0.6, least_s=0.3) == pytest.approx(interval)
