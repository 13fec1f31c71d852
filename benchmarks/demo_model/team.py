"""Two or more single-threaded processes that train one model in shared memory.

A process computes the gradient of its own windows; then each updates its own part of the weights with the mean of all.
On few, contended cores this is several times faster than threads inside each operation, which wait for each other
thousands of times a step.  A stopped process makes the others wait, without burning time.
"""

import multiprocessing

import torch
from torch import nn


class Team:
    """What the processes share; made before they fork."""

    def __init__(self, model: nn.Module, workers: int) -> None:
        self.workers = workers
        self.parameters = list(model.parameters())
        count = sum(p.numel() for p in self.parameters)
        self._gradients = torch.zeros(workers, count).share_memory_()
        self.progress = torch.zeros(1, dtype=torch.float64).share_memory_()
        """Share of the budget that is used, as the first process sees it; 1 ends the training."""
        self._barrier = multiprocessing.get_context("fork").Barrier(workers)

    def wait(self) -> None:
        """Returns when every process has come here."""
        self._barrier.wait()

    def hand_in(self, rank: int) -> None:
        """Puts this process's gradient where the others see it, and waits for theirs."""
        at = 0
        for p in self.parameters:
            assert p.grad is not None
            self._gradients[rank, at : at + p.numel()] = p.grad.flatten()
            at += p.numel()
        self.wait()

    def take_mean(self, longest: float) -> None:
        """Sets every gradient to the mean of all processes, its norm at most `longest`."""
        mean = self._gradients.mean(dim=0)
        mean *= min(1.0, longest / (float(mean.norm()) + 1e-6))
        at = 0
        for p in self.parameters:
            p.grad = mean[at : at + p.numel()].view_as(p)
            at += p.numel()


def share(matrices: list[nn.Parameter], rest: list[nn.Parameter], rank: int, workers: int) -> list[list[nn.Parameter]]:
    """The matrices and the other parameters that a process updates: every so manieth of each shape."""
    by_shape: dict[torch.Size, int] = {}
    mine = []
    for p in matrices:
        index = by_shape.get(p.shape, 0)
        by_shape[p.shape] = index + 1
        if index % workers == rank:
            mine.append(p)
    return [mine, rest if rank == workers - 1 else []]
