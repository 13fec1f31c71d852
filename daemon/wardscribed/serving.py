"""How the daemon comes up, listens, and goes down in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from wardscribe import protocol
from wardscribed import asyncapi, page
from wardscribed.config import tls_context
from wardscribed.http import Router
from wardscribed.ops import notify
from wardscribed.server import CLOSE_S, Daemon


@contextlib.asynccontextmanager
async def listening(daemon: Daemon) -> AsyncIterator[str]:
    """Listen as configured; yields the address.  On the way out every peer is told to go (1001)."""
    server = daemon.config.server
    tls = tls_context(server)
    schema = asyncapi.page()
    router = Router(server.host, {asyncapi.PATH: lambda: schema, **page.pages(lambda: daemon.templates)})

    def answer(_: ServerConnection, request: Request) -> Response | None:
        return _response(router, request)

    async with serve(
        daemon.handle,
        server.host,
        server.port,
        ssl=tls,
        process_request=answer,
        subprotocols=[protocol.SUBPROTOCOL],  # type: ignore[list-item]  # a NewType of str
        max_size=protocol.MAX_MESSAGE_BYTES,
        compression=None,
        close_timeout=CLOSE_S,
    ) as sockets:
        port = next(iter(sockets.sockets)).getsockname()[1]
        yield f"{'wss' if tls else 'ws'}://{server.host}:{port}"


def _response(router: Router, request: Request) -> Response | None:
    """Return the answer to a request; None where a websocket is opened."""
    host = ", ".join(request.headers.get_all("Host"))
    if "Upgrade" in request.headers:
        answer = router.upgrade_refusal(host, request.headers.get_all("Origin"))
        if answer is None:
            return None
    else:
        answer = router.answer(request.method, request.path, host)
    body = b"" if request.method == "HEAD" else answer.body
    return Response(answer.status, answer.status.phrase, Headers(answer.all_headers()), body)


async def run(daemon: Daemon) -> None:
    """Serve until SIGTERM or SIGINT; a second one hurries the end."""
    asked_to_stop, hurry = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        (hurry if asked_to_stop.is_set() else asked_to_stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    async with listening(daemon) as address, asyncio.TaskGroup() as tasks:
        is_moving = asyncio.Event()
        moving = tasks.create_task(daemon.run(is_moving.set), name="daemon")
        await is_moving.wait()
        print(f"listening on {address}", flush=True)
        notify.ready()
        await asked_to_stop.wait()
        notify.stopping()
        await daemon.drain(hurry)
        await daemon.say_bye()
        moving.cancel()
