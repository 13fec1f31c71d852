"""Spoken numbers."""

from __future__ import annotations

import pytest

from wardscribed.note.language import load


@pytest.mark.parametrize(
    ("code", "spoken", "written"),
    [
        ("nb", "blodtrykk hundre og trettiåtte over syttiseks", "blodtrykk 138/76"),
        ("nb", "sju komma to fem milligram", "7,25 mg"),
        ("nb", "kreatinin hundre og fire", "kreatinin 104"),
        ("nb", "fem tusen enheter", "5000 enheter"),
        ("nb", "i to tusen og sytten", "i 2017"),
        ("nb", "i tjue seksten", "i 2016"),
        ("nb", "i nittifire", "i nittifire"),
        ("nb", "åtteogtredve komma to", "38,2"),
        ("nb", "tjue fem milligram", "25 mg"),
        ("nb", "fem til ti milligram", "5–10 mg"),
        ("nb", "fra tjue til femten milligram", "fra 20 til 15 mg"),
        ("nb", "tre ganger to centimeter", "3 x 2 cm"),
        ("nb", "tre ganger om dagen i to uker", "tre ganger om dagen i to uker"),
        ("nb", "en tablett", "en tablett"),
        ("nb", "ett gram", "1 g"),
        ("nb", "halvannen liter", "1,5 liter"),
        ("nb", "trettiåtte og en halv grad", "38,5 grad"),
        ("nn", "to og eit halvt år", "2,5 år"),
        ("en", "two and a half weeks", "2.5 weeks"),
        ("nb", "metformin fem hundre, to ganger om dagen", "metformin 500, to ganger om dagen"),
        ("nb", "på tjue. Fem om kvelden", "på 20. Fem om kvelden"),
        ("nb", "trettisju på kontoret over jul", "37 på kontoret over jul"),
        ("nb", "138/76 og 5 mg", "138/76 og 5 mg"),
        ("nn", "tjueein milligram og eitt gram", "21 mg og 1 g"),
        ("en", "one hundred and thirty-eight over seventy six", "138/76"),
        ("en", "seven point two five milligrams", "7.25 mg"),
        ("en", "in two thousand nineteen", "in 2019"),
        ("en", "two weeks", "two weeks"),
    ],
)
def test_written_reads_as_a_record(code: str, spoken: str, written: str) -> None:
    """Numbers with a unit, from thirteen on, decimals and pressures become digits; counts and articles stay words."""
    assert load(code).numbers.written(spoken) == written


@pytest.mark.parametrize(
    ("code", "text", "values"),
    [
        ("nb", "hundre og trettiåtte over syttiseks", {"138", "76"}),
        ("nb", "138/76", {"138", "76"}),
        ("nb", "sju komma to fem", {"7.25"}),
        ("nb", "7,25", {"7.25"}),
        ("nb", "en dag i åtte uker", {"8"}),
        ("nb", "ingen tall her", set()),
        ("en", "thirty eight", {"38"}),
    ],
)
def test_values_are_the_same_spoken_and_written(code: str, text: str, values: set[str]) -> None:
    """Numbers are compared by value; an article is no number."""
    assert load(code).numbers.values(text) == values


@pytest.mark.parametrize("code", ["nb", "nn", "en"])
def test_written_changes_no_value(code: str) -> None:
    """Rewriting keeps every value up to a thousand, alone and with a unit."""
    numbers = load(code).numbers
    for spoken, value in numbers._small.items():
        if spoken not in numbers._data.articles:
            assert numbers.values(numbers.written(f"{spoken} mg")) == {str(value)}, spoken


def test_an_article_before_a_unit_is_a_number() -> None:
    """«ein centimeter» is written as 1 cm: the gate must find the one."""
    assert load("nn").numbers.values("eit sår på ein centimeter") == {"1"}
    assert load("nn").numbers.values("eit sår på ein fot") == set()
