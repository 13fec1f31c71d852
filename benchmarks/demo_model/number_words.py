"""Norwegian number words as they are said and written in a note's raw text (joined below a hundred)."""

from typing import Literal

Language = Literal["no", "nn", "en"]
"""Of a text; numbers have words in the two Norwegian ones only."""

_SMALL = {
    "no": "null én to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
    "nn": "null ein to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
}
_TENS = "tjue tretti førti femti seksti sytti åtti nitti".split()
_UNIT = {"no": "en", "nn": "ein"}


def words(number: int, language: Language = "no") -> str:
    """0 to 999,999 in words: 38 is trettiåtte, 148 hundre og førtiåtte."""
    if number < 20:
        return _SMALL[language].split()[number]
    if number < 100:
        unit = number % 10
        last = "" if unit == 0 else _UNIT[language] if unit == 1 else _SMALL[language].split()[unit]
        return _TENS[number // 10 - 2] + last
    if number < 1000:
        head = "" if number < 200 else words(number // 100, language) + " "
        rest = number % 100
        return f"{head}hundre" + (f" og {words(rest, language)}" if rest else "")
    head = "" if number < 2000 else words(number // 1000, language) + " "
    rest = number % 1000
    joint = " og " if rest < 100 else " "
    return f"{head}tusen" + (f"{joint}{words(rest, language)}" if rest else "")


def decimal(whole: int, tenth: int, language: Language = "no") -> str:
    """38.4 is trettiåtte komma fire."""
    return f"{words(whole, language)} komma {words(tenth, language)}"


def year(number: int, language: Language = "no") -> str:
    """1998 is nitten nittiåtte, 2015 tjue femten, 2003 to tusen og tre."""
    if 2000 <= number < 2010:
        return words(number, language)
    century, rest = divmod(number, 100)
    middle = "" if rest >= 10 else "null "
    return (
        f"{words(century, language)} {middle}{words(rest, language)}" if rest else f"{words(century, language)} hundre"
    )
