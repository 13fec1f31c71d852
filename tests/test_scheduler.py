"""Who is decoded next, and with whom; how often; and who is not admitted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardscribed.speech.scheduler import Limits, Scheduler, Want

LIMITS = Limits(
    batch=3,
    frames=1600,
    urgent_s=0.3,
    partial_s=3.0,
    shortest_s=0.3,
    longest_s=1.0,
    early=0.5,
    partial_share=0.5,
    urgent_rate=0.5,
    load=0.9,
    crowding=1.0,
)
WANTS = st.lists(
    st.builds(
        Want,
        key=st.integers(),
        is_urgent=st.booleans(),
        frames=st.sampled_from([200, 400, 3000]),
        kind=st.sampled_from(["nb", "en"]),
    ),
    max_size=12,
    unique_by=lambda want: want.key,
)


def urgent(key: str, frames: int = 400, kind: str = "nb") -> Want:
    """Return the end of an utterance."""
    return Want(key, True, frames, kind)


def partial(key: str, frames: int = 400, kind: str = "nb") -> Want:
    """Return a look into one that goes on."""
    return Want(key, False, frames, kind)


def keys(batch: list[Want]) -> str:
    """Return the keys, in order."""
    return "".join(str(want.key) for want in batch)


def asked(*arrivals: tuple[float, Want], workers: int = 1) -> Scheduler:
    """Return a scheduler that knows since when each is wanted; no worker was free yet."""
    scheduler = Scheduler(workers, LIMITS)
    for now, want in sorted(arrivals, key=lambda arrival: arrival[0]):
        scheduler._deadline(want, now)
    return scheduler


@pytest.mark.parametrize(
    ("arrivals", "expected"),
    [
        ([], ""),
        ([(9.0, partial("b")), (8.0, partial("a"))], "ab"),
        ([(8.0, partial("a")), (9.9, urgent("f"))], "f"),
        ([(7.0, partial("a")), (9.9, urgent("f"))], "a"),  # it has waited for the difference
        ([(8.0, partial("a")), (8.1, partial("b", 200)), (8.2, partial("c"))], "ac"),
        ([(8.0, partial("a")), (8.1, partial("b", kind="en"))], "a"),
        ([(9.0, urgent(k)) for k in "abcde"], "abc"),
        ([(9.0, urgent(k, 800)) for k in "abcde"], "ab"),
        ([(9.0, urgent("a", 3000)), (9.0, urgent("b", 3000))], "a"),  # too much for any batch, but not for ever
    ],
)
def test_batch(arrivals: list[tuple[float, Want]], expected: str) -> None:
    """Ends come first unless a partial has waited long; a batch is of one shape and within the limits."""
    assert keys(asked(*arrivals).next_batch([want for _, want in arrivals], 10.0)) == expected


@given(WANTS)
def test_somebody_is_always_served(wants: list[Want]) -> None:
    """Nothing that is wanted for the first time leaves a worker idle, and batches serve everybody once."""
    scheduler, served = Scheduler(2, LIMITS), []
    while batch := scheduler.next_batch(wants, 10.0):
        assert len(batch) <= LIMITS.batch
        served += [want.key for want in batch]
    assert Counter(served) == Counter(want.key for want in wants)


def test_one_request_of_a_key_is_in_flight() -> None:
    """Another worker does not take it, however urgent; after the answer its newest audio may be decoded."""
    scheduler = Scheduler(2, LIMITS)
    batch = scheduler.next_batch([partial("a")], 0.0)
    assert scheduler.next_batch([urgent("a")], 5.0) == []

    scheduler.receive_done(batch, 0.05)

    assert keys(scheduler.next_batch([urgent("a")], 5.0)) == "a"


def test_a_partial_waits_for_its_interval_and_an_end_does_not() -> None:
    """After a decode the next partial comes a refresh later; the end of the utterance at once."""
    scheduler = Scheduler(1, LIMITS)
    scheduler.receive_done(scheduler.next_batch([partial("a")], 0.0), 0.0)

    assert scheduler.next_batch([partial("a")], 0.2) == []
    assert keys(scheduler.next_batch([urgent("a")], 0.2)) == "a"


@pytest.mark.parametrize(("speaking", "now", "expected"), [(25, 1.0, "ab"), (25, 0.4, "a"), (7, 0.2, "a")])
def test_a_partial_comes_along_before_its_time(speaking: int, now: float, expected: str) -> None:
    """In the batch of another, once part of its interval is over; not while there is time for each at its own."""
    scheduler = Scheduler(1, LIMITS, decode_s=0.02)
    for want in [partial(str(n)) for n in range(speaking - 1)] + [partial("b")]:
        scheduler.receive_done(scheduler.next_batch([want], 0.0), 0.02)

    assert keys(scheduler.next_batch([partial("a"), partial("b"), partial("c", 200)], now)) == expected


def test_a_partial_does_not_starve_under_ends() -> None:
    """With a new end before every decode, a partial is decoded once it is due before they are."""
    scheduler, turns = Scheduler(1, LIMITS), []
    for tenth in range(40):
        batch = scheduler.next_batch([partial("p"), urgent(f"f{tenth}")], tenth / 10)
        turns.append(keys(batch))
        scheduler.receive_done(batch, 0.0)
    assert turns.index("p") in (27, 28)  # tenths of a second, give or take a rounding


@pytest.mark.parametrize(
    ("decode_s", "workers", "speaking", "interval"),
    [(0.0, 1, 0, 0.3), (0.02, 1, 1, 0.3), (0.02, 1, 7, 0.3), (0.02, 1, 25, 1.0), (0.02, 2, 25, 0.5), (0.1, 1, 25, 5.0)],
)
def test_interval(decode_s: float, workers: int, speaking: int, interval: float) -> None:
    """Partials come as often as wanted until they would take their share of the device, then less often."""
    scheduler = Scheduler(workers, LIMITS, decode_s)
    while scheduler.next_batch([partial(str(n)) for n in range(speaking)], 0.0):
        pass

    assert scheduler.interval(0.5) == pytest.approx(interval)
    assert scheduler.has_time(0.5) == (interval == 0.3)
    assert scheduler.interval(5.0) == 0.3  # nobody speaks any more


def test_the_pace_is_measured() -> None:
    """What a request takes, not a batch, decides; the estimate follows what is seen."""
    scheduler = Scheduler(1, LIMITS, decode_s=0.01)
    assert scheduler.has_room(50)
    for now in range(200):
        batch = scheduler.next_batch([urgent("a"), urgent("b")], float(now))
        scheduler.receive_done(batch, 0.2)

    assert scheduler.has_room(5)
    assert not scheduler.has_room(6)


@pytest.mark.parametrize(("workers", "most"), [(1, 30), (2, 60)])
def test_room(workers: int, most: int) -> None:
    """One more is admitted while all could talk all the time: here 1.5 decodes a second each, at 20 ms."""
    scheduler = Scheduler(workers, LIMITS, decode_s=0.02)
    assert scheduler.has_room(most - 1)
    assert not scheduler.has_room(most)


def test_who_is_gone_counts_no_more() -> None:
    """A forgotten key neither speaks nor waits."""
    scheduler = Scheduler(1, LIMITS, decode_s=1.0)
    scheduler.receive_done(scheduler.next_batch([partial("a")], 0.0), 1.0)
    assert scheduler.interval(0.1) > 1.0

    scheduler.forget("a")

    assert scheduler.interval(0.1) == 0.3


def test_room_is_promised_for_when_everybody_speaks() -> None:
    """On an idle machine a decode is fast: what is promised allows for company, and measured load only lowers it."""
    scheduler = Scheduler(1, replace(LIMITS, crowding=2.0), decode_s=0.02)
    assert scheduler.has_room(14)
    assert not scheduler.has_room(15)
    for now in range(200):
        scheduler.receive_done(scheduler.next_batch([urgent("a")], float(now)), 0.001)

    assert not scheduler.has_room(15)
