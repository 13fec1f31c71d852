"""The event log and its viewers."""

from __future__ import annotations

import asyncio
import tracemalloc
from dataclasses import replace
from functools import partial

from wardscribe.protocol import Commit, State, StateChanged, Word
from wardscribed.events import EventLog


def replace_seq(event: Commit, seq: int) -> Commit:
    """A copy of its own, as a session makes it."""
    return replace(event, seq=seq, words=tuple(replace(word) for word in event.words))


def _text(_: int, text: str) -> str:
    return text


async def test_viewer_is_told_everything_in_order() -> None:
    """Logged events come once, in order, with growing sequence numbers."""
    log = EventLog()
    viewer = log.open_viewer(0)
    for _ in range(3):
        log.append(lambda seq: ("logged", seq))

    assert await viewer.take() == [("logged", 1), ("logged", 2), ("logged", 3)]


async def test_returning_viewer_is_told_what_it_missed() -> None:
    """A viewer that saw up to 2 is told 3."""
    log = EventLog()
    for _ in range(3):
        log.append(lambda seq: seq)

    assert await log.open_viewer(2).take() == [3]


async def test_only_the_latest_of_a_key_is_told() -> None:
    """A slow viewer holds one event a key, whatever was shown meanwhile, after the logged ones."""
    log = EventLog()
    viewer = log.open_viewer(0)
    for text in ("a", "b"):
        log.show("partial", partial(_text, text=text))
    log.append(lambda seq: seq)

    assert await viewer.take() == [1, "b"]


async def test_withdrawn_event_is_not_told() -> None:
    """A partial whose utterance has ended does not come after its end."""
    log = EventLog()
    viewer = log.open_viewer(0)
    log.show("partial", lambda _: "tail")
    log.withdraw("partial")

    assert await viewer.take() == []


async def test_wiped_log_keeps_only_what_holds_no_content() -> None:
    """After a wipe a new viewer is told the kept type only, and numbers go on."""
    log = EventLog()
    log.append(lambda _: "said")
    log.append(lambda seq: seq)
    log.wipe(keep=int)
    log.append(lambda seq: seq)

    assert await log.open_viewer(0).take() == [2, 3]


async def test_closed_viewer_is_not_woken() -> None:
    """A viewer that left is told nothing and holds nothing."""
    log = EventLog()
    viewer = log.open_viewer(0)
    await viewer.take()
    log.close_viewer(viewer)
    log.append(lambda seq: seq)

    waiting = asyncio.create_task(viewer.take())
    await asyncio.sleep(0)

    assert not waiting.done()
    waiting.cancel()


def test_old_events_take_little_memory_and_come_back_as_they_were() -> None:
    """What was said long ago is packed: a late viewer is told it word for word, and a wipe forgets it."""
    log = EventLog()
    said = [
        Commit(
            n, n, 0, (Word(f"ord{n}", 400 * n, 400 * n + 300, 0.9), Word("nå,", 400 * n + 300, 400 * n + 390, 0.125))
        )
        for n in range(1, 2001)
    ]
    tracemalloc.start()
    for event in said:
        log.append(partial(replace_seq, event))
    log.append(lambda seq: StateChanged(seq, "s", State.PAUSED))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert log.since(0)[:-1] == said
    assert used < 200 * 2 * len(said)
    log.wipe(keep=StateChanged)
    assert [type(event) for event in log.since(0)] == [StateChanged]
