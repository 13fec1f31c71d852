"""Conversations through lines that are cut, daemons that die, clients that are slow: no committed word is missing.

Short and seeded here; `make chaos` does the same for long, with other seeds.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.daemon import running_daemon
from tests.faults import chaos
from tests.faults.ward import UTTERANCES, WORDS, Talk, Ward, alone
from tests.packages import needs_package
from tests.peer import open_peer
from tests.scripted_model import write_model
from wardscribe import protocol
from wardscribe.protocol import State

pytestmark = pytest.mark.timeout(300)
PATIENCE_S = 120
FAKE_CLOCK = {
    "LD_PRELOAD": "/usr/$LIB/faketime/libfaketimeMT.so.1",  # ld.so(8) knows $LIB
    "FAKETIME_TIMESTAMP_FILE": "{}",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
}


def places(seed: int, count: int) -> Iterator[float]:
    """Where in a conversation something happens: shares of its audio, in order."""
    chance = random.Random(seed)  # noqa: S311
    return iter(sorted(chance.uniform(0.02, 0.98) for _ in range(count)))


async def reached(talk: Talk, place: float) -> None:
    """Wait until so much was said."""
    while talk.progress < place:  # noqa: ASYNC110  # for whoever waits there are many places
        await asyncio.sleep(0.01)


async def heard(talk: Talk, commits: int) -> None:
    """Wait until the client was told so many commits."""
    while sum(isinstance(event, protocol.Commit) for event in talk.logged.values()) < commits:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_conversation_is_what_it_should_be(ward: Ward, pcm: bytes) -> None:
    """Where nothing goes wrong: every utterance with its words.  What follows is held to it."""
    assert [words for _, words in await alone(ward, pcm)] == [WORDS] * UTTERANCES


async def test_cut_lines_lose_nothing(ward: Ward, pcm: bytes) -> None:
    """Cut again and again at any place, also while it comes back."""
    expected = await alone(ward, pcm)
    talk = Talk(pcm)
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, asyncio.TaskGroup() as tasks:
        tasks.create_task(talk.hold(url))
        for place in places(1, 8):
            await reached(talk, place)
            ward.line.cut()

    assert talk.transcript() == expected
    assert talk.errors == []
    assert len(talk.notes) == 1


async def test_stalled_and_narrow_lines_lose_nothing(ward: Ward, pcm: bytes) -> None:
    """Nothing passes for a while and nobody is told; then little passes, and late."""
    expected = await alone(ward, pcm)
    talk = Talk(pcm)
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, asyncio.TaskGroup() as tasks:
        tasks.create_task(talk.hold(url))
        for place in places(2, 3):
            await reached(talk, place)
            ward.line.stall()
            await asyncio.sleep(0.7)
            ward.line.go_on()
            ward.line.delay_s, ward.line.bytes_per_s = 0.02, 400_000

    assert talk.transcript() == expected


@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_daemon_is_resumed_without_a_word_missing(ward: Ward, pcm: bytes, seed: int) -> None:
    """SIGKILL at any place, twice: what was committed stays as it was, and what was not said comes."""
    expected = await alone(ward, pcm)
    talk = Talk(pcm)
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, asyncio.TaskGroup() as tasks:
        tasks.create_task(talk.hold(url))
        for place in places(seed, 2):
            await reached(talk, place)
            await ward.kill()
            await ward.start()

    assert talk.transcript() == expected
    assert talk.errors == []
    assert WORDS.split()[0] not in ward.logs()


async def test_a_daemon_without_memory_loses_no_committed_word(ward: Ward, pcm: bytes) -> None:
    """Whatever it can do without a byte more, until it dies or is killed: what was told stays, and it goes on."""
    talk = Talk(pcm, speed=2.0)
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, asyncio.TaskGroup() as tasks:
        tasks.create_task(talk.hold(url))
        await heard(talk, 2)
        ward.squeeze()
        await ward.dies(3.0)
        told = {seq: event for seq, event in talk.logged.items() if isinstance(event, protocol.Commit)}
        await ward.start()

    assert told.items() <= talk.logged.items()
    assert talk.notes
    assert WORDS.split()[0] not in ward.logs()


@needs_package("faketime")
async def test_a_clock_that_jumps_loses_no_session(
    ward: Ward, pcm: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock goes an hour on while the daemon is down, longer than a seal lives, and two back later."""
    expected = await alone(ward, pcm)
    talk, clock = Talk(pcm), tmp_path / "clock"
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, asyncio.TaskGroup() as tasks:
        tasks.create_task(talk.hold(url))
        for commits, time in ((1, "+1h"), (4, "-1h")):
            await heard(talk, commits)
            await ward.kill()
            clock.write_text(time, encoding="ascii")
            for name, value in FAKE_CLOCK.items():
                monkeypatch.setenv(name, value.format(clock))
            await ward.start()

    assert talk.transcript() == expected
    assert talk.errors == []
    assert len(talk.notes) == 1


async def test_without_a_key_a_killed_daemon_ends_the_session_and_says_so(keyless: Ward, pcm: bytes) -> None:
    """`ready` says that nothing is sealed, and the client that comes back is told that its session is gone."""
    talk = Talk(pcm)
    async with asyncio.timeout(PATIENCE_S), keyless.line.laid() as url:
        holding = asyncio.create_task(talk.hold(url))
        await reached(talk, 0.3)
        while not talk.logged:  # noqa: ASYNC110  # its client knows of a session then, which it can miss
            await asyncio.sleep(0.01)
        await keyless.kill()
        await keyless.start()
        with pytest.raises(ExceptionGroup) as failed:
            await holding

    assert "no such session" in str(failed.value.exceptions[0])
    assert not next(event for event in talk.events if isinstance(event, protocol.Ready)).seals
    assert "sessions do not outlive the daemon" in keyless.logs()


async def test_rolling_restart_with_ten_live_sessions(ward: Ward, pcm: bytes) -> None:
    """SIGTERM says when to come back, ends with status 0, and ten conversations go on in the next daemon."""
    expected = await alone(ward, pcm)
    talks = [Talk(pcm, speed=2.0) for _ in range(10)]
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, asyncio.TaskGroup() as tasks:
        for talk in talks:
            tasks.create_task(talk.hold(url))
        await reached(talks[-1], 0.4)
        status = await ward.stop()
        await ward.start()

    assert status == 0
    assert [talk.transcript() for talk in talks] == [expected] * 10
    assert all(any(isinstance(e, protocol.Bye) and e.retry_after_ms for e in talk.events) for talk in talks)


async def test_drain_without_a_key_decodes_every_tail(keyless: Ward, pcm: bytes) -> None:
    """What was said before SIGTERM is committed and told before the farewell."""
    assert keyless.daemon is not None
    async with open_peer(keyless.daemon.url) as peer:
        await peer.start(channels=(protocol.Role.CLINICIAN, protocol.Role.PATIENT))
        await peer.stream(pcm[: 4 * 16_000 * 2], 2)  # breaks off in the first utterance's last sounds
        await peer.expect(protocol.Utterance)
        keyless.daemon.process.send_signal(signal.SIGTERM)
        await peer.expect(protocol.Bye)
    await keyless.ended()

    ended = [event for event in peer.events if isinstance(event, protocol.Utterance) and event.ended]
    assert (" ".join(peer.committed()), len(ended)) == (WORDS, 1)


async def test_second_sigterm_hurries(ward: Ward, pcm: bytes) -> None:
    """Who cannot wait for a pause in the talk asks twice."""
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        await peer.start(channels=(protocol.Role.CLINICIAN, protocol.Role.PATIENT))
        await peer.stream(pcm[: 4 * 16_000 * 2], 2)
        await peer.expect(protocol.Utterance)
        for _ in range(2):
            ward.daemon.process.send_signal(signal.SIGTERM)
        await peer.expect(protocol.Bye)
    await ward.ended()

    assert not any(isinstance(event, protocol.Utterance) and event.ended for event in peer.events)


async def test_many_clients_come_back_at_once(ward: Ward) -> None:
    """A hundred connections that are lost together and return together: each is served, none is refused."""
    assert ward.daemon is not None
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url:
        sessions = await asyncio.gather(*(begin(url) for _ in range(16)))
        ward.line.cut()
        greetings = await asyncio.gather(*(come_back(url, session) for session in sessions for _ in range(6)))

    assert len(greetings) == 96


async def begin(url: str) -> str:
    """Begin a session and leave it."""
    async with open_peer(url) as peer:
        return await peer.start()


async def come_back(url: str, session: str) -> State:
    """Watch a session and return its state."""
    async with open_peer(url) as peer:
        await peer.say(protocol.Watch(session))
        return (await peer.expect_state(State.RECORDING)).state


async def test_sleeping_laptop_loses_nothing(ward: Ward, pcm: bytes) -> None:
    """A client stopped for longer than its pings wait goes on where it was, in the same session."""
    expected = await alone(ward, pcm)
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url:
        command = [sys.executable, "-m", "tests.faults.sleeper", url, str(UTTERANCES)]
        laptop = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert laptop.stdout is not None
        while float(await laptop.stdout.readline()) < 0.3:
            pass
        laptop.send_signal(signal.SIGSTOP)
        await asyncio.sleep(2.0)
        ward.line.cut()  # as an access point does with who is asleep
        laptop.send_signal(signal.SIGCONT)
        told = json.loads((await laptop.stdout.read()).splitlines()[-1])
        await laptop.wait()

    assert [tuple(turn) for turn in told["transcript"]] == expected
    assert told["notes"] == 1
    assert told["disconnected"] >= 1


async def test_chaos_in_small() -> None:
    """Cuts, stalls, narrow lines, kills and restarts by chance: nothing lost, nobody told of an error."""
    result = await chaos.run(conversations=3, faults=12, at_once=3, seed=7)

    assert result.is_good, result


async def test_a_full_disk_is_no_concern(tmp_path: Path, pcm: bytes) -> None:
    """Nothing is written but the log, and a log that cannot be written stops nothing."""
    model = write_model(tmp_path / "model", WORDS)
    talk = Talk(pcm)
    with running_daemon(Path("/dev/full"), tables=f'[model]\npath = "{model}"\nbeam = 1') as daemon:
        async with asyncio.timeout(PATIENCE_S):
            await talk.hold(daemon.url)

    assert [words for _, words in talk.transcript()] == [WORDS] * UTTERANCES
