"""The wire, version 1: one frozen dataclass an event, and the audio message.

Text messages are one JSON object with `type`; binary messages are audio: an 8-byte big-endian absolute sample index,
then s16le samples at 16 kHz, channels interleaved.  Times on the wire are integer milliseconds of audio since the
session began.  The daemon imports these classes from here; nothing here imports the daemon.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wardscribe.fields import FieldError, from_json
from wardscribe.values import DraftNote as DraftNote
from wardscribe.values import LeftOut as LeftOut
from wardscribe.values import Reason as Reason
from wardscribe.values import Role as Role
from wardscribe.values import Section as Section
from wardscribe.values import Sentence as Sentence
from wardscribe.values import Source as Source
from wardscribe.values import State as State
from wardscribe.values import Word as Word

SUBPROTOCOL = "wardscribe.v1"
SAMPLE_RATE = 16_000
BYTES_PER_SAMPLE = 2
MAX_MESSAGE_BYTES = 1 << 20
_AUDIO_HEADER = struct.Struct(">Q")

E = TypeVar("E")


class ProtocolError(Exception):
    """The peer broke the protocol.  `code` is stable and for programs; the text is for people and quotes no content."""

    def __init__(self, code: str, message: str, retry_after_ms: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_ms = retry_after_ms


# ------------------------------------------------------------------------------------------------- client → daemon


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


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop listening; what was said so far is decoded to its end."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Listen again."""


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


# ------------------------------------------------------------------------------------------------- daemon → client


@dataclass(frozen=True, slots=True)
class Ready:
    """Answer to `hello`."""

    seq: int = 0
    version: str = ""
    """Version of the daemon."""
    model: str = ""
    """Name of the speech model."""
    templates: tuple[str, ...] = ()
    glossaries: tuple[str, ...] = ()
    """The site's word lists."""
    languages: tuple[str, ...] = ()
    sample_rate: int = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Ack:
    """All samples before `sample` (a channel) are in the daemon's hands; the client may forget them."""

    seq: int
    sample: int


@dataclass(frozen=True, slots=True)
class Partial:
    """The uncommitted tail of an utterance.  Each replaces the one before; a `commit` may shorten it."""

    seq: int
    utterance: int
    channel: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """Words that will never change again."""

    seq: int
    utterance: int
    channel: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Utterance:
    """An utterance began or ended.  `ended` means that all its words are committed."""

    seq: int
    utterance: int
    channel: int
    start_ms: int
    end_ms: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """How the microphone does, about once a second a channel."""

    seq: int
    channel: int
    level_db: float
    """RMS level in dB relative to full scale."""
    clipping: bool
    snr_db: float
    """Speech level above the noise floor; 0 until both were heard."""
    silence_s: float
    """Seconds since speech was last heard."""


@dataclass(frozen=True, slots=True)
class Note:
    """The draft as it stands.  `hash` names its content for `approve`; `final` once the session has stopped."""

    seq: int
    final: bool
    hash: str
    note: DraftNote


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The session's state."""

    seq: int
    session: str
    state: State
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class Error:
    """Something was refused.  `fatal`: the connection ends; otherwise it goes on as if the message had not come."""

    seq: int
    code: str
    message: str
    fatal: bool = False
    retry_after_ms: int = 0
    """With `busy`: try again after so long."""


@dataclass(frozen=True, slots=True)
class Bye:
    """The daemon ends the connection; `retry_after_ms` is 0 where coming back is useless."""

    seq: int
    reason: str
    retry_after_ms: int = 0


CLIENT_EVENTS: dict[str, type] = {
    "hello": Hello, "start": Start, "pause": Pause, "resume": Resume, "stop": Stop, "edit": Edit,
    "approve": Approve, "discard": Discard, "watch": Watch,
}  # fmt: skip
DAEMON_EVENTS: dict[str, type] = {
    "ready": Ready, "ack": Ack, "partial": Partial, "commit": Commit, "utterance": Utterance, "quality": Quality,
    "note": Note, "state": StateChanged, "error": Error, "bye": Bye,
}  # fmt: skip
_NAMES = {cls: name for table in (CLIENT_EVENTS, DAEMON_EVENTS) for name, cls in table.items()}


def to_wire(event: Any) -> dict[str, Any]:
    """Return the event as the JSON object that is sent."""
    return {"type": _NAMES[type(event)], **dataclasses.asdict(event)}


def encode(event: Any) -> str:
    """Return the event as one text message (standard library only; the daemon has a faster encoder)."""
    return json.dumps(to_wire(event), ensure_ascii=False)


def decode(message: str, events: Mapping[str, type]) -> Any:
    """Return the event of one text message; `events` is the table of what the peer may send.

    Raises ProtocolError with code `not_json`, `not_an_object`, `unknown_event` or `bad_field`.
    """
    try:
        data = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not_json", "the text message is not JSON") from error
    if not isinstance(data, dict):
        raise ProtocolError("not_an_object", "the text message is JSON, but not an object")
    name = data.pop("type", None)
    cls = events.get(name) if isinstance(name, str) else None
    if cls is None:
        raise ProtocolError("unknown_event", f"unknown event type; expected one of {', '.join(events)}")
    try:
        return from_json(cls, data)
    except FieldError as error:
        raise ProtocolError("bad_field", f"event {name}: {error}") from error


def encode_audio(first_sample: int, pcm: bytes) -> bytes:
    """Return the binary message for `pcm` (s16le, interleaved) whose first frame is sample `first_sample`."""
    return _AUDIO_HEADER.pack(first_sample) + pcm


def decode_audio(message: bytes, channels: int) -> tuple[int, bytes]:
    """Return (first sample, s16le samples) of a binary message.  Raises ProtocolError `bad_audio`."""
    if len(message) < _AUDIO_HEADER.size:
        raise ProtocolError("bad_audio", f"an audio message has at least {_AUDIO_HEADER.size} bytes")
    size = len(message) - _AUDIO_HEADER.size
    if size % (BYTES_PER_SAMPLE * channels):
        raise ProtocolError("bad_audio", f"{size} bytes are no whole number of 16-bit samples on {channels} channels")
    return _AUDIO_HEADER.unpack_from(message)[0], message[_AUDIO_HEADER.size :]
