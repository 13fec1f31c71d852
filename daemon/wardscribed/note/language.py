"""What the note knows of a language: word lists and cues, read from the data files in `languages/`."""

from __future__ import annotations

import functools
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardscribe.fields import FieldError, from_json
from wardscribed.errors import ConfigError
from wardscribed.note.condense import CondenseData, Condenser, Persons
from wardscribed.note.cues import WEIGHTS, CueTable
from wardscribed.note.number_words import NumberData
from wardscribed.note.numbers import NumberWords

FOLDER = Path(__file__).parents[1] / "languages"
LANGUAGES = ("nb", "nn", "en")
_SMALL = (
    *("asking", "inner", "subclause", "joint", "pronoun", "subject", "verb", "echo", "backchannel", "first", "second"),
    *("third", "negation", "yes", "no", "question_lead", "beside_score", "record"),
)
"""The lists of words that name nothing."""
WORD = re.compile(r"\w+(?:[-/.,:'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Words:
    """Lists of small words; the data files say what each is for."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    never: tuple[str, ...]
    negation: tuple[str, ...]
    echo: tuple[str, ...]
    filler: tuple[str, ...]
    backchannel: tuple[str, ...]
    first: tuple[str, ...]
    self: tuple[str, ...]
    second: tuple[str, ...]
    third: tuple[str, ...]
    subject: tuple[str, ...]
    kept_subject: tuple[str, ...]
    verb: tuple[str, ...]
    wh: tuple[str, ...]
    question_lead: tuple[str, ...]
    question_tail: tuple[str, ...]
    pause: tuple[str, ...]
    side: tuple[str, ...]
    closing: tuple[str, ...]
    pointing: tuple[str, ...]
    pronoun: tuple[str, ...]
    request: tuple[str, ...]
    inverting: tuple[str, ...]
    either: tuple[str, ...]
    asking: tuple[str, ...]
    subclause: tuple[str, ...]
    joint: tuple[str, ...]
    inner: tuple[str, ...]
    tag: tuple[str, ...]
    scoring: tuple[str, ...]
    beside_score: tuple[str, ...]
    record: tuple[str, ...]
    strike: tuple[str, ...]
    opening: tuple[str, ...]
    person: tuple[str, ...]
    opinion: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the note may say beside the speakers' own words."""

    no_lead: str
    never: str
    no_known_allergies: str
    allergy_question: tuple[str, ...]
    none: Mapping[str, str]
    negated: Mapping[str, str]
    affirmed: Mapping[str, str]
    """Only where a language turns a question into a statement by other means than word order."""
    inserted: str
    """Word of negation set after the verb; empty where `negated` says it."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """How a speaker says that the last words were wrong."""

    markers: tuple[str, ...]
    after_break: tuple[str, ...]
    retract: tuple[str, ...]
    skip: tuple[str, ...]
    """Words before the right value that say nothing."""
    lead: tuple[str, ...]
    """The same before a right word."""
    asides: tuple[str, ...]
    """What a speaker says to himself before he finds the right word."""
    right: tuple[str, ...]
    """What stands behind the right word («låret var det»)."""
    behind: tuple[str, ...]
    """A marker that comes behind the right word, where the speaker broke off before it."""
    denial: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    words: Words
    phrases: Phrases
    corrections: Corrections
    alike: Mapping[str, Any]
    numbers: NumberData
    condense: CondenseData
    persons: Mapping[str, Any]
    dictation: Mapping[str, Any]
    headings: Mapping[str, Any]
    heading_lead: tuple[str, ...]
    cues: Mapping[str, Any]
    base: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """One language, ready for use."""

    code: str
    sets: Mapping[str, frozenset[str]]
    """The lists of Words by name."""
    words: Words
    phrases: Phrases
    corrections: Corrections
    numbers: NumberWords
    condenser: Condenser
    persons: Mapping[str, Persons]
    """How a record writes of persons, by who speaks."""
    dictation: Mapping[tuple[str, ...], str]
    headings: Mapping[str, str]
    """Spoken heading, section."""
    heading_lead: tuple[str, ...]
    """Words that announce a heading."""
    cues: CueTable
    opinion: re.Pattern[str]
    """Finds what says that somebody thinks so («jeg mener»)."""
    requests: tuple[tuple[str, ...], ...]
    """Openings that ask without the form of a question («fortell …»)."""
    marker: re.Pattern[str]
    """Finds what says that the words before were wrong, with the signs behind it."""
    retract: re.Pattern[str]
    alike: Mapping[str, frozenset[str]]
    """Words that take each other's place when one is taken back, by kind."""
    aside: re.Pattern[str]
    right: re.Pattern[str]
    denial: re.Pattern[str]
    marked_behind: re.Pattern[str]
    """Finds a break, a few words and what says that they were the right ones."""
    tag: re.Pattern[str]
    """A tag that asks for agreement and denies nothing («ikke sant»)."""
    own_words: frozenset[str]
    """Words that the program or a record sets itself: they name nothing of a patient's."""
    small: frozenset[str]
    """Words that carry no content alone: what is left of a clause without them is what it tells."""
    filler: re.Pattern[str]
    opening_yes: re.Pattern[str]
    opening_and: re.Pattern[str]


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, without signs; the same word is the same object, hour after hour."""
    return [sys.intern(word) for word in WORD.findall(text.lower())]


@functools.cache
def load(code: str, folder: Path = FOLDER) -> Language:
    """Return a language.  The data ship with the program: they are read once.  Raises ConfigError."""
    name = f"{code}.toml"
    try:
        file = from_json(_File, _merged(code, folder))
    except FieldError as error:
        raise ConfigError(f"languages/{name}: {error}") from error
    _check_cues(name, file.cues)
    return Language(
        code=code,
        sets={key: frozenset(getattr(file.words, key)) for key in Words.__slots__},
        words=file.words,
        phrases=file.phrases,
        corrections=file.corrections,
        numbers=NumberWords(file.numbers),
        condenser=Condenser(file.condense, _counted(file.numbers), file.words.negation),
        persons={role: Persons(table) for role, table in file.persons.items()},
        dictation={tuple(spoken.split()): sign for spoken, sign in file.dictation.items()},
        headings={spoken: section for section, names in file.headings.items() for spoken in names},
        heading_lead=file.heading_lead,
        cues=CueTable(file.cues),
        marker=_phrases(file.corrections.markers),
        retract=_phrases(file.corrections.retract),
        alike={kind: frozenset(words) for kind, words in file.alike.items()},
        aside=_phrases(file.corrections.asides),
        right=re.compile(rf",?\s*\b(?:{_any(_longest(file.corrections.right))})\b(?=\s*[,.;…]|\s*$)", re.IGNORECASE),
        denial=_phrases(file.corrections.denial),
        marked_behind=_marked_behind(file.corrections.behind),
        tag=re.compile(rf",?\s*\b(?:{_any(file.words.tag)})\b", re.IGNORECASE),
        own_words=_own_words(file),
        small=frozenset(word for name in _SMALL for word in getattr(file.words, name)),
        filler=re.compile(rf"(?:^|(?<=[\s–]))…?\s*(?:{_any(file.words.filler)})\b(?:\s*[,…]+)?\s*", re.IGNORECASE),
        opening_yes=re.compile(rf"(?:{_any(file.words.yes)})\s*[,…]\s*(?=\w+\W+\w+\W+\w+)", re.IGNORECASE),
        opening_and=re.compile(rf"(?:{_any(file.words.opening)})\s+(?=\w+\W+\w+)", re.IGNORECASE),
        opinion=re.compile(rf"\b(?:{_any(file.words.opinion)})\b"),
        requests=tuple(tuple(text.split()) for text in file.words.request),
    )


def _own_words(file: _File) -> frozenset[str]:
    """The phrases and units that drafting sets, the spellings of what is said, and the words of `record`."""
    phrases = file.phrases
    texts = [phrases.no_known_allergies, phrases.no_lead, phrases.never, phrases.inserted]
    texts += [str(value) for table in (phrases.none, phrases.negated, phrases.affirmed) for value in table.values()]
    units = [str(unit) for unit in file.numbers.units.values()]
    return frozenset(token for text in (*texts, *units, *file.words.record) for token in tokens(text))


def _counted(numbers: NumberData) -> set[str]:
    return {*numbers.units, *numbers.counted.get("words", ()), "gang", "par", "del", "av", "halv", "halvt", "half"}


def _phrases(texts: Sequence[str]) -> re.Pattern[str]:
    """Match any of the phrases, the longest first, whatever signs stand between their words and behind."""
    longest_first = _longest(texts)
    either = "|".join(r"[\s,…]+".join(map(re.escape, text.split())) for text in longest_first)
    return re.compile(rf"\b(?:{either})\b[\s,…]*", re.IGNORECASE)


def _longest(texts: Sequence[str]) -> list[str]:
    return sorted(texts, key=len, reverse=True)


def _marked_behind(texts: Sequence[str]) -> re.Pattern[str]:
    said = r"((?:[^\W\d_][\w-]*)(?:\s+[\w-]+){0,2}?)"
    return re.compile(rf"\s*(?:…|\.\.\.)\s*{said},?\s+(?:{_any(_longest(texts))})\b(?=\s*[,.;…]|\s*$)", re.IGNORECASE)


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


def _merged(code: str, folder: Path) -> dict[str, Any]:
    path = folder / f"{code}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"languages/{path.name} cannot be read: {type(error).__name__}") from error
    base = data.get("base")
    return _join(_merged(base, folder), data) if base else data


def _join(old: Any, new: Any) -> Any:
    """A language on the base of another adds to its lists and tables and replaces its plain values."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {
            key: _join(old[key], new[key]) if key in old and key in new else {**old, **new}[key]
            for key in {**old, **new}
        }
    return old + new if isinstance(old, list) and isinstance(new, list) else new


def _check_cues(name: str, cues: Mapping[str, Any]) -> None:
    for label, levels in cues.items():
        for level, texts in levels.items() if isinstance(levels, dict) else [("", None)]:
            if level not in WEIGHTS or not _is_list_of_texts(texts):
                raise ConfigError(f"languages/{name}: 'cues.{label}' holds lists of texts named {', '.join(WEIGHTS)}")


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(item, str) and item.strip("* ") for item in value)
