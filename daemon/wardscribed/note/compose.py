"""Labelled sentences in, one after another; the sentences of the note and what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from wardscribe.values import LeftOut, Sentence
from wardscribed.note import linear
from wardscribed.note.answers import capital, joined, says_only_yes, without_answer_word
from wardscribed.note.clauses import clauses, of_item
from wardscribed.note.context import QUESTION, STEERING, Labelled
from wardscribed.note.corrections import corrected, retracts
from wardscribed.note.headings import heading_of
from wardscribed.note.language import Language, tokens
from wardscribed.note.sentences import Piece
from wardscribed.note.templates import SECTIONS

CORRECTED = "corrected"
"""Flag: the speaker took a value back; the note has the last one."""
TAKEN_BACK = "rettet"
"""Reason: the next sentence took it back."""
SAID_TWICE = "gjentatt"
"""Reason: the note says it already."""
LITTLE = "lite_nytt"
"""Reason: clinical, but it adds too little for the density that was chosen."""
MAX_TAKEN_BACK = 8
"""Words of a sentence that the next one can take back."""
ALWAYS = ("vurdering", "allergi")
"""Sections whose sentences are never too little."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A sentence of the note, and what it was made of."""

    item: Labelled
    sentence: Sentence
    condensed: Sentence
    """The same in record style."""
    question: Piece | None
    """The question that is part of it."""
    clauses: tuple[tuple[str, float], ...] = field(repr=False)
    """Its clauses, and how likely each holds what a note is read for, 0–1."""

    def with_worth(self, least: float) -> tuple[Sentence | None, tuple[str, ...]]:
        """Return what is left of the condensed sentence, and the clauses that are not worth that much."""
        cut = tuple(text for text, worth in self.clauses if worth < least)
        if not cut:
            return self.condensed, ()
        text = " ".join(text for text, worth in self.clauses if worth >= least)
        return (replace(self.condensed, text=_closed(text)) if text else None), cut


@dataclass(slots=True)
class Composer:
    """Makes sentences of one conversation; each costs the same however long the conversation is."""

    language: Language
    worths: linear.LinearModel | None = None
    composed: list[Composed] = field(default_factory=list, repr=False)
    left_out: list[LeftOut] = field(default_factory=list, repr=False)
    _said: set[tuple[str, tuple[str, ...]]] = field(default_factory=set, repr=False)
    _questions: list[Labelled] = field(default_factory=list, repr=False)
    _before: Labelled | None = field(default=None, repr=False)

    def receive(self, item: Labelled) -> None:
        """Take the next labelled sentence."""
        if item.piece.dictated and " ".join(item.piece.tokens) in self.language.sets["strike"]:
            self._strike(item)
            return
        item = self._with_the_question(self._without_taken_back(item))
        self._before = item
        if item.label == QUESTION:
            self._questions.append(item)
        elif item.label not in SECTIONS:
            self._leave_out(item, item.label)
        else:
            self._compose(item)

    def unused_questions(self, shown: Sequence[Composed]) -> Iterator[LeftOut]:
        """Yield the questions that none of the shown sentences has taken up."""
        used = {id(composed.question) for composed in shown}
        for item in self._questions:
            if id(item.piece) not in used:
                yield LeftOut(item.piece.turn, item.piece.text, QUESTION)

    def _compose(self, item: Labelled) -> None:
        piece, question = item.piece, item.question
        text = joined(question, piece, item.label, self.language) if question else None
        question = question if text else None
        evidence = tuple(dict.fromkeys((question.turn, piece.turn))) if question else (piece.turn,)
        text, changed = corrected(text or piece.text, self.language)
        flags = (CORRECTED,) if changed else ()
        sentence = Sentence(tidy(text, self.language, condense=False), evidence, flags)
        short = tidy(text, self.language, condense=not piece.dictated)
        condensed = Sentence(self._of_persons(short, item, question is not None), evidence, flags)
        key = (item.label, tuple(tokens(condensed.text)))
        if key in self._said or not key[1]:
            self._leave_out(item, SAID_TWICE)
            return
        self._said.add(key)
        self.composed.append(Composed(item, sentence, condensed, question, self._clauses(item, condensed.text)))

    def _of_persons(self, text: str, item: Labelled, joined_question: bool) -> str:
        """Write of the patient as a record does: what patients say of themselves, and clinicians to them."""
        if item.piece.dictated:
            return text
        for role in (item.piece.speaker, *(("clinician",) if joined_question else ())):
            persons = self.language.persons.get(role or "")
            text = capital(persons.written(text)) if persons else text
        return text

    def _clauses(self, item: Labelled, text: str) -> tuple[tuple[str, float], ...]:
        """Return the clauses of a condensed sentence with what each is worth."""
        if item.label in ALWAYS or item.piece.dictated:
            return ((text, 1.0),)
        worth = of_item(item, self.worths or linear.load("worth"), self.language)
        return tuple((part, worth(part)) for part in clauses(text, self.language))

    def _without_taken_back(self, item: Labelled) -> Labelled:
        """Drop a short sentence that this one of its turn takes back; its question goes with the new one."""
        before = self._before
        if before is None or not self._takes_back(item, before):
            return item
        self._take_back(before)
        return Labelled(item.piece, before.label, before.question, item.worth, before.topic)

    def _with_the_question(self, item: Labelled) -> Labelled:
        """«Ja.» «Jeg får utslett av penicillin.»: the question goes to the sentence that says what."""
        before = self._before
        if (
            before is None
            or before.piece.stretch != item.piece.stretch
            or not {before.label, item.label} <= set(SECTIONS)
        ):
            return item
        if before.question is None or not says_only_yes(before.question, before.piece, self.language):
            return item
        self._take_back(before, LITTLE)
        return replace(item, question=before.question, topic=before.topic)

    def _strike(self, item: Labelled) -> None:
        """«Stryk det.»: the dictated sentence before goes away."""
        if self._before is not None and self._before.label in SECTIONS:
            self._take_back(self._before)
        self._before = None
        self._leave_out(item, STEERING)

    def _take_back(self, before: Labelled, reason: str = TAKEN_BACK) -> None:
        if self.composed and self.composed[-1].item is before:
            gone = self.composed.pop()
            self._said.discard((before.label, tuple(tokens(gone.condensed.text))))
        self._leave_out(before, reason)

    def _takes_back(self, item: Labelled, before: Labelled) -> bool:
        return (
            item.piece.stretch == before.piece.stretch
            and before.label in SECTIONS
            and item.label in SECTIONS
            and len(before.piece.tokens) <= MAX_TAKEN_BACK
            and retracts(item.piece.text, self.language) is not None
        )

    def _leave_out(self, item: Labelled, reason: str) -> None:
        self.left_out.append(LeftOut(item.piece.turn, item.piece.text, reason))


def tidy(text: str, language: Language, condense: bool) -> str:
    """Return a sentence as a record writes it: without heading and hesitations, numbers in digits."""
    if heading_of(text, language):
        text = text.partition(":")[2].strip()
    text = retracts(text, language) or text
    text = language.filler.sub("", text)
    if condense:
        text = language.condenser.condensed(without_answer_word(text, language))
    for pattern in (language.opening_yes, language.opening_and):
        opening = pattern.match(text)
        text = text[opening.end() :] if opening else text
    text = re.sub(r"\s+([,.;:?!])", r"\1", text).strip(" ,")
    return capital(language.numbers.written(text))


def _closed(text: str) -> str:
    """Return clauses as a sentence: with a capital and a full stop."""
    text = text.strip(" ,;–…")
    return capital(text) + ("" if text[-1:] in ".!?" else ".")
