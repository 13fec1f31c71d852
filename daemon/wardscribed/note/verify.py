"""The last gate before a note is shown, the same for every way of drafting.

A sentence passes only if it has evidence and if its evidence carries what must not be invented: every number, every
side, every negation, every drug and diagnosis.  What fails is not repaired: it is left out, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from wardscribe.protocol import Sentence
from wardscribed.note.cues import STRONG
from wardscribed.note.language import Language, tokens
from wardscribed.note.sentences import split
from wardscribed.values import Turn

NO_EVIDENCE = "uten_belegg"
NUMBER = "tall_uten_belegg"
SIDE = "side_uten_belegg"
NEGATION = "nektelse_uten_belegg"
TERM = "begrep_uten_belegg"
MIN_CONTENT = 4
"""Letters of a word that carries content."""
MIN_REPEATED = 0.6
"""Share of the longer one's content words that two sentences share when one repeats the other."""
_TERMS = ("medikamenter", "condition")


def problem(sentence: Sentence, turns: Mapping[int, Turn], language: Language) -> str | None:
    """Return why a sentence must not be shown (a stable key), or None where its evidence carries it."""
    if not sentence.evidence or any(number not in turns for number in sentence.evidence):
        return NO_EVIDENCE
    said = language.tag.sub("", "\n".join(turns[number].text for number in sentence.evidence))
    words, heard = set(tokens(language.tag.sub("", sentence.text))), set(tokens(said))
    if not language.numbers.values(sentence.text) <= language.numbers.values(said):
        return NUMBER
    if not words & language.sets["side"] <= heard:
        return SIDE
    if words & language.sets["negation"] and not heard & language.sets["negation"]:
        return NEGATION
    if not words & language.sets["negation"] and _was_denied(words, said, language):
        return NEGATION
    return TERM if any(_is_term(word, language) for word in words - heard - _own(language)) else None


def _was_denied(words: set[str], said: str, language: Language) -> bool:
    """Return whether each sentence of the evidence that a sentence repeats says «ikke»; «nei» alone denies nothing."""
    content = _content(words, language)
    heard = [set(tokens(sentence)) for sentence in split(said, language)]
    repeated = [one for one in heard if _repeats(content, _content(one, language))]
    denials = language.sets["negation"] - language.sets["no"]
    return bool(repeated) and all(one & denials for one in repeated)


def _content(words: set[str], language: Language) -> set[str]:
    return {word for word in words if len(word) >= MIN_CONTENT} - language.sets["negation"]


def _repeats(one: set[str], other: set[str]) -> bool:
    shared = len(one & other)
    return bool(shared) and shared >= MIN_REPEATED * max(len(one), len(other))


def _own(language: Language) -> set[str]:
    """Words that the program sets itself; they name no drug and no illness."""
    return set(tokens(language.phrases.no_known_allergies)) | language.numbers.unit_words


def _is_term(word: str, language: Language) -> bool:
    hits = language.cues.scan([word])
    return any(hits.get(label, 0.0) >= STRONG for label in _TERMS)
