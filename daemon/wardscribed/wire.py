"""The daemon's values as protocol.py's events carry them: samples become milliseconds."""

from __future__ import annotations

from collections.abc import Iterable

from wardscribe import protocol
from wardscribed.audio.quality import QualityReport
from wardscribed.values import Word, milliseconds


def words_to_wire(words: Iterable[Word]) -> tuple[protocol.Word, ...]:
    """Return the words of a `commit` or `partial`."""
    return tuple(protocol.Word(w.text, milliseconds(w.start), milliseconds(w.end), round(w.p, 3)) for w in words)


def quality_to_wire(seq: int, channel: int, report: QualityReport) -> protocol.Quality:
    """Return the `quality` event of a channel."""
    return protocol.Quality(seq, channel, report.level_db, report.is_clipping, report.snr_db, report.silence_s)
