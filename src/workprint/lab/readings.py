"""Readings as plain data: one measured value, its limit, its verdict; and the grade they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from workprint.film.canonical import Json
from workprint.film.time import Span
from workprint.lab.metrics import METRICS


@dataclass
class Readings:
    """Collects readings in order; `as_facts` is what a check hands back."""

    rows: list[dict[str, Json]] = field(default_factory=list)

    def add(self, metric: str, value: float, limit: str, is_ok: bool, note: str = "", *, frame: int = -1) -> None:
        """One value of a metric in METRICS with its verdict, rounded to four digits so that it is stable."""
        row = {"metric": metric, "value": round(float(value), 4), "limit": limit}
        self.rows.append({**row, "verdict": "ok" if is_ok else "fault", "note": note, "frame": int(frame)})

    def skip(self, metrics: Iterable[str], why: str) -> None:
        """Metrics that could not be measured, and why."""
        for metric in metrics:
            row = {"metric": metric, "value": 0.0, "limit": "", "verdict": "not_run", "note": why, "frame": -1}
            self.rows.append(row)

    @property
    def grade(self) -> str:
        """A without a fault, else the worst grade its faults allow: B, C, D or F."""
        return max((METRICS[row["metric"]].grade for row in self.rows if row["verdict"] == "fault"), default="A")

    def as_facts(self) -> dict[str, Json]:
        """Facts of a check: every reading and the grade."""
        return {"readings": list(self.rows), "grade": self.grade}


def add_stretches(
    readings: Readings, metric: str, spans: Sequence[Span], limit: str, what: Callable[[Span], str]
) -> None:
    """A reading for stretches that should not be there: their frames in all, where the first stands."""
    total = sum(span.length for span in spans)
    note = "; ".join(what(span) for span in spans[:3])
    readings.add(metric, total, limit, not spans, note, frame=spans[0].start if spans else -1)
