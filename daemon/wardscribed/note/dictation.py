"""Dictated text: spoken signs become signs, commands go away."""

from __future__ import annotations

import re

from wardscribed.note.language import Language
from wardscribed.note.numbers import NumberWords

_WORD = re.compile(r"\S+")
MIN_COMMANDS = 3
MIN_SHARE = 0.03
_LONGEST_HEADING = 4
"""Words."""


class CommandCount:
    """Tells from the words so far whether they hold so many spoken signs that they are dictation and not talk."""

    def __init__(self, language: Language) -> None:
        self._single = {spoken[0] for spoken in language.dictation if len(spoken) == 1}
        self._words = 0
        self._commands = 0

    def receive(self, text: str) -> bool:
        """Take the words of the next turn; return whether all that was said so far is dictation."""
        words = text.lower().split()
        self._words += len(words)
        self._commands += sum(word in self._single for word in words)
        return self._commands >= max(MIN_COMMANDS, MIN_SHARE * self._words)


def punctuated(text: str, language: Language) -> str:
    """Return dictated text with signs for their names; a decimal sign inside a number stays what it is."""
    out = ""
    words = _WORD.findall(_with_decimals(text, language.numbers))
    at = 0
    while at < len(words):
        heading, used = _heading(words, at, language)
        if used:
            out, at = f"{out}\n{heading}.\n", at + used
            continue
        sign, used = _command(words, at, language)
        out = _append(out, sign) if used else f"{out} {words[at]}"
        at += max(used, 1)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r" +", " ", out)).strip()


def _with_decimals(text: str, numbers: NumberWords) -> str:
    """Decimal numbers go first: their «komma» is no sign between clauses."""
    for number in reversed(numbers.find(text)):
        if "." in number.value and not number.written:
            text = text[: number.start] + number.value.replace(".", ",") + text[number.end :]
    return text


def _heading(words: list[str], at: int, language: Language) -> tuple[str, int]:
    """«overskrift vurdering …» opens a section; the longest known name counts."""
    if words[at].lower() not in language.heading_lead:
        return "", 0
    for length in range(_LONGEST_HEADING, 0, -1):
        name = " ".join(words[at + 1 : at + 1 + length]).lower().strip(".,:")
        if name in language.headings:
            return name.capitalize(), length + 1
    return "", 0


def _command(words: list[str], at: int, language: Language) -> tuple[str, int]:
    for length in (2, 1):
        spoken = tuple(word.lower().strip(".,") for word in words[at : at + length])
        if len(spoken) == length and spoken in language.dictation:
            return language.dictation[spoken], length
    return "", 0


def _append(out: str, sign: str) -> str:
    if sign in ("(", '"'):
        return f"{out} {sign}"
    if sign.strip() and out and out[-1] in ".,:;?!\n":
        return out.rstrip(".,:;?!") + sign if sign in ".?!" and out[-1] != "\n" else out
    return out + sign
