"""The bedside page as the daemon serves it: the files of `wardscribe/web`, and what they share with other clients.

The files are read once, at the start.  They hold nothing about a patient; what is said comes over the websocket only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import PurePath
from typing import Any

import orjson

from wardscribe.labels import labels
from wardscribe.reading import HARMLESS, MUST_BE_TOUCHED
from wardscribed.http import Answer, Page
from wardscribed.note.doubt import MIN_P
from wardscribed.note.templates import Template

LANGUAGES = ("nb", "nn", "en")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_SHARED = ("roles", "states", "reasons", "flags", "outcomes")
_RULES = {"must_be_touched": sorted(MUST_BE_TOUCHED), "harmless": sorted(HARMLESS), "unsure_below": MIN_P}
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_DOCUMENT = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",  # and so no browser keeps the page as it stood, with words in it, for its back button
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), display-capture=(), geolocation=()",
}


def pages(templates: Callable[[], Mapping[str, Template]]) -> dict[str, Page]:
    """Return what the page consists of, by path; `templates` tells those that are in use at the moment."""
    files = {f"/{name}": _always(answer) for name, answer in _files()}
    shared = {"/rules.json": _always(_json(_RULES)), "/words.json": lambda: _words(templates())}
    return {**files, **shared, "/": files["/index.html"]}


def _always(answer: Answer) -> Page:
    return lambda: answer


def _files() -> list[tuple[str, Answer]]:
    entries = [entry for entry in resources.files("wardscribe").joinpath("web").iterdir() if entry.is_file()]
    return [(entry.name, _answer(entry.name, entry.read_bytes())) for entry in entries]


def _answer(name: str, body: bytes) -> Answer:
    suffix = PurePath(name).suffix
    return Answer(body, _TYPES[suffix], headers=_DOCUMENT if suffix == ".html" else {})


def _words(templates: Mapping[str, Template]) -> Answer:
    """Return what the terminal and the page both say, and the templates' names, by language."""
    said = {language: _words_of(language, templates) for language in LANGUAGES}
    return _json(said)


def _json(told: Mapping[str, Any]) -> Answer:
    return Answer(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS), "application/json")  # enums are keys


def _words_of(language: str, templates: Mapping[str, Template]) -> dict[str, Any]:
    shared = dataclasses.asdict(labels(language))
    titles = {name: getattr(template.title, language) for name, template in templates.items()}
    return {**{name: shared[name] for name in _SHARED}, "templates": titles}
