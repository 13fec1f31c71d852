"""Turns in, sentences out; survives a recogniser that sets no punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from wardscribed.note.cues import Hits
from wardscribed.note.dictation import is_dictated, punctuated
from wardscribed.note.language import Language, tokens
from wardscribed.values import Transcript, Turn

_END = re.compile(r"(?<=[.!?])[\"»”']?\s+|\n+")
_SHORT_FORM = re.compile(
    r"(?:\b(?:f\.eks|bl\.a|ca|dr|kl|mg|nr|evt|ev|jf|obs|inkl|e\.g|i\.e|vs|mr|mrs|ms)|\b\w)\.$", re.IGNORECASE
)
_SIGN = re.compile(r"[.!?,;:]")
MAX_WORDS = 25
"""A turn without any sign is cut at a pause word only when it is longer than this."""
MIN_PART = 5
"""Words left on either side of such a cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a turn, with what its words speak for."""

    turn: int
    speaker: str | None
    text: str = field(repr=False)
    tokens: tuple[str, ...] = field(repr=False)
    question: bool
    first: bool
    """It opens its turn."""
    hits: Hits = field(repr=False)
    dictated: bool = False


def pieces(transcript: Transcript, language: Language) -> list[Piece]:
    """Return the sentences of a conversation in order."""
    dictated = is_dictated([turn.text for turn in transcript.turns], language)
    return [piece for turn in transcript.turns for piece in _of_turn(turn, language, dictated)]


def _of_turn(turn: Turn, language: Language, dictated: bool) -> Iterator[Piece]:
    text = punctuated(turn.text, language) if dictated else turn.text
    first = True
    for sentence in split(text, language):
        words = tuple(tokens(sentence))
        if words:
            question = is_question(sentence, words, language)
            hits = language.cues.scan(words, question)
            speaker = turn.speaker if turn.speaker in ("clinician", "patient", "other") else None
            yield Piece(turn.id, speaker, sentence, words, question, first, hits, dictated)
            first = False


def split(text: str, language: Language) -> list[str]:
    """Return the sentences of a text; one that is long and bare of signs is cut before words such as «og så»."""
    parts: list[str] = []
    for part in _END.split(text):
        part = part.strip()
        if parts and _SHORT_FORM.search(parts[-1]):
            parts[-1] += " " + part
        elif part:
            parts.append(part)
    return [sentence for part in parts for sentence in _cut(part, language)]


def _cut(part: str, language: Language) -> list[str]:
    words = part.split()
    if len(words) <= MAX_WORDS or _SIGN.search(part[:-1]):
        return [part]
    cuts = [0]
    for i in range(MIN_PART, len(words) - MIN_PART):
        if i - cuts[-1] >= MIN_PART and _pauses(words, i, language):
            cuts.append(i)
    return [" ".join(words[a:b]) for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True)]


def _pauses(words: list[str], at: int, language: Language) -> bool:
    pair = " ".join(words[at : at + 2]).lower()
    return pair in language.sets["pause"]


def is_question(sentence: str, words: tuple[str, ...], language: Language) -> bool:
    """Return whether a sentence asks: by its sign, or where there is no sign by its word order."""
    if sentence.rstrip("\"»”' ").endswith("?"):
        return True
    core = without_lead(words, language)
    if any(core[: len(request)] == request for request in language.requests):
        return True
    if sentence.rstrip().endswith((".", "!")):
        return False
    if core[0] in language.sets["wh"]:
        return len(core) > 1
    return len(core) > 1 and core[0] in language.sets["verb"] and core[1] in language.sets["subject"]


def without_lead(words: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Return the words after the small ones that lead a question («og», «ja, men»)."""
    at = 0
    while at < len(words) - 1 and words[at] in language.sets["question_lead"]:
        at += 1
    return words[at:]
