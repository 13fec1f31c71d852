"""What a person sees of a session: events in, what stands on the screen out.  No I/O, no clock, no layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wardscribe import protocol
from wardscribe.notices import Disconnected, Waiting
from wardscribe.protocol import DraftNote, LeftOut, Role, Sentence, State


@dataclass(slots=True)
class Line:
    """One utterance: who said what."""

    number: int
    channel: int
    start_ms: int
    committed: list[str] = field(default_factory=list, repr=False)
    partial: list[str] = field(default_factory=list, repr=False)
    ended: bool = False

    @property
    def text(self) -> str:
        """The words that never change again."""
        return " ".join(self.committed)


@dataclass(frozen=True, slots=True)
class Placed:
    """A sentence of the draft under the number by which a person names it."""

    number: int
    section: str
    index: int
    sentence: Sentence


class Conversation:
    """A session as its events tell it."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles
        self.lines: dict[int, Line] = {}
        """By utterance number, in the order in which they began."""
        self.state: State | None = None
        self.reason = ""
        self.is_connected = True
        self.unsent: Waiting | None = None
        """Audio that waits for the daemon, where it is much."""
        self.gaps: list[protocol.Gap] = []
        self.elapsed_ms = 0
        self.total_ms = 0
        """How long it will be, where that is known."""
        self.levels: dict[int, float] = {}
        """Channel → level in dB relative to full scale."""
        self.clipping: set[int] = set()
        """Channels that are too loud."""
        self.hears_itself = False
        """Whether the levels are those of what is being sent, as it is spoken."""
        self.note: DraftNote | None = None
        self.note_hash = ""
        self.model = ""

    def receive(self, event: Any) -> None:
        """Take one event of the client."""
        match event:
            case protocol.Ready():
                self.is_connected, self.model = True, event.model
            case Disconnected() | Waiting():
                self._receive_notice(event)
            case protocol.StateChanged():
                self.state, self.reason = event.state, event.reason
            case protocol.Ack():
                self.elapsed_ms = event.sample * 1000 // protocol.SAMPLE_RATE
            case protocol.Quality():
                self._receive_quality(event)
            case protocol.Note(final=True):
                self.note, self.note_hash = event.note, event.hash
            case _:
                self._receive_speech(event)

    def show_level(self, channel: int, level_db: float) -> None:
        """Take the level of what is being sent: it is fresher than the daemon's reports."""
        self.hears_itself = True
        self.levels[channel] = level_db

    def _receive_notice(self, event: Disconnected | Waiting) -> None:
        match event:
            case Disconnected():
                self.is_connected = False
            case Waiting():
                self.unsent = event if event.seconds else None

    def _receive_quality(self, event: protocol.Quality) -> None:
        if not self.hears_itself:
            self.levels[event.channel] = event.level_db
        (self.clipping.add if event.clipping else self.clipping.discard)(event.channel)

    def _receive_speech(self, event: Any) -> None:
        match event:
            case protocol.Gap():
                self.gaps.append(event)
            case protocol.Utterance():
                line = self._line(event.utterance, event.channel, event.start_ms)
                line.ended, line.start_ms = event.ended, event.start_ms
                line.partial = [] if event.ended else line.partial
            case protocol.Commit(words=words):
                line = self._line(event.utterance, event.channel, words[0].start_ms if words else 0)
                line.committed += [word.text for word in words]
                line.partial = line.partial[len(words) :]  # until the next partial tells the tail
            case protocol.Partial(words=words):
                line = self._line(event.utterance, event.channel, words[0].start_ms if words else 0)
                line.partial = [word.text for word in words]

    def _line(self, number: int, channel: int, start_ms: int) -> Line:
        return self.lines.setdefault(number, Line(number, channel, start_ms))

    @property
    def is_catching_up(self) -> bool:
        """Whether a file is sent as fast as it is taken: that much waits is no trouble then."""
        return self.total_ms > 0 and not self.hears_itself

    def role(self, channel: int) -> Role:
        """Return who speaks on a channel."""
        return self.roles[channel] if channel < len(self.roles) else Role.UNKNOWN

    def speaker(self, utterance: int) -> Role:
        """Return who spoke an utterance."""
        return self.role(self.lines[utterance].channel) if utterance in self.lines else Role.UNKNOWN

    def evidence(self, sentence: Sentence) -> list[Line]:
        """Return the utterances that carry a sentence, as far as they were heard here."""
        return [self.lines[number] for number in sentence.evidence if number in self.lines]

    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state is State.WIPED


def placed(note: DraftNote) -> list[Placed]:
    """Return the draft's sentences, numbered from 1 through all sections."""
    flat = [(section.id, i, sentence) for section in note.sections for i, sentence in enumerate(section.sentences)]
    return [Placed(number, *item) for number, item in enumerate(flat, start=1)]


def left_out(note: DraftNote) -> list[LeftOut]:
    """Return what was said and is not in the draft, in the order in which it was said."""
    return sorted(note.not_included, key=lambda item: item.turn)
