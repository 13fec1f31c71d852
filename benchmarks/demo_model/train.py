"""Trains the model: `python -m benchmarks.demo_model.train --minutes 95`.

Progress is active training time over the budget, so the learning rate has decayed when the budget
ends, however contended the machine is; a stopped process does not use up its budget.
"""

import argparse
import copy
import logging
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

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


class Trainer:
    """Model, optimisers, averaged weights and the clock of active time."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.folder: Path = options.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        tokenizer = self.folder / "tokenizer.json"
        if not tokenizer.exists():
            learn_from_shards(options.shards, tokenizer)
        self.vocabulary = Vocabulary(tokenizer)
        self.pool = Pool(options.shards, self.vocabulary)
        self.model = Whisper(Size(self.vocabulary.size, PHONEMES, width=options.width))
        self.averaged = copy.deepcopy(self.model)
        self.optimizers = self._optimizers()
        self.active_s, self.steps = 0.0, 0
        self._began = time.monotonic()
        self._stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        self._resume()
        self.composer = Composer(self.pool, self.vocabulary, seed=self.steps)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        matrices, rest = split(self.model)
        adam = {"betas": (0.9, 0.98), "weight_decay": 0.01, "fused": True}
        if self.options.optimizer == "muon":
            return [Muon(matrices, lr=0.01), torch.optim.AdamW(rest, lr=2e-3, **adam)]
        return [torch.optim.AdamW([*matrices, *rest], lr=1.6e-3, **adam)]

    @property
    def progress(self) -> float:
        """Share of the time budget that is used; with `--wall-minutes`, at least what lets it end in time."""
        budget_s = 60 * self.options.minutes
        if self.options.wall_minutes:
            left_s = max(0.0, self._began + 60 * self.options.wall_minutes - time.monotonic())
            budget_s = min(budget_s, self.active_s + left_s)
        return min(1.0, self.active_s / budget_s)

    def run(self) -> None:
        """Trains until the budget or, for a short trial, `--until` is used up."""
        peaks = [group["lr"] for o in self.optimizers for group in o.param_groups]
        saved = refreshed = self.active_s
        sums: dict[str, float] = {}
        while self.progress < self.options.until and not self._stopping:
            began = time.monotonic()
            self._set_rates(peaks)
            for name, value in self._step().items():
                sums[name] = sums.get(name, 0.0) + value
            self.active_s += min(time.monotonic() - began, _LONGEST_STEP_S)
            if self.steps % 100 == 0:
                mean = " ".join(f"{n} {v / 100:.3f}" for n, v in sums.items())
                _log.info("%d %.1f min %.3f: %s", self.steps, self.active_s / 60, self.progress, mean)
                sums = {}
            if self.active_s - saved > 180:
                saved = self.active_s
                self.save()
            if self.active_s - refreshed > 120:
                refreshed = self.active_s
                self.pool.refresh()
        self.save()

    def _set_rates(self, peaks: list[float]) -> None:
        share = min(1.0, (self.steps + 1) / 150) * max(0.01, 1 - self.progress) ** 0.9
        groups = [group for o in self.optimizers for group in o.param_groups]
        for group, peak in zip(groups, peaks, strict=True):
            group["lr"] = peak * share

    def _step(self) -> dict[str, float]:
        batch = self.composer.batch(self.options.batch_seconds, self.progress)
        parts = losses(self.model, batch)
        fading = max(0.15, 1 - 1.3 * self.progress)
        guide = 1.0 if self.progress < 0.75 else 0.5
        total = parts["token"] + fading * (0.7 * parts["phoneme"] + 0.5 * parts["frame"]) + guide * parts["guide"]
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0 if len(self.optimizers) == 1 else 5.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.steps += 1
        if self.steps % _AVERAGE_EVERY == 0:
            self._average()
        return {name: float(value.detach()) for name, value in parts.items()}

    def _average(self) -> None:
        decay = min(0.995, 1 - 8 / (self.steps + 8))
        with torch.no_grad():
            for mean, new in zip(self.averaged.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(new, 1 - decay)

    def save(self) -> None:
        """Writes the checkpoint in one move, so that an interruption leaves the last one whole."""
        state: dict[str, Any] = {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "size": asdict(self.model.size),
            "optimizers": [o.state_dict() for o in self.optimizers],
            "active_s": self.active_s,
            "steps": self.steps,
        }
        part = self.folder / "checkpoint.part"
        torch.save(state, part)
        part.rename(self.folder / "checkpoint.pt")

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        peaks = [group["lr"] for o in self.optimizers for group in o.param_groups]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        for group, peak in zip((g for o in self.optimizers for g in o.param_groups), peaks, strict=True):
            group["lr"] = peak
        self.active_s, self.steps = state["active_s"], state["steps"]


def main() -> None:
    """Command line of the trainer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path, default=work_folder() / "shards")
    parser.add_argument("--folder", type=Path, default=work_folder() / "run")
    parser.add_argument("--minutes", type=float, default=95, help="time budget; the learning rate ends with it")
    parser.add_argument("--wall-minutes", type=float, default=0, help="end in so many minutes, whatever was active")
    parser.add_argument("--until", type=float, default=1.0, help="share of the budget after which to stop")
    parser.add_argument("--optimizer", choices=["adamw", "muon"], default="muon")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--batch-seconds", type=float, default=48)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    Trainer(options).run()


if __name__ == "__main__":
    main()
