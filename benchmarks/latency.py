"""How well and how soon: word error rates and delays of a real daemon over a real websocket, at the speed of speech.

    python -m benchmarks.latency [--json] [--minutes 5] [--cases FOLDER | --recorded FOLDER] [--heard FOLDER]

Says the demo's consultation and made-up ones through a daemon of its own and prints:

wer_offline, wer_streamed   word error rates, channel by channel: of `wardscribed transcribe`, of the committed words
commit_latency_s            a word's end in the audio → the client holds it committed
first_partial_s             an utterance's first sound → the client holds a word of it
final_s                     an utterance's last sound → the client knows that it is complete
rtf                         processor seconds of the daemon (all cores) for a second of audio, streamed
rtf_offline                 seconds that `wardscribed transcribe` takes for a second of audio, with its start
rss_mb                      the daemon's largest resident size
invented_words              words committed in a minute of silence and in a minute of noise

A word ends where the synthesiser says it does; with --recorded and in the demo's consultation, where the daemon says.
With --heard the words heard are also written down, for a scorer with another rule than benchmarks/scoring.py.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import figures, generated
from benchmarks.daemon import running_daemon
from benchmarks.figures import Delays
from benchmarks.generated import Consultation
from benchmarks.machine import machine
from benchmarks.plots import plot_delays
from benchmarks.scoring import Errors
from benchmarks.shown import percentiles
from benchmarks.streaming import CHUNK_MS, Arrival, stream

_ROOT = Path(__file__).parents[1]
_DEMO = _ROOT / "clients" / "wardscribe" / "demo_consultation" / "consultation.wav"
_PLOT = _ROOT / "build" / "latency.png"
_NOTHING_S = 60


@dataclass(frozen=True, slots=True)
class Streamed:
    """What all consultations gave, in their order, and what the daemon used for it."""

    arrivals: list[list[Arrival]]
    cpu_s: float
    rss_mb: int


@dataclass(frozen=True, slots=True)
class Offline:
    """What `wardscribed transcribe` made of a consultation."""

    words: list[dict[str, Any]] = field(repr=False)
    errors: Errors
    seconds: float


def main() -> None:
    """Measure, print and plot."""
    arguments = _arguments()
    consultations = _consultations(arguments)
    nothing = [] if arguments.no_noise else [generated.nothing_said(_NOTHING_S)]
    tables = arguments.config.read_text(encoding="utf-8") if arguments.config else ""
    with tempfile.TemporaryDirectory() as folder:
        streamed = _stream(consultations + nothing, tables, arguments, Path(folder))
        offline = [_transcribe(consultation, arguments, Path(folder)) for consultation in consultations]
    delays = Delays()
    errors = [
        figures.measure(consultation, arrivals, delays)
        for consultation, arrivals in zip(consultations, streamed.arrivals, strict=False)
    ]
    report = _report(consultations, errors, offline, delays, streamed)
    if nothing:
        report["invented_words"] = {
            name: figures.words_on(streamed.arrivals[-1], channel) for channel, name in enumerate(("silence", "noise"))
        }
    report["settings"] = _settings(arguments, tables)
    if arguments.heard:
        _write_heard(arguments.heard, consultations, streamed, offline)
    kinds = {"word committed": delays.commit, "first words": delays.first_partial, "utterance complete": delays.final}
    plot_delays(kinds, f"{report['words']} words, {report['audio_s']:.0f} s of audio", _PLOT)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--minutes", type=float, default=5.0, help="most audio to speak, demo aside; default 5")
    parser.add_argument("--cases", type=Path, metavar="FOLDER", help="speak these case files, those in --language")
    parser.add_argument("--recorded", type=Path, metavar="FOLDER", help="say each NAME.wav; NAME.json has what is said")
    parser.add_argument("--heard", type=Path, metavar="FOLDER", help="write NAME.streamed.json and NAME.offline.json")
    parser.add_argument("--language", choices=["nb", "nn", "en"], default="nb")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help="hold N sessions at a time")
    parser.add_argument("--config", type=Path, metavar="FILE", help="tables of the configuration other than [server]")
    parser.add_argument("--no-noise", action="store_true", help="leave out the minute of silence and noise")
    return parser.parse_args()


def _consultations(arguments: argparse.Namespace) -> list[Consultation]:
    if arguments.recorded:
        sounds = sorted(arguments.recorded.glob("*.wav"))
        return [generated.recorded(sound, sound.with_suffix(".json")) for sound in sounds] or sys.exit("no *.wav there")
    first = []
    scripts = list(generated.cases(arguments.cases or generated.CASES, arguments.language))
    if arguments.language == "nb" and not arguments.cases:
        first = [generated.recorded(_DEMO, _DEMO.with_suffix(".json"))]
        scripts = [*generated.dialogues(), *scripts]
    if not scripts:
        sys.exit(f"there is no case in the language {arguments.language}")
    speaker = generated.Speaker()
    most_s = arguments.minutes * 60 / len(scripts)
    return [*first, *(speaker.speak(name, voices, turns, most_s) for name, voices, turns in scripts)]


# -------------------------------------------------------------------------------------------------------- measurement


def _stream(
    consultations: Sequence[Consultation], tables: str, arguments: argparse.Namespace, folder: Path
) -> Streamed:
    with running_daemon(folder / "daemon.log", tables=tables) as daemon:
        before = daemon.cpu_s()
        arrivals = asyncio.run(_stream_all(daemon.url, consultations, arguments))
        return Streamed(arrivals, daemon.cpu_s() - before, daemon.peak_rss_mb())


async def _stream_all(
    url: str, consultations: Sequence[Consultation], arguments: argparse.Namespace
) -> list[list[Arrival]]:
    places = asyncio.Semaphore(arguments.at_once)

    async def one(consultation: Consultation) -> list[Arrival]:
        async with places:
            _say(f"{consultation.name}: {consultation.seconds:.0f} s")
            return await stream(url, consultation, arguments.language)

    return await asyncio.gather(*(one(consultation) for consultation in consultations))


def _transcribe(consultation: Consultation, arguments: argparse.Namespace, folder: Path) -> Offline:
    sound = folder / "sound.wav"
    consultation.write(sound)
    _say(f"{consultation.name}: off line")
    command = [sys.executable, "-m", "wardscribed", "--log-level", "warning", "transcribe", str(sound), "--json"]
    command += ["--language", arguments.language, *(["--config", str(arguments.config)] if arguments.config else [])]
    began = time.monotonic()
    heard = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["words"]
    return Offline(heard, figures.offline_errors(consultation, heard), time.monotonic() - began)


def _write_heard(
    folder: Path, consultations: Sequence[Consultation], streamed: Streamed, offline: Sequence[Offline]
) -> None:
    """Write what was heard in the form in which `wardscribed transcribe --json` prints it."""
    folder.mkdir(parents=True, exist_ok=True)
    for consultation, arrivals, result in zip(consultations, streamed.arrivals, offline, strict=False):
        for way, heard in (("streamed", figures.committed_words(arrivals)), ("offline", result.words)):
            text = json.dumps({"words": heard}, ensure_ascii=False)
            (folder / f"{consultation.name}.{way}.json").write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- report


def _report(
    consultations: Sequence[Consultation],
    errors: Sequence[Errors],
    offline: Sequence[Offline],
    delays: Delays,
    streamed: Streamed,
) -> dict[str, Any]:
    seconds = sum(consultation.seconds for consultation in consultations)
    return {
        "wer_offline": _rate([result.errors for result in offline]),
        "wer_streamed": _rate(errors),
        "words": sum(e.said for e in errors),
        "audio_s": round(seconds, 1),
        "commit_latency_s": percentiles(delays.commit),
        "first_partial_s": percentiles(delays.first_partial),
        "final_s": percentiles(delays.final),
        "rtf": round(streamed.cpu_s / seconds, 3),
        "rtf_offline": round(sum(result.seconds for result in offline) / seconds, 3),
        "rss_mb": streamed.rss_mb,
        "consultations": [
            {"name": c.name, "words": e.said, "wer_streamed": _rate([e]), "wer_offline": _rate([o.errors])}
            for c, e, o in zip(consultations, errors, offline, strict=True)
        ],
        "machine": machine(),
    }


def _rate(errors: Sequence[Errors]) -> float:
    return float(round(sum(errors, Errors()).rate, 4))


def _settings(arguments: argparse.Namespace, tables: str) -> dict[str, Any]:
    chosen = {"language": arguments.language, "minutes": arguments.minutes, "at_once": arguments.at_once}
    return {**chosen, "chunk_ms": CHUNK_MS, "tables": tables}


def _for_people(report: dict[str, Any]) -> str:
    lines = [f"{report['words']} words, {report['audio_s']} s of audio, {report['machine']['cpu']}"]
    for item in report["consultations"]:
        rates = f"WER {item['wer_streamed']:.1%} streamed, {item['wer_offline']:.1%} off line"
        lines += [_row(item["name"], rates)]
    lines += [_row(name, f"{report[name]:.1%}") for name in ("wer_streamed", "wer_offline")]
    for name in ("commit_latency_s", "first_partial_s", "final_s"):
        lines.append(_row(name, f"p50 {report[name]['p50']}, p95 {report[name]['p95']}"))
    lines += [_row(name, report[name]) for name in ("rtf", "rtf_offline", "rss_mb", "invented_words") if name in report]
    return "\n".join([*lines, _row("plot", _PLOT.relative_to(_ROOT))])


def _row(name: str, value: object) -> str:
    return f"{name:<24} {value}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
