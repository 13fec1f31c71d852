"""Words that nobody said: minutes of silence, noise, music and alarms through a real daemon.

    python -m benchmarks.hallucination [--json] [--minutes 10] [--speed 4] [--noise FOLDER] [--config FILE]

Each kind of sound is a session of its own: silence, white, pink and brown noise, a hum, music and the
alarms of devices, all made up (sounds.py), every 20 s another one at another loudness from -50 to -20 dB of full
scale; and, with --noise, each WAV file of a folder over and over.  For each are printed: words committed (there should
be none), words shown and taken back, and utterances that the voice activity detection took for speech.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.daemon import running_daemon
from benchmarks.demo_model.noise import read_wave
from benchmarks.generated import Consultation
from benchmarks.machine import machine
from benchmarks.sounds import Sound, at_level, repeated, sounds
from benchmarks.streaming import Arrival, stream
from wardscribe.protocol import Commit, Partial, Utterance

_LEVEL_DB = -26.0  # of a recorded noise
_FULL_SCALE = 32_767


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    seconds = arguments.minutes * 60
    heard = {**sounds(seconds), **_recorded(arguments.noise, seconds)}
    tables = arguments.config.read_text(encoding="utf-8") if arguments.config else ""
    with tempfile.TemporaryDirectory() as folder, running_daemon(Path(folder) / "log", tables=tables) as daemon:
        arrivals = asyncio.run(_stream_all(daemon.url, heard, arguments))
    kinds = {name: invented(arrived) for name, arrived in zip(heard, arrivals, strict=True)}
    report = {
        "minutes": arguments.minutes,
        "kinds": kinds,
        "committed": sum(kind["committed"] for kind in kinds.values()),
        "settings": {"language": arguments.language, "speed": arguments.speed, "tables": tables},
        "machine": machine(),
    }
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hallucination", description=str(__doc__).partition("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--minutes", type=float, default=10.0, help="of each kind; default 10")
    parser.add_argument("--speed", type=float, default=4.0, help="how much faster than time; default 4")
    parser.add_argument("--at-once", type=int, default=4, metavar="N", help="kinds at a time; default 4")
    parser.add_argument("--noise", type=Path, metavar="FOLDER", help="recorded noises as WAV files")
    parser.add_argument("--language", choices=["nb", "nn", "en"], default="nb")
    parser.add_argument("--config", type=Path, metavar="FILE", help="tables of the configuration other than [server]")
    return parser.parse_args()


def _recorded(folder: Path | None, seconds: float) -> dict[str, Sound]:
    """Return the folder's noises; impulse responses of rooms (`rir…`) are none."""
    paths = sorted(folder.glob("*.wav")) if folder else []
    return {
        path.stem: at_level(repeated(read_wave(path), seconds), _LEVEL_DB)
        for path in paths
        if not path.stem.startswith("rir")
    }


async def _stream_all(
    url: str, heard: Mapping[str, Sound], arguments: argparse.Namespace
) -> Sequence[Sequence[Arrival]]:
    places = asyncio.Semaphore(arguments.at_once)

    async def one(name: str, sound: Sound) -> Sequence[Arrival]:
        samples = (sound * _FULL_SCALE).astype(np.int16)[:, None]
        async with places:
            nobody = Consultation(name, samples, (), has_word_times=False)
            return await stream(url, nobody, arguments.language, arguments.speed)

    return await asyncio.gather(*(one(name, sound) for name, sound in heard.items()))


def invented(arrived: Iterable[Arrival]) -> dict[str, Any]:
    """Return what was made of a sound in which nobody speaks; all its words are invented."""
    events = [arrival.event for arrival in arrived]
    committed = [word for event in events if isinstance(event, Commit) for word in event.words]
    shown = sum(len(event.words) for event in events if isinstance(event, Partial))
    utterances = sum(1 for event in events if isinstance(event, Utterance) and not event.ended)
    texts = [f"{word.start_ms / 1000:.1f} s: {word.text} ({word.p:.2f})" for word in committed]
    return {"committed": len(committed), "shown": shown, "utterances": utterances, "words": texts}


def _for_people(report: dict[str, Any]) -> str:
    lines = [f"{'kind':<24} {'committed':>9} {'shown':>6} {'utterances':>10}   of {report['minutes']} minutes each"]
    lines += [f"{n:<24} {k['committed']:9} {k['shown']:6} {k['utterances']:10}" for n, k in report["kinds"].items()]
    lines += [f"{name}, {text}" for name, kind in report["kinds"].items() for text in kind["words"]]
    return "\n".join([*lines, f"words invented: {report['committed']}"])


if __name__ == "__main__":
    main()
