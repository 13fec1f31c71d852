"""Self-corrections: «fem … nei, unnskyld, sju dager» says sju dager.

Only what the speaker named is replaced, and only by another of its kind: a number by a number, a side by a side, a drug
by a drug; other words by the rules of `taken_back.py`.  Where the new one cannot take the old one's place, the old one
is elided («…»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wardscribed.note import taken_back
from wardscribed.note.language import Language, tokens
from wardscribed.note.replaceable import ILLNESS, NAME, NUMBER, PERSON, QUALITY, Replaceable, find
from wardscribed.note.replaceable import WORD as _WORD

_BREAK = re.compile(r"(?:…|\.\.\.|[–—-]|,)\s*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)\s*$")
_ELLIPSIS_ANYWHERE = re.compile(r"\s*(?:…|\.\.\.)\s*")
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
MAX_WORDS_BETWEEN = 6
"""The same, both ways, for names, illnesses and persons: such words are frequent, and so are false pairs."""
WORDS = (NAME, ILLNESS, PERSON, QUALITY, "time", "often", "order", "colour")


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
    elif len(said) > MAX_ASIDE or find(first, language):
        return None
    return f"{kept}, {said[0]}, {new}" if _takes_place(kept, new, len(after) == 1, language) else None


def _takes_place(before: str, after: str, at_once: bool, language: Language) -> bool:
    """«… i fem.» «Nei.» «Sju dager.»: a value ends the one sentence, and one of its kind opens the other."""
    old, new = _pair(before, after, True, language)
    if old is None or new is None or before[old.end :].strip():
        return False
    lead = [word.lower() for word in _WORD.findall(after[: new.start])]
    return all(word in language.corrections.skip for word in lead) or (not at_once and len(lead) < MAX_LEAD)


def _once(text: str, language: Language) -> str | None:
    text = _marked_behind(text, language)
    for start, end in _markers(text, language):
        before, after = text[:start], taken_back.without_asides(text[end:], language)
        sure = _is_sure(before, text[start:end], language)
        old, new = _pair(before, after, sure, language)
        counted = old is not None and old.kind == NUMBER
        again = taken_back.anothers(before, after, language)
        again = again or (None if counted else taken_back.led_alike(before, after, sure, language))
        if again:
            return again
        if old and new and not _stands_apart(before, after, old, new, language):
            return _joined(before, after, old, new, language)
        if language.retract.match(text[start:end]) and (again := _begun_again(before, after)):
            return again
        mended = taken_back.denied(before, after, language) or taken_back.beside(before, after, sure, language)
        if mended:
            return mended
        if old and new:
            return _joined(before, after, old, new, language)
        if elided := taken_back.elided(before, after, bool(_ELLIPSIS.search(before)), language):
            return elided
    return _broken_off(text, language)


def _stands_apart(before: str, after: str, old: Replaceable, new: Replaceable, language: Language) -> bool:
    """«sju millimeter, og på bjørk … nei, gress, fem millimeter»: it is the word before the break that is wrong."""
    said = [word.lower() for word in _WORD.findall(after[: new.start])]
    opens = all(word in language.corrections.skip for word in said)
    return old.kind == NUMBER and not opens and bool(re.search(r"[,;]", before[old.end :]))


def _marked_behind(text: str, language: Language) -> str:
    """«langfinger … pekefinger, mener jeg» is «langfinger, nei, pekefinger»."""
    match = language.marked_behind.search(text)
    if not match or not text[: match.start()].strip():
        return text
    marker = language.corrections.retract[0]
    return f"{text[: match.start()]} … {marker}, {match.group(1)}{text[match.end() :]}"


def _is_sure(before: str, marker: str, language: Language) -> bool:
    """A speaker who breaks off or begs pardon takes something back; a «nei» behind a comma may agree with a denial."""
    plain = " ".join(_WORD.findall(marker.lower())) in language.corrections.after_break
    return bool(_ELLIPSIS.search(before)) or not plain


def _broken_off(text: str, language: Language) -> str | None:
    """«venstre … høyre»: a side, a day or a name that ends where the speaker breaks off, and another one."""
    for match in _ELLIPSIS_ANYWHERE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        pair = taken_back.same_kind(before, after, language)
        if pair and pair[0].kind != NUMBER:
            return _joined(before, after, *pair, language)
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
    """«ti nei fem dager», heard without signs: a value right before the word and one of its kind right after.

    So is «Voltaren nei ikke Voltaren»: what is denied is the word before.
    """
    pair = taken_back.same_kind(before, after, language)
    return pair is not None or taken_back.denied(before, after, language) is not None


def _pair(before: str, after: str, sure: bool, language: Language) -> tuple[Replaceable | None, Replaceable | None]:
    """Return the last value before a marker and the first one of its kind after it: of the kind that comes first."""
    olds = [v for v in find(before, language) if _reaches(v, before[v.end :], MAX_WORDS_BEFORE)]
    news = [v for v in find(after, language, opens=False) if _reaches(v, after[: v.start], MAX_WORDS_AFTER)]
    denies = not sure and bool(set(tokens(before)) & language.sets["negation"])
    for new in news:
        for old in reversed(olds):
            if _replaces(old, new, before, after) and not (denies and new.kind in WORDS):
                return old, new
    return None, None


def _reaches(value: Replaceable, between: str, most: int) -> bool:
    return len(between.split()) <= (MAX_WORDS_BETWEEN if value.kind in WORDS else most)


def _replaces(old: Replaceable, new: Replaceable, before: str, after: str) -> bool:
    if old.kind != new.kind or not _agree(old.unit, new.unit):
        return False
    return old.kind not in WORDS or before[old.start : old.end].lower() != after[new.start : new.end].lower()


def _agree(old: str, new: str) -> bool:
    """Units agree where one is absent or both are forms of one word («gang», «ganger»)."""
    return not old or not new or old.startswith(new) or new.startswith(old)


def _joined(before: str, after: str, old: Replaceable, new: Replaceable, language: Language) -> str:
    lead = [word.lower() for word in _WORD.findall(after[: new.start])]
    head, led = before[: old.start].rstrip(), before[: old.start].lower().split()[-1:]
    if lead and led and {lead[-1], *led} <= language.sets["inner"]:  # «om tre, nei, om fire»; «på Voss, nei, i Førde»
        head, lead = head[: len(head) - len(led[0])] + lead[-1], lead[:-1]
    keeps_unit = old.unit and not new.unit
    tail = before[old.number_end if keeps_unit else old.end :].strip(_EDGE)
    rest = after[new.end :].lstrip(" ")
    repeated = bool(tail) and rest.lower().startswith(tail.lower())
    closed = new.closed or repeated
    if new.kind in WORDS:
        closed = closed or language.right.match(rest) is not None
        rest = language.right.sub("", rest, count=1).lstrip() if language.right.match(rest) else rest
    if closed and all(word in language.corrections.skip for word in lead):
        tail = "" if repeated else tail
        parts = [head, after[new.start : new.end], tail]
        text = " ".join(part for part in parts if part)
        return text + ("" if rest[:1] in (",", ".", "") else ", " if tail else " ") + rest
    after = _without_wrong(before[old.start : old.end], after, new)
    parts = [before[: old.start].rstrip(_EDGE), "…", tail and f"{tail} …", after]
    return " ".join(part for part in parts if part)


def _without_wrong(wrong: str, after: str, new: Replaceable) -> str:
    """Leave out the clauses that come back to the wrong word before the right one is said."""
    if new.kind == NUMBER:
        return after
    cut = [m.end() for m in re.finditer(r",\s*", after[: new.start]) if wrong.lower() in after[: m.end()].lower()]
    return after[cut[-1] :] if cut else after
