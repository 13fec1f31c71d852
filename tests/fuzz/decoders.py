"""The decoders of what comes from outside, each fed with any bytes: it takes them, or names what is wrong with them."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wardscribe import protocol
from wardscribe.protocol import ProtocolError
from wardscribed import config
from wardscribed.errors import ConfigError
from wardscribed.note import forms, templates

_FORMS = [path.read_bytes() for path in forms.FOLDER.glob("*.json")]
_TEMPLATES = [path.read_bytes() for path in templates.FOLDER.glob("*.toml")]
_MEMORY = Path("/dev/shm")  # noqa: S108  # quicker than a disk, where there is such a place
_EXAMPLE = Path(__file__).parents[2] / "systemd" / "wardscribed.toml"


def template(content: bytes) -> None:
    """A site's template: every section has an id of its own and titles that are texts."""
    with _file("a.toml", content) as path:
        try:
            found = templates.load(path.parent)["a"]
        except ConfigError as error:
            assert "a.toml" in str(error)
            return
    assert len({section.id for section in found.sections}) == len(found.sections) > 0


def form(content: bytes) -> None:
    """A site's questionnaire: texts are texts, and a score has bounds that are numbers."""
    with _file("a.json", content) as path:
        try:
            found = forms.load(path.parent)["a"]
        except ConfigError as error:
            assert "a.json" in str(error)
            return
    for item in found.items:
        assert isinstance(item.link_id, str)
        assert isinstance(item.text, str)
        assert math.isfinite(item.low)
        assert math.isfinite(item.high)
    assert isinstance(found.title, str)
    assert isinstance(found.total, str)


def configuration(content: bytes) -> None:
    """The daemon's configuration."""
    with _file("a.toml", content) as path:
        try:
            config.load(path)
        except ConfigError as error:
            assert "a.toml" in str(error)


def wire(content: bytes) -> None:
    """Messages of both sides."""
    for events in (protocol.CLIENT_EVENTS, protocol.DAEMON_EVENTS):
        try:
            protocol.decode(content.decode("utf-8", "replace"), events)
        except ProtocolError as error:
            assert error.code in ("not_json", "not_an_object", "unknown_event", "bad_field")


DECODERS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "template": (template, _TEMPLATES),
    "form": (form, _FORMS),
    "configuration": (configuration, [_EXAMPLE.read_bytes()]),
    "wire": (wire, [protocol.encode(event).encode() for event in (protocol.Hello(), protocol.Start())]),
}
"""Name → decoder, and contents that it takes."""


@contextmanager
def _file(name: str, content: bytes) -> Iterator[Path]:
    """A file of that name with that content, alone in its folder."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path
