"""The figures of a level: the same for our daemon and for its peers.  No I/O."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.load import Level, Run
from benchmarks.scoring import Errors
from benchmarks.shown import Comparison, SentenceEnds, Shown, WordDelays, percentiles, refreshes

MOST_P95_S = 2.0
"""Of the commit delay: what a level may have to count as sustained."""


@dataclass(frozen=True, slots=True)
class Offline:
    """What the model makes of a talk when it has all the time."""

    errors: Errors
    ends: SentenceEnds

    @classmethod
    def of(cls, comparison: Comparison) -> Offline:
        """Return the figures of a comparison."""
        return cls(comparison.errors, comparison.sentence_ends())


def level_report(
    level: Level, read: Callable[[Run], Sequence[Shown]], offline: Mapping[str, Offline]
) -> dict[str, Any]:
    """Return a level's figures; `read` gives what a session was shown, `offline` is by the talk's name."""
    taken = [run for run in level.runs if not run.refusal]
    messages = [read(run) for run in taken]
    comparisons = [Comparison(run.talk.spoken, shown) for run, shown in zip(taken, messages, strict=True)]
    return {
        "sessions": len(level.runs),
        "admitted": len(taken),
        "refusals": _refusals(level.runs),
        **_delays(level, taken, comparisons),
        **_refresh(level, taken, messages),
        **_quality(comparisons, [offline[run.talk.name] for run in taken]),
        "incomplete": sum(not run.is_complete for run in taken),
        "cpu_s_per_audio_s": round(level.server_cpu_s / level.seconds / max(len(taken), 1), 4),
        "cores": round(level.server_cpu_s / level.seconds, 2),
        "rss_mb": round(level.server_rss_mb),
        "rss_mb_per_session": round((level.server_rss_mb - level.idle_rss_mb) / max(len(taken), 1), 2),
        "generator": {
            "cores": round(level.generator_cpu_s / level.seconds, 3),
            "late_s": percentiles([late for run in level.runs for late in run.late]),
        },
    }


def _refusals(runs: Sequence[Run]) -> dict[str, Any]:
    refused = [run for run in runs if run.refusal]
    slowest = max((run.refused_in_s for run in refused), default=0.0)
    return {"codes": dict(Counter(run.refusal for run in refused)), "slowest_ms": round(slowest * 1000, 1)}


def _delays(level: Level, runs: Sequence[Run], comparisons: Sequence[Comparison]) -> dict[str, Any]:
    delays = WordDelays()
    for run, comparison in zip(runs, comparisons, strict=True):
        comparison.add_delays(delays, level.is_counted(run))
    return {"commit_delay_s": percentiles(delays.committed), "first_shown_s": percentiles(delays.first)}


def _refresh(level: Level, runs: Sequence[Run], messages: Sequence[Sequence[Shown]]) -> dict[str, Any]:
    moments = [refreshes(shown, level.is_counted(run)) for run, shown in zip(runs, messages, strict=True)]
    rates = [len(times) / level.seconds for times in moments]
    gaps = [later - earlier for times in moments for earlier, later in itertools.pairwise(times)]
    least = round(min(rates, default=0.0), 2)
    return {"refresh_hz": {"least": least, **percentiles(rates, [50])}, "refresh_gap_s": percentiles(gaps)}


def _quality(comparisons: Sequence[Comparison], offline: Sequence[Offline]) -> dict[str, Any]:
    streamed = sum((comparison.errors for comparison in comparisons), Errors())
    ends = sum((comparison.sentence_ends() for comparison in comparisons), SentenceEnds())
    lost_offline = sum((result.ends for result in offline), SentenceEnds()).lost
    return {
        "wer_streamed": round(streamed.rate, 4),
        "wer_offline": round(sum((result.errors for result in offline), Errors()).rate, 4),
        "sentence_ends": {"said": ends.said, "lost": ends.lost, "lost_offline": lost_offline},
        "committed_and_changed": sum(comparison.committed.taken_back for comparison in comparisons),
    }


def is_sustained(level: Mapping[str, Any]) -> bool:
    """Return whether all sessions of a level were admitted and p95 of their commit delay is small enough."""
    p95 = level["commit_delay_s"]["p95"]
    return level["admitted"] == level["sessions"] and p95 is not None and p95 <= MOST_P95_S


def sustained(levels: Sequence[Mapping[str, Any]]) -> int:
    """Return the most sessions of a sustained level, or 0."""
    return max((level["sessions"] for level in levels if is_sustained(level)), default=0)


HEADING = (
    f"{'sessions':>8} {'admitted':>8} {'commit p50':>10} {'p95':>6} {'p99':>6} {'first p50':>9} {'Hz':>5}"
    f" {'cores':>5} {'MB':>5} {'WER':>6} {'ends lost':>9}"
)


def row(level: Mapping[str, Any]) -> str:
    """Return a level as a line below HEADING."""
    p50, p95, p99 = (_number(level["commit_delay_s"][p]) for p in ("p50", "p95", "p99"))
    first, refresh = _number(level["first_shown_s"]["p50"]), _number(level["refresh_hz"]["p50"])
    ends = f"{level['sentence_ends']['lost']}/{level['sentence_ends']['said']}"
    return (
        f"{level['sessions']:8} {level['admitted']:8} {p50:10.2f} {p95:6.2f} {p99:6.2f} {first:9.2f} {refresh:5.2f}"
        f" {level['cores']:5.2f} {level['rss_mb']:5} {level['wer_streamed']:6.1%} {ends:>9}"
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
