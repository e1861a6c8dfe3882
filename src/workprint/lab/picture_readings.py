"""Readings of the moving picture, for clips and films alike: what a scan found, held against its limits."""

from __future__ import annotations

from collections.abc import Sequence

from workprint.film.time import Span
from workprint.lab.flashes import TRANSITIONS_A_SECOND
from workprint.lab.picture_faults import (
    BANDING_LIMIT,
    REPEAT_SHARE,
    count_repeats,
    find_banding,
    find_black,
    find_empty,
    find_frozen,
)
from workprint.lab.picture_scan import PictureScan
from workprint.lab.readings import Readings, add_stretches
from workprint.lab.steadiness import (
    FLICKER_LEVELS,
    POP_LEVELS,
    ShotMap,
    find_jump,
    find_pop,
    measure_flicker,
)

PICTURE_METRICS = (
    "black",
    "frozen",
    "empty",
    "duplicates",
    "flash",
    "flash_red",
    "flicker",
    "luma_jump",
    "pops",
    "banding",
)
"""What `add_picture_readings` measures, in its order."""


def add_picture_readings(readings: Readings, scan: PictureScan, shots: ShotMap, repeats: Sequence[int] = ()) -> None:
    """Missing, repeated, flashing, unsteady and banded pictures, each as one reading.

    `repeats` is how many frames of each shot repeat because its clip was made at a lower rate: those are no fault.
    """

    def describe(span: Span) -> str:
        start, length = float(scan.rate.seconds(span.start)), float(scan.rate.seconds(span.length))
        return f"{length:.2f} s from {start:.2f} s"

    add_stretches(readings, "black", find_black(scan, shots.still), "<= 1 frame in a row", describe)
    frozen = find_frozen(scan, shots.still)
    add_stretches(readings, "frozen", frozen, "< 0.5 s", describe)
    add_stretches(readings, "empty", find_empty(scan, shots.soft), "<= 1 frame in a row", describe)
    _add_repeats(readings, scan, (*shots.still, *frozen), shots.shots, repeats)
    for metric, series in (("flash", scan.flashes), ("flash_red", scan.red_flashes)):
        worst = int(series.max())
        is_ok = worst <= TRANSITIONS_A_SECOND
        note = "screening, not certification" if is_ok else "luminance swings over a quarter of the picture"
        frame = -1 if is_ok else int(series.argmax())
        readings.add(metric, worst, f"<= {TRANSITIONS_A_SECOND} transitions/s", is_ok, note, frame=frame)
    _add_steadiness(readings, scan, shots)


def _add_repeats(
    readings: Readings, scan: PictureScan, still: Sequence[Span], shots: Sequence[Span], known: Sequence[int]
) -> None:
    worst, frame, allowed = 0, -1, 1
    for shot, repeats in zip(shots, (*known, *(0 for _ in shots)), strict=False):
        outside = (Span(0, shot.start + 1), Span(shot.end, max(0, scan.frames - shot.end)))
        count, first = count_repeats(scan, (*still, *outside))
        limit = 1 + int(shot.length * REPEAT_SHARE) + repeats
        if count - limit > worst - allowed:
            worst, frame, allowed = count, first, limit
    note = "" if worst <= allowed else "frames repeat within a moving shot"
    readings.add("duplicates", worst, f"<= {allowed} frames a shot", worst <= allowed, note, frame=frame)


def _add_steadiness(readings: Readings, scan: PictureScan, shots: ShotMap) -> None:
    flicker, frame = measure_flicker(scan, shots.stretches)
    is_ok = flicker <= FLICKER_LEVELS
    readings.add("flicker", flicker, f"<= {FLICKER_LEVELS:g} levels", is_ok, frame=-1 if is_ok else frame)
    jump, frame = find_jump(scan, shots.stretches)
    readings.add("luma_jump", jump, "no jump inside a shot", frame < 0, frame=frame)
    pop, frame = find_pop(scan, shots.stretches, shots.moves)
    note = "" if frame < 0 else "a part of the picture changes on one frame alone"
    readings.add("pops", pop, f"< {POP_LEVELS:g} levels on one frame", frame < 0, note, frame=frame)
    bands, frame = find_banding(scan, shots.soft)
    is_ok = bands <= BANDING_LIMIT
    note = "" if is_ok else "a gradient runs in steps"
    readings.add("banding", bands, f"<= {BANDING_LIMIT:g}", is_ok, note, frame=-1 if is_ok else frame)
