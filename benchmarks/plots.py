"""Figures as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt


def plot_delays(delays: Mapping[str, Sequence[float]], title: str, path: Path) -> None:
    """Draw how large a share of each kind of delay (in seconds) lies below which time, and write it as PNG."""
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for name, values in delays.items():
        if values:
            axes.ecdf(values, label=f"{name} (n = {len(values)})")
    for share in (0.5, 0.95):
        axes.axhline(share, color="grey", linewidth=0.6, linestyle="dotted")
    axes.set(xlabel="delay, s", ylabel="share", title=title, xlim=(0, None), yticks=[0, 0.25, 0.5, 0.75, 0.95, 1])
    axes.legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)
