"""Words that a speaker takes back though they are no values: «skulderen, nei, låret», «emboli, nei, ikke emboli, …».

Two ways say beyond doubt which word was wrong: the speaker denies it by name, or a short phrase right behind the marker
takes the place of the word right before it.  Anything else stays as it was said.
"""

from __future__ import annotations

import re

from wardscribed.note.language import Language, tokens
from wardscribed.note.replaceable import ILLNESS, NAME, WORD, Replaceable, find, kind_of

MIN_LETTERS = 4
"""A shorter word before a marker is taken back only where it is written with a capital."""
MAX_PHRASE = 3
"""Words of a phrase that takes another word's place."""
EDGE = " …,.;:–—-"
_DESCRIBING = ("side", "order", "colour")
"""Kinds whose words may have the noun behind them that they tell of («det venstre øyet»)."""
_OTHERS = ("family", "inlaw", "outsider")
"""Cues of other people."""
_PHRASE = re.compile(r"[^.,;:…!?–]+")


def without_asides(after: str, language: Language) -> str:
    """«hva heter det», «huff», «du har rett»: what stands between a marker and the right word says nothing."""
    while match := language.aside.match(after):
        after = after[match.end() :]
    return after


def denied(before: str, after: str, language: Language) -> str | None:
    """Return «… lungebetennelse» for «emboli» and «ikke emboli, det var lungebetennelse»; None where nothing is denied.

    The word that is denied is named again, alone or as the end of a longer one.
    """
    match = language.denial.match(after)
    phrase = _PHRASE.match(after, match.end()) if match else None
    wrong = WORD.findall(phrase.group())[-1:] if phrase else []
    old = _said_before(before, wrong[0]) if wrong else None
    if phrase is None or old is None:
        return None
    rest = _without_lead(after[phrase.end() :].lstrip(EDGE), language)
    return put(before, old, rest, language) if rest.strip(EDGE) else before[: old[0]].rstrip(EDGE) + " …"


def _said_before(before: str, word: str) -> tuple[int, int] | None:
    """Return where a word, or a compound that ends in it, was said last."""
    end = re.escape(word.lower())
    places = [m.span() for m in WORD.finditer(before) if re.search(rf"{end}$", m.group().lower())]
    return places[-1] if places and len(word) >= MIN_LETTERS else None


def put(before: str, old: tuple[int, int], after: str, language: Language) -> str:
    """Return the text with what follows in the place of a word, where it is a phrase; else behind an elision."""
    phrase = _phrase(after, language)
    lead, tail = before[: old[0]].rstrip(), before[old[1] :].strip(EDGE)
    if phrase:
        new, rest = phrase
        if tokens(new)[0] in language.sets["closing"]:  # «på sykehuset, nei, hos fastlegen»
            lead = re.sub(rf"\s(?:{'|'.join(language.words.inner)})$", "", lead, flags=re.IGNORECASE)
        return " ".join(part for part in (lead, new, tail) if part) + rest
    return " ".join(part for part in (lead.rstrip(EDGE), "…", tail and f"{tail} …", after) if part)


def _phrase(after: str, language: Language) -> tuple[str, str] | None:
    """Return the few words that name something, without «var det» behind them, and what follows; None for a clause."""
    after = _without_lead(after, language)
    match = _PHRASE.match(after)
    if not match:
        return None
    said = match.group().strip()
    tag = language.right.search(said)
    new = said[: tag.start()].strip() if tag else said
    words = tokens(new)
    names = 0 < len(words) <= MAX_PHRASE and not set(words) & (language.sets["verb"] | language.sets["negation"])
    rest = (said[tag.end() :].strip() if tag else "") + after[match.end() :]
    return (new, f" {rest}" if rest[:1].isalnum() else rest) if names else None


def _without_lead(after: str, language: Language) -> str:
    """«det var», «men»: small words before the right one."""
    while match := re.match(r"(\w+)\s+(?=\w)", after):
        if match.group(1).lower() not in (*language.corrections.skip, *language.corrections.lead):
            break
        after = after[match.end() :]
    return after


def beside(before: str, after: str, sure: bool, language: Language) -> str | None:
    """Return «i låret» for «i skulderen» and «låret»: a short phrase in the place of the last word before the marker.

    `sure`: the speaker broke off, or begged pardon; else a denial before the marker makes a «nei» agree with it.
    """
    words = list(WORD.finditer(before))
    phrase = _phrase(after, language)
    if not words or not phrase or not _can_be_wrong(words, sure, language):
        return None
    wrong, said = kind_of(words[-1].group(), len(words) == 1, language), set(tokens(phrase[0]))
    if wrong in (NAME, ILLNESS):
        return None  # a drug or an illness gives way to its like only, not to an adjective
    if said & language.sets["backchannel"] or words[-1].group().lower() in said:
        return None
    return put(before, words[-1].span(), after, language)


def led_alike(before: str, after: str, sure: bool, language: Language) -> str | None:
    """Return «lagt inn på gastro» for «lagt inn på medisinsk» and «på gastro»: the same small word leads both."""
    words, phrase = list(WORD.finditer(before)), _PHRASE.match(after)
    lead = after.split(" ", 1)[0].lower()
    if not phrase or lead not in language.sets["inner"] or not 1 < len(phrase.group().split()) <= MAX_PHRASE:
        return None
    same = [word for word in words[-MAX_PHRASE:-1] if word.group().lower() == lead]
    denies = language.sets["negation"] & set(tokens(before))
    if not same or set(tokens(phrase.group())) & language.sets["negation"] or (denies and not sure):
        return None
    return before[: same[-1].start()] + after


def elided(before: str, after: str, broken: bool, language: Language) -> str | None:
    """Return «time … det blir her» for «time på sykehuset» and «det blir her»: what was broken off is not stated.

    What it was is a drug or a name right before the marker; where the speaker broke off also the last small word or
    verb and what it leads.  What follows is a clause of its own.
    """
    follows, words = tokens(after)[:2], list(WORD.finditer(before))
    subject = language.sets["kept_subject"] | language.sets["pronoun"]
    if len(follows) < 2 or not words or follows[0] not in subject or not _leads(follows[1], language):
        return None
    if not broken and set(tokens(before)) & language.sets["negation"]:
        return None  # «tar ikke Marevan, nei, den …» agrees
    named = kind_of(words[-1].group(), len(words) == 1, language) == NAME
    leads = [word for word in words[-MAX_PHRASE:] if broken and _leads(word.group().lower(), language)]
    if not named and not leads:
        return None
    at = leads[-1].start() if leads else words[-1].start()
    return f"{before[:at].rstrip(EDGE)} … {after}".lstrip(EDGE)


def _leads(word: str, language: Language) -> bool:
    return word in language.sets["inner"] | language.sets["verb"] or bool(language.cues.scan([word]).get("change"))


def anothers(before: str, after: str, language: Language) -> str | None:
    """Return «fikk … jeg fikk Zyrtec» for «fikk Voltaren» and «Voltaren var det kona som fikk, jeg fikk Zyrtec».

    The word that is said again is denied or was somebody else's: so is the clause in which it is.
    """
    again = re.match(r"(\w[\w-]*)\s+(\w+)\s+\w+[^,;.]*[,;]\s*", after)
    if not again or again.group(2).lower() not in language.sets["verb"]:
        return None
    words = tokens(again.group())
    others = language.sets["person"] | language.sets["negation"]
    if not others & set(words) and not any(language.cues.scan(words).get(kind) for kind in _OTHERS):
        return None
    old = _said_before(before, again.group(1))
    return f"{before[: old[0]].rstrip(EDGE)} … {after[again.end() :]}".lstrip(EDGE) if old else None


def _can_be_wrong(words: list[re.Match[str]], sure: bool, language: Language) -> bool:
    sets, last = language.sets, words[-1].group()
    names = len(last) >= MIN_LETTERS or (last[0].isupper() and len(words) > 1)
    small = sets["verb"] | sets["backchannel"] | sets["pronoun"] | sets["wh"] | sets["negation"]
    denies = any(word.group().lower() in sets["negation"] for word in words)
    return names and last.lower() not in small and (sure or not denies)


def same_kind(before: str, after: str, language: Language) -> tuple[Replaceable, Replaceable] | None:
    """Return the word that ends a text and one of its kind that opens the next, other than it."""
    olds, news = find(before, language)[-1:], find(after, language, opens=False)[:1]
    if not olds or not news or olds[0].kind != news[0].kind:
        return None
    between = tokens(before[olds[0].end :])
    if len(between) > (1 if olds[0].kind in _DESCRIBING else 0):
        return None
    lead = tokens(after[: news[0].start])
    differ = before[olds[0].start : olds[0].end].lower() != after[news[0].start : news[0].end].lower()
    return (olds[0], news[0]) if differ and all(word in language.corrections.skip for word in lead) else None
