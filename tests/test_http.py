"""Plain GETs on the daemon's port: which are answered, and what every answer carries."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from benchmarks.daemon import Daemon
from tests.peer import open_peer
from wardscribe import protocol
from wardscribed.http import Answer, Router

PAGE = Answer(b"{}", "application/json")
ROUTER = Router("127.0.0.1", {"/a.json": lambda: PAGE})


@pytest.mark.parametrize("target", ["/a.json", "/a.json?x=1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8790", "localhost", "[::1]:8790"])
def test_a_known_path_is_answered(target: str, host: str) -> None:
    """By its path alone, under every name of this machine."""
    assert ROUTER.answer("GET", target, host) is PAGE


@pytest.mark.parametrize("target", ["/", "/b.json", "/a.json/", "/../a.json", "//a.json", "*", ""])
def test_any_other_path_is_not_there(target: str) -> None:
    """No path is looked for anywhere but among those that are known."""
    assert ROUTER.answer("GET", target, "localhost").status is HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[::1", "[]"])
def test_loopback_answers_to_its_own_names_only(host: str) -> None:
    """A foreign name that points here is a browser's page from elsewhere; behind TLS the certificate sees to it."""
    assert ROUTER.answer("GET", "/a.json", host).status is HTTPStatus.MISDIRECTED_REQUEST
    assert Router("0.0.0.0", {"/a.json": lambda: PAGE}).answer("GET", "/a.json", host) is PAGE


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get"])
def test_nothing_can_be_sent(method: str) -> None:
    """Reading is all there is, and the answer says so."""
    refused = ROUTER.answer(method, "/a.json", "localhost")

    assert (refused.status, refused.headers["Allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, "GET, HEAD")


def test_every_answer_is_guarded_and_a_page_may_say_otherwise() -> None:
    """Nothing runs, nobody frames it, no type is guessed; what a page says itself goes before."""
    page = Answer(b"x", "text/html", headers={"Content-Security-Policy": "default-src 'self'"})

    assert PAGE.all_headers()["Content-Security-Policy"].startswith("default-src 'none'")
    assert PAGE.all_headers()["X-Content-Type-Options"] == "nosniff"
    assert page.all_headers()["Content-Security-Policy"] == "default-src 'self'"
    assert page.all_headers()["Content-Length"] == "1"


async def get(url: str, request: str) -> tuple[int, str, bytes]:
    """Send a request as it stands; return status, head and body of the answer."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(request.encode())
    async with asyncio.timeout(10):
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), head.decode(), body


async def test_the_daemon_answers_and_closes(daemon: Daemon) -> None:
    """A browser, and whoever else asks in HTTP, gets a whole answer on the port of the websockets, which go on."""
    async with open_peer(daemon.url) as peer:
        status, head, body = await get(daemon.url, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
        post, _, _ = await get(daemon.url, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")

        assert (status, body, post) == (404, b"Not Found\n", 405)
        assert "Connection: close" in head
        assert await peer.start()
        await peer.say(protocol.Discard())
