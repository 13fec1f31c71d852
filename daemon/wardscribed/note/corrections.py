"""Self-corrections: «fem … nei, unnskyld, sju dager» says sju dager.

Only a value is replaced, and only by a value that the speaker said: a number by a number, a side by a side, a day or
month by another.  Where the new value cannot take the old one's place, the old value is elided («…»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wardscribed.note.language import Language

_WORD = re.compile(r"\w+(?:[-/.,:]\w+)*")
_BREAK = re.compile(r"(?:…|\.\.\.|[–—-]|,)\s*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)\s*$")
_FALSE_START = re.compile(r"\b(\w{2,})(?:…|\.\.\.)\s+(?=\1)", re.IGNORECASE)
"""«sytti… syttifem»"""
_EDGE = " …,.;:–—-"
MIN_AGAIN = 4
"""Letters of a word with which a speaker begins again."""
MAX_ASIDE = 5
"""Words between a wrong value and the right one that say nothing («nei, den hoppa»)."""
MAX_LEAD = 2
"""Fewer words than this stand before a value that follows them."""
MAX_ROUNDS = 4
MAX_WORDS_BEFORE = 8
"""The wrong value stands at most so many words before the marker."""
MAX_WORDS_AFTER = 12
"""The right value stands at most so many words after it."""


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    """Behind the unit, if there is one."""
    number_end: int
    kind: str
    unit: str = field(default="", repr=False)
    closed: bool = True
    """What follows is no noun that the value could belong to."""


def corrected(text: str, language: Language) -> tuple[str, bool]:
    """Return the text with what the speaker took back replaced or elided, and whether anything was."""
    said, text = text, _FALSE_START.sub("", text)
    changed = text != said
    for _ in range(MAX_ROUNDS):
        new = _once(text, language)
        if new is None:
            break
        text, changed = new, True
    return text, changed


def retracts(text: str, language: Language) -> str | None:
    """Return what is left of a sentence that takes back the one before it («Eller, nei, …»); None where it does not."""
    match = language.retract.match(text)
    return text[match.end() :] if match and match.end() < len(text) else None


def mended(sentences: Sequence[str], language: Language) -> list[str]:
    """Return the sentences of one turn, one that mends the value of the one before joined to it.

    «… ti milligram.» «Nei, unnskyld, femten.»; also with a word between («Nei, den hoppa.»), as speech is heard.
    """
    found: list[str] = []
    at = 0
    while at < len(sentences):
        for count in (1, 2):
            after = sentences[at : at + count]
            text = _together(found[-1], after, language) if found and len(after) == count else None
            if text is not None:
                found[-1], at = text, at + count
                break
        else:
            found.append(sentences[at])
            at += 1
    return found


def _together(before: str, after: Sequence[str], language: Language) -> str | None:
    """Return a sentence and what mends its value as one; None where nothing does."""
    if before.rstrip().endswith("?") or corrected(before, language)[1]:
        return None
    first, new = after[0], after[-1]
    kept, said = before.rstrip(_EDGE), [word.lower() for word in _WORD.findall(first)]
    if len(after) == 1 and retracts(first, language) is not None:
        text = f"{kept}, {first[:1].lower()}{first[1:]}"
        return text if _once(text, language) is not None else None
    if not said or said[0] not in language.sets["no"]:
        return None
    if len(after) == 1:
        new = _WORD.sub("", first, count=1).lstrip(_EDGE)
    elif len(said) > MAX_ASIDE or _values(first, language):
        return None
    return f"{kept}, {said[0]}, {new}" if _takes_place(kept, new, len(after) == 1, language) else None


def _takes_place(before: str, after: str, at_once: bool, language: Language) -> bool:
    """«… i fem.» «Nei.» «Sju dager.»: a value ends the one sentence, and one of its kind opens the other."""
    old, new = _pair(before, after, language)
    if old is None or new is None or before[old.end :].strip():
        return False
    lead = [word.lower() for word in _WORD.findall(after[: new.start])]
    return all(word in language.corrections.skip for word in lead) or (not at_once and len(lead) < MAX_LEAD)


def _once(text: str, language: Language) -> str | None:
    for start, end in _markers(text, language):
        before, after = text[:start], text[end:]
        old, new = _pair(before, after, language)
        if old and new:
            return _joined(before, after, old, new, language)
        again = _begun_again(before, after) if language.retract.match(text[start:end]) else ""
        if again:
            return again
    return None


def _begun_again(before: str, after: str) -> str:
    """«viste stein i gangen, nei, stryk det, stein i blæra»: the words from which the speaker begins again."""
    first = _WORD.match(after)
    if not first or len(first.group()) < MIN_AGAIN:
        return ""
    at = [match.start() for match in re.finditer(rf"\b{re.escape(first.group())}\b", before, re.IGNORECASE)]
    return before[: at[-1]] + after if at else ""


def _markers(text: str, language: Language) -> Iterator[tuple[int, int]]:
    """Yield the places of markers; the longest is taken where several begin at one word."""
    for match in language.marker.finditer(text):
        if match.start() and _may_correct(text, match, language):
            yield match.start(), match.end()


def _may_correct(text: str, match: re.Match[str], language: Language) -> bool:
    before, marker = text[: match.start()], " ".join(_WORD.findall(match.group().lower()))
    if marker in language.sets["no"] and not _BREAK.search(before):
        return _stands_between(before, text[match.end() :], language)
    if marker not in language.corrections.after_break:
        return True
    if len(marker.split()) == 1 and "," not in match.group() and not _ELLIPSIS.search(before):
        return False
    return bool(_BREAK.search(before))


def _stands_between(before: str, after: str, language: Language) -> bool:
    """«ti nei fem dager», heard without signs: a value right before the word and one of its kind right after."""
    old, new = _values(before, language)[-1:], _values(after, language)[:1]
    touches = bool(old and new) and not before[old[0].end :].strip() and not after[: new[0].start].strip()
    return touches and old[0].kind == new[0].kind


def _pair(before: str, after: str, language: Language) -> tuple[_Value | None, _Value | None]:
    """Return the last value before a marker and the first one of its kind after it."""
    olds = [v for v in _values(before, language) if len(before[v.end :].split()) <= MAX_WORDS_BEFORE]
    news = [v for v in _values(after, language) if len(after[: v.start].split()) <= MAX_WORDS_AFTER]
    for kind in ("number", "side", "date"):
        old = next((value for value in reversed(olds) if value.kind == kind), None)
        new = next((value for value in news if old and value.kind == kind and _agree(old.unit, value.unit)), None)
        if old and new:
            return old, new
    return None, None


def _agree(old: str, new: str) -> bool:
    """Units agree where one is absent or both are forms of one word («gang», «ganger»)."""
    return not old or not new or old.startswith(new) or new.startswith(old)


def _values(text: str, language: Language) -> list[_Value]:
    found = []
    for number in language.numbers.pairs(text):
        unit = language.numbers.unit_after(text, number)
        end = text.lower().index(unit, number.end) + len(unit) if unit else number.end
        if unit or not number.article:
            found.append(
                _Value(number.start, end, number.end, "number", unit, bool(unit) or _closed(text[end:], language))
            )
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word in language.sets["value"]:
            kind = "side" if word in language.sets["side"] else "date"
            found.append(_Value(match.start(), match.end(), match.end(), kind))
    return sorted(found, key=lambda value: value.start)


def _closed(rest: str, language: Language) -> bool:
    match = re.match(r"\s*(\w+)", rest)
    return not match or match.group(1).lower() in language.sets["closing"]


def _joined(before: str, after: str, old: _Value, new: _Value, language: Language) -> str:
    lead = [word.lower() for word in _WORD.findall(after[: new.start])]
    keeps_unit = old.unit and not new.unit
    tail = before[old.number_end if keeps_unit else old.end :].strip(_EDGE)
    if new.closed and all(word in language.corrections.skip for word in lead):
        rest = after[new.end :].lstrip(" ")
        parts = [before[: old.start].rstrip(), after[new.start : new.end], tail]
        text = " ".join(part for part in parts if part)
        return text + ("" if rest[:1] in (",", ".", "") else ", " if tail else " ") + rest
    parts = [before[: old.start].rstrip(_EDGE), "…", tail and f"{tail} …", after]
    return " ".join(part for part in parts if part)
