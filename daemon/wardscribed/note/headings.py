"""Dictated and typed headings, and the sections of what is dictated under them."""

from __future__ import annotations

from wardscribed.note.context import ONLY_CLINICIAN, STEERING, Context, best_of
from wardscribed.note.cues import STRONG
from wardscribed.note.language import Language, tokens
from wardscribed.note.sentences import Piece
from wardscribed.note.templates import SECTIONS


def dictated(piece: Piece, context: Context, language: Language) -> str:
    """Return the label of a dictated sentence: that of its heading unless its own words speak more loudly."""
    heading = heading_of(piece.text, language)
    if heading:
        context.heading = heading
        return STEERING if is_heading(piece.text, language) else heading
    scores = dict(piece.hits)
    if context.heading:
        scores[context.heading] = scores.get(context.heading, 0.0) + STRONG + 1.0
    if scores.get(STEERING, 0.0) >= STRONG and len(piece.tokens) <= 8:
        return STEERING
    allowed = [s for s in SECTIONS if s not in ONLY_CLINICIAN or s == context.heading or scores.get(s, 0.0) >= STRONG]
    before = context.last.label if context.last and context.last.label in SECTIONS else "aktuelt"
    return best_of({label: scores.get(label, 0.0) for label in allowed}) or before


def heading_of(text: str, language: Language) -> str | None:
    """Return the section of the heading that a sentence opens with («Plan: …») or is («Plan.»), or None."""
    heading, sign, _ = text.partition(":")
    name = heading if sign else text
    words = [word for word in tokens(name) if word not in language.heading_lead]
    return language.headings.get(" ".join(words))


def is_heading(text: str, language: Language) -> bool:
    """Return whether a sentence is a heading and nothing else."""
    return heading_of(text, language) is not None and not text.partition(":")[2].strip(" .")
