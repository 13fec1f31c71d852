"""How a connection to the daemon is opened, what its failures mean, and when to try again."""

from __future__ import annotations

import ipaddress
import logging
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from wardscribe import protocol
from wardscribe.errors import ClientError, RefusedError
from wardscribe.protocol import MAX_MESSAGE_BYTES, SUBPROTOCOL, Bye, Error, ProtocolError

_OPEN_TIMEOUT_S = 10
_PING_S = 5
_PING_TIMEOUT_S = 15  # a dead link is noticed after 20 s at most, well within the audio that a client keeps
_FIRST_DELAY_S = 0.25
_MAX_DELAY_S = 2.5  # a daemon that is ready again has its sessions within three seconds
_REFUSALS = (400, 401, 403, 404)

_log = logging.getLogger("wardscribe.websocket")
_log.setLevel(logging.INFO)  # the DEBUG lines of websockets hold the messages, and so what was said


def opened(url: str, tls: ssl.SSLContext | None) -> connect:
    """Return the connection to open: `async with opened(…) as socket`.  See `failure` for what that can raise."""
    return connect(
        url,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        proxy=None,  # nobody between the ward and its daemon
        ssl=tls if urlsplit(url).scheme == "wss" else None,
        open_timeout=_OPEN_TIMEOUT_S,
        ping_interval=_PING_S,
        ping_timeout=_PING_TIMEOUT_S,
        close_timeout=2,
        max_size=MAX_MESSAGE_BYTES,
        logger=_log,
    )


FAILURES = (OSError, TimeoutError, InvalidHandshake, InvalidURI)
"""What opening a connection can raise."""


def failure(url: str, error: Exception) -> ClientError:
    """Return what to tell a person about one of FAILURES; a RefusedError where another try is useless."""
    match error:
        case InvalidURI():
            return RefusedError(f"'{url}' is not a websocket address; expected ws://HOST:PORT or wss://HOST:PORT")
        case ssl.SSLCertVerificationError():
            return RefusedError(f"the certificate of {url} is not valid here: {error.verify_message}; see --ca-file")
        case InvalidStatus() if error.response.status_code in _REFUSALS:
            return RefusedError(f"{url} refused the connection: HTTP status {error.response.status_code}")
        case InvalidHandshake():
            return ClientError(f"{url} does not answer as a Wardscribe daemon: {error}")
        case TimeoutError():
            return ClientError(f"{url} did not answer within {_OPEN_TIMEOUT_S} s")
        case OSError():
            return ClientError(f"no connection to {url}: {error.strerror or error}")
    raise AssertionError(f"{type(error).__name__} is not in FAILURES")


def check_url(url: str) -> None:
    """Raise RefusedError for an address over which speech may not travel: unencrypted, and not this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise RefusedError(f"'{url}' is not a websocket address; expected ws://HOST:PORT or wss://HOST:PORT")
    if parts.scheme == "ws" and not _is_loopback(parts.hostname):
        raise RefusedError(f"{url} is not encrypted and not on this machine: use wss://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tls_context(
    ca_file: Path | None = None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """Return a TLS context that trusts the site's `ca_file`, and shows the machine's certificate where it has one.

    Raises RefusedError when a file cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise RefusedError(f"cannot use the certificate files: {error}") from error
    return context


def retry_delay_s(attempt: int, spread: float) -> float:
    """Return how long to wait before try number `attempt` (from 0).

    It doubles up to two and a half seconds; `spread` (0–1, random) takes off up to half, so that a ward's laptops do
    not all come back at once.
    """
    return min(_FIRST_DELAY_S * 2.0 ** min(attempt, 30), _MAX_DELAY_S) * (1 - spread / 2)


def received(message: str | bytes) -> Any:
    """Return the event of a message.  Raises RefusedError where it is none of version 1."""
    if isinstance(message, bytes):
        raise RefusedError("the daemon sent a binary message; it does not speak version 1 of the protocol")
    try:
        return protocol.decode(message, protocol.DAEMON_EVENTS)
    except ProtocolError as error:
        raise RefusedError(f"the daemon does not speak version 1 of the protocol: {error}") from error


def refusal(event: Any) -> ClientError:
    """Return what to tell a person about an event with which the daemon ends a connection."""
    match event:
        case Error(code="unauthorized"):
            return RefusedError(f"the daemon refused: {event.message}", event.code)
        case Error():
            return ClientError(f"the daemon refused: {event.message} ({event.code})", event.code)
        case Bye():
            return ClientError(f"the daemon ended the connection: {event.reason}")
    return RefusedError("the daemon did not answer 'hello' with 'ready'")


def end_of_connection(event: Any) -> ClientError | float | None:
    """Return why `event` ends the connection for good, or after how many seconds to come back, or None."""
    match event:
        case Error(fatal=True) | Error(code="bad_seal" | "stale_seal"):
            return refusal(event)
        case Bye(retry_after_ms=0):
            return refusal(event)
        case Bye():
            return event.retry_after_ms / 1000
    return None
