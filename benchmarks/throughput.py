"""Sessions against delay: how many who talk all the time a daemon holds, and what happens beyond that.

    python -m benchmarks.throughput [--json] [--sessions 1,10,20] [--seconds 40] [--config FILE] [--overload 3]

Starts a daemon, and holds 1, 10, 20, … sessions at once until the 95th percentile of the commit delay passes 2 s.  Each
session is one channel of generated speech without rest (talk.py), sent in chunks of 100 ms at the speed of speech; they
begin at random offsets.  What is measured counts only while all talk.  A level is:

sessions, admitted, refusals    asked for; taken; code → how often, and the slowest of them (ms)
commit_delay_s                  a word's end in the audio → the client holds it committed
first_shown_s                   a word's end in the audio → the client sees it, committed or not
first_partial_s, final_s        an utterance's first sound → a word of it; its last sound → it is complete
refresh_hz, refresh_gap_s       refreshes of the text a session; the time from one to the next
cpu_s_per_audio_s, rss_mb, rss_mb_per_session   the daemon's
wer_streamed, wer_offline       of the same talks, all words: through the daemon, by `wardscribed transcribe`
sentence_ends                   said; with no last word in the streamed text; and off line (the model's own)
committed_and_changed           words that were committed and did not stay
audio_lost_s, incomplete        audio never acknowledged; sessions that got no draft
generator                       share of one core that this program used; how late it sent chunks (s)

`--overload 3` then asks a fresh daemon for three times the sessions of the last level below 2 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import figures, ours
from benchmarks.daemon import running_daemon
from benchmarks.figures import Delays
from benchmarks.generated import PAUSE_IN_TURN_S, Consultation
from benchmarks.levels import HEADING, MOST_P95_S, Offline, level_report, row, sustained
from benchmarks.load import RAMP_S, Level, run_level
from benchmarks.machine import machine
from benchmarks.offline import offline
from benchmarks.plots import plot_levels
from benchmarks.shown import percentiles
from benchmarks.streaming import Arrival
from benchmarks.talk import talks
from wardscribe.protocol import Commit, Partial, Utterance

_ROOT = Path(__file__).parents[1]
_PLOT = _ROOT / "build" / "throughput.png"
_TALKS = 8


def main() -> None:
    """Measure, print and plot."""
    arguments = _arguments()
    spoken = talks(min(_TALKS, max(arguments.sessions)), arguments.seconds + RAMP_S, arguments.pause)
    tables = arguments.config.read_text(encoding="utf-8") if arguments.config else ""
    levels = []
    with tempfile.TemporaryDirectory() as folder:
        heard = offline(spoken, arguments.config, Path(folder))
        for sessions in arguments.sessions:
            levels.append(_level(spoken, heard, sessions, tables, Path(folder)))
            if (levels[-1]["commit_delay_s"]["p95"] or 0) > MOST_P95_S:
                break
        report = {"levels": levels, "sustained": (limit := sustained(levels))}
        if arguments.overload and limit:
            more = round(arguments.overload * limit)
            report["overload"] = _level(spoken, heard, more, tables, Path(folder))
    report["settings"] = {"seconds": arguments.seconds, "pause_s": arguments.pause, "tables": tables}
    report["machine"] = machine()
    plot_levels({"wardscribe": levels}, "commit delay against sessions that talk all the time", _PLOT)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.throughput", description=str(__doc__).partition("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--sessions", type=numbers, default=[1, 10, 20, 30, 40, 50, 60, 80], metavar="N,…", help="levels, rising"
    )
    parser.add_argument("--seconds", type=float, default=40.0, help="how long all talk at each level; default 40")
    parser.add_argument(
        "--pause", type=seconds, default=PAUSE_IN_TURN_S, metavar="LOW,HIGH", help="between sentences, s"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="tables of the configuration other than [server]")
    parser.add_argument("--overload", type=float, metavar="FACTOR", help="at the end, so many times what is sustained")
    return parser.parse_args()


def numbers(text: str) -> list[int]:
    """Read "1,10,20"."""
    return [int(number) for number in text.split(",")]


def seconds(text: str) -> tuple[float, float]:
    """Read "0.15,0.5"."""
    low, high = map(float, text.split(","))
    return low, high


# -------------------------------------------------------------------------------------------------------- measurement


def _level(
    spoken: Sequence[Consultation], heard: Mapping[str, Offline], sessions: int, tables: str, folder: Path
) -> dict[str, Any]:
    print(f"{sessions} sessions", file=sys.stderr, flush=True)
    with running_daemon(folder / "daemon.log", tables=tables + _room(tables)) as daemon:
        speak = ours.Ours(daemon.url, spoken).speak
        level = asyncio.run(run_level(daemon.process.pid, speak, spoken, sessions))
    return report_of(level, heard)


def _room(tables: str) -> str:
    """Return what lets the number of sessions be limited by nothing but the daemon's own measure of its load."""
    return "" if "[session]" in tables else "\n[session]\nmax_sessions = 10000\n"


# ------------------------------------------------------------------------------------------------------------- report


def report_of(level: Level, heard: Mapping[str, Offline]) -> dict[str, Any]:
    """Return a level's figures; `heard` off line is by the talk's name."""
    arrived = {id(run): ours.events(run.messages) for run in level.runs if not run.refusal}
    utterances = Delays()
    for run in level.runs:
        if not run.refusal:
            figures.measure_utterances(run.talk.spoken, _arrivals(arrived[id(run)]), utterances)
    lost_s = sum(ours.audio_lost_s(run, arrived[id(run)]) for run in level.runs if not run.refusal)
    return {
        **level_report(level, lambda run: list(ours.shown(arrived[id(run)])), heard),
        "first_partial_s": percentiles(utterances.first_partial),
        "final_s": percentiles(utterances.final),
        "audio_lost_s": round(lost_s, 1),
    }


def _arrivals(events: Sequence[tuple[float, Any]]) -> list[Arrival]:
    return [Arrival(at_s, event) for at_s, event in events if isinstance(event, Commit | Partial | Utterance)]


def _for_people(report: dict[str, Any]) -> str:
    lines = [HEADING, *map(row, report["levels"])]
    lines.append(f"sustained with p95 within {MOST_P95_S:.0f} s: {report['sustained']}")
    if "overload" in report:
        lines += ["overload:", row(report["overload"]), f"refusals: {report['overload']['refusals']}"]
    return "\n".join([*lines, f"plot: {_PLOT.relative_to(_ROOT)}"])


if __name__ == "__main__":
    main()
