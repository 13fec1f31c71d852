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
from typing import Any, TypeVar

from wardscribe.fields import FieldError, from_json
from wardscribe.from_client import Approve as Approve
from wardscribe.from_client import Discard as Discard
from wardscribe.from_client import Edit as Edit
from wardscribe.from_client import Finalize as Finalize
from wardscribe.from_client import Hello as Hello
from wardscribe.from_client import Lost as Lost
from wardscribe.from_client import NotePreferences as NotePreferences
from wardscribe.from_client import Pause as Pause
from wardscribe.from_client import Phrase as Phrase
from wardscribe.from_client import Restore as Restore
from wardscribe.from_client import Resume as Resume
from wardscribe.from_client import Start as Start
from wardscribe.from_client import Stop as Stop
from wardscribe.from_client import Take as Take
from wardscribe.from_client import Unseal as Unseal
from wardscribe.from_client import Watch as Watch
from wardscribe.from_daemon import Ack as Ack
from wardscribe.from_daemon import Bye as Bye
from wardscribe.from_daemon import Commit as Commit
from wardscribe.from_daemon import Editor as Editor
from wardscribe.from_daemon import Error as Error
from wardscribe.from_daemon import Finalized as Finalized
from wardscribe.from_daemon import Gap as Gap
from wardscribe.from_daemon import Note as Note
from wardscribe.from_daemon import Partial as Partial
from wardscribe.from_daemon import Quality as Quality
from wardscribe.from_daemon import Ready as Ready
from wardscribe.from_daemon import Sealed as Sealed
from wardscribe.from_daemon import StateChanged as StateChanged
from wardscribe.from_daemon import Utterance as Utterance
from wardscribe.values import SAMPLE_RATE as SAMPLE_RATE
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


CLIENT_EVENTS: dict[str, type] = {
    "hello": Hello, "unseal": Unseal, "start": Start, "pause": Pause, "resume": Resume, "finalize": Finalize,
    "lost": Lost, "stop": Stop, "edit": Edit, "restore": Restore, "approve": Approve, "discard": Discard,
    "watch": Watch, "take": Take,
}  # fmt: skip
DAEMON_EVENTS: dict[str, type] = {
    "ready": Ready, "ack": Ack, "sealed": Sealed, "partial": Partial, "commit": Commit, "utterance": Utterance,
    "gap": Gap, "finalized": Finalized, "quality": Quality, "note": Note, "editor": Editor, "state": StateChanged,
    "error": Error, "bye": Bye,
}  # fmt: skip
_NAMES = {cls: name for table in (CLIENT_EVENTS, DAEMON_EVENTS) for name, cls in table.items()}


def name(event: Any) -> str:
    """Return the event's `type` on the wire."""
    return _NAMES[type(event)]


def to_wire(event: Any) -> dict[str, Any]:
    """Return the event as the JSON object that is sent."""
    return {"type": name(event), **dataclasses.asdict(event)}


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
