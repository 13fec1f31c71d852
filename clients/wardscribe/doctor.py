"""`wardscribe doctor`: tries a connection and a microphone, begins no session and keeps no sound."""

from __future__ import annotations

import asyncio
import ssl
import time
from contextlib import aclosing
from datetime import UTC, datetime

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from wardscribe import findings, protocol
from wardscribe.connecting import FAILURES, check_url, opened
from wardscribe.errors import ClientError, MicrophoneError, RefusedError
from wardscribe.findings import Check, Finding, fault, ok
from wardscribe.greeting import greet
from wardscribe.microphone import Microphone, devices
from wardscribe.protocol import SAMPLE_RATE, SUBPROTOCOL, Hello, Ready
from wardscribe.sources import peak_db

_DAY_S = 86_400


async def examine_daemon(url: str, token: str, tls: ssl.SSLContext | None) -> tuple[list[Finding], Ready | None]:
    """Return what is found of the daemon and the way to it, and its greeting where it came so far."""
    try:
        check_url(url)
        async with opened(url, tls) as socket:
            return await _examine_connection(url, token, socket)
    except RefusedError as error:
        return [fault(Check.DAEMON, error)], None
    except FAILURES as error:
        return findings.not_connected(url, error), None


async def _examine_connection(url: str, token: str, socket: ClientConnection) -> tuple[list[Finding], Ready | None]:
    date = socket.response.headers.get("Date", "") if socket.response is not None else ""
    found = [*findings.connected(url, _days_left(socket)), findings.clock(date, datetime.now(UTC))]
    if socket.subprotocol != SUBPROTOCOL:
        return [*found, fault(Check.PROTOCOL, RefusedError(f"the server does not speak {SUBPROTOCOL}"))], None
    try:
        ready = await greet(socket, Hello(token, "wardscribe doctor"), ())
    except ClientError as error:
        return [*found, ok(Check.PROTOCOL, SUBPROTOCOL), fault(Check.TOKEN, error)], None
    except ConnectionClosed:
        lost = ClientError(f"{url} closed the connection before it was ready")
        return [*found, ok(Check.PROTOCOL, SUBPROTOCOL), fault(Check.TOKEN, lost)], None
    if not isinstance(ready, Ready):
        return [*found, fault(Check.PROTOCOL, ClientError("the daemon is going down: try again in a moment"))], None
    return [*found, ok(Check.PROTOCOL, f"{SUBPROTOCOL}, daemon {ready.version}"), ok(Check.TOKEN)], ready


def _days_left(socket: ClientConnection) -> int | None:
    tls = socket.transport.get_extra_info("ssl_object")
    end = (tls.getpeercert() or {}).get("notAfter") if tls is not None else None
    return int((ssl.cert_time_to_seconds(end) - time.time()) // _DAY_S) if end else None


async def examine_microphone(name: str, seconds: float, ready: Ready | None) -> list[Finding]:
    """Return what is found of the microphone, after listening to it for so long; `ready` tells which are approved."""
    try:
        there = await asyncio.to_thread(devices)
    except MicrophoneError as error:
        return [fault(Check.MICROPHONE, error)]
    default = next((device.name for device in there if device.is_default), "")
    found = findings.microphone(name, [device.name for device in there], default)
    if found.verdict is not findings.Verdict.OK:
        return [found]
    approval = [findings.approval(name, ready.microphones)] if ready is not None else []
    try:
        return [found, *approval, findings.sound(await _loudest_db(Microphone(name), seconds))]
    except MicrophoneError as error:
        return [found, *approval, fault(Check.SOUND, error)]


async def _loudest_db(microphone: Microphone, seconds: float) -> float:
    loudest = -100.0
    async with aclosing(microphone.chunks()) as chunks:
        async for first_sample, pcm in chunks:
            loudest = max(loudest, peak_db(pcm, 0, 1))
            if first_sample + len(pcm) // protocol.BYTES_PER_SAMPLE >= seconds * SAMPLE_RATE:
                break
    return loudest
