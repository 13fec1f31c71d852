"""Untrusted JSON or TOML in, frozen dataclasses out: every key known, every value of its declared type."""

from __future__ import annotations

import dataclasses
import enum
import functools
import math
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class FieldError(ValueError):
    """A key is unknown or missing, or a value has the wrong type.  The text names the key and quotes no value."""


def from_json(cls: type[T], data: Mapping[str, Any], where: str = "") -> T:
    """Return `cls(**data)` after checking keys and types; nested dataclasses and tuples are made on the way.

    `where` is the dotted path of `data`, for messages.  Raises FieldError.
    """
    hints = _hints(cls)  # type: ignore[arg-type]  # a class is hashable
    for key in data:
        if key not in hints:
            raise FieldError(f"unknown key '{_short(where + key)}'; known: {', '.join(hints) or 'none'}")
    values = {key: _value(hints[key], value, where + key) for key, value in data.items()}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # cls is a dataclass by contract
        if field.name not in values and _is_required(field):
            raise FieldError(f"missing key '{where + field.name}'")
    return cls(**values)


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _short(key: str) -> str:
    """A key from outside may be anything: what is quoted of it is printable and bounded."""
    return "".join(c if c.isprintable() else "?" for c in key[:60])


def _value(kind: Any, value: Any, where: str) -> Any:
    if typing.get_origin(kind) is tuple:
        return _tuple(typing.get_args(kind)[0], value, where)
    if typing.get_origin(kind) is Mapping:
        return _checked(value, dict, where, "an object")
    if dataclasses.is_dataclass(kind):
        return from_json(typing.cast("type[Any]", kind), _checked(value, dict, where, "an object"), where + ".")
    if issubclass(kind, enum.Enum):
        return _enum(kind, value, where)
    return _scalar(kind, value, where)


def _tuple(kind: Any, value: Any, where: str) -> tuple[Any, ...]:
    items = _checked(value, (list, tuple), where, "a list")
    return tuple(_value(kind, item, f"{where}[{i}]") for i, item in enumerate(items))


def _enum(kind: type[enum.Enum], value: Any, where: str) -> enum.Enum:
    try:
        return kind(value)
    except ValueError as error:
        raise FieldError(f"'{where}' must be one of {', '.join(str(m.value) for m in kind)}") from error


def _scalar(kind: type, value: Any, where: str) -> Any:
    names = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:  # bool is an int in Python, but not here
        raise FieldError(f"'{where}' must be {names[kind]}")
    if not _is_representable(value):
        raise FieldError(f"'{where}' must be {names[kind]} of normal size and valid Unicode")
    return value


def _is_representable(value: Any) -> bool:
    """JSON allows more than a wire carries: NaN, integers beyond 64 bits, lone surrogates."""
    match value:
        case float():
            return math.isfinite(value)
        case int():
            return abs(value) < 2**63
        case _:
            return not any("\ud800" <= c <= "\udfff" for c in value)


def _checked(value: Any, kind: Any, where: str, name: str) -> Any:
    if not isinstance(value, kind):
        raise FieldError(f"'{where}' must be {name}")
    return value
