"""The protocol as an AsyncAPI 3 document with JSON Schemas, made of the dataclasses of `wardscribe.protocol`.

It speaks for the daemon: what it receives is what a client says.  https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import json
import textwrap
import typing
from collections.abc import Mapping
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from wardscribe import protocol
from wardscribe.protocol import SUBPROTOCOL
from wardscribed.http import Answer

Json = dict[str, Any]

PATH = "/asyncapi.json"
_AUDIO = "audio"
_ABOUT = """Version 1: a websocket with subprotocol wardscribe.v1.

A text message is one JSON object, an event, with `type`; a binary message is audio.  Every event of the daemon has
`seq`.  Times are whole milliseconds of audio since the session began.  The README tells what follows what."""
_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def page() -> Answer:
    """Return the document as it is served."""
    return Answer(json.dumps(document(), ensure_ascii=False).encode(), "application/json")


def document() -> Json:
    """Return the whole document."""
    events = {**protocol.CLIENT_EVENTS, **protocol.DAEMON_EVENTS}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wardscribe",
            "version": version("wardscribe"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {"daemon": _channel([*events, _AUDIO])},
        "operations": {
            "receive": _operation("receive", [*protocol.CLIENT_EVENTS, _AUDIO], "What a client says."),
            "send": _operation("send", list(protocol.DAEMON_EVENTS), "What the daemon says."),
        },
        "components": {
            "messages": {**{name: _message(name, cls) for name, cls in events.items()}, _AUDIO: _audio()},
            "schemas": _schemas(),
        },
    }


def _servers() -> Json:
    port = "8790"
    return {
        "loopback": {"host": f"127.0.0.1:{port}", "protocol": "ws", "description": "On the daemon's own machine."},
        "ward": {
            "host": f"{{host}}:{port}",
            "protocol": "wss",
            "description": "From another machine: TLS, and a token in `hello`.",
            "variables": {"host": {"description": "The ward server's name."}},
        },
    }


def _channel(messages: list[str]) -> Json:
    headers = {"type": "object", "properties": {"Sec-WebSocket-Protocol": {"type": "string", "const": SUBPROTOCOL}}}
    return {
        "address": "/",
        "description": "One websocket: a session is recorded, watched or edited over it.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"ws": {"method": "GET", "headers": headers}},
    }


def _operation(action: str, messages: list[str], summary: str) -> Json:
    refs = [{"$ref": f"#/channels/daemon/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": "#/channels/daemon"}, "summary": summary, "messages": refs}


def _message(name: str, cls: type) -> Json:
    return {"name": name, "summary": _summary(cls), "payload": {"$ref": f"#/components/schemas/{cls.__name__}"}}


def _audio() -> Json:
    return {
        "name": _AUDIO,
        "summary": "A binary message: 8 bytes, big-endian, the absolute index of its first sample; then s16le samples "
        f"at {protocol.SAMPLE_RATE} Hz, channels interleaved.  At most {protocol.MAX_MESSAGE_BYTES} bytes.",
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
    }


# ------------------------------------------------------------------------------------------------------ the schemas


def _schemas() -> Json:
    """Return the schema of every event, and of every value in one, by class name."""
    schemas: Json = {}
    for name, cls in protocol.CLIENT_EVENTS.items():
        _add_object(schemas, cls, name, is_whole=False)  # the daemon takes the default of what is left out
    for name, cls in protocol.DAEMON_EVENTS.items():
        _add_object(schemas, cls, name, is_whole=True)
    return schemas


def _add_object(schemas: Json, cls: type, wire_name: str = "", *, is_whole: bool) -> None:
    """Add the schema of a dataclass; `is_whole`: every field is always there."""
    properties: Json = {"type": {"const": wire_name}} if wire_name else {}
    required = list(properties)
    hints, told = typing.get_type_hints(cls), _field_docs(cls)
    for field in dataclasses.fields(cls):
        properties[field.name] = _value(schemas, hints[field.name], is_whole) | _about(field, told)
        if is_whole or (field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING):
            required.append(field.name)
    schemas[cls.__name__] = {
        "type": "object",
        "description": _summary(cls),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _about(field: dataclasses.Field[Any], told: Mapping[str, str]) -> Json:
    about = {"description": told[field.name]} if field.name in told else {}
    if field.default is dataclasses.MISSING:
        return about
    default = field.default
    as_sent = dataclasses.asdict(default) if dataclasses.is_dataclass(type(default)) else default
    return {**about, "default": as_sent}


def _value(schemas: Json, kind: Any, is_whole: bool) -> Json:
    """Return the schema of a field's type, as fields.py reads it; classes are added to `schemas`."""
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": _value(schemas, typing.get_args(kind)[0], is_whole)}
    if typing.get_origin(kind) is Mapping:
        return {"type": "object"}
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    if kind.__name__ not in schemas:
        _add_class(schemas, kind, is_whole)
    return {"allOf": [{"$ref": f"#/components/schemas/{kind.__name__}"}]}  # what stands beside a $ref is not read


def _add_class(schemas: Json, kind: type, is_whole: bool) -> None:
    if issubclass(kind, enum.Enum):
        values = [member.value for member in kind]
        schemas[kind.__name__] = {"type": "string", "description": _summary(kind), "enum": values}
    else:
        _add_object(schemas, kind, is_whole=is_whole)


def _summary(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


def _field_docs(cls: type) -> dict[str, str]:
    """Return what the strings under a class's fields say of them."""
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(definition, ast.ClassDef)
    docs = {}
    for field, below in pairwise(definition.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                docs[name] = inspect.cleandoc(text)
    return docs
