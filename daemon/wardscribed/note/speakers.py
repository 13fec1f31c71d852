"""Who speaks, where no channel tells: from the words of a turn, and from who spoke before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wardscribed.note import linear, signals, terms
from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece

SURE = 0.9
"""From here on a sentence may be taken for the clinician's assessment or plan."""
_SWITCH_TURN, _SWITCH_SENTENCE = 0.75, 0.04
"""How likely another person speaks in the next turn; in the next sentence of the same turn."""


class SpeakerGuess:
    """Follows one conversation; each turn costs the same."""

    def __init__(self, language: Language, model: linear.LinearModel | None = None) -> None:
        self._language = language
        self._model = model
        self._clinician = 0.5

    def receive(self, turn: Sequence[Piece]) -> list[Piece]:
        """Return the sentences of one turn with their speaker; where the speaker is known they stay as they are.

        What is said later in a turn tells who began it: the question that follows shows who gave the score before it.
        """
        if not turn or turn[0].speaker is not None or turn[0].dictated:
            return list(turn)
        model = self._model or linear.load("speakers")
        said = [model.chances(signals.of_words(piece, self._language))["clinician"] for piece in turn]
        chances = _smoothed(said, _moved(self._clinician, _SWITCH_TURN))
        self._clinician = chances[-1]
        return [self._spoken(piece, chance) for piece, chance in zip(turn, chances, strict=True)]

    def _spoken(self, piece: Piece, clinician: float) -> Piece:
        if clinician < 0.5:
            return replace(piece, speaker="patient")
        sure = clinician >= SURE and not opines_alone(piece, self._language)
        return replace(piece, speaker="clinician", sure=sure)


def opines_alone(piece: Piece, language: Language) -> bool:
    """«Jeg mener at jeg burde vært sykmeldt»: an opinion that nothing but the verb makes a clinician's.

    It is one where it speaks to the patient or names a condition, a drug or a procedure, and of nobody's own self.
    """
    words = [word for word in piece.tokens if word in language.sets["first"]]
    if not language.opinion.search(" ".join(piece.tokens)):
        return False
    addresses = bool(set(piece.tokens) & language.sets["second"])
    names = bool(piece.hits.get("condition")) or any(terms.kind(token) for token in piece.tokens)
    return len(words) > 1 or not (addresses or names)


def _smoothed(said: Sequence[float], before: float) -> list[float]:
    """Return how likely the clinician says each sentence of a turn, by the sentences before it and behind it."""
    ahead, behind = [_weighted(before, said[0])], [0.5]
    for chance in said[1:]:
        ahead.append(_weighted(_moved(ahead[-1], _SWITCH_SENTENCE), chance))
    for chance in reversed(said[1:]):
        behind.append(_moved(_weighted(behind[-1], chance), _SWITCH_SENTENCE))
    return [_weighted(a, b) for a, b in zip(ahead, reversed(behind), strict=True)]


def _moved(chance: float, switch: float) -> float:
    return chance * (1 - switch) + (1 - chance) * switch


def _weighted(one: float, other: float) -> float:
    both, neither = one * other, (1 - one) * (1 - other)
    return both / (both + neither)
