"""The number words of a language file, and every small number that they make as one word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NumberData:
    """The number words of a language file."""

    ones: Mapping[str, Any]
    compound_ones: Mapping[str, Any]
    tens: Mapping[str, Any]
    half: Mapping[str, Any]
    units: Mapping[str, Any]
    counted: Mapping[str, Any]
    nouns: Mapping[str, Any]
    """Names of scores («treer»)."""
    and_half: tuple[str, ...]
    """What adds a half to the whole number before it («og en halv»)."""
    decimal: tuple[str, ...]
    joints: tuple[str, ...]
    over: tuple[str, ...]
    range: tuple[str, ...]
    range_lead: tuple[str, ...]
    times: tuple[str, ...]
    year_lead: tuple[str, ...]
    articles: tuple[str, ...]
    hundred: str
    thousand: str
    decimal_sign: str


def small_table(data: NumberData) -> dict[str, int]:
    """Return every number below a thousand written as one word («trettiåtte», «åtteogtredve», «tohundreogfem»)."""
    ones = {**data.ones, **dict.fromkeys(data.articles, 1)}
    below_ten = {word: value for word, value in {**data.ones, **data.compound_ones}.items() if 0 < value < 10}
    table: dict[str, int] = {**ones, **data.tens}
    for ten, tens in data.tens.items():
        for one, value in below_ten.items():
            for word in (ten + one, f"{ten}-{one}", *(one + joint + ten for joint in (*data.joints, "o"))):
                table[word] = tens + value
    below_hundred = dict(table)
    for one, value in [("", 1), *below_ten.items()]:
        table.setdefault(one + data.hundred, value * 100)
        for word, rest in below_hundred.items():
            if word not in data.articles:
                for joint in ("", *data.joints):
                    table.setdefault(one + data.hundred + joint + word, value * 100 + rest)
    table.pop(data.hundred, None)
    return table
