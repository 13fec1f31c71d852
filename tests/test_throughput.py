"""Sessions against delay: what the figures of a level say."""

from typing import Any

import numpy as np
import pytest

from benchmarks.generated import Consultation, Spoken
from benchmarks.levels import Offline, sustained
from benchmarks.load import Level, Run
from benchmarks.scoring import Errors
from benchmarks.shown import SentenceEnds
from benchmarks.throughput import report_of
from wardscribe import protocol
from wardscribe.protocol import Ack, Commit, Partial, Utterance, Word

_TALK = Consultation(
    "talk",
    np.zeros((48_000, 1), np.int16),
    (Spoken(0, "Jeg", 0, 1000), Spoken(0, "sover.", 1000, 2000)),
    has_word_times=True,
)


def _run(*events: tuple[float, Any]) -> Run:
    run = Run(_TALK, began=100.0, sent=30, is_complete=True)
    run.messages = [(at_s, protocol.encode(event)) for at_s, event in events]
    return run


def _level(*runs: Run) -> Level:
    return Level(list(runs), 100.0, 103.0, server_cpu_s=1.5, server_rss_mb=160, idle_rss_mb=150, generator_cpu_s=0.03)


def _report(*runs: Run) -> dict[str, Any]:
    return report_of(_level(*runs), {"talk": Offline(Errors(2), SentenceEnds(1, 0))})


def test_a_level_tells_delay_refresh_and_use() -> None:
    """Delays are of words, refreshes a session, processor time a second of audio."""
    jeg, sover = Word("jeg", 0, 1000, 0.9), Word("sover", 1000, 2000, 0.9)
    report = _report(
        _run(
            (0.5, Partial(0, 1, 0, (jeg,))),
            (1.5, Commit(1, 1, 0, (jeg,))),
            (1.51, Partial(1, 1, 0, (sover,))),
            (2.9, Commit(2, 1, 0, (sover,))),
            (2.9, Utterance(3, 1, 0, 0, 2000, ended=True)),
            (3.0, Ack(3, 48_000)),
        )
    )
    assert report["commit_delay_s"] == {"p50": 0.5, "p95": 0.9, "p99": 0.9}
    assert report["final_s"]["p50"] == pytest.approx(0.9)
    assert report["refresh_hz"]["p50"] == pytest.approx(1.0)
    assert report["cpu_s_per_audio_s"] == pytest.approx(0.5)
    assert report["rss_mb_per_session"] == pytest.approx(10)
    assert report["sentence_ends"] == {"said": 1, "lost": 0, "lost_offline": 0}
    assert report["audio_lost_s"] == 0
    assert report["wer_streamed"] == 0


def test_what_was_not_acknowledged_is_lost() -> None:
    """Two seconds of three were acknowledged."""
    assert _report(_run((2.0, Ack(0, 32_000))))["audio_lost_s"] == pytest.approx(1.0)


def test_a_refused_session_counts_as_refused_only() -> None:
    """It has no words to be missing and no share of the processor."""
    refused = Run(_TALK, refusal="busy", refused_in_s=0.012)
    report = _report(_run((3.0, Ack(0, 48_000))), refused)
    assert (report["sessions"], report["admitted"]) == (2, 1)
    assert report["refusals"] == {"codes": {"busy": 1}, "slowest_ms": 12.0}
    assert report["incomplete"] == 0


def test_sustained_is_the_most_sessions_that_all_got_in_and_stayed_within_the_bound() -> None:
    """A level with a refusal or with late words is not sustained."""
    levels = [
        {"sessions": n, "admitted": admitted, "commit_delay_s": {"p95": p95}}
        for n, admitted, p95 in ((1, 1, 0.5), (10, 10, 1.9), (20, 15, 1.0), (30, 30, 2.1), (40, 0, None))
    ]
    assert sustained(levels) == 10
