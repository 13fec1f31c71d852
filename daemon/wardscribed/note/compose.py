"""Labelled sentences in, the sentences of the note and what was left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from wardscribe.protocol import LeftOut, Sentence
from wardscribed.note.answers import capital, joined
from wardscribed.note.context import QUESTION, Labelled
from wardscribed.note.corrections import corrected, retracts
from wardscribed.note.headings import heading_of
from wardscribed.note.language import Language, tokens
from wardscribed.note.templates import SECTIONS

CORRECTED = "corrected"
"""Flag: the speaker took a value back; the note has the last one."""
TAKEN_BACK = "rettet"
"""Reason: the next sentence took it back."""
SAID_TWICE = "gjentatt"
"""Reason: the note says it already."""
MAX_TAKEN_BACK = 8
"""Words of a sentence that the next one can take back."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences by section, in the order said, and what is not in the note."""

    sentences: dict[str, list[Sentence]] = field(repr=False)
    left_out: list[LeftOut] = field(repr=False)


def compose(items: Sequence[Labelled], language: Language) -> Draft:
    """Return the note's sentences: the speakers' words, a question joined where the answer needs it."""
    draft = Draft({section: [] for section in SECTIONS}, [])
    seen: set[tuple[str, tuple[str, ...]]] = set()
    kept, used = _without_taken_back(items, draft, language), set[int]()
    for item in kept:
        if item.label not in SECTIONS:
            continue
        sentence, question = _sentence(item, language)
        key = (item.label, tuple(tokens(sentence.text)))
        if key in seen or not key[1]:
            draft.left_out.append(LeftOut(item.piece.turn, item.piece.text, SAID_TWICE))
            continue
        seen.add(key)
        used |= {id(question)} if question else set()
        draft.sentences[item.label].append(sentence)
    _leave_out(kept, used, draft)
    return draft


def _without_taken_back(items: Sequence[Labelled], draft: Draft, language: Language) -> list[Labelled]:
    """Drop a short sentence that the next one of its turn takes back; its question goes with the new one."""
    kept: list[Labelled] = []
    for item in items:
        before = kept[-1] if kept else None
        if before and _takes_back(item, before, language):
            kept.pop()
            draft.left_out.append(LeftOut(before.piece.turn, before.piece.text, TAKEN_BACK))
            item = Labelled(item.piece, before.label, before.question)
        kept.append(item)
    return kept


def _takes_back(item: Labelled, before: Labelled, language: Language) -> bool:
    return (
        item.piece.turn == before.piece.turn
        and before.label in SECTIONS
        and item.label in SECTIONS
        and len(before.piece.tokens) <= MAX_TAKEN_BACK
        and retracts(item.piece.text, language) is not None
    )


def _sentence(item: Labelled, language: Language) -> tuple[Sentence, object | None]:
    """Return the note's sentence, and the question that is part of it."""
    piece, question = item.piece, item.question
    text = joined(question, piece, item.label, language) if question else None
    evidence = (question.turn, piece.turn) if question and text else (piece.turn,)
    text, changed = corrected(text or piece.text, language)
    text = language.numbers.written(tidy(text, language))
    return Sentence(text, tuple(dict.fromkeys(evidence)), (CORRECTED,) if changed else ()), question if text and len(
        evidence
    ) > 1 else None


def tidy(text: str, language: Language) -> str:
    """Return a sentence without heading, hesitations and an opening yes or and; nothing that carries meaning goes."""
    if heading_of(text, language):
        text = text.partition(":")[2].strip()
    text = retracts(text, language) or text
    text = language.filler.sub("", text)
    for pattern in (language.opening_yes, language.opening_and):
        opening = pattern.match(text)
        text = text[opening.end() :] if opening else text
    text = re.sub(r"\s+([,.;:?!])", r"\1", text).strip(" ,")
    return capital(text)


def _leave_out(items: Sequence[Labelled], used: set[int], draft: Draft) -> None:
    for item in items:
        if item.label in SECTIONS or (item.label == QUESTION and id(item.piece) in used):
            continue
        draft.left_out.append(LeftOut(item.piece.turn, item.piece.text, item.label))
    order = {turn: i for i, turn in enumerate(dict.fromkeys(item.piece.turn for item in items))}
    draft.left_out.sort(key=lambda left: order.get(left.turn, -1))
