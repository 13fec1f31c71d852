"""The real daemon over a real websocket: bad input, wrong order, security, shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import hashlib
import signal
import ssl
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus

from benchmarks.daemon import Daemon
from tests.packages import needs_package
from tests.peer import PATIENCE_S, Peer, consultation, open_peer
from wardscribe import protocol
from wardscribe.protocol import Role, State

SILENCE = bytes(3_200)

WRONG_MESSAGES = [
    ("not json", "not_json", "not JSON"),
    ("NaN", "not_an_object", "not an object"),
    ("[1,2]", "not_an_object", "not an object"),
    ('{"type":"diagnose"}', "unknown_event", "unknown event"),
    ('{"type":"stop","really":true}', "bad_field", "'really'"),
    ('{"type":"edit","section":"plan","index":NaN,"text":""}', "bad_field", "'index' must be an integer"),
    ('{"type":"edit","section":"plan","index":1e999,"text":""}', "bad_field", "'index' must be an integer"),
    ('{"type":"start","language":"de"}', "bad_field", "'language'"),
    ('{"type":"start","template":"absent"}', "bad_field", "'template'"),
    ('{"type":"start","channels":[]}', "bad_field", "'channels'"),
    ('{"type":"start","source":"daemon"}', "no_microphone", "'capture.device'"),
    ('{"type":"watch","session":"absent"}', "unknown_session", "no such session"),
    ('{"type":"hello"}', "wrong_order", "'hello' was already said"),
    ('{"type":"stop"}', "wrong_order", "'start' comes first"),
    (protocol.encode_audio(0, SILENCE), "wrong_order", "'start' comes first"),
    (b"odd", "wrong_order", "'start' comes first"),
]


@pytest.mark.parametrize(("message", "code", "named"), WRONG_MESSAGES)
async def test_wrong_message_is_answered_and_the_connection_goes_on(
    daemon: Daemon, message: str | bytes, code: str, named: str
) -> None:
    """An error that names the fault; then a session can still be opened on the same connection."""
    async with open_peer(daemon.url) as peer:
        await peer.say(message)
        error = await peer.expect_error(code)

        assert named in error.message
        assert not error.fatal
        assert await peer.start()
        await peer.say(protocol.Discard())


async def test_first_message_must_be_hello(daemon: Daemon) -> None:
    """Nothing is done for a peer that has not said who it is."""
    async with connect(daemon.url, subprotocols=[protocol.SUBPROTOCOL]) as socket:  # type: ignore[list-item]
        peer = Peer(socket)
        await peer.say(protocol.Start())

        assert "hello" in (await peer.expect_error("wrong_order")).message


@pytest.mark.parametrize(
    ("first", "message", "code", "named"),
    [
        (0, b"\x00" * 7, "bad_audio", "at least 8 bytes"),
        (0, protocol.encode_audio(1_600, b"\x00"), "bad_audio", "1 bytes are no whole number"),
        (1_600, protocol.encode_audio(0, SILENCE), "bad_sample_index", "went back from 3200 to 0"),
        (0, protocol.encode_audio(2**63, SILENCE), "bad_sample_index", str(2**63)),
    ],
    ids=["short header", "odd byte count", "index going back", "index far ahead"],
)
async def test_wrong_audio_is_answered_and_the_session_goes_on(
    daemon: Daemon, first: int, message: bytes, code: str, named: str
) -> None:
    """The message is dropped with an error; the samples after it are taken."""
    async with open_peer(daemon.url) as peer:
        await peer.start()
        await peer.send_audio(first, SILENCE)
        await peer.say(message)
        assert named in (await peer.expect_error(code)).message
        await peer.send_audio(first + 1_600, SILENCE)
        await peer.expect(protocol.Ack, lambda ack: ack.sample == first + 3_200)
        await peer.say(protocol.Discard())
        await peer.expect_state(State.WIPED)


async def test_ten_megabytes_close_only_their_own_connection(daemon: Daemon) -> None:
    """A message over the limit ends its connection with 1009 and the limit; a neighbour notices nothing."""
    async with open_peer(daemon.url) as neighbour, open_peer(daemon.url) as peer:
        await neighbour.start()
        await peer.start()
        with contextlib.suppress(ConnectionClosedError):
            await peer.socket.send([bytes(64 * 1024)] * 160)
        with pytest.raises(ConnectionClosedError) as closed:
            await peer.expect(protocol.Bye)

        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        assert str(protocol.MAX_MESSAGE_BYTES) in closed.value.rcvd.reason
        await neighbour.send_audio(0, SILENCE)
        await neighbour.expect(protocol.Ack, lambda ack: ack.sample == 1_600)
        await neighbour.say(protocol.Discard())


async def test_garbage_samples_hurt_nobody(daemon: Daemon) -> None:
    """Bytes that would be NaN and infinity as floats, on one session; another hears what it hears alone."""
    garbage = b"\x00\x00\xc0\x7f\x00\x00\x80\xff" * 4_000
    pcm = consultation(20)
    async with open_peer(daemon.url) as peer, open_peer(daemon.url) as alone, open_peer(daemon.url) as neighbour:
        await hear(alone, pcm)
        await peer.start()
        await peer.stream(garbage * 5, 1)
        await hear(neighbour, pcm)
        await peer.say(protocol.Discard())

    likeness = difflib.SequenceMatcher(None, alone.committed(), neighbour.committed()).ratio()
    assert len(alone.committed()) > 20
    assert likeness > 0.8  # not 1: what is committed early depends on when partial decodes fall


async def hear(peer: Peer, pcm: bytes) -> None:
    """Run a two-channel session to its draft, and discard it."""
    await peer.start(channels=(Role.CLINICIAN, Role.PATIENT))
    await peer.stream(pcm, 2)
    await peer.say(protocol.Stop())
    await peer.expect_state(State.REVIEW)
    await peer.say(protocol.Discard())


async def test_peer_that_only_talks_rubbish_is_sent_away(daemon: Daemon) -> None:
    """After a hundred errors the connection is closed with a reason."""
    async with open_peer(daemon.url) as peer:
        for _ in range(100):
            await peer.say("rubbish")
        with pytest.raises(ConnectionClosedError) as closed:
            await peer.expect(protocol.Bye)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def test_web_page_may_not_connect(daemon: Daemon) -> None:
    """A page of another origin in the clinician's browser reaches the loopback address, but not the daemon."""
    with pytest.raises(InvalidStatus):
        async with connect(daemon.url, origin="https://example.com", subprotocols=[protocol.SUBPROTOCOL]):  # type: ignore[arg-type,list-item]
            pass


async def test_more_sessions_than_configured_are_refused(
    run_daemon: Callable[..., AbstractContextManager[Daemon]],
) -> None:
    """The one too many hears `busy`; when one ends there is room again."""
    with run_daemon(tables="[session]\nmax_sessions = 1") as small:
        async with open_peer(small.url) as first, open_peer(small.url) as second:
            await first.start()
            await second.say(protocol.Start())
            await second.expect_error("busy")
            await first.say(protocol.Discard())
            await first.expect_state(State.WIPED)

            assert await second.start()


async def test_watcher_sees_everything_and_changes_nothing(daemon: Daemon) -> None:
    """A second connection is told the session's events from the first one on, and may not stop it."""
    async with open_peer(daemon.url) as recorder, open_peer(daemon.url) as watcher:
        session = await recorder.start()
        await watcher.say(protocol.Watch(session))
        await watcher.expect_state(State.RECORDING)
        await watcher.say(protocol.Stop())
        await watcher.expect_error("read_only")
        await recorder.say(protocol.Discard())

        await watcher.expect_state(State.WIPED)


async def test_returning_client_is_told_what_it_missed(daemon: Daemon) -> None:
    """Hello with session and last sequence number: the session goes on where it was."""
    async with open_peer(daemon.url) as peer:
        session = await peer.start()
        await peer.send_audio(0, SILENCE)
        await peer.expect(protocol.Ack, lambda ack: ack.sample == 1_600)
        seq = peer.events[-1].seq

    async with open_peer(daemon.url, protocol.Hello(session=session, last_seq=seq)) as peer:
        await peer.send_audio(0, 2 * SILENCE)
        await peer.expect(protocol.Ack, lambda ack: ack.sample == 3_200)
        await peer.say(protocol.Stop())
        await peer.expect_state(State.REVIEW)
        await peer.say(protocol.Discard())

        assert not [event for event in peer.events if getattr(event, "state", None) is State.RECORDING]


async def test_returning_client_may_say_audio_again_in_many_chunks(daemon: Daemon) -> None:
    """What is sent again after a lost connection overlaps chunk by chunk; none of it is an error."""
    async with open_peer(daemon.url) as peer:
        session = await peer.start()
        await peer.stream(10 * SILENCE, 1)
        await peer.expect(protocol.Ack, lambda ack: ack.sample == 16_000)

    async with open_peer(daemon.url, protocol.Hello(session=session, last_seq=1)) as peer:
        await peer.stream(12 * SILENCE, 1)
        await peer.expect(protocol.Ack, lambda ack: ack.sample == 19_200)
        await peer.say(protocol.Discard())
        await peer.expect_state(State.WIPED)

        assert not [event for event in peer.events if isinstance(event, protocol.Error)]


async def test_negative_sequence_number_is_refused(daemon: Daemon) -> None:
    """It would otherwise mean something else than it says."""
    async with open_peer(daemon.url) as peer:
        session = await peer.start()
        async with open_peer(daemon.url) as watcher:
            await watcher.say(protocol.Watch(session, -3))
            assert "last_seq" in (await watcher.expect_error("bad_field")).message
        await peer.say(protocol.Discard())


async def test_silent_stranger_is_sent_away(daemon: Daemon) -> None:
    """A socket that never says hello is closed: it may not use up what others need."""
    async with connect(daemon.url, subprotocols=[protocol.SUBPROTOCOL]) as socket:  # type: ignore[list-item]
        with pytest.raises(ConnectionClosedError) as closed:
            await asyncio.wait_for(socket.recv(), PATIENCE_S)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.reason == "no hello"


async def test_missing_microphone_of_the_daemon_harms_its_own_session_only(
    run_daemon: Callable[..., AbstractContextManager[Daemon]],
) -> None:
    """The session is warned by name of what is missing; a neighbour goes on."""
    with run_daemon(tables='[capture]\ndevice = "Absent"') as own:
        async with open_peer(own.url) as neighbour, open_peer(own.url) as peer:
            await neighbour.start()
            await peer.start(source=protocol.Source.DAEMON)
            message = (await peer.expect_error("microphone_failed")).message
            assert "'Absent'" in message or "libportaudio2" in message
            await neighbour.send_audio(0, SILENCE)
            await neighbour.expect(protocol.Ack, lambda ack: ack.sample == 1_600)


async def test_session_cannot_be_opened_with_what_the_log_says(daemon: Daemon) -> None:
    """The log names sessions, but not by the id with which they can be watched."""
    async with open_peer(daemon.url) as peer:
        session = await peer.start()
        await peer.say(protocol.Discard())
        await peer.expect_state(State.WIPED)

    assert session not in log_of(daemon)


def log_of(daemon: Daemon) -> str:
    """What the daemon logged so far."""
    return daemon.log.read_text(encoding="utf-8")


async def test_peer_that_does_not_read_does_not_hold_up_the_end(
    run_daemon: Callable[..., AbstractContextManager[Daemon]],
) -> None:
    """SIGTERM ends the daemon with status 0 although a session has a long backlog and its peer reads nothing."""
    with run_daemon() as own:
        async with open_peer(own.url) as peer:
            await peer.start()
            await peer.stream(bytes(2 * 16_000 * 60), 1, chunk_frames=16_000)
            own.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(own.process.wait, PATIENCE_S) == 0


async def test_sigterm_says_bye(run_daemon: Callable[..., AbstractContextManager[Daemon]]) -> None:
    """A daemon that goes down tells its peers when to come back, closes with 1001 and ends with status 0."""
    with run_daemon() as own:
        async with open_peer(own.url) as peer:
            await peer.start()
            own.process.send_signal(signal.SIGTERM)

            assert (await peer.expect(protocol.Bye)).retry_after_ms > 0
            with pytest.raises(Exception, match="1001"):
                await peer.expect(protocol.Bye)
        await asyncio.to_thread(own.process.wait, PATIENCE_S)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Return the files of a new key and its self-signed certificate for 127.0.0.1."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    algorithm = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *algorithm, *subject, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


@needs_package("openssl")
async def test_token_and_tls_guard_the_door(
    run_daemon: Callable[..., AbstractContextManager[Daemon]], tmp_path: Path
) -> None:
    """With certificate and token the daemon serves other machines; no token, wrong token and no TLS are refused."""
    key, certificate = make_certificate(tmp_path)
    digest = hashlib.sha256(b"correct").hexdigest()
    tls = ssl.create_default_context(cafile=certificate)
    lines = f'host = "0.0.0.0"\ncertificate = "{certificate}"\nkey = "{key}"\ntoken_sha256 = "{digest}"'
    with run_daemon(lines) as guarded:
        url = guarded.url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("wss://")
        async with open_peer(url, protocol.Hello(token="correct"), ssl=tls) as peer:
            assert await peer.start()
            await peer.say(protocol.Discard())
        for token in ("", "wrong"):
            async with connect(url, ssl=tls, subprotocols=[protocol.SUBPROTOCOL]) as socket:  # type: ignore[list-item]
                stranger = Peer(socket)
                await stranger.say(protocol.Hello(token=token))
                assert (await stranger.expect_error("unauthorized")).fatal
        with pytest.raises((InvalidMessage, ConnectionClosedError, OSError)):
            async with open_peer(url.replace("wss", "ws")):
                pass
