"""The last gate before a note is shown, the same for every way of drafting.

A sentence passes only if it has evidence, if its evidence carries every word of it that says something (a number with
its unit, a side, a drug, a diagnosis, any other word), if nothing is denied that was affirmed or the other way round,
and if what is assessed or planned was said by the clinician.  What fails is not repaired: it is left out, with the
reason.  A language model may choose and shorten words; it cannot bring any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wardscribe.values import Sentence
from wardscribed.note.context import ONLY_CLINICIAN
from wardscribed.note.corrections import corrected
from wardscribed.note.language import Language, tokens
from wardscribed.note.neighbours import DRUG as DRUG_KIND
from wardscribed.note.neighbours import NUMBER as NUMBER_KIND
from wardscribed.note.neighbours import SIDE as SIDE_KIND
from wardscribed.note.neighbours import misplaced
from wardscribed.note.sentences import split
from wardscribed.values import Turn

NO_EVIDENCE = "uten_belegg"
NUMBER = "tall_uten_belegg"
UNIT = "enhet_uten_belegg"
SIDE = "side_uten_belegg"
NEGATION = "nektelse_uten_belegg"
TERM = "begrep_uten_belegg"
SPEAKER = "ikke_behandlerens_ord"
REASONS = frozenset((NO_EVIDENCE, NUMBER, UNIT, SIDE, NEGATION, TERM, SPEAKER))
STEM = 5
"""Two words are forms of one when so many letters and the shorter one's length but two agree."""
MIN_LETTERS = 3
"""Shorter words bring nothing of their own, except the articles and signs of the lists."""
DENIED, AFFIRMED = 4, 5
"""A word of the note nearer to a negation is denied; one farther off than AFFIRMED is not."""
NEAR, FAR = 3, 6
"""A word that was said no farther off a negation than FAR may have been denied; one no nearer than NEAR affirmed."""
SAME = 0.8
"""Share of common words from which two sentences say the same."""
_MISPLACED = {NUMBER_KIND: NUMBER, SIDE_KIND: SIDE, DRUG_KIND: TERM}
_CLAUSE = re.compile(r"[.!?,;:…–]|\b(?:men|but)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as it would stand in the note."""

    section: str
    sentence: Sentence


def problem(claim: Claim, turns: Mapping[int, Turn], language: Language, clinician: Iterable[int] = ()) -> str | None:
    """Return why a sentence must not be shown (a stable key), or None where its evidence carries it.

    `clinician` names the turns that the clinician beyond doubt spoke, where the turns themselves do not say so.
    """
    sentence = claim.sentence
    if not sentence.evidence or any(number not in turns for number in sentence.evidence):
        return NO_EVIDENCE
    evidence = [turns[number] for number in sentence.evidence]
    if claim.section in ONLY_CLINICIAN and not any(_by_clinician(turn, set(clinician)) for turn in evidence[-1:]):
        return SPEAKER
    said = [_without_corrections(language.tag.sub("", turn.text), language) for turn in evidence]
    return mismatch(sentence.text, said, language)


def mismatch(text: str, said: Sequence[str], language: Language) -> str | None:
    """Return what a text has that was not said so (a stable key), or None where the words that were said carry it."""
    text = language.tag.sub("", text)
    said = [language.tag.sub("", one) for one in said]
    return (
        _quantities(text, "\n".join(said), language)
        or _words(text, said, language)
        or _polarity(text, said, language)
        or _MISPLACED.get(misplaced(text, said, language))
    )


def _without_corrections(text: str, language: Language) -> str:
    """What a speaker took back carries nothing."""
    return " ".join(corrected(sentence, language)[0] for sentence in split(text, language))


def repeats(one: str, others: Iterable[str]) -> bool:
    """Return whether a sentence says what another one says already."""
    words = set(tokens(one))
    return any(len(words & set(tokens(o))) >= SAME * max(len(words), len(set(tokens(o))), 1) for o in others)


def _by_clinician(turn: Turn, clinician: set[int]) -> bool:
    return turn.speaker == "clinician" or (turn.speaker is None and turn.id in clinician)


def _quantities(text: str, said: str, language: Language) -> str | None:
    numbers = language.numbers
    if not numbers.values(text) <= numbers.values(said):
        return NUMBER
    measured = numbers.measured(said)
    for value, unit in numbers.measured(text):
        if unit and (value, unit) not in measured:
            return UNIT
    sides = set(tokens(text)) & language.sets["side"]
    return SIDE if not sides <= set(tokens(said)) else None


def _words(text: str, said: Sequence[str], language: Language) -> str | None:
    """Every word must be a form of one that was said, a number, a unit or one of the record's own small words."""
    heard = {word for one in said for word in tokens(one)} | set(tokens(language.numbers.written("\n".join(said))))
    stems = {word[:STEM] for word in heard if len(word) >= STEM}
    own = language.own_words
    for word in tokens(text):
        known = word in heard or word in own or len(word) < MIN_LETTERS or word[0].isdecimal()
        if not known and not (len(word) >= STEM and word[:STEM] in stems and _is_form(word, heard)):
            return TERM
    return None


def _is_form(word: str, heard: set[str]) -> bool:
    return any(other[:STEM] == word[:STEM] and _alike(word, other) for other in heard if len(other) >= STEM)


def _alike(one: str, other: str) -> bool:
    """«hoven» and «hovne», «kneet» and «kne»: the words differ in their endings only."""
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(len(one), len(other)) - 3


def _polarity(text: str, said: Sequence[str], language: Language) -> str | None:
    """A word that is denied must have been denied, and one that is not must have been affirmed or asked for."""
    asked, sign, answered = text.partition(": ")
    if len(said) > 1 and sign:  # what was asked about, and the answer: each against its own words
        return _agree(asked, said[:-1], False, language) or _agree(answered, said[-1:], False, language)
    return _agree(text, said, len(said) > 1 and _denies(said[-1], language), language) or _lone(text, said, language)


def _agree(text: str, said: Sequence[str], turned: bool, language: Language) -> str | None:
    """`turned`: the answer denied what was asked, so that the question's words may be denied."""
    denied, affirmed = set[str](), set[str]()
    for i, one in enumerate(said):
        asked = i < len(said) - 1
        for word, distance in _distances(one, language):
            if distance <= FAR or (asked and turned):
                denied.add(word[:STEM])
            if distance >= NEAR or asked:
                affirmed.add(word[:STEM])
    for word, distance in _distances(text, language):
        stem = word[:STEM]
        if stem not in denied | affirmed:
            continue
        if (distance < DENIED and stem not in denied) or (distance > AFFIRMED and stem not in affirmed):
            return NEGATION
    return None


def _lone(text: str, said: Sequence[str], language: Language) -> str | None:
    """A negation needs a negation in its evidence; a question that was denied is not stated without one."""
    words, answer = set(tokens(text)), set(tokens(said[-1]))
    heard = {word for one in said for word in tokens(one)}
    denies = bool(words & language.sets["negation"])
    if denies and not heard & language.sets["negation"]:
        return NEGATION
    only_question = len(said) > 1 and not (words & answer) - language.sets["echo"]
    return NEGATION if only_question and not denies and _denies(said[-1], language) else None


def _denies(answer: str, language: Language) -> bool:
    """Return whether an answer opens with a denial."""
    return bool(set(tokens(answer)[:2]) & (language.sets["no"] | language.sets["negation"]))


def _distances(text: str, language: Language) -> Iterator[tuple[str, int]]:
    """Yield the words with how far off the nearest negation of their clause is (a great number where there is none)."""
    for clause in _CLAUSE.split(text):
        words = tokens(clause)
        denials = [i for i, word in enumerate(words) if word in language.sets["negation"]]
        for i, word in enumerate(words):
            if word not in language.sets["negation"] and len(word) > 1:
                yield word, min((abs(i - d) for d in denials), default=99)
