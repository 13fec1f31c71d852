"""The bedside page's files as the daemon serves them: guarded, light, whole in three languages."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import orjson
import pytest

from benchmarks.daemon import Daemon
from tests.test_http import get
from wardscribe.reading import HARMLESS, MUST_BE_TOUCHED
from wardscribed import page
from wardscribed.http import Router
from wardscribed.note import templates
from wardscribed.note.doubt import MIN_P

WEB = Path(str(resources.files("wardscribe") / "web"))
PAGES = page.pages(templates.load)
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(WEB.glob("*.js"))}
DOCUMENT = (WEB / "index.html").read_text(encoding="utf-8")
MAX_BYTES = 200_000


def texts() -> dict[str, set[str]]:
    """Return the names of the page's texts by language."""
    said = {name[6:8]: text for name, text in SCRIPTS.items() if name.startswith("texts-")}
    return {language: set(re.findall(r'^  "?([\w,]+)"?:', text, re.MULTILINE)) for language, text in said.items()}


def test_the_policy_lets_nothing_in_and_nothing_out() -> None:
    """Only the daemon's own files run, only the daemon is spoken to, no text becomes markup, nobody frames it."""
    policy = dict(part.split(" ", 1) for part in PAGES["/"]().all_headers()["Content-Security-Policy"].split("; "))

    assert policy.pop("default-src") == "'none'"
    assert policy.pop("require-trusted-types-for") == "'script'"
    assert {value for name, value in policy.items() if name.endswith("-src")} == {"'self'"}
    assert {policy[name] for name in ("frame-ancestors", "base-uri", "form-action", "trusted-types")} == {"'none'"}


@pytest.mark.parametrize("path", PAGES)
def test_every_file_is_guarded(path: str) -> None:
    """No type is guessed, no other origin embeds it, nobody learns where one came from."""
    headers = PAGES[path]().all_headers()

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_page_that_held_words_is_not_kept_by_the_browser() -> None:
    """The document itself is never stored: a browser's back button shows nothing of a patient."""
    assert PAGES["/"]().all_headers()["Cache-Control"] == "no-store"


def test_the_page_is_light() -> None:
    """All of it together, uncompressed."""
    assert sum(len(PAGES[path]().body) for path in PAGES if path != "/") <= MAX_BYTES


def test_nothing_comes_from_elsewhere() -> None:
    """No file names another host; what is imported is there."""
    files = [*SCRIPTS.values(), DOCUMENT, (WEB / "page.css").read_text(encoding="utf-8")]
    imported = {f"/{name}" for text in SCRIPTS.values() for name in re.findall(r'from "\./([\w.-]+)"', text)}

    assert not [text for text in files if re.search(r"https?://|@import|url\(", text)]
    assert imported <= set(PAGES)


def test_the_browser_hands_nothing_on() -> None:
    """Translation and spelling are services of others: neither is offered what stands on the page."""
    assert '<html lang="nb" translate="no">' in DOCUMENT
    assert '<meta name="google" content="notranslate">' in DOCUMENT
    assert "spellcheck: true" not in SCRIPTS["note.js"]
    assert "field.spellcheck = false" in SCRIPTS["note.js"]


def test_all_languages_say_the_same() -> None:
    """Every text is there in bokmål, nynorsk and English."""
    assert set(texts()) == set(page.LANGUAGES)
    assert texts()["nb"] == texts()["nn"] == texts()["en"]


def test_every_text_that_is_wanted_is_there() -> None:
    """Named in the document or in a script; a name that is put together must at least begin like one."""
    wanted = set(re.findall(r'data-(?:text|label|hint)="(\w+)"', DOCUMENT))
    for script in SCRIPTS.values():
        wanted |= set(re.findall(r'\b(?:say|text)\("(\w+)"', script))

    assert wanted <= texts()["nb"]


def test_every_text_is_wanted() -> None:
    """None is left of what was taken away."""
    everything = DOCUMENT + "".join(text for name, text in SCRIPTS.items() if not name.startswith("texts-"))
    composed = tuple(re.findall(r"`(\w+_)\$\{", everything))

    assert {name for name in texts()["nb"] if name not in everything and not name.startswith(composed)} == set()


def test_words_are_shared_with_the_other_clients() -> None:
    """States, roles, reasons and flags have one source; templates have the titles of their files."""
    words = orjson.loads(PAGES["/words.json"]().body)

    assert words["nb"]["states"]["paused"] == "Pause"
    assert words["nn"]["roles"]["clinician"] == "Klinikar"
    assert words["en"]["templates"]["strukturert"] == "Structured note"


def test_the_rules_of_the_review_are_those_of_the_other_clients() -> None:
    """What must be looked at, what nobody need look at, and below which probability a word is unsure."""
    rules = orjson.loads(PAGES["/rules.json"]().body)

    assert set(rules["must_be_touched"]) == MUST_BE_TOUCHED
    assert set(rules["harmless"]) == HARMLESS
    assert rules["unsure_below"] == MIN_P


@pytest.mark.parametrize(
    ("host", "origins", "is_opened"),
    [
        ("127.0.0.1:8790", [], True),
        ("127.0.0.1:8790", ["http://127.0.0.1:8790"], True),
        ("127.0.0.1:8790", ["http://localhost:8790"], False),
        ("127.0.0.1:8790", ["http://127.0.0.1:9999"], False),
        ("127.0.0.1:8790", ["null"], False),
        ("evil.example:8790", ["http://evil.example:8790"], False),
        ("127.0.0.1:8790", ["http://127.0.0.1:8790", "http://evil.example"], False),
    ],
)
def test_only_the_daemons_own_page_opens_a_websocket(host: str, origins: list[str], is_opened: bool) -> None:
    """A page of another origin is refused, also one whose name was made to point here; other programs name none."""
    assert (Router("127.0.0.1", {}).upgrade_refusal(host, origins) is None) == is_opened


async def test_the_daemon_serves_it(daemon: Daemon) -> None:
    """On its own port, beside the websockets; a foreign page's websocket is refused there."""
    status, head, body = await get(daemon.url, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    upgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nOrigin: http://evil.example\r\n\r\n"

    assert (status, body.decode()) == (200, DOCUMENT)
    assert "Content-Security-Policy: default-src 'none'" in head
    assert (await get(daemon.url, upgrade))[0] == 403
