"""Whom a sentence is about: a relative's illness is history, a neighbour's, a spouse's or an animal's is left out."""

from __future__ import annotations

from wardscribed.note import terms
from wardscribed.note.context import OTHER_PERSON, Context
from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece

RELATIVES = "familie_sosialt"
_TREATED = 0.5
"""From here on a word is taken for a drug or a procedure, where only leaving a sentence out follows."""
_HEAD = 3
"""Words at the head of a sentence in which its subject is looked for."""


def about_another(piece: Piece, context: Context, language: Language) -> str | None:
    """Return the label of a sentence about somebody else's health; None where it is not one.

    RELATIVES means that it may be family history: whether it is, is for the classifier to weigh.
    """
    label = _introduced(piece, language)
    if label:
        context.person = (piece.stretch, label)
        return label
    goes_on = context.person is not None and context.person[0] == piece.stretch
    about_self = bool(set(piece.tokens) & language.sets["first"])
    if goes_on and context.person and piece.tokens[0] in language.sets["third"] and not about_self:
        return context.person[1]
    if _says_she(piece, language) and (_is_ill(piece) or piece.hits.get("allergi")):
        return RELATIVES if context.topics.get(RELATIVES, 0.0) > 0.5 else OTHER_PERSON
    context.person = None
    return None


def _introduced(piece: Piece, language: Language) -> str | None:
    hits, head = piece.hits, language.cues.scan(piece.tokens[:_HEAD])
    about_self = bool(set(piece.tokens) & language.sets["self"])
    if hits.get("outsider") and not hits.get("helps"):
        leads = bool(head.get("outsider"))
        if leads or (_is_ill(piece) and not about_self):
            return OTHER_PERSON
    if not about_self and head.get("family") and not hits.get("inlaw") and _are_not_the_patient(piece, language):
        if _is_treated(piece) and not _is_named_ill(piece):
            return OTHER_PERSON
        return RELATIVES if piece.speaker == "patient" or _is_ill(piece) else None
    if not _is_ill(piece) or hits.get("helps"):
        return None
    if hits.get("inlaw") and (head.get("inlaw") or not about_self):
        return OTHER_PERSON
    if hits.get("family") and not hits.get("inlaw") and (head.get("family") or not about_self):
        return RELATIVES
    return None


def _are_not_the_patient(piece: Piece, language: Language) -> bool:
    """A patient's «fetteren min», a relative's «søsteren hans»; a relative's «mor» may be the patient."""
    theirs = bool(set(piece.tokens[:_HEAD]) & language.sets["third"])
    return piece.speaker == "patient" or (piece.speaker == "other" and theirs)


def _is_ill(piece: Piece) -> bool:
    return bool(piece.hits.get("condition")) or any(terms.kind(token) for token in piece.tokens)


def _is_named_ill(piece: Piece) -> bool:
    return bool(piece.hits.get("condition")) or any(terms.kind(token) == terms.CONDITION for token in piece.tokens)


def _is_treated(piece: Piece) -> bool:
    """A relative's treatment without an illness is no history of the family's."""
    kinds = [terms.KINDS.index(kind) for kind in (terms.DRUG, terms.PROCEDURE)]
    return any(terms.chances(token)[kind] >= _TREATED for token in piece.tokens for kind in kinds)


def _says_she(piece: Piece, language: Language) -> bool:
    """A patient who says «hun» speaks of somebody else; a relative may speak of the patient."""
    about_self = set(piece.tokens) & language.sets["first"]
    subject = any(word in language.sets["person"] for word in piece.tokens[: _HEAD + 2])
    return piece.speaker == "patient" and not about_self and subject
