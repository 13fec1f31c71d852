"""Short true answers: do "ja", "nei" and "litt" reach the record?

    python -m benchmarks.short_answers [--json] [--language nb] [--speed 1] [--config FILE]

Every answer of short_answers.json is said by several espeak-ng voices, some of which the bundled model was never
trained on, with a pause after each as after a question; a voice is a session, all are held at a time.  An answer is
`heard` when words were committed where it was said, `right` when they are its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.daemon import running_daemon
from benchmarks.demo_model.voices import HELD_OUT
from benchmarks.generated import Consultation, Speaker
from benchmarks.machine import machine
from benchmarks.scoring import words
from benchmarks.streaming import Arrival, stream
from wardscribe.protocol import Commit

_FILE = Path(__file__).with_name("short_answers.json")
_PAUSES_S = (1.2, 2.0)
_NEAR_MS = 400  # word times are that good
_VOICES = {
    "nb": ("nb+m3", "nb+f2", "nb+m7", "nb+f5", *HELD_OUT),
    "nn": ("nb+m3", "nb+f2", "nb+m7", "nb+f5", *HELD_OUT),
    "en": ("en+m3", "en+f2", "en+f4", "en+edward"),
}

Answer = tuple[str, int, int]
"""Text, start and end (ms)."""


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    texts = json.loads(_FILE.read_text(encoding="utf-8"))[arguments.language]
    spoken = [_spoken(voice, texts) for voice in _VOICES[arguments.language]]
    tables = arguments.config.read_text(encoding="utf-8") if arguments.config else ""
    with tempfile.TemporaryDirectory() as folder, running_daemon(Path(folder) / "log", tables=tables) as daemon:
        arrivals = asyncio.run(_stream_all(daemon.url, spoken, arguments))
    voices = {c.name: scored(answers(c), heard) for c, heard in zip(spoken, arrivals, strict=True)}
    report = {
        **_summary(list(voices.values())),
        "held_out": _summary([result for voice, result in voices.items() if voice in HELD_OUT]),
        "voices": {voice: _summary([result]) for voice, result in voices.items()},
        "not_right": _not_right(voices.values()),
        "settings": {"language": arguments.language, "speed": arguments.speed, "tables": tables},
        "machine": machine(),
    }
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.short_answers", description=str(__doc__).partition("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--language", choices=list(_VOICES), default="nb")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than time; default 1")
    parser.add_argument("--config", type=Path, metavar="FILE", help="tables of the configuration other than [server]")
    return parser.parse_args()


def _spoken(voice: str, texts: Sequence[str]) -> Consultation:
    turns = [(0, text) for text in texts]
    said = Speaker().speak(voice, (voice, voice), turns, 3600, _PAUSES_S)
    return Consultation(voice, said.samples[:, :1].copy(), said.spoken, said.has_word_times)


async def _stream_all(
    url: str, spoken: Sequence[Consultation], arguments: argparse.Namespace
) -> Sequence[Sequence[Arrival]]:
    return await asyncio.gather(*(stream(url, one, arguments.language, arguments.speed) for one in spoken))


def answers(consultation: Consultation) -> list[Answer]:
    """Join the words of each answer: a pause of more than `_NEAR_MS` lies between two."""
    joined: list[Answer] = []
    for piece in consultation.spoken:
        if joined and piece.start_ms - joined[-1][2] < 2 * _NEAR_MS:
            text, start_ms, _ = joined.pop()
            joined.append((f"{text} {piece.text}", start_ms, piece.end_ms))
        else:
            joined.append((piece.text, piece.start_ms, piece.end_ms))
    return joined


def scored(said: Sequence[Answer], arrived: Iterable[Arrival]) -> list[tuple[str, str]]:
    """Return each answer with the committed words that lie where it was said, in the form that is compared."""
    committed = [word for a in arrived if isinstance(a.event, Commit) for word in a.event.words]
    result = []
    for text, start_ms, end_ms in said:
        middle = [(w.text, (w.start_ms + w.end_ms) / 2) for w in committed]
        there = " ".join(word for word, at in middle if start_ms - _NEAR_MS <= at <= end_ms + _NEAR_MS)
        result.append((" ".join(words(text)), " ".join(words(there))))
    return result


def _summary(results: Sequence[Sequence[tuple[str, str]]]) -> dict[str, Any]:
    pairs = [pair for result in results for pair in result]
    count = max(len(pairs), 1)
    return {
        "answers": len(pairs),
        "heard": round(sum(bool(heard) for _, heard in pairs) / count, 4),
        "right": round(sum(said == heard for said, heard in pairs) / count, 4),
    }


def _not_right(results: Iterable[Sequence[tuple[str, str]]]) -> dict[str, list[str]]:
    """Return for each answer what was heard instead, once a voice."""
    wrong: dict[str, list[str]] = {}
    for result in results:
        for said, heard in result:
            if said != heard:
                wrong.setdefault(said, []).append(heard)
    return wrong


def _for_people(report: dict[str, Any]) -> str:
    rows = {"all": report, "voices never trained on": report["held_out"], **report["voices"]}
    lines = [
        f"{n:<24} {r['answers']:4} answers, heard {r['heard']:.1%}, right {r['right']:.1%}" for n, r in rows.items()
    ]
    lines += [f"{said!r} was heard as {heard}" for said, heard in report["not_right"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
