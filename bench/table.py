"""The rows of the report, and how they are printed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("row", "what", "figure", "baseline", "ratio", "bar", "")


@dataclass(frozen=True)
class Row:
    """One line: what was measured, against what, their ratio, the bar it must not pass, and whether it held."""

    name: str
    what: str
    figure: str
    baseline: str = ""
    ratio: str = ""
    bar: str = ""
    passed: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        verdict = "" if self.passed is None else "pass" if self.passed else "FAIL"
        return (self.name, self.what, self.figure, self.baseline, self.ratio, self.bar, verdict)


def format_table(rows: Iterable[Row]) -> str:
    """The rows under headings, in columns as wide as they need."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def describe_load() -> str:
    """How busy the machine is, because figures of a shared machine mean little without it."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
