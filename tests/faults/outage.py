"""How long a ward takes to catch up after half a minute without network.

    python -m tests.faults.outage [--sessions 5] [--seconds 30]

Consultations at the speed of speech, with the bundled model.  All lines are dead for so many seconds; then it is
measured how long after their return the last word that was said meanwhile is committed at its client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.faults.line import Line
from tests.faults.ward import Talk, Ward
from wardscribe.demo import CONSULTATION
from wardscribe.protocol import Commit
from wardscribe.soundfile import open_sound

_BEFORE_S = 12.0
_PATIENCE_S = 60.0


def _last_end_ms(at_s: float) -> int:
    """Return where the last sentence ends that was over two seconds before `at_s`: its utterance has ended too."""
    sentences = json.loads(CONSULTATION.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
    return max(int(s["end_ms"]) for s in sentences if s["end_ms"] < 1_000 * (at_s - 2))


def _has(talk: Talk, end_ms: int) -> bool:
    """Whether the words up to there are committed; the last one may end a little earlier than it was said to."""
    ends = [event.words[-1].end_ms for event in talk.events if isinstance(event, Commit) and event.words]
    return max(ends, default=0) >= end_ms - 700


async def measure(folder: Path, sessions: int, seconds: float) -> dict[str, Any]:
    """Return the figures."""
    pcm = next(open_sound(CONSULTATION).chunks(1 << 30))
    ward = Ward(folder, is_bundled=True)
    with ward.running():
        await ward.start()
        line, port = Line(ward.line.port), ward.line.port
        talks = [Talk(pcm, speed=1.0) for _ in range(sessions)]
        async with line.laid() as url:
            holding = [asyncio.create_task(talk.hold(url)) for talk in talks]
            await asyncio.sleep(_BEFORE_S)
            line.port = 0
            line.cut()
            await asyncio.sleep(seconds)
            line.port = port
            took = await asyncio.gather(*(_caught_up(talk, _last_end_ms(_BEFORE_S + seconds)) for talk in talks))
            await asyncio.gather(*holding)
    return {
        "sessions": sessions,
        "outage_s": seconds,
        "caught_up_s": {"median": sorted(took)[len(took) // 2], "max": max(took)},
        "errors": [error.code for talk in talks for error in talk.errors],
        "same_transcript_length": len({len(talk.transcript()) for talk in talks}) == 1,
    }


async def _caught_up(talk: Talk, end_ms: int) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not _has(talk, end_ms) and loop.time() - began < _PATIENCE_S:  # noqa: ASYNC110  # many things may tell it
        await asyncio.sleep(0.02)
    return round(loop.time() - began, 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.outage", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measure(Path(folder), arguments.sessions, arguments.seconds))))


if __name__ == "__main__":
    main()
