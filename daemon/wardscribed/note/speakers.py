"""Who speaks, where no channel tells: sentence by sentence, from the words and from who spoke before."""

from __future__ import annotations

from dataclasses import replace

from wardscribed.note import linear, signals
from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece

SURE = 0.9
"""From here on a sentence may be taken for the clinician's assessment or plan."""
_SWITCH_TURN, _SWITCH_SENTENCE = 0.75, 0.04
"""How likely another person speaks in the next turn; in the next sentence of the same turn."""


class SpeakerGuess:
    """Follows one conversation; each sentence costs the same."""

    def __init__(self, language: Language, model: linear.LinearModel | None = None) -> None:
        self._language = language
        self._model = model
        self._turn: int | None = None
        self._clinician = 0.5

    def receive(self, piece: Piece) -> Piece:
        """Return the sentence with its speaker; one whose speaker is known stays as it is."""
        if piece.speaker is not None or piece.dictated:
            return piece
        model = self._model or linear.load("speakers")
        said = model.chances(signals.of_words(piece, self._language))["clinician"]
        switch = _SWITCH_SENTENCE if piece.turn == self._turn else _SWITCH_TURN
        before = self._clinician * (1 - switch) + (1 - self._clinician) * switch
        clinician = before * said / (before * said + (1 - before) * (1 - said))
        self._turn, self._clinician = piece.turn, clinician
        role = "clinician" if clinician >= 0.5 else "patient"
        return replace(piece, speaker=role, sure=role == "patient" or clinician >= SURE)
