"""What the daemon answers to a plain GET on its port: a request in, status, headers and body out.  No I/O.

Everything that is served is in memory and known by its whole path, so no path can lead anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from wardscribed.config import is_loopback

_ALWAYS = {
    "Cache-Control": "no-cache",  # asked for anew, for it is the daemon's of this moment
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer; one that needs others, as a page does, replaces them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: bytes
    content_type: str
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    """Besides those of every answer, or instead of them."""

    def all_headers(self) -> dict[str, str]:
        """Return what is sent before the body."""
        about = {"Content-Type": self.content_type, "Content-Length": str(len(self.body)), "Connection": "close"}
        return {**_ALWAYS, **self.headers, **about}


Page = Callable[[], Answer]
"""Makes the answer to a GET of one path, at once: the event loop waits for it."""


def refusal(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer that is only a status."""
    return Answer(f"{status.phrase}\n".encode(), "text/plain; charset=utf-8", status, headers or {})


class Router:
    """The pages that there are, by path."""

    def __init__(self, host: str, pages: Mapping[str, Page]) -> None:
        self._is_local = is_loopback(host)
        self._pages = dict(pages)

    def answer(self, method: str, target: str, host: str) -> Answer:
        """Return the answer to a request for `target` (path and query) that was sent to the name `host`."""
        if self._is_elsewhere(host):
            return refusal(HTTPStatus.MISDIRECTED_REQUEST)
        if method not in ("GET", "HEAD"):
            return refusal(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})
        page = self._pages.get(target.partition("?")[0])
        return page() if page is not None else refusal(HTTPStatus.NOT_FOUND)

    def upgrade_refusal(self, host: str, origins: Sequence[str]) -> Answer | None:
        """Return why no websocket is opened for a browser's page of another origin; None where one may be.

        A program that is no browser names no origin.
        """
        if not origins:
            return None
        if self._is_elsewhere(host) or len(origins) > 1 or urlsplit(origins[0]).netloc.lower() != host.lower():
            return refusal(HTTPStatus.FORBIDDEN)
        return None

    def _is_elsewhere(self, host: str) -> bool:
        """A site that lets its own name point to 127.0.0.1 reaches loopback from a browser (DNS rebinding)."""
        return self._is_local and not is_loopback(_name(host))


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; nothing where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
