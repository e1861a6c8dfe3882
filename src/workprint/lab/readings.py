"""Readings as plain data: one measured value, its limit, its verdict; and the grade they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from workprint.film.canonical import Json
from workprint.film.time import Span
from workprint.lab.flashes import TRANSITIONS_A_SECOND
from workprint.lab.picture_faults import (
    REPEAT_SHARE,
    PictureScan,
    count_repeats,
    find_black,
    find_frozen,
)

SEVERITY = {
    **dict.fromkeys(("decode", "container", "frames", "size", "rate", "codec"), "F"),
    **dict.fromkeys(("black", "frozen", "bars", "flash", "flash_red"), "D"),
    **dict.fromkeys(("duplicates", "luma_jump"), "C"),
    **dict.fromkeys(("flicker", "color"), "B"),
}
"""The best grade a clip can have that breaks a metric; what is not named here counts as D."""


@dataclass
class Readings:
    """Collects readings in order; `as_facts` is what a check hands back."""

    rows: list[dict[str, Json]] = field(default_factory=list)

    def add(self, metric: str, value: float, limit: str, is_ok: bool, note: str = "", *, frame: int = -1) -> None:
        """One value with its verdict; values are rounded to four digits so that they are stable."""
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
        return max((SEVERITY.get(row["metric"], "D") for row in self.rows if row["verdict"] == "fault"), default="A")

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


def add_picture_readings(
    readings: Readings,
    scan: PictureScan,
    shots: Sequence[Span],
    *,
    still: Sequence[Span] = (),
) -> None:
    """What holds for clips and films alike: black, frozen, repeated frames, flashes. `still` spans may stand still."""

    def describe(span: Span) -> str:
        start, length = float(scan.rate.seconds(span.start)), float(scan.rate.seconds(span.length))
        return f"{length:.2f} s from {start:.2f} s"

    add_stretches(readings, "black", find_black(scan, still), "<= 1 frame in a row", describe)
    frozen = find_frozen(scan, still)
    add_stretches(readings, "frozen", frozen, "< 0.5 s", describe)
    _add_repeats(readings, scan, (*still, *frozen), shots)
    for metric, series in (("flash", scan.flashes), ("flash_red", scan.red_flashes)):
        worst = int(series.max())
        is_ok = worst <= TRANSITIONS_A_SECOND
        note = "screening, not certification" if is_ok else "luminance swings over a quarter of the picture"
        frame = -1 if is_ok else int(series.argmax())
        readings.add(metric, worst, f"<= {TRANSITIONS_A_SECOND} transitions/s", is_ok, note, frame=frame)


def _add_repeats(readings: Readings, scan: PictureScan, still: Sequence[Span], shots: Sequence[Span]) -> None:
    worst, frame, allowed = 0, -1, 1
    for shot in shots:
        outside = (Span(0, shot.start + 1), Span(shot.end, max(0, scan.frames - shot.end)))
        count, first = count_repeats(scan, (*still, *outside))
        limit = 1 + int(shot.length * REPEAT_SHARE)
        if count - limit > worst - allowed:
            worst, frame, allowed = count, first, limit
    note = "" if worst <= allowed else "frames repeat within a moving shot"
    readings.add("duplicates", worst, f"<= {allowed} frames a shot", worst <= allowed, note, frame=frame)
