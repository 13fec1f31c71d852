"""How findings stand on the screen, or go to a program."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wardscribe.doctor_labels import DoctorLabels
from wardscribe.findings import Finding, Verdict
from wardscribe.view import print_json

_MARKS = {Verdict.OK: ("✓", "green"), Verdict.FAULT: ("✗", "bold red"), Verdict.UNKNOWN: ("–", "bright_black")}


def print_lines(findings: Iterable[Finding], labels: DoctorLabels) -> None:
    """Print every finding as one line of JSON."""
    for finding in findings:
        advice = labels.advice[finding.check] if finding.verdict is Verdict.FAULT else ""
        print_json({**dataclasses.asdict(finding), "advice": advice})


def show(findings: Iterable[Finding], labels: DoctorLabels, console: Console) -> None:
    """Print every finding for people; under a fault what to do."""
    for finding in findings:
        mark, style = _MARKS[finding.verdict]
        detail = labels.unknown if finding.verdict is Verdict.UNKNOWN and not finding.detail else finding.detail
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column(width=max(map(len, labels.titles.values())))
        grid.add_column(ratio=1)
        grid.add_row(Text(mark, style=style), labels.titles[finding.check], Text(detail, style="dim"))
        console.print(grid)
        if finding.verdict is Verdict.FAULT:
            console.print(Padding(Text(f"→ {labels.advice[finding.check]}"), (0, 0, 0, 2)))
