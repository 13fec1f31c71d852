"""Trains the model: `python -m benchmarks.demo_model.train --minutes 95`.

Progress is active training time over the budget, so the learning rate has decayed when the budget
ends, however contended the machine is; a stopped process does not use up its budget.
"""

import argparse
import copy
import logging
import multiprocessing
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from benchmarks.demo_model import team, warm_start
from benchmarks.demo_model.folders import work_folder
from benchmarks.demo_model.losses import losses
from benchmarks.demo_model.model import Size, Whisper
from benchmarks.demo_model.optimizer import Muon, split
from benchmarks.demo_model.shards import PHONEMES, Pool
from benchmarks.demo_model.tokenizer import Vocabulary, learn_from_shards
from benchmarks.demo_model.windows import Composer

_log = logging.getLogger(__name__)
_LONGEST_STEP_S = 4.0
"""A step that took longer was interrupted: count no more of it."""
_AVERAGE_EVERY = 4
_CLIP = 5.0
_WARM_UP_STEPS = 150
_SKIPPED = 0.5
"""How much of the curriculum a warm-started model has behind it."""


class Clock:
    """The active time, the budget and where in it the training stands."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._began = time.monotonic()
        self.active_s = 0.0
        self.is_stopping = False

    def stop(self, *_: object) -> None:
        """Ends the training after this step (a signal handler)."""
        self.is_stopping = True

    @property
    def progress(self) -> float:
        """Share of the time budget that is used; with `--wall-minutes`, at least what lets it end in time."""
        budget_s = 60 * self._options.minutes
        if self._options.wall_minutes:
            left_s = max(0.0, self._began + 60 * self._options.wall_minutes - time.monotonic())
            budget_s = min(budget_s, self.active_s + left_s)
        return min(1.0, self.active_s / max(budget_s, 1e-3))


class Trainer:
    """One process of the team; the first one also keeps the clock, the averaged weights and the checkpoint."""

    def __init__(self, options: argparse.Namespace, model: Whisper, shared: team.Team, rank: int) -> None:
        self.options, self.model, self.team, self.rank = options, model, shared, rank
        self.folder: Path = options.folder
        self.clock, self.steps = Clock(options), 0
        self.averaged = copy.deepcopy(model)
        self._resume()
        self.vocabulary = Vocabulary(self.folder / "tokenizer.json")
        self.pool = Pool(options.shards, self.vocabulary)
        self.composer = Composer(self.pool, self.vocabulary, seed=self.steps * shared.workers + rank)
        self.optimizers = self._optimizers()
        self._first_step = self.steps

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        scale = self.options.rate
        matrices, rest = team.share(*split(self.model), self.rank, self.team.workers)
        made: list[torch.optim.Optimizer] = [Muon(matrices, lr=0.01 * scale)]
        if rest:
            made.append(torch.optim.AdamW(rest, lr=2e-3 * scale, betas=(0.9, 0.98), weight_decay=0.01, fused=True))
        return made

    def run(self) -> None:
        """Trains until the budget or, for a short trial, `--until` is used up."""
        peaks = [group["lr"] for o in self.optimizers for group in o.param_groups]
        saved = refreshed = began = time.monotonic()
        sums: dict[str, float] = {}
        while (progress := float(self.team.progress)) < self.options.until:
            self._set_rates(peaks, progress)
            for name, value in self._step(progress).items():
                sums[name] = sums.get(name, 0.0) + value
            now = time.monotonic()
            self.clock.active_s += min(now - began, _LONGEST_STEP_S)
            began = now
            if now - refreshed > 60:
                refreshed = now
                self.pool.refresh()
            if self.rank == 0 and self.steps % 50 == 0:
                mean = " ".join(f"{n} {v / 50:.3f}" for n, v in sums.items())
                _log.info("%d %.1f min %.3f: %s", self.steps, self.clock.active_s / 60, progress, mean)
                sums = {}
            if self.rank == 0 and now - saved > 120:
                saved = now
                self.save()
        if self.rank == 0:
            self.save()

    def _set_rates(self, peaks: list[float], progress: float) -> None:
        """Warm-up, the full rate, and from `--decay-from` on a straight line to nothing."""
        warm = min(1.0, (self.steps - self._first_step + 1) / _WARM_UP_STEPS)
        left = (1 - progress) / (1 - self.options.decay_from)
        groups = [group for o in self.optimizers for group in o.param_groups]
        for group, peak in zip(groups, peaks, strict=True):
            group["lr"] = peak * warm * min(1.0, max(0.005, left))

    def _step(self, progress: float) -> dict[str, float]:
        stage = max(progress, _SKIPPED) if self.options.warm_start else progress
        batch = self.composer.batch(self.options.batch_seconds / self.team.workers, stage)
        parts = losses(self.model, batch)
        fading = max(0.15, 1 - 1.3 * stage)
        guide = 1.0 if stage < 0.75 else 0.5
        total = parts["token"] + fading * (0.7 * parts["phoneme"] + 0.5 * parts["frame"]) + guide * parts["guide"]
        for parameter in self.team.parameters:
            parameter.grad = None
        total.backward()
        self.team.hand_in(self.rank)
        self.team.take_mean(_CLIP)
        for optimizer in self.optimizers:
            optimizer.step()
        self.steps += 1
        if self.rank == 0:
            self.team.progress[0] = 1.0 if self.clock.is_stopping else self.clock.progress
        self.team.wait()
        if self.rank == 0 and self.steps % _AVERAGE_EVERY == 0:
            self._average()
        return {name: float(value.detach()) for name, value in parts.items()}

    def _average(self) -> None:
        decay = min(0.995, 1 - 8 / (self.steps - self._first_step + 8))
        with torch.no_grad():
            for mean, new in zip(self.averaged.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(new, 1 - decay)

    def save(self) -> None:
        """Writes the checkpoint in one move, so that an interruption leaves the last one whole."""
        state: dict[str, Any] = {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "size": asdict(self.model.size),
            "active_s": self.clock.active_s,
            "steps": self.steps,
        }
        part = self.folder / "checkpoint.part"
        torch.save(state, part)
        part.rename(self.folder / "checkpoint.pt")

    def _resume(self) -> None:
        """Goes on from a checkpoint; the optimisers' momentum is not kept and warms up again."""
        path = self.folder / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.averaged.load_state_dict(state["averaged"])
            self.clock.active_s, self.steps = state["active_s"], state["steps"]


def _model(options: argparse.Namespace) -> Whisper:
    """The model as the checkpoint, else the folder to start from, else chance has it."""
    vocabulary = Vocabulary(options.folder / "tokenizer.json")
    model = Whisper(Size(vocabulary.size, PHONEMES, width=options.width))
    if (options.folder / "checkpoint.pt").exists():
        model.load_state_dict(torch.load(options.folder / "checkpoint.pt", weights_only=True)["model"])
    elif options.warm_start:
        warm_start.load(model, options.warm_start)
    return model


def _tokens(options: argparse.Namespace) -> None:
    """The tokenizer of the run: that of the folder to start from, else one learned from the shards."""
    target: Path = options.folder / "tokenizer.json"
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if options.warm_start:
        target.write_bytes((options.warm_start / "tokenizer.json").read_bytes())
    else:
        learn_from_shards(options.shards, target)


def train(options: argparse.Namespace) -> None:
    """Trains with all processes; SIGTERM writes a checkpoint and ends."""
    _tokens(options)
    model = _model(options)
    model.share_memory()
    shared = team.Team(model, options.processes)
    fork = multiprocessing.get_context("fork")
    others = [
        fork.Process(target=lambda rank=rank: Trainer(options, model, shared, rank).run(), daemon=True)
        for rank in range(1, options.processes)
    ]
    for process in others:
        process.start()
    trainer = Trainer(options, model, shared, 0)
    signal.signal(signal.SIGTERM, trainer.clock.stop)
    trainer.run()


def main() -> None:
    """Command line of the trainer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path, default=work_folder() / "shards")
    parser.add_argument("--folder", type=Path, default=work_folder() / "run")
    parser.add_argument("--warm-start", type=Path, help="a converted folder to go on from, with its tokens")
    parser.add_argument("--minutes", type=float, default=95, help="time budget; the learning rate ends with it")
    parser.add_argument("--wall-minutes", type=float, default=0, help="end in so many minutes, whatever was active")
    parser.add_argument("--until", type=float, default=1.0, help="share of the budget after which to stop")
    parser.add_argument("--decay-from", type=float, default=0.0, help="share of the budget at the full rate")
    parser.add_argument("--rate", type=float, default=1.0, help="factor on the learning rates")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--batch-seconds", type=float, default=64, help="of audio, over all processes")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(1)
    train(options)


if __name__ == "__main__":
    main()
