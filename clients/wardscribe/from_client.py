"""What a client says to the daemon: one frozen dataclass an event, in the order in which a session needs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from wardscribe.values import Role, Source


@dataclass(frozen=True, slots=True)
class Hello:
    """First message of a connection: who is there and, after a lost connection, which session goes on."""

    token: str = field(default="", repr=False)
    client: str = ""
    """Name and version of the client program."""
    session: str = ""
    """Session to resume, or empty."""
    last_seq: int = 0
    """The last sequence number seen of that session; what came after is sent again."""
    device: str = field(default="", repr=False)
    """A secret of the client's machine: only who says it again can give back what was sealed for it."""


@dataclass(frozen=True, slots=True)
class Unseal:
    """Give back a session that the daemon does not know any more: its `sealed` states, in one or more messages."""

    session: str
    states: tuple[str, ...] = field(repr=False)
    """The latest state of every index, in order."""
    is_last: bool = True
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clinician's own words for a negative finding."""

    standard: str
    """As the note says it, for instance «Ingen kjente allergier.»."""
    own: str


@dataclass(frozen=True, slots=True)
class NotePreferences:
    """How the clinician wants the note; empty: as the template says, in the language spoken."""

    density: str = ""
    """full, normal or short."""
    form: str = ""
    """Written form of headings: nb, nn or en."""
    negatives: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a session.  Audio may follow at once."""

    language: str = "nb"
    template: str = "strukturert"
    channels: tuple[Role, ...] = (Role.UNKNOWN,)
    """One role a channel, in the order in which the samples are interleaved."""
    source: Source = Source.CLIENT
    """`daemon`: the daemon records from its own sound card instead of from binary messages."""
    microphone: str = ""
    patient: str = field(default="", repr=False)
    """Patient reference of the record system."""
    encounter: str = field(default="", repr=False)
    """Encounter reference of the record system."""
    informed: bool = False
    """The patient was told of the recording."""
    glossary: str = ""
    """Word list of the site whose words the decoder is to expect; empty: none."""
    preferences: NotePreferences = NotePreferences()  # frozen


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop listening; what was said so far is decoded to its end."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Listen again."""


@dataclass(frozen=True, slots=True)
class Finalize:
    """Decode what was said so far to its end, without a pause; `finalized` answers."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Here `missing_ms` of sound were not recorded: the machine slept, or capture stalled.  Sample indices go on."""

    missing_ms: int


@dataclass(frozen=True, slots=True)
class Take:
    """Take over the editing: from now on this connection edits, approves and discards, and no other."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The conversation is over: decode the tail and draft the note."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Change one sentence of the draft.  An empty text removes it; `index` equal to the section's length adds one."""

    section: str
    index: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Restore:
    """Take something that was left out into the draft, in the words and with the turns that the note lists it with."""

    turn: int
    text: str = field(repr=False)
    """As in `not_included`: one turn may have several entries."""
    section: str = ""
    """Where it is to stand; empty: with what was said nearest to it."""


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve the draft.  `hash` is that of the last `note` event: what was read is what is approved."""

    hash: str


@dataclass(frozen=True, slots=True)
class Discard:
    """Throw the session away."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Follow another client's session, from its event `last_seq` on."""

    session: str
    last_seq: int = 0
