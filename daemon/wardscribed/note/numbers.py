"""Spoken numbers: found in a text, compared by value, and written as a record writes them.

«hundre og trettiåtte over syttiseks» is 138/76; «sju komma to fem milligram» is 7,25 mg.  Small counts stay words
(«tre ganger»), as do articles («en tablett»): only what reads better in digits is rewritten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wardscribed.note.number_words import NumberData, small_table

_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*|[.,;:?!…]")
"""Words and signs: «fem hundre, to ganger» is two numbers."""
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_WRITTEN_FROM = 13
"""Whole numbers from here on are written in digits even without a unit."""
_PRESSURE_FROM = 30
"""Two numbers joined by «over» are a blood pressure when both are at least this."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: characters `start` to `end`, and its value in digits (decimal sign `.`)."""

    start: int
    end: int
    value: str = field(repr=False)
    written: bool = field(default=False, repr=False)
    """It stood in digits already."""
    article: bool = field(default=False, repr=False)
    """It may be an article and is no claim about a number by itself."""


class NumberWords:
    """Reads and writes the numbers of one language."""

    def __init__(self, data: NumberData) -> None:
        self._data = data
        self._small = small_table(data)
        self._starts = frozenset((*self._small, *data.half, data.hundred, data.thousand))
        self._halves = tuple(tuple(phrase.split()) for phrase in data.and_half)
        self.counted_words = frozenset(data.counted.get("words", ()))
        self.unit_words = frozenset(data.units) | {str(short) for short in data.units.values()}
        """Units, in full and as they are written."""

    def find(self, text: str) -> list[Number]:
        """Return the numbers of a text in order."""
        found: list[Number] = []
        tokens = list(_TOKEN.finditer(text))
        words = [token.group().lower() for token in tokens]
        at = 0
        while at < len(words):
            starts = words[at][0].isdecimal() or words[at] in self._starts
            value, next_at = self._read(words, at) if starts else ("", at + 1)
            if value:
                end = tokens[next_at - 1].end()
                article = next_at == at + 1 and words[at] in self._data.articles
                found.append(Number(tokens[at].start(), end, value, words[at][0].isdecimal(), article))
            at = max(next_at, at + 1)
        return found

    def pairs(self, text: str) -> list[Number]:
        """Return the numbers of a text with a blood pressure as one."""
        found: list[Number] = []
        for number in self.find(text):
            before = found[-1] if found else None
            between = text[before.end : number.start].strip().lower() if before else ""
            if before and between in self._data.over and _is_pressure(before, number):
                found[-1] = Number(before.start, number.end, f"{before.value}/{number.value}")
            else:
                found.append(number)
        return found

    def scores(self, text: str) -> list[Number]:
        """Return the numbers that may be scores: nouns count («en treer»), and an article where nothing follows it."""
        found = [n for n in self.find(text) if not n.article or not text[n.end :].strip(" .,!")]
        for token in _TOKEN.finditer(text):
            noun = self._data.nouns.get(token.group().lower())
            if noun is not None:
                found.append(Number(token.start(), token.end(), str(noun)))
        return sorted(found, key=lambda number: number.start)

    def values(self, text: str) -> set[str]:
        """Return the values of all numbers of a text; «138/76» holds two.  An article counts before a unit only."""
        found = (n for n in self.find(text) if not n.article or self._unit(text, n)[0])
        return {part for n in found for part in _DIGITS.findall(n.value.replace(",", "."))}

    def short(self, unit: str) -> str:
        """Return a unit as a record writes it."""
        return str(self._data.units.get(unit, unit))

    def in_digits(self, text: str) -> str:
        """Return the text with every number in digits, small ones too; articles stay."""
        for number in reversed(self.find(text)):
            if not number.article:
                value = number.value.replace(".", self._data.decimal_sign)
                text = f"{text[: number.start]}{value}{text[number.end :]}"
        return text

    def measured(self, text: str) -> set[tuple[str, str]]:
        """Return the numbers of a text each with its unit as a record writes it; no unit is an empty text."""
        found = set()
        for number in self.find(text):
            match = re.match(r"\s*([^\W\d_]+|%)", text[number.end :])
            word = match.group(1).lower() if match else ""
            unit = str(
                self._data.units.get(word, word if word in self.counted_words or word in self.unit_words else "")
            )
            found |= {(part, unit) for part in _DIGITS.findall(number.value.replace(",", "."))}
        return found

    def unit_after(self, text: str, number: Number) -> str:
        """Return the unit or counted noun that stands right after a number, or nothing."""
        match = re.match(r"\s+(\w+)", text[number.end :])
        word = match.group(1).lower() if match else ""
        return word if word in self._data.units or word in self.counted_words else ""

    def written(self, text: str) -> str:
        """Return the text with its numbers as a record writes them."""
        numbers = self.find(text)
        out, at, i = "", 0, 0
        while i < len(numbers):
            count, replacement, end = self._record(text, numbers, i)
            if replacement:
                out, at = out + text[at : numbers[i].start] + replacement, end
            i += count
        return out + text[at:]

    # --------------------------------------------------------------------------------------------------- writing

    def _record(self, text: str, numbers: list[Number], i: int) -> tuple[int, str, int]:
        """Return how many numbers are dealt with, what stands in their place (or nothing), and where they end."""
        number = numbers[i]
        after = numbers[i + 1] if i + 1 < len(numbers) else None
        between = text[number.end : after.start].strip().lower() if after else ""
        if after and between in self._data.over and _is_pressure(number, after):
            return 2, f"{number.value}/{after.value}", after.end
        if after and self._joins(text, number, after, between):
            sign = "–" if between in self._data.range else " x "
            unit, end = self._unit(text, after)
            return 2, f"{self._sign(number)}{sign}{self._sign(after)}{unit}", end
        if number.written or not self._in_digits(text, number):
            return 1, "", 0
        unit, end = self._unit(text, number)
        return 1, self._sign(number) + unit, end

    def _joins(self, text: str, number: Number, after: Number, between: str) -> bool:
        """«fem til ti milligram» is a range and «tre ganger to centimeter» a size; «fra tjue til femten» is neither."""
        if number.article or not self._in_digits(text, after):
            return False
        if between in self._data.times:
            return bool(self._unit(text, after)[0])
        return between in self._data.range and _word_before(text, number) not in self._data.range_lead

    def _in_digits(self, text: str, number: Number) -> bool:
        if number.article and not self._unit(text, number)[0]:
            return False
        if "." in number.value or self._unit(text, number)[0]:
            return True
        value = int(number.value) if number.value.isdecimal() else 0
        return value >= _WRITTEN_FROM and not (value < 100 and self._names_year(text, number))

    def _names_year(self, text: str, number: Number) -> bool:
        """«i nittifire» is a year, «i femten dager» and «fra tjue til tretti» are not."""
        follows = text[number.end :].split()[:1]
        counts = bool(self.unit_after(text, number)) or (bool(follows) and follows[0].lower() in self._data.range)
        return _word_before(text, number) in self._data.year_lead and not counts

    def _unit(self, text: str, number: Number) -> tuple[str, int]:
        match = re.match(r"\s+(\w+)", text[number.end :])
        short = self._data.units.get(match.group(1).lower()) if match else None
        return (f" {short}", number.end + match.end()) if match and short else ("", number.end)

    def _sign(self, number: Number) -> str:
        return number.value if number.written else number.value.replace(".", self._data.decimal_sign)

    # --------------------------------------------------------------------------------------------------- reading

    def _read(self, words: list[str], at: int) -> tuple[str, int]:
        """Return the value that begins at a word and the next word's place; no value is an empty text."""
        word = words[at]
        if word[0].isdecimal():
            return word.replace(",", "."), at + 1
        if word in self._data.half:
            return str(self._data.half[word]).replace(",", "."), at + 1
        year, next_at = self._year(words, at)
        if year:
            return year, next_at
        value, next_at = self._whole(words, at)
        if value is None:
            return "", at + 1
        after = self._past_half(words, next_at)
        if after > next_at:
            return f"{value}.5", after
        digits, after = self._decimals(words, next_at)
        return (f"{value}.{digits}", after) if digits else (str(value), next_at)

    def _year(self, words: list[str], at: int) -> tuple[str, int]:
        """«i tjue sytten» is 2017: a century and a year side by side, after a word that leads to a time."""
        if at == 0 or at + 1 >= len(words) or words[at - 1] not in self._data.year_lead:
            return "", at
        century, year = self._small.get(words[at]), self._small.get(words[at + 1])
        if century in (19, 20) and year is not None and 10 <= year < 100:
            return f"{century}{year}", at + 2
        return "", at

    def _whole(self, words: list[str], at: int) -> tuple[int | None, int]:
        total: int | None = None
        value, at = self._hundreds(words, at)
        if at < len(words) and words[at] == self._data.thousand:
            total, at = (1 if value is None else value) * 1000, at + 1
            rest, after = self._hundreds(words, self._past_and(words, at))
            if rest is not None:
                return total + rest, after
        return (value if total is None else total), at

    def _hundreds(self, words: list[str], at: int) -> tuple[int | None, int]:
        value, at = self._below_hundred(words, at)
        if at < len(words) and words[at] == self._data.hundred and (value is None or value < 20):
            value, at = (1 if value is None else value) * 100, at + 1
        if value is None or value < 100 or value % 100:
            return value, at
        rest, after = self._below_hundred(words, self._past_and(words, at))
        return (value + rest, after) if rest is not None and rest < 100 else (value, at)

    def _below_hundred(self, words: list[str], at: int) -> tuple[int | None, int]:
        value = self._small.get(words[at]) if at < len(words) else None
        if value is None:
            return None, at
        follows = self._small.get(words[at + 1]) if at + 1 < len(words) else None
        if 20 <= value < 100 and value % 10 == 0 and follows is not None and 0 < follows < 10:
            return value + follows, at + 2
        return value, at + 1

    def _past_and(self, words: list[str], at: int) -> int:
        return at + 1 if at < len(words) and words[at] in self._data.joints else at

    def _past_half(self, words: list[str], at: int) -> int:
        for phrase in self._halves:
            if tuple(words[at : at + len(phrase)]) == phrase:
                return at + len(phrase)
        return at

    def _decimals(self, words: list[str], at: int) -> tuple[str, int]:
        """Return the digits after a spoken decimal sign: one number, or single digits in a row."""
        if at >= len(words) or words[at] not in self._data.decimal:
            return "", at
        digits, at = "", at + 1
        while at < len(words) and (digit := self._small.get(words[at])) is not None and digit < 100:
            if digits and digit > 9:
                break
            digits, at = digits + str(digit), at + 1
            if digit > 9:
                break
        return digits, at


def _word_before(text: str, number: Number) -> str:
    words = text[: number.start].split()
    return words[-1].lower() if words else ""


def _is_pressure(first: Number, second: Number) -> bool:
    return all("." not in n.value and n.value.isdecimal() and int(n.value) >= _PRESSURE_FROM for n in (first, second))
