"""Our daemon and other open servers side by side: the same talks, model folder, threads and beam.

    python -m benchmarks.peers --environments FOLDER [--json] [--peers NAME,…] [--sessions 1,2,4,8] [--seconds 30]

FOLDER holds a virtual environment for each peer (README.md); a peer without one is reported as missing.  Each level
gets a fresh server, one short session to warm it up, and then so many sessions that talk all the time, as in
`benchmarks.throughput`; a server is given more sessions until the 95th percentile of its commit delay passes 2 s.
Text counts as committed from when the server marks it as final and to when it first stood there unchanged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.generated import PAUSE_IN_TURN_S, Consultation
from benchmarks.levels import HEADING, MOST_P95_S, Offline, level_report, row, sustained
from benchmarks.load import RAMP_S, run_level
from benchmarks.machine import machine
from benchmarks.offline import offline
from benchmarks.peers.ours import Wardscribe
from benchmarks.peers.place import Peer, Place, free_port, running
from benchmarks.peers.realtimestt import RealtimeSTT
from benchmarks.peers.whisperlive import WhisperLive
from benchmarks.peers.whisperlivekit import WhisperLiveKit
from benchmarks.peers.wyoming import Wyoming
from benchmarks.plots import plot_levels
from benchmarks.talk import CHUNK_MS, talks
from benchmarks.throughput import numbers, seconds
from wardscribed.speech import models

_ROOT = Path(__file__).parents[2]
_PLOT = _ROOT / "build" / "peers.png"
_TALKS = 8
_WARM_UP_S = 6.0
PEERS: Sequence[Peer] = (
    Wardscribe(beam=1),
    WhisperLiveKit(),
    RealtimeSTT(),
    WhisperLive(),
    WhisperLive(is_batched=True),
    Wyoming(),
)


def main() -> None:
    """Measure, print and plot."""
    arguments = _arguments()
    spoken = talks(min(_TALKS, max(arguments.sessions)), arguments.seconds + RAMP_S, arguments.pause)
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        heard = offline(spoken, None, Path(folder))
        for peer in chosen(arguments.peers):
            results[peer.name] = _measured(peer, arguments, spoken, heard, Path(folder))
    report = {"peers": results, "settings": _settings(arguments), "machine": machine()}
    levels = {name: result["levels"] for name, result in results.items() if "levels" in result}
    plot_levels(levels, "commit delay against sessions that talk all the time", _PLOT)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--environments",
        type=Path,
        default=os.environ.get("WARDSCRIBE_PEERS"),
        metavar="FOLDER",
        help="a virtual environment a peer; default: $WARDSCRIBE_PEERS",
    )
    parser.add_argument("--peers", type=lambda text: text.split(","), default=[], metavar="NAME,…", help="only these")
    parser.add_argument("--sessions", type=numbers, default=[1, 2, 4, 8, 16, 32], metavar="N,…", help="levels, rising")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long all talk at each level; default 30")
    parser.add_argument(
        "--pause", type=seconds, default=PAUSE_IN_TURN_S, metavar="LOW,HIGH", help="between sentences, s"
    )
    parser.add_argument("--model", type=Path, default=models.bundled(), metavar="FOLDER")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for the model; default: one a core")
    arguments = parser.parse_args()
    if arguments.environments is None:
        parser.error("--environments is needed: the folder with the peers' virtual environments")
    return arguments


def chosen(names: Sequence[str]) -> list[Peer]:
    """Return the peers of these names, or all; exits where there is no such peer."""
    known = {peer.name: peer for peer in PEERS}
    if unknown := set(names) - set(known):
        sys.exit(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else list(PEERS)


# -------------------------------------------------------------------------------------------------------- measurement


def _measured(
    peer: Peer,
    arguments: argparse.Namespace,
    spoken: Sequence[Consultation],
    heard: Mapping[str, Offline],
    folder: Path,
) -> dict[str, Any]:
    environment = _environment(peer, arguments.environments)
    if not (environment / "bin" / "python").exists():
        return {"missing": f"there is no environment {environment}"}
    result: dict[str, Any] = {"version": _version(peer, environment), "settings": peer.settings, "levels": []}
    for sessions in arguments.sessions:
        print(f"{peer.name}: {sessions} sessions", file=sys.stderr, flush=True)
        place = Place(environment, arguments.model.resolve(), folder, free_port(), sessions, arguments.threads)
        try:
            level = _level(peer, place, spoken, heard)
        except (RuntimeError, ExceptionGroup) as error:
            result["failed"] = f"at {sessions} sessions: {error}"
            break
        result["levels"].append(level)
        p95 = level["commit_delay_s"]["p95"]
        if p95 is None or p95 > MOST_P95_S:
            break
    result["sustained"] = sustained(result["levels"])
    return result


def _level(peer: Peer, place: Place, spoken: Sequence[Consultation], heard: Mapping[str, Offline]) -> dict[str, Any]:
    speak = peer.speaker(place, [*spoken, (warm_up := _beginning(spoken[0]))])
    with running(peer, place) as pid:
        asyncio.run(run_level(pid, speak, [warm_up], 1))
        level = asyncio.run(run_level(pid, speak, spoken, place.sessions))
    return level_report(level, lambda run: peer.read(run.messages), heard)


def _beginning(talk: Consultation) -> Consultation:
    end_ms = 1000 * _WARM_UP_S
    samples = talk.samples[: int(_WARM_UP_S * 16_000)]
    return Consultation("warm-up", samples, tuple(s for s in talk.spoken if s.end_ms < end_ms), has_word_times=True)


def _environment(peer: Peer, folder: Path) -> Path:
    """Return the peer's environment; ours is the one that runs this."""
    return Path(sys.prefix) if peer.package == "wardscribe" else folder.resolve() / peer.name.removesuffix("-batched")


def _version(peer: Peer, environment: Path) -> str:
    code = f"from importlib.metadata import version; print(version({peer.package!r}))"
    found = subprocess.run([environment / "bin" / "python", "-c", code], capture_output=True, text=True)
    return found.stdout.strip() or "unknown"


# ------------------------------------------------------------------------------------------------------------- report


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    threads = {"threads": arguments.threads, "beam": 1, "compute_type": "int8"}
    speech = {"seconds": arguments.seconds, "pause_s": arguments.pause, "chunk_ms": CHUNK_MS}
    return {"model": arguments.model.name, **threads, **speech}


def _for_people(report: dict[str, Any]) -> str:
    lines = [f"{name} = {value}" for name, value in report["settings"].items()]
    for name, result in report["peers"].items():
        if "missing" in result:
            lines.append(f"\n{name}: missing, {result['missing']}")
            continue
        lines += [f"\n{name} {result['version']}: {result['settings']}", HEADING, *map(row, result["levels"])]
        lines += [f"sustained: {result['sustained']}", *([f"FAILED {result['failed']}"] if "failed" in result else [])]
    return "\n".join([*lines, f"\nplot: {_PLOT.relative_to(_ROOT)}"])


if __name__ == "__main__":
    main()
