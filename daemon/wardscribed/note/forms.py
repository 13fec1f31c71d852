"""Questionnaires filled from what was said aloud: FHIR Questionnaire files in, answers with their evidence out.

A value stands in an item only if somebody who may give it said a number for that item; nothing is concluded from what
a patient tells.  Patients' words stand beside the item as quotes.  The total is there only when every item is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wardscribed.errors import ConfigError
from wardscribed.note.corrections import corrected
from wardscribed.note.cues import CueTable
from wardscribed.note.language import Language
from wardscribed.note.numbers import Number
from wardscribed.note.scored import Beside
from wardscribed.note.sentences import Piece

FOLDER = Path(__file__).parents[1] / "forms"
SPOKEN_AS = "urn:wardscribe:spoken-as"
"""Extension of an item: what it is called when people talk, cues separated by |."""
SPOKEN_BY = "urn:wardscribe:spoken-by"
"""Extension of an item: roles whose number counts, separated by |; default clinician."""
UNIT = "urn:wardscribe:unit"
"""Extension of an item: words that follow the number, separated by |."""
OPENED_BY = "urn:wardscribe:opened-by"
"""Extension of the questionnaire: cues that show that it is being filled in."""
_MIN = "http://hl7.org/fhir/StructureDefinition/minValue"
_MAX = "http://hl7.org/fhir/StructureDefinition/maxValue"
_LARGEST = 1_000_000
MIN_UNOPENED = 3
"""So many scored items show that a questionnaire is being filled in though nobody named it."""
MAX_SCORE_WORDS = 24
"""A sentence that gives a score is no longer than this."""
MAX_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One item that takes a number."""

    number: int
    link_id: str
    text: str
    low: float
    high: float
    speakers: tuple[str, ...]
    units: frozenset[str]


@dataclass(frozen=True, slots=True)
class Form:
    """One questionnaire; `version` is the SHA-256 of its file."""

    id: str
    version: str
    title: str
    items: tuple[Item, ...]
    total: str
    """linkId of the sum; empty where there is none."""
    cues: CueTable
    """Labels are item numbers; `0` opens the questionnaire."""


def load(folder: Path | None = None) -> dict[str, Form]:
    """Return the questionnaires of a folder (default: those that ship).  Raises ConfigError naming file and item."""
    return {path.stem: _read(path) for path in sorted((folder or FOLDER).glob("*.json"))}


def _read(path: Path) -> Form:
    try:
        content = path.read_bytes()
        data = json.loads(content)
        if data.get("resourceType") != "Questionnaire":
            raise ConfigError(f"form {path.name}: 'resourceType' must be Questionnaire")
        asked = [item for item in data["item"] if not item.get("readOnly")]
        cues = {"0": {"strong": _texts(data, OPENED_BY)}}
        cues |= {str(i): {"strong": _texts(item, SPOKEN_AS)} for i, item in enumerate(asked, 1)}
        totals = [_text(item, "linkId") for item in data["item"] if item.get("readOnly")]
        items = tuple(_item(i, item) for i, item in enumerate(asked, 1))
        version = hashlib.sha256(content).hexdigest()
        return Form(path.stem, version, _text(data, "title"), items, "".join(totals[:1]), CueTable(cues))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"form {path.name}: cannot be read: {type(error).__name__}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"form {path.name}: not a Questionnaire with linkId and text: {error}") from error


def _item(number: int, data: Mapping[str, Any]) -> Item:
    if data["type"] not in ("integer", "decimal"):
        raise TypeError(f"item {data['linkId']}: 'type' must be integer or decimal")
    return Item(
        number,
        _text(data, "linkId"),
        _text(data, "text"),
        _number(data, _MIN, 0),
        _number(data, _MAX, 1_000),
        tuple(_texts(data, SPOKEN_BY)) or ("clinician",),
        frozenset(_texts(data, UNIT)),
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    if not isinstance(data[name], str):
        raise TypeError(f"'{name}' must be a text")
    return str(data[name])


def _number(data: Mapping[str, Any], url: str, default: int) -> float:
    value = _value(data, url, default)
    if not isinstance(value, int | float) or not abs(value) <= _LARGEST:  # which nan is not either
        raise TypeError(f"'{url}' must be a number")
    return float(value)


def _texts(data: Mapping[str, Any], url: str) -> list[str]:
    return [part.strip() for part in str(_value(data, url, "")).split("|") if part.strip()]


def _value(data: Mapping[str, Any], url: str, default: Any) -> Any:
    """Return the value of a FHIR extension, whatever its type."""
    for extension in data.get("extension", ()):
        if extension.get("url") == url:
            return next((value for key, value in extension.items() if key.startswith("value")), default)
    return default


@dataclass(slots=True)
class Filler:
    """Fills one questionnaire from one conversation; each sentence costs the same."""

    form: Form
    language: Language
    _open: bool = False
    _asked: tuple[int, int] | None = None
    """Item that the clinician last spoke of, and the turn."""
    _near: bool = False
    """The clinician has named nothing else since."""
    _scores: dict[int, tuple[float, tuple[int, ...]]] = field(default_factory=dict, repr=False)
    _quotes: dict[int, list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    def receive(self, piece: Piece) -> None:
        """Take the next sentence."""
        hits = self.form.cues.scan(piece.tokens)
        self._open = self._open or "0" in hits
        named = self._named(piece)
        by_clinician = piece.speaker == "clinician" and piece.sure
        if by_clinician and named:
            self._asked, self._near = (named, piece.turn), True
        elif by_clinician and self._may_name(piece):
            self._near = False
        if not piece.question and not self._score(piece, named):
            self._take_back(piece)
        if not by_clinician and self._asked:
            quotes = self._quotes.setdefault(self._asked[0], [])
            if len(quotes) < MAX_QUOTES:
                quotes.append({"turn": piece.turn, "text": piece.text})

    def _may_name(self, piece: Piece) -> bool:
        """Return whether a sentence may name an item by a word that was misheard."""
        numbers = self.language.numbers.scores(piece.text)
        return not Beside(piece.text, numbers, self.form.cues, self.language).names_nothing()

    def _named(self, piece: Piece) -> int:
        """Return the item that a sentence names, by its longest cue; 0 where it names none."""
        found = self.form.cues.longest(piece.tokens)
        return int(found) if found else 0

    def _score(self, piece: Piece, named: int) -> bool:
        """Take the scores that a sentence gives; return whether it gives one."""
        if len(piece.tokens) > MAX_SCORE_WORDS or not piece.sure:
            return False
        text, _ = corrected(piece.text, self.language)
        numbers = self.language.numbers.scores(text)
        beside = Beside(text, numbers, self.form.cues, self.language)
        given: dict[int, float] = {}
        for number in numbers:
            item = beside.item(number) if named else self._meant(piece, beside)
            if item and self._fits(number, text, piece, self.form.items[item - 1]):
                given[item] = float(number.value)
        for item, value in given.items():
            self._keep(item, value, piece, named)
        return bool(given)

    def _meant(self, piece: Piece, beside: Beside) -> int:
        """Return the item of «da blir det tre der»: the one last asked about, if no other name can stand in it."""
        scores = set(piece.tokens) & self.language.sets["scoring"]
        return self._asked[0] if self._asked and self._near and scores and beside.names_nothing() else 0

    def _keep(self, item: int, value: float, piece: Piece, named: int) -> None:
        """Keep a score, last of all; a second one without a name may be another item's, so that neither is sure."""
        before = self._scores.pop(item, None)
        again = not named and before is not None and before[0] != value
        if not again or self.language.retract.match(piece.text):
            asked = (self._asked[1],) if self._asked and not named else ()
            self._scores[item] = (value, (*asked, piece.turn))

    def _take_back(self, piece: Piece) -> None:
        """«… tre. Nei, vent …»: a score that is taken back is none until another one is said."""
        given = [number for number, (_, turns) in self._scores.items() if turns[-1] == piece.turn]
        if given and self.language.retract.match(piece.text):
            del self._scores[given[-1]]

    def _fits(self, number: Number, text: str, piece: Piece, item: Item) -> bool:
        """Return whether a number may be an item's score: said by whom it counts from, in range, counting nothing."""
        try:
            in_range = item.low <= float(number.value) <= item.high
        except ValueError:
            return False
        unit = self.language.numbers.unit_after(text, number)
        follows = text[number.end :].split()[:1]
        word = follows[0].lower().strip(".,") if follows else ""
        right_unit = word in item.units or unit in item.units if item.units else not unit
        return in_range and right_unit and (piece.speaker or "") in item.speakers

    def answers(self) -> dict[str, Any] | None:
        """Return the filled form as JSON values, or None where nobody filled it in."""
        if not self._scores or not (self._open or len(self._scores) >= MIN_UNOPENED):
            return None
        complete = len(self._scores) == len(self.form.items)
        total = sum(value for value, _ in self._scores.values())
        return {
            "title": self.form.title,
            "version": self.form.version,
            "status": "completed" if complete else "in-progress",
            "items": [self._answer(item) for item in self.form.items],
            "total": _whole(total) if complete and self.form.total else None,
        }

    def _answer(self, item: Item) -> dict[str, Any]:
        value, evidence = self._scores.get(item.number, (None, ()))
        return {
            "item": item.number,
            "link_id": item.link_id,
            "text": item.text,
            "score": None if value is None else _whole(value),
            "evidence": list(evidence),
            "quotes": self._quotes.get(item.number, []),
        }


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value
