"""Muon for the matrices, AdamW for the rest (Jordan et al. 2024; coefficients of the quintic from there)."""

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

_A, _B, _C = 3.4445, -4.7750, 2.0315


def orthogonalised(matrices: Tensor, steps: int = 5) -> Tensor:
    """Matrices [count, m, n] with their singular values pushed towards one (Newton-Schulz).

    The steps are taken on the small Gram matrix, which for oblong matrices halves the work.
    """
    x = matrices / (matrices.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    gram, product, one = x @ x.mT, None, torch.eye(x.shape[1])
    for left in reversed(range(steps)):
        factor = _A * one + _B * gram + _C * gram @ gram
        product = factor if product is None else factor @ product
        gram = factor @ gram @ factor if left else gram
    x = product @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum whose step is orthogonalised; only for the matrices inside the layers."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95) -> None:
        shapes: dict[torch.Size, list[nn.Parameter]] = defaultdict(list)
        for parameter in parameters:
            shapes[parameter.shape].append(parameter)
        groups = [{"params": same} for same in shapes.values()]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "decay": 0.01})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002 - torch's signature
        """One update of every matrix; those of one shape together."""
        for group in self.param_groups:
            same = group["params"]
            gradients = torch.stack([p.grad for p in same])
            state = self.state[same[0]]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(gradients)
            state["momentum"].lerp_(gradients, 1 - group["momentum"])
            updates = orthogonalised(gradients.lerp(state["momentum"], group["momentum"]))
            scale = max(1.0, updates.shape[1] / updates.shape[2]) ** 0.5
            for p, update in zip(same, updates, strict=True):
                p.mul_(1 - group["lr"] * group["decay"])
                p.add_(update, alpha=-group["lr"] * scale)


def split(model: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Parameters for Muon (matrices of the layers) and for AdamW (everything else)."""
    inside = [(n, p) for n, p in model.named_parameters() if p.ndim == 2 and n.startswith(("encoder.", "decoder."))]
    names = {n for n, _ in inside}
    return [p for _, p in inside], [p for n, p in model.named_parameters() if n not in names]
