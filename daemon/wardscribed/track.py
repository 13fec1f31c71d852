"""What a session holds for one channel."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from wardscribe.protocol import Role
from wardscribed.audio.listener import Listener
from wardscribed.utterance import OpenUtterance
from wardscribed.values import Turn, Word


@dataclass(frozen=True, slots=True)
class Said:
    """One ended utterance: the note's raw material."""

    number: int
    channel: int
    start: int
    words: tuple[Word, ...] = field(repr=False)

    def turn(self, speaker: str | None) -> Turn:
        """Return it as the note reads it."""
        return Turn(self.number, speaker, " ".join(w.text for w in self.words), tuple(w.p for w in self.words))


@dataclass(slots=True)
class Interrupted:
    """An utterance that a restart of the daemon interrupted: it goes on with the next speech that is heard."""

    number: int
    start: int
    words: list[Word] = field(default_factory=list, repr=False)
    """Committed so far."""


class Track:
    """One channel: its ears, and the utterances whose words are not all committed."""

    def __init__(self, role: Role, listener: Listener) -> None:
        self.role = role
        self.listener = listener
        self.open: deque[OpenUtterance] = deque()  # oldest first; only the last can still be growing
        self.words: list[Word] = []  # committed words of open[0]
        self.said_to = 0  # sample where the last committed word of an ended utterance ends
        self.flushes = 0  # flushes asked for and not done yet
        self.ended_at = 0  # sample at which the last utterance ended whose words are all committed
        self.listen_from = 0  # sample at which a restored session began to listen
        self.interrupted: deque[Interrupted] = deque()  # oldest first
