"""The AsyncAPI document: true to its standard, and to what is said on the wire."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from benchmarks.daemon import Daemon
from tests.peer import consultation, open_peer
from tests.test_http import get
from tests.test_protocol import EVENTS
from wardscribe import protocol
from wardscribe.protocol import Role, State
from wardscribed import asyncapi

DOCUMENT: dict[str, Any] = json.loads(asyncapi.page().body)
STANDARD = Path(__file__).parents[1] / "build" / "asyncapi" / "package" / "schemas" / "3.0.0.json"
"""The standard's own JSON Schema, an npm package's, as `make asyncapi` leaves it."""


def validator(event_type: str) -> Draft7Validator:
    """Return what checks the payload of a message."""
    return Draft7Validator({**DOCUMENT, **DOCUMENT["components"]["messages"][event_type]["payload"]})


def faults(event_type: str, data: Any) -> list[str]:
    """Return what is wrong with an event."""
    return [error.message for error in validator(event_type).iter_errors(data)]


def references(value: Any) -> Iterator[str]:
    """Yield all that a document refers to."""
    match value:
        case {"$ref": str(target)}:
            yield target
        case dict():
            for inner in value.values():
                yield from references(inner)
        case list():
            for inner in value:
                yield from references(inner)


@pytest.mark.skipif(not STANDARD.exists(), reason="the standard's schema is fetched by `make asyncapi`")
def test_the_document_is_asyncapi_3() -> None:
    """By the JSON Schema that the standard's authors publish."""
    checks = Draft7Validator(json.loads(STANDARD.read_text(encoding="utf-8")))
    broken = {**DOCUMENT, "channels": {"daemon": {"adress": "/"}}}

    assert [error.message for error in checks.iter_errors(DOCUMENT)] == []
    assert not checks.is_valid(broken)


def test_everything_referred_to_is_there() -> None:
    """And every message has a schema that is one."""
    for target in references(DOCUMENT):
        place: Any = DOCUMENT
        for step in target.removeprefix("#/").split("/"):
            place = place[step]
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_every_event_is_in_its_direction() -> None:
    """What a client says is received, what the daemon says is sent, and audio is named too."""
    said = {
        action: {ref.rsplit("/", 1)[1] for ref in references(DOCUMENT["operations"][action]["messages"])}
        for action in ("receive", "send")
    }

    assert said == {"receive": {*protocol.CLIENT_EVENTS, "audio"}, "send": set(protocol.DAEMON_EVENTS)}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_fits_its_schema_and_a_strange_field_does_not(event: Any) -> None:
    """The schema takes what the protocol says, and is as strict as the daemon's reading."""
    data = json.loads(protocol.encode(event))

    assert faults(data["type"], data) == []
    assert faults(data["type"], {**data, "strange": 1}) != []
    assert faults(data["type"], {**data, "type": "strange"}) != []


@pytest.mark.parametrize(
    "data",
    [
        {"type": "approve"},
        {"type": "start", "channels": ["doctor"]},
        {"type": "start", "informed": 1},
        {"type": "edit", "section": "plan", "index": "1", "text": ""},
        {"type": "unseal", "session": "s", "states": [1]},
        {"type": "commit", "seq": 1, "utterance": 1, "channel": 0, "words": [{"text": "a"}]},
    ],
    ids=lambda data: data["type"],
)
def test_what_the_daemon_refuses_does_not_fit(data: dict[str, Any]) -> None:
    """A missing field, a wrong type or a value that is none of those there are."""
    assert faults(data["type"], data) != []


def test_what_may_be_left_out_may_be_left_out() -> None:
    """A client says only what differs from the default, and the document tells the default."""
    start = DOCUMENT["components"]["schemas"]["Start"]["properties"]

    assert faults("start", {"type": "start"}) == []
    assert (start["template"]["default"], start["channels"]["default"]) == ("strukturert", ["unknown"])
    assert start["patient"]["description"] == "Patient reference of the record system."


async def test_a_real_session_keeps_to_the_document(daemon: Daemon) -> None:
    """The daemon serves it; every event from `ready` to `wiped`, with an error in between, is as it says."""
    status, head, body = await get(daemon.url, f"GET {asyncapi.PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    async with open_peer(daemon.url) as peer:
        await peer.start(channels=(Role.CLINICIAN, Role.PATIENT))
        await peer.say('{"type":"diagnose"}')
        await peer.stream(consultation(15), 2)
        await peer.say(protocol.Finalize())
        await peer.say(protocol.Stop())
        await peer.expect_state(State.REVIEW)
        await peer.say(protocol.Approve((await peer.expect(protocol.Note, lambda note: note.final)).hash))
        await peer.expect_state(State.WIPED)

    assert (status, json.loads(body)) == (200, DOCUMENT)
    assert re.search(r"^Content-Type: application/json\r$", head, re.MULTILINE)
    said = [json.loads(message) for message in peer.messages]
    assert {"ready", "ack", "commit", "utterance", "finalized", "note", "state", "error"} <= {e["type"] for e in said}
    assert [fault for event in said for fault in faults(event["type"], event)] == []


def test_the_program_prints_it() -> None:
    """`wardscribed asyncapi` needs no configuration and no model."""
    done = subprocess.run([sys.executable, "-m", "wardscribed", "asyncapi"], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == DOCUMENT
