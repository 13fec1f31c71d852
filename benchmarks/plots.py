"""Figures as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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


def plot_levels(levels: Mapping[str, Sequence[Mapping[str, Any]]], title: str, path: Path) -> None:
    """Draw p50, p95 and p99 of the commit delay against the number of sessions, for each server, and write it as PNG.

    A level has `sessions` and `commit_delay_s`, as `benchmarks.throughput` reports them.
    """
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for number, (name, measured) in enumerate(levels.items()):
        for percentile, style in (("p50", "dotted"), ("p95", "solid"), ("p99", "dashed")):
            points = [(m["sessions"], m["commit_delay_s"].get(percentile)) for m in measured]
            points = [point for point in points if point[1] is not None]
            if points:
                xs, ys = zip(*points, strict=True)
                axes.plot(xs, ys, color=f"C{number}", linestyle=style, marker="o", label=f"{name}, {percentile}")
    axes.axhline(2.0, color="grey", linewidth=0.6)
    axes.set(xlabel="sessions at once", ylabel="commit delay, s", title=title, ylim=(0, None))
    axes.legend(loc="upper left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)
