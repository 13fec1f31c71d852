"""A session as its client keeps it sealed, and the session made of that again after a restart of the daemon.

The log is all there is to it: what was committed, begun, ended, drafted and decided can be read from the events.  They
are sealed in pieces, so that an hour's talk is not sealed anew with every word; what the log does not tell, where to
listen on, goes with every piece, and that of the last piece holds.  What was heard and not yet committed is not kept:
the client sends that audio again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from wardscribe import protocol
from wardscribe.fields import from_json
from wardscribe.protocol import Commit, Note, ProtocolError, Role, Sealed, Source, Start, State, StateChanged, Utterance
from wardscribed.audio.endpointing import EndpointSettings
from wardscribed.drafting import all_left_out
from wardscribed.errors import frames
from wardscribed.session import Session
from wardscribed.track import Interrupted, Said
from wardscribed.trust.moment import Moment
from wardscribed.trust.seal import Owner, Seals
from wardscribed.trust.tombstones import End
from wardscribed.values import SAMPLE_RATE, Word, milliseconds, samples
from wardscribed.wire import encode

_PIECE_BYTES = 16_384
_ADVANCE = 5 * SAMPLE_RATE  # of the audio that need not be kept, after which it is worth saying so


class Keeper:
    """Seals a session for one connection of its client, from the beginning."""

    def __init__(self, session: Session, seals: Seals, owner: Owner) -> None:
        self._session = session
        self._seals = seals
        self._owner = owner
        self._index = 0
        self._first = 1  # sequence number of the first event of the piece
        self._last = 0  # the last event sealed
        self._events: list[bytes] = []  # of the piece, encoded
        self._sample = 0  # audio before it need not be kept, as was said last

    def news(self, now: Moment) -> list[Sealed]:
        """Return what covers all that is logged by now; nothing where nothing is new."""
        if self._session.state is State.WIPED:
            return []
        sealed, last = [], self._last
        for event in self._session.log.since(self._last):
            self._events.append(encode(event))
            self._last = event.seq
            if sum(map(len, self._events)) > _PIECE_BYTES:
                sealed.append(self._seal(now))
                self._index, self._first, self._events = self._index + 1, self._last + 1, []
        sample = min(track.unsaid_from for track in self._session.tracks)
        if (self._events and self._last > last) or sample - self._sample >= _ADVANCE:
            sealed.append(self._seal(now))
        return sealed

    def _seal(self, now: Moment) -> Sealed:
        session = self._session
        session.seals += 1
        where = [track.unsaid_from for track in session.tracks]
        self._sample = min(where)
        content = orjson.dumps(
            {
                "first": self._first,
                "last": self._last,
                "start": protocol.to_wire(session.start),
                "received": session.known,
                "sealed_at": now,
                "listen_from": where,
                "events": [orjson.Fragment(event) for event in self._events],
            }
        )
        state = self._seals.seal(self._owner, self._index, session.seals, content, now)
        return Sealed(self._last, self._index, self._sample, state)


# ---------------------------------------------------------------------------------------------------------- and back


def take_up(contents: Sequence[bytes], count: int, now: Moment, begin: Callable[[Start], Session]) -> Session:
    """Return the session that was sealed, in a session that `begin` gives; the rest as for `restore`.

    Raises ProtocolError `bad_seal`, whatever is wrong with it: its client asks no more, and is told why.
    """
    try:
        session = begin(start_of(contents))
        restore(session, contents, count, now)
    except ProtocolError as error:  # its template, its model or the microphone is gone
        raise ProtocolError("bad_seal", f"the session cannot go on here: {error}") from error
    except Exception as error:  # it was sealed by us, so this is a bug; its text may quote
        raise ProtocolError("bad_seal", f"the sealed state cannot be taken up: {frames(error)}") from None
    return session


def over(session_id: str, end: End) -> Session:
    """Return a session as it is after it was wiped: it tells how it ended, and nothing else."""
    start = Start(channels=(Role.UNKNOWN,))
    session = Session(session_id, start, lambda said, _: all_left_out("", said), EndpointSettings(), n_mels=1)
    last = StateChanged(end.seq, session_id, end.state, end.reason)
    session.log.restore([last, StateChanged(end.seq + 1, session_id, State.WIPED)], end.seq + 1)
    session.state, session.is_buried = State.WIPED, True
    return session


def start_of(contents: Sequence[bytes]) -> Start:
    """Return how a sealed session was begun.  Raises ProtocolError `bad_seal`."""
    pieces = _pieces(contents)
    fields = {name: value for name, value in pieces[-1]["start"].items() if name != "type"}
    return from_json(Start, fields)


def _pieces(contents: Sequence[bytes]) -> list[dict[str, Any]]:
    pieces = [orjson.loads(content) for content in contents]
    ends = [0, *(piece["last"] for piece in pieces)]
    if not pieces or any(piece["first"] != end + 1 for piece, end in zip(pieces, ends, strict=False)):
        raise ProtocolError("bad_seal", "a sealed state is missing")
    return pieces


def restore(session: Session, contents: Sequence[bytes], count: int, now: Moment) -> None:
    """Put a session that was just begun into the state that was sealed, of which `count` is the newest seal's.

    Where the daemon's own microphone records, nobody can say again what was not committed, nor what was said since.
    """
    pieces = _pieces(contents)
    events = [_event(data) for piece in pieces for data in piece["events"]]
    session.log.restore(events, pieces[-1]["last"])
    session.seals = count
    is_own = session.start.source is Source.DAEMON
    listen_from = [pieces[-1]["received"]] * len(session.tracks) if is_own else pieces[-1]["listen_from"]
    for track, sample in zip(session.tracks, listen_from, strict=True):
        track.listen_from = sample
        track.listener.begin_at(min(listen_from), sample)
    for event in events:
        _replay(session, event)
    if is_own:
        unsaid = pieces[-1]["received"] - min(pieces[-1]["listen_from"])
        session.forgo(milliseconds(unsaid), max(now.since(Moment(**pieces[-1]["sealed_at"])), 0.0))
    else:
        session.owe(pieces[-1]["received"])


def _event(data: dict[str, Any]) -> Any:
    return from_json(protocol.DAEMON_EVENTS[data.pop("type")], data)


def _replay(session: Session, event: Any) -> None:
    match event:
        case StateChanged():
            session.state = event.state
        case Note():
            session.drafting.note = event.note
        case Utterance(ended=False):
            session.hearing.utterances = max(session.hearing.utterances, event.utterance)
            session.tracks[event.channel].interrupted.append(Interrupted(event.utterance, samples(event.start_ms)))
        case Commit():
            words = [Word(w.text, samples(w.start_ms), samples(w.end_ms), w.p) for w in event.words]
            _interrupted(session, event).words.extend(words)
        case Utterance():
            _end(session, event)


def _interrupted(session: Session, event: Commit | Utterance) -> Interrupted:
    return next(it for it in session.tracks[event.channel].interrupted if it.number == event.utterance)


def _end(session: Session, event: Utterance) -> None:
    track, utterance = session.tracks[event.channel], _interrupted(session, event)
    track.interrupted.remove(utterance)
    track.ended_at = samples(event.end_ms) + SAMPLE_RATE // 1000  # milliseconds are rounded down
    if utterance.words:
        track.said_to = utterance.words[-1].end
        session.hearing.said.append(
            Said(event.utterance, event.channel, samples(event.start_ms), tuple(utterance.words))
        )
