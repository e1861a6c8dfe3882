"""Rows about the cutting room: what a frame of a grade and of every transition costs at 1080p."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bench.table import Row
from workprint.film.grade import Grade
from workprint.film.transitions import HALVES_S, KINDS
from workprint.lab.encode import from_planes, view_planes
from workprint.lab.grade import build_table
from workprint.lab.subjects import find_subject
from workprint.lab.transitions import Blend, Planes, Scene

SIZE = (1080, 1920)
"""An upright film: the shape most films here have."""

BAR_MS = 15.0
"""CPU milliseconds a frame: with decoding and encoding a segment then still runs faster than it plays. Our own."""

PALETTE = ("#12211D", "#E8A33D", "#F3EADB")


def measure_cutting(folder: Path) -> Iterator[Row]:
    """The grade and every kind of transition, drawn from two pictures full of detail."""
    pictures = paint_picture(1), paint_picture(2)
    copy = _time(lambda: [plane.copy() for plane in pictures[0]], 20)
    table = build_table(Grade("palette", "warm", PALETTE), None)
    frame = from_planes(*pictures[0])
    yield _tell("grade", "a look over a frame", _time(lambda: table.apply(frame), 10), copy)
    for kind in KINDS:
        frames = 2 * round(float(HALVES_S[kind]) * 30)
        subjects = find_subject(pictures[0]), find_subject(pictures[1])
        known = None if subjects[0] is None or subjects[1] is None else (subjects[0], subjects[1])
        blend = Blend(Scene(kind, "left", frames, *SIZE, PALETTE, 7, known))
        spent = _time_frames(blend, frames, pictures)
        yield _tell(f"cut {kind}", f"mean of {frames - 2} frames between two shots", spent, copy)


def paint_picture(seed: int) -> Planes:
    """Planes of a bright thing on a gradient with grain."""
    random = np.random.default_rng(seed)
    width, height = SIZE
    luma = np.linspace(50, 150, height)[:, None] + random.normal(0, 3, (height, width))
    top, left = 500 + 90 * seed, 240 + 60 * seed
    luma[top : top + 700, left : left + 500] = random.integers(40, 220, (70, 50)).repeat(10, 0).repeat(10, 1)
    blue, red = (random.normal(128, 12, (height // 40, width // 40)).repeat(20, 0).repeat(20, 1) for _ in range(2))
    planes = tuple(np.clip(plane, 16, 235).astype(np.uint8) for plane in (luma, blue, red))
    return planes[0], planes[1], planes[2]


def _time(work: Callable[[], object], count: int) -> float:
    """CPU milliseconds one piece of work takes, on average, once it is warm."""
    work()
    started = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - started) * 1000 / count


def _time_frames(blend: Blend, frames: int, pictures: tuple[Planes, Planes]) -> float:
    views = [view_planes(from_planes(*picture)) for picture in pictures]
    blend.draw(1, views[0], views[1])
    started = time.process_time()
    for number in range(1, frames - 1):
        blend.draw(number, views[0], views[1])
    return (time.process_time() - started) * 1000 / (frames - 2)


def _tell(name: str, what: str, spent: float, copy: float) -> Row:
    return Row(
        name,
        f"{what}, {SIZE[0]}x{SIZE[1]}",
        f"{spent:.1f} ms CPU a frame",
        f"{copy:.2f} ms to copy its planes",
        f"{spent / copy:.0f}",
        f"<= {BAR_MS:g} ms",
        spent <= BAR_MS,
    )
