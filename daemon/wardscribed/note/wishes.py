"""A clinician's wishes over the wire in, preferences out; what could change a note's meaning is refused."""

from __future__ import annotations

from wardscribe.fields import FieldError
from wardscribe.protocol import NotePreferences, Phrase
from wardscribed.note import terms
from wardscribed.note.language import LANGUAGES, Language, load, tokens
from wardscribed.note.preferences import Density, Preferences

MAX_PHRASES = 50
MAX_PHRASE = 200
"""Characters."""


def read(wishes: NotePreferences, language: str) -> Preferences:
    """Return the preferences of a conversation in a language.  Raises FieldError naming the field."""
    densities = [density.value for density in Density]
    if wishes.density not in ("", *densities):
        raise FieldError(f"'preferences.density' must be one of {', '.join(densities)}, or empty")
    if wishes.form not in ("", *LANGUAGES):
        raise FieldError(f"'preferences.form' must be one of {', '.join(LANGUAGES)}, or empty")
    if len(wishes.negatives) > MAX_PHRASES:
        raise FieldError(f"'preferences.negatives' has at most {MAX_PHRASES} phrases")
    for i, phrase in enumerate(wishes.negatives):
        fault = _fault(phrase, load(language))
        if fault:
            raise FieldError(f"'preferences.negatives[{i}].{fault}")
    density = Density(wishes.density) if wishes.density else None
    return Preferences(density, wishes.form, {phrase.standard: phrase.own for phrase in wishes.negatives})


def _fault(phrase: Phrase, language: Language) -> str:
    """Return what is wrong with a phrase, beginning with its key; empty where nothing is.

    It stands in the note in place of a sentence that passed the gate, so that it may bring nothing: no value, no term.
    """
    standard, own = tokens(phrase.standard), tokens(phrase.own)
    if max(len(phrase.standard), len(phrase.own)) > MAX_PHRASE:
        return f"own' and 'standard' have at most {MAX_PHRASE} characters"
    if not set(standard) & language.sets["negation"]:
        return "standard' must be a negative finding"
    if not set(own) & {*language.sets["negation"], "0"}:
        return "own' must deny too"
    values = (language.numbers.values(phrase.own) - {"0"}) | (set(own) & language.sets["side"])
    if values or any(terms.kind(word) and word not in standard for word in own):
        return "own' must bring no number, side, drug, illness or procedure"
    return ""
