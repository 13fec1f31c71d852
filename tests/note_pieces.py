"""The sentences of a conversation as a draft sees them, for the tests of single parts of the note."""

from __future__ import annotations

from wardscribed.note.language import Language
from wardscribed.note.sentences import Piece, asked_after_all, of_turn
from wardscribed.values import Transcript


def pieces(transcript: Transcript, language: Language) -> list[Piece]:
    """Return the sentences in order."""
    found = [piece for turn in transcript.turns for piece in of_turn(turn, language, dictated=False)]
    return [asked_after_all(a, b, language) for a, b in zip(found, [*found[1:], None], strict=True)]
