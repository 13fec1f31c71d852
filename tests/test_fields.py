"""Untrusted JSON into dataclasses."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

import pytest

from wardscribe.fields import FieldError, from_json


class Colour(enum.StrEnum):
    """An enumeration to check."""

    RED = "red"


@dataclass(frozen=True)
class Inner:
    """A nested value."""

    number: int


@dataclass(frozen=True)
class Outer:
    """One field of each kind."""

    text: str
    share: float = 0.5
    is_on: bool = False
    colour: Colour = Colour.RED
    items: tuple[Inner, ...] = ()
    inner: Inner = field(default_factory=lambda: Inner(0))


def test_everything_of_its_type_is_taken() -> None:
    """Nested objects, lists and enumerations become what the dataclass declares."""
    data = {"text": "a", "share": 1, "is_on": True, "colour": "red", "items": [{"number": 2}], "inner": {"number": 3}}

    assert from_json(Outer, data) == Outer("a", 1.0, True, Colour.RED, (Inner(2),), Inner(3))


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, "missing key 'text'"),
        ({"text": "a", "txet": 1}, "unknown key 'txet'"),
        ({"text": 1}, "'text' must be a string"),
        ({"text": None}, "'text' must be a string"),
        ({"text": "\ud800"}, "'text' must be a string of normal size and valid Unicode"),
        ({"text": "a", "share": "1"}, "'share' must be a number"),
        ({"text": "a", "share": float("nan")}, "'share' must be a number of normal size"),
        ({"text": "a", "share": True}, "'share' must be a number"),
        ({"text": "a", "is_on": 1}, "'is_on' must be true or false"),
        ({"text": "a", "colour": "blue"}, "'colour' must be one of red"),
        ({"text": "a", "colour": []}, "'colour' must be one of red"),
        ({"text": "a", "items": {}}, "'items' must be a list"),
        ({"text": "a", "items": [{"number": 1}, {"number": True}]}, "'items[1].number' must be an integer"),
        ({"text": "a", "inner": {"number": 1 << 64}}, "'inner.number' must be an integer of normal size"),
        ({"text": "a", "inner": 3}, "'inner' must be an object"),
    ],
)
def test_wrong_data_is_named(data: dict[str, object], named: str) -> None:
    """The message names the key by its path, and no value."""
    with pytest.raises(FieldError) as error:
        from_json(Outer, data)

    assert named in str(error.value)


def test_long_unprintable_key_is_cut() -> None:
    """A key from outside cannot flood or garble a log line."""
    with pytest.raises(FieldError) as error:
        from_json(Outer, {"\x1b[31m" + "x" * 10_000: 1})

    assert len(str(error.value)) < 200
    assert "\x1b" not in str(error.value)
