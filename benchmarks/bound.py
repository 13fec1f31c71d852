"""The bound: what the engine alone gives, so that what the daemon costs is a ratio.

    python -m benchmarks.bound [--json] [--beams 1,5] [--batches 1,4] [--seconds 5] [--config FILE]

Encodes, generates (no timestamps) and aligns windows of generated speech with CTranslate2 as fast as it can, by
1, 2, … as many workers of one thread as there are cores, and prints windows a second and how many sessions that is:

4 s     windows of four seconds, one a second and session
mix     the windows that a session which talks all the time asks for at a refresh a second, finals included: those of
        the daemon's own endpointing and windows, in simulated time (simulation.py)

No audio, websocket, voice activity detection, mel features or commit policy is in it: nothing can be above it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import tokenizers

from benchmarks.generated import Consultation
from benchmarks.machine import machine
from benchmarks.simulation import Simulator, Variant
from benchmarks.talk import talks
from benchmarks.throughput import numbers
from wardscribed import config as configuration
from wardscribed.assembly import load_recognizers
from wardscribed.audio.features import HOP, LogMel
from wardscribed.audio.vad import Vad
from wardscribed.config import Config
from wardscribed.speech import models
from wardscribed.speech.recognizer import Recognizer, Request, bucket_frames
from wardscribed.speech.tokens import Tokens
from wardscribed.values import SAMPLE_RATE, Hypothesis

_TALKS, _TALK_S = 2, 40.0
_WINDOW_S, _REFRESH_S = 4, 1.0
_TOKENS_PER_S = 15.0


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows to decode, and how many of them a session wants in a second."""

    name: str
    requests: Sequence[Request]
    a_second: float


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    config = configuration.load(arguments.config) if arguments.config else Config()
    spoken = talks(_TALKS, _TALK_S)
    sets = [_of_four_seconds(spoken), _mix(spoken, config)]
    results = []
    for workers in range(1, (os.cpu_count() or 1) + 1):
        engine = Engine(config, workers)
        for windows, beam, batch in itertools.product(sets, arguments.beams, arguments.batches):
            rate = engine.rate(windows.requests, beam, batch, arguments.seconds)
            results.append(
                {
                    "windows": windows.name,
                    "workers": workers,
                    "beam": beam,
                    "batch": batch,
                    "windows_per_s": round(rate, 1),
                    "sessions": round(rate / windows.a_second, 1),
                }
            )
    report = {"bounds": results, "windows": [_described(windows) for windows in sets], "machine": machine()}
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _for_people(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bound", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--beams", type=numbers, default=[1, Config().model.beam], metavar="N,…")
    parser.add_argument(
        "--batches", type=numbers, default=[1, 4], metavar="N,…", help="windows in a batch; default 1,4"
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each is measured; default 5")
    parser.add_argument("--config", type=Path, metavar="FILE", help="configuration; [model] is used")
    return parser.parse_args()


# ------------------------------------------------------------------------------------------------------------ windows


def _of_four_seconds(spoken: Sequence[Consultation]) -> Windows:
    requests = [request for talk in spoken for request in _slices(talk)]
    return Windows(f"{_WINDOW_S} s", requests, 1 / _REFRESH_S)


def _slices(talk: Consultation) -> Iterator[Request]:
    mel = LogMel()
    mel.append(talk.samples[:, 0])
    for second in range(int(talk.seconds) - _WINDOW_S):
        start, end = second * SAMPLE_RATE, (second + _WINDOW_S) * SAMPLE_RATE
        yield Request(mel.window(start, end, bucket_frames(start, end)), start, end, "nb", "")


def _mix(spoken: Sequence[Consultation], config: Config) -> Windows:
    recognizer = _Recording(load_recognizers(replace(config.model, workers=1))[0])
    simulator, busy = Simulator(recognizer, Vad.load()), Variant("busy", refresh_s=_REFRESH_S, beam_final=1)
    for talk in spoken:
        simulator.run(talk, busy)
    return Windows("mix", recognizer.requests, len(recognizer.requests) / sum(talk.seconds for talk in spoken))


class _Recording:
    """A recognizer that keeps what it was asked."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.requests: list[Request] = []
        self.n_mels = recognizer.n_mels

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        self.requests += requests
        return self._recognizer.decode(requests)


def _described(windows: Windows) -> dict[str, Any]:
    frames = sorted(request.features.shape[1] for request in windows.requests)
    counts = {length: frames.count(length) for length in dict.fromkeys(frames)}
    return {"name": windows.name, "a_second": round(windows.a_second, 2), "frames": counts}


# ------------------------------------------------------------------------------------------------------------- engine


class Engine:
    """CTranslate2 with so many workers of one thread, and a thread each to feed them."""

    def __init__(self, config: Config, workers: int) -> None:
        folder = models.open_folder(Path(config.model.path) if config.model.path else models.bundled())
        self._workers = workers
        self._tokens = Tokens(tokenizers.Tokenizer.from_file(str(folder.path / "tokenizer.json")))
        self._model = ctranslate2.models.Whisper(
            str(folder.path),
            device=config.model.device,
            compute_type=config.model.compute_type,
            inter_threads=workers,
            intra_threads=1,
            max_queued_batches=-1,
        )

    def rate(self, requests: Sequence[Request], beam: int, batch: int, seconds: float) -> float:
        """Return windows a second, after one pass over the batches to warm up."""
        batches = list(_batches(requests, batch))
        self._in_threads(iter(batches), beam)
        deadline = time.monotonic() + seconds
        began = time.monotonic()
        done = self._in_threads(
            itertools.takewhile(lambda _: time.monotonic() < deadline, itertools.cycle(batches)), beam
        )
        return done / (time.monotonic() - began)

    def _in_threads(self, batches: Iterator[list[Request]], beam: int) -> int:
        """Decode all batches; return how many windows that was."""
        lock, done = threading.Lock(), [0] * self._workers

        def work(number: int) -> None:
            while True:
                with lock:
                    batch = next(batches, None)
                if batch is None:
                    return
                self._decode(batch, beam)
                done[number] += len(batch)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(self._workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done)

    def _decode(self, batch: list[Request], beam: int) -> None:
        tokens = self._tokens
        features = np.ascontiguousarray(np.stack([request.features for request in batch]))
        encoded = self._model.encode(ctranslate2.StorageView.from_array(features))
        prompts = [tokens.prompt(request.language, "") for request in batch]
        results = self._model.generate(
            encoded,
            prompts,
            beam_size=beam,
            max_length=2 * int(8 + _TOKENS_PER_S * features.shape[2] * HOP / SAMPLE_RATE),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=False,
            suppress_tokens=[-1, *tokens.never],
        )
        texts = [[t for t in result.sequences_ids[0] if t < tokens.end_of_text] for result in results]
        frames = [max(2, min(-(-r.end // HOP) - r.start // HOP, features.shape[2])) for r in batch]
        self._model.align(encoded, tokens.task(batch[0].language), texts, frames)


def _batches(requests: Sequence[Request], size: int) -> Iterator[list[Request]]:
    """Yield batches of windows of one length, in an order that mixes the lengths."""
    alike: dict[int, list[Request]] = {}
    for request in requests:
        group = alike.setdefault(request.features.shape[1], [])
        group.append(request)
        if len(group) == size:
            yield alike.pop(request.features.shape[1])
    yield from alike.values()


def _for_people(report: dict[str, Any]) -> str:
    lines = [
        f"{w['name']}: {w['a_second']} a second and session; mel frames → windows {w['frames']}"
        for w in report["windows"]
    ]
    lines.append(f"{'windows':>8} {'workers':>7} {'beam':>4} {'batch':>5} {'windows/s':>9} {'sessions':>8}")
    lines += [
        f"{b['windows']:>8} {b['workers']:7} {b['beam']:4} {b['batch']:5} {b['windows_per_s']:9} {b['sessions']:8}"
        for b in report["bounds"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
