"""What the daemon says to a client: one frozen dataclass an event.  Every event has `seq`, see the README."""

from __future__ import annotations

from dataclasses import dataclass, field

from wardscribe.values import SAMPLE_RATE, DraftNote, Reason, State, Word


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
    seals: bool = False
    """Whether a session outlives a restart of the daemon: its client is given `sealed` states."""
    microphones: tuple[str, ...] = ()
    """The microphones that may be used: their names hold one of these (approval.py); empty: any."""


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
class Sealed:
    """The session so far, for its recording client to keep in memory and to `unseal` after a restart of the daemon.

    `state` replaces what came before under this index and everything after it.  Audio before `sample` is in it.
    """

    seq: int
    """The last event that is in it."""
    index: int
    sample: int
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finalized:
    """Everything received before `sample` is heard, decoded and committed: the answer to `finalize`."""

    seq: int
    sample: int


@dataclass(frozen=True, slots=True)
class Gap:
    """At `at_ms` of the session `missing_ms` of sound were not recorded."""

    seq: int
    at_ms: int
    missing_ms: int


@dataclass(frozen=True, slots=True)
class Editor:
    """Who may change the draft from now on: the name that the client gave in `hello`."""

    seq: int
    client: str


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
