"""What was said and what arrived when, in; error rates and delays, out.  No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from benchmarks.generated import Consultation, Spoken
from benchmarks.scoring import Errors, align, count, words
from benchmarks.streaming import Arrival
from wardscribe.protocol import Commit, Partial, Utterance, Word

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """A committed word and when the client had it, in seconds of audio."""

    word: Word = field(repr=False)
    at_s: float


@dataclass(slots=True)
class Delays:
    """Seconds, one figure an occurrence."""

    commit: list[float] = field(default_factory=list)
    """A word's end → the client holds it committed."""
    first_partial: list[float] = field(default_factory=list)
    """An utterance's first sound → the client holds a word of it, be it partial."""
    final: list[float] = field(default_factory=list)
    """An utterance's last sound → the client knows that all its words are committed."""


def measure(consultation: Consultation, arrivals: Sequence[Arrival], delays: Delays) -> Errors:
    """Return the word errors of what was committed, and add to the delays."""
    errors = Errors()
    for channel in range(consultation.channels):
        spoken = [piece for piece in consultation.spoken if piece.channel == channel]
        arrived = [arrival for arrival in arrivals if arrival.event.channel == channel]
        errors += _measure_words(spoken, arrived, delays, is_exact=consultation.has_word_times)
        measure_utterances(spoken, arrived, delays)
    return errors


def _measure_words(spoken: Sequence[Spoken], arrived: Sequence[Arrival], delays: Delays, *, is_exact: bool) -> Errors:
    """Add the delay of every word heard for one that was said; its end is the reference's where that is exact."""
    said = _normalised(spoken, lambda piece: piece.text)
    heard = _normalised(_committed(arrived), lambda item: item.word.text)
    one, other = [word for word, _ in said], [word for word, _ in heard]
    pairs = align(one, other)
    for i, j in pairs:
        if i is not None and j is not None:
            end_ms = said[i][1].end_ms if is_exact else heard[j][1].word.end_ms
            delays.commit.append(heard[j][1].at_s - end_ms / 1000)
    return count(one, other, pairs)


def _normalised(items: Iterable[T], text: Callable[[T], str]) -> list[tuple[str, T]]:
    return [(word, item) for item in items for word in words(text(item))]


def _committed(arrived: Iterable[Arrival]) -> list[Heard]:
    """Return the committed words of one channel in the order in which they were said."""
    commits = sorted(
        (arrival for arrival in arrived if isinstance(arrival.event, Commit)), key=lambda a: a.event.utterance
    )
    return [Heard(word, arrival.at_s) for arrival in commits for word in arrival.event.words]


def measure_utterances(spoken: Sequence[Spoken], arrived: Sequence[Arrival], delays: Delays) -> None:
    """Add the delays of the utterances of one channel."""
    ended = [arrival for arrival in arrived if isinstance(arrival.event, Utterance) and arrival.event.ended]
    for end in ended:
        inside = [p for p in spoken if p.end_ms > end.event.start_ms and p.start_ms < end.event.end_ms]
        with_words = [a for a in arrived if _has_words(a.event) and a.event.utterance == end.event.utterance]
        if not inside or not with_words:
            continue  # nothing was said here, or nothing was heard: the error rate tells of it
        delays.first_partial.append(with_words[0].at_s - max(inside[0].start_ms, end.event.start_ms) / 1000)
        delays.final.append(end.at_s - min(inside[-1].end_ms, end.event.end_ms) / 1000)


def _has_words(event: Any) -> bool:
    return isinstance(event, Commit | Partial) and bool(event.words)


def offline_errors(consultation: Consultation, heard: Sequence[dict[str, Any]]) -> Errors:
    """Return the word errors of `wardscribed transcribe --json`, whose list of words is `heard`."""
    errors = Errors()
    for channel in range(consultation.channels):
        one = [w for piece in consultation.spoken if piece.channel == channel for w in words(piece.text)]
        other = [w for item in heard if item["channel"] == channel for w in words(item["text"])]
        errors += count(one, other, align(one, other))
    return errors


def committed_words(arrivals: Iterable[Arrival]) -> list[dict[str, Any]]:
    """Return the committed words as `wardscribed transcribe --json` prints them: each channel in order."""
    commits = sorted((a.event for a in arrivals if isinstance(a.event, Commit)), key=lambda event: event.utterance)
    return [asdict(word) | {"channel": commit.channel} for commit in commits for word in commit.words]


def words_on(arrivals: Iterable[Arrival], channel: int) -> int:
    """Return how many words were committed on a channel."""
    return len(_committed(arrival for arrival in arrivals if arrival.event.channel == channel))
