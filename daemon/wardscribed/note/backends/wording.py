"""What a language model is given and what is believed of its answer: the same for every model.

It gets numbered pieces of evidence and answers in JSON, each sentence with the numbers that it rests on.  Every
sentence passes the gate of `verify`; what a model adds, denies, moves to another value or says twice is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from wardscribe.protocol import Sentence

INSTRUCTION = """You put what was said in a consultation into the sections of a clinical note.
Write in the language of the evidence, in short record style. Use only words of the evidence. Add nothing: no diagnosis,
no assessment, no advice, no number that is not there. Keep every negation, number, unit, side and drug name as it is.
Answer with one JSON object: {"sentences": [{"section": "<id>", "text": "<sentence>", "evidence": [<numbers>]}]}.
Every sentence names the numbers of the evidence that carries it. Use each piece of evidence at most once."""
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
MAX_SENTENCES = 400


class WriterError(Exception):
    """A language model gave no usable answer.  The text says what was wrong and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One numbered piece: what was said, and where it belongs."""

    number: int
    section: str
    speaker: str
    text: str = field(repr=False)
    turns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """One sentence that a model proposes, with the pieces that it names."""

    section: str
    text: str = field(repr=False)
    numbers: tuple[int, ...] = ()


class Writer(Protocol):
    """A language model.  Its answer is the same every time for the same question."""

    name: str
    """Of the model, with the hash of its files where it is local: for the note's provenance."""

    def answer(self, question: str) -> str:
        """Return the model's text.  Raises WriterError."""
        ...


def question(evidence: Sequence[Evidence]) -> str:
    """Return what the model is asked."""
    lines = (f"[{one.number}] ({one.section}, {one.speaker}) {one.text}" for one in evidence)
    return "Evidence:\n" + "\n".join(lines)


def proposals(answer: str) -> list[Proposed]:
    """Return the sentences of a model's answer.  Raises WriterError where it is not of the form asked for."""
    match = _OBJECT.search(answer)
    try:
        data = json.loads(match.group()) if match else None
    except (ValueError, RecursionError) as error:
        raise WriterError("the answer is no JSON") from error
    sentences = data.get("sentences") if isinstance(data, dict) else None
    if not isinstance(sentences, list) or len(sentences) > MAX_SENTENCES:
        raise WriterError("the answer has no list of sentences")
    return list(_well_formed(sentences))


def _well_formed(sentences: Sequence[Any]) -> Iterator[Proposed]:
    for one in sentences:
        if (
            not isinstance(one, dict)
            or not isinstance(one.get("text"), str)
            or not isinstance(one.get("evidence"), list)
        ):
            continue
        numbers = tuple(n for n in one["evidence"] if type(n) is int)
        yield Proposed(str(one.get("section", "")), " ".join(one["text"].split()), numbers)


def sentence_of(proposed: Proposed, evidence: Sequence[Evidence]) -> Sentence | None:
    """Return a proposed sentence with its turns as evidence; None where it names none, or one of another section."""
    by_number = {one.number: one for one in evidence}
    named = [by_number[n] for n in proposed.numbers if n in by_number]
    if not named or any(one.section != proposed.section for one in named) or not proposed.text:
        return None
    return Sentence(proposed.text, tuple(dict.fromkeys(turn for one in named for turn in one.turns)))
