"""A long consultation in little time: does the delay stay, does memory grow?

    python -m benchmarks.long_session [--json] [--hours 2] [--speed 10] [--config FILE]

One session of generated speech that never rests (talk.py, the same ten minutes over and over) runs through a daemon of
its own, `--speed` times as fast as time and no faster than it is acknowledged.  Printed are, for the second and the
last minute of the audio, the delay from when a word's end was sent to when the client held it committed (seconds of
real time); the daemon's resident memory by the minute and its growth an hour of audio; and how long the draft took.
The two minutes can be compared where the audio was not held back: otherwise they tell how long the queue is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import figures, usage
from benchmarks.daemon import Daemon, running_daemon
from benchmarks.figures import Delays
from benchmarks.generated import Consultation, Spoken
from benchmarks.machine import machine
from benchmarks.shown import percentiles
from benchmarks.streaming import Arrival
from benchmarks.talk import CHUNK_MS, chunks, talks
from wardscribe.client import Client
from wardscribe.protocol import Commit, Note, Role, Start

_TALK_S = 600.0
_AHEAD_S = 10.0
_SECOND = 1
"""The minute (from 0) that the last one is compared with: by then everything is warm."""


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    talk = talks(1, min(_TALK_S, arguments.hours * 3600))[0]
    tables = arguments.config.read_text(encoding="utf-8") if arguments.config else ""
    with tempfile.TemporaryDirectory() as folder, running_daemon(Path(folder) / "log", tables=tables) as daemon:
        session = LongSession(daemon, talk, arguments.hours, arguments.speed)
        asyncio.run(session.run())
    minutes = int(arguments.hours * 60)
    report = {
        "hours": arguments.hours,
        "second_minute": session.delays(_SECOND),
        "last_minute": session.delays(minutes - 2),  # in the very last one `stop` hurries the last words
        "rss_mb": [round(mb, 1) for mb in session.rss_mb],
        "rss_mb_per_hour": growth(session.rss_mb, 60),
        "rss_mb_per_hour_in_second_half": growth(session.rss_mb[len(session.rss_mb) // 2 :], 60),
        "held_back_s": round(session.held_back_s, 1),
        "draft_s": session.draft_s,
        "settings": {"speed": arguments.speed, "tables": tables},
        "machine": machine(),
    }
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.long_session", description=str(__doc__).partition("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--hours", type=float, default=2.0, help="of audio; default 2")
    parser.add_argument("--speed", type=float, default=10.0, help="how much faster than time; default 10")
    parser.add_argument("--config", type=Path, metavar="FILE", help="tables of the configuration other than [server]")
    return parser.parse_args()


class LongSession:
    """One session, and what was noted of it by the minute of its audio."""

    def __init__(self, daemon: Daemon, talk: Consultation, hours: float, speed: float) -> None:
        self.rss_mb: list[float] = []
        """Of the daemon, at the end of each minute of audio."""
        self.draft_s: float | None = None
        """From `stop` to the final note."""
        self.held_back_s = 0.0
        """Real time that the daemon's acknowledgements kept the audio waiting."""
        self._daemon = daemon
        self._talk = talk
        self._hours = hours
        self._speed = speed
        self._sent_at: list[float] = []  # the loop's clock, a chunk
        self._commits: list[tuple[float, Commit]] = []  # the loop's clock

    async def run(self) -> None:
        """Say it all, stop, and wait for the draft."""
        loop = asyncio.get_running_loop()
        async with Client(self._daemon.url) as client:
            client.start(Start(language="nb", channels=(Role.CLINICIAN,)))
            saying = asyncio.create_task(self._say(client))
            stopped_at = 0.0
            async for event in client:
                if isinstance(event, Commit):
                    self._commits.append((loop.time(), event))
                if saying.done() and not stopped_at:
                    saying.result()
                    client.stop()
                    stopped_at = loop.time()
                if isinstance(event, Note) and event.final:
                    self.draft_s = round(loop.time() - stopped_at, 1)
                    break
            client.discard()

    async def _say(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, chunk in enumerate(self._chunks(), 1):
            due = began + number * CHUNK_MS / 1000 / self._speed
            await asyncio.sleep(max(0.0, due - loop.time()))
            self._sent_at.append(loop.time())
            await client.send_audio(chunk, max_ahead_s=_AHEAD_S)
            waited = loop.time() - self._sent_at[-1]
            if waited > CHUNK_MS / 1000:
                self.held_back_s += waited
            if number % (60_000 // CHUNK_MS) == 0:
                self.rss_mb.append(usage.rss_mb(self._daemon.process.pid))

    def _chunks(self) -> Iterator[bytes]:
        """Yield the audio: the talk, again and again."""
        pieces = chunks(self._talk)[:-1]  # the last one may be short
        for number in range(int(self._hours * 3_600_000 / CHUNK_MS)):
            yield pieces[number % len(pieces)]

    def delays(self, minute: int) -> dict[str, float | None]:
        """Return percentiles of the delay of the words of a minute, in seconds from when their end was sent."""
        begin_ms, end_ms = minute * 60_000, (minute + 1) * 60_000
        spoken = list(_repeated(self._talk, begin_ms, end_ms))
        arrivals = []
        for at, event in self._commits:
            words = tuple(word for word in event.words if begin_ms <= word.start_ms < end_ms)
            arrivals.append(Arrival(at, replace(event, words=words)))
        measured = Delays()
        shifted = [replace(s, end_ms=round(1000 * self._sent_when(s.end_ms))) for s in spoken]
        minute_said = Consultation("", np.zeros((0, 1), np.int16), tuple(shifted), has_word_times=True)
        figures.measure(minute_said, arrivals, measured)
        return percentiles(measured.commit)

    def _sent_when(self, ms: int) -> float:
        return self._sent_at[min(ms // CHUNK_MS, len(self._sent_at) - 1)]


def _repeated(talk: Consultation, begin_ms: int, end_ms: int) -> Iterator[Spoken]:
    """Yield what is said between two times of the talk said over and over."""
    period_ms = (len(chunks(talk)) - 1) * CHUNK_MS
    for turn in range(begin_ms // period_ms, end_ms // period_ms + 1):
        for piece in talk.spoken:
            start_ms = piece.start_ms + turn * period_ms
            if begin_ms <= start_ms < end_ms:
                yield replace(piece, start_ms=start_ms, end_ms=piece.end_ms + turn * period_ms)


def growth(values: Sequence[float], a_unit: int) -> float | None:
    """Return how much a series grows in so many steps (least squares), its first tenth aside; None for a short one."""
    settled = values[max(2, len(values) // 10) :]
    if len(settled) < 3:
        return None
    return round(float(np.polyfit(range(len(settled)), settled, 1)[0]) * a_unit, 2)


def _for_people(report: dict[str, Any]) -> str:
    rss = report["rss_mb"]
    return "\n".join(
        [
            f"{report['hours']} hours of audio at {report['settings']['speed']} times the speed of speech",
            *(f"{name.replace('_', ' ')}: commit delay {report[name]}" for name in ("second_minute", "last_minute")),
            f"memory: {rss[0] if rss else None} MB after a minute, {rss[-1] if rss else None} MB at the end,"
            f" {report['rss_mb_per_hour']} MB an hour of audio,"
            f" {report['rss_mb_per_hour_in_second_half']} in the second half",
            f"held back for {report['held_back_s']} s; the draft took {report['draft_s']} s",
        ]
    )


if __name__ == "__main__":
    main()
