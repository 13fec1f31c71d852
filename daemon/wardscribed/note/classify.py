"""Sentences in, labels out: the section each belongs to, or why it belongs to none.

What decides is, in this order: who speaks, whether it answers a question, the cues of its own words, and what the
conversation was about just before.  Labels are the sections of `templates.SECTIONS` and the reasons below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wardscribed.note.clinician import asked, told
from wardscribed.note.context import STEERING, Context, Labelled, remember
from wardscribed.note.cues import STRONG
from wardscribed.note.headings import dictated
from wardscribed.note.language import Language
from wardscribed.note.patient import heard
from wardscribed.note.sentences import Piece


def classify(pieces: Sequence[Piece], language: Language) -> list[Labelled]:
    """Return each sentence with its label, in order."""
    context = Context()
    labelled = []
    for piece in pieces:
        context.known = piece.speaker is not None
        item = _label(_with_role(piece, language), context, language)
        remember(item, context)
        labelled.append(item)
    return labelled


def _with_role(piece: Piece, language: Language) -> Piece:
    """Where nobody knows who speaks, a sentence that asks or tells «du» something is taken for the clinician's."""
    if piece.speaker is not None:
        return piece
    if piece.dictated or _sounds_clinical(piece, language):
        return replace(piece, speaker="clinician")
    return replace(piece, speaker="patient")


def _sounds_clinical(piece: Piece, language: Language) -> bool:
    words = set(piece.tokens)
    addresses = bool(words & language.sets["second"])
    about_self = bool(words & language.sets["first"])
    weights = {label: piece.hits.get(label, 0.0) for label in ("vurdering", "plan", "funn", "undersokelser", STEERING)}
    if piece.question:
        return not about_self
    if addresses and (not about_self or max(weights.values()) >= STRONG):
        return True
    tells_findings = weights["funn"] + weights["undersokelser"] >= 2 * STRONG
    return (tells_findings and not about_self) or weights["vurdering"] >= STRONG


def _label(piece: Piece, context: Context, language: Language) -> Labelled:
    if piece.dictated:
        return Labelled(piece, dictated(piece, context, language))
    if piece.speaker == "clinician":
        if piece.question:
            return asked(piece, context, language)
        return Labelled(piece, told(piece, context, language))
    if piece.question:
        return Labelled(piece, STEERING)
    return heard(piece, context, language)
