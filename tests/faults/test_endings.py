"""Sessions that are over stay over, and tell how they ended, whatever becomes of the daemon and its disk."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.ward import ROLES, Ward
from tests.peer import Peer, open_peer
from wardscribe import protocol
from wardscribe.client import Client
from wardscribe.protocol import Hello, Start, State

pytestmark = pytest.mark.timeout(300)
PATIENCE_S = 120


async def test_seal_of_another_client_is_refused(ward: Ward) -> None:
    """What one client keeps is useless to another one: the device is bound in."""
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url, Hello(device="one")) as peer:
        session = await peer.start()
        states = await sealed(peer)
    await ward.kill()
    await ward.start()
    for device, code in (("other", "bad_seal"), ("one", "")):
        async with open_peer(ward.daemon.url, Hello(device=device)) as peer:
            await peer.say(protocol.Unseal(session, tuple(states)))
            if code:
                await peer.expect_error(code)
            else:
                assert (await peer.expect_state(State.RECORDING)).session == session


async def sealed(peer: Peer) -> list[str]:
    """Return what the peer was given to keep."""
    event = next((e for e in peer.events if isinstance(e, protocol.Sealed)), None)
    return [(event or await peer.expect(protocol.Sealed)).state]


async def test_discarded_session_cannot_be_unsealed(ward: Ward) -> None:
    """What is over stays over, though its client kept it."""
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        session = await peer.start()
        states = await sealed(peer)
        await peer.say(protocol.Discard())
        await peer.expect_state(State.WIPED)
    async with open_peer(ward.daemon.url) as peer:
        await peer.say(protocol.Unseal(session, tuple(states)))
        error = await peer.expect(protocol.Error)

    assert error.code in ("wrong_order", "stale_seal")  # remembered by its number, or by its seals


async def reviewed(peer: Peer, pcm: bytes) -> tuple[str, list[str], str]:
    """Bring a conversation to its review; return its session, its sealed states, and the draft's hash."""
    session = await peer.start(channels=(protocol.Role.CLINICIAN, protocol.Role.PATIENT))
    await peer.stream(pcm[: 4 * 16_000 * 3], 2)
    await peer.say(protocol.Stop())
    note = await peer.expect(protocol.Note, lambda note: note.final)
    states: list[str] = []
    for event in peer.events:
        if isinstance(event, protocol.Sealed):
            states[event.index :] = [event.state]
    return session, states, note.hash


async def test_approved_session_stays_over_after_a_kill(ward: Ward, pcm: bytes) -> None:
    """SIGKILL the moment its approval is told: a seal from before opens in no later life; no note is written twice."""
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        session, states, content_hash = await reviewed(peer, pcm)
        await peer.say(protocol.Approve(content_hash))
        await peer.expect_state(State.APPROVED)
        await ward.kill()
    for _ in range(2):
        await ward.start()
        assert ward.daemon is not None
        async with open_peer(ward.daemon.url) as peer:
            await peer.say(protocol.Unseal(session, tuple(states)))
            await peer.expect_error("stale_seal")
        await ward.kill()
    await ward.start()


@pytest.mark.parametrize("last", [State.WRITTEN, State.DISCARDED])
async def test_how_it_ended_is_told_after_a_kill(ward: Ward, pcm: bytes, last: State) -> None:
    """Decided on from the desk while the laptop had no line, and the daemon killed: both are told what was decided."""
    assert ward.daemon is not None
    async with asyncio.timeout(PATIENCE_S), ward.line.laid() as url, Client(url) as laptop:
        laptop.start(Start(channels=ROLES))
        await laptop.send_audio(pcm[: 4 * 16_000 * 2])
        laptop.stop()
        note = await anext(event async for event in laptop if isinstance(event, protocol.Note) and event.final)
        session, ward.line.port = laptop.session, 0
        ward.line.cut()
        async with open_peer(ward.daemon.url) as desk:
            await desk.say(protocol.Watch(session))
            await desk.say(protocol.Take())
            await desk.say(protocol.Approve(note.hash) if last is State.WRITTEN else protocol.Discard())
            await desk.expect_state(last)
        await ward.kill()
        await ward.start()
        states = await ends(laptop)
        async with open_peer(ward.daemon.url) as desk:
            await desk.say(protocol.Watch(session))
            assert (await desk.expect(protocol.StateChanged)).state is last

    assert states == [last, State.WIPED]


async def ends(client: Client) -> list[State]:
    """Return the states that a client is told from now on, up to the last."""
    states: list[State] = []
    async for event in client:
        if isinstance(event, protocol.StateChanged):
            states.append(event.state)
            if event.state is State.WIPED:
                break
    return states


async def test_a_full_disk_refuses_an_approval_and_a_kill_brings_none_twice(ward: Ward, pcm: bytes) -> None:
    """What cannot be written down is not approved, says so, and is approved once, by whoever tries again."""
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        session, states, content_hash = await reviewed(peer, pcm)
        ward.fill_disk()
        await peer.say(protocol.Approve(content_hash))
        assert "nothing was approved" in (await peer.expect_error("approval_failed")).message
    await ward.kill()
    await ward.start()
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        await peer.say(protocol.Unseal(session, tuple(states)))
        await peer.expect_state(State.REVIEW)
        ward.fill_disk()
        await peer.say(protocol.Approve(content_hash))
        await peer.expect_error("approval_failed")
        ward.empty_disk()
        await peer.say(protocol.Approve(content_hash))
        await peer.expect_state(State.APPROVED)
    await ward.kill()
    await ward.start()
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        await peer.say(protocol.Unseal(session, tuple(states)))
        await peer.expect_error("stale_seal")


async def test_a_full_disk_keeps_nobody_from_discarding(ward: Ward, pcm: bytes) -> None:
    """What is thrown away is written nowhere, so a restart that forgets it does no harm."""
    assert ward.daemon is not None
    async with open_peer(ward.daemon.url) as peer:
        await reviewed(peer, pcm)
        ward.fill_disk()
        await peer.say(protocol.Discard())
        await peer.expect_state(State.WIPED)
        ward.empty_disk()
