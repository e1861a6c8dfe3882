"""Strokes of a hand: lines that wander a little, arrows that swell towards their head, on a halo of bare paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import skia

Point = tuple[float, float]

POINTS_A_STROKE = 24
"""Enough for a curve to be smooth at any size a panel has."""

HEAD_SPREAD = 0.46
"""Half angle of an arrow's head in radians: slender, as a quick hand draws it."""


class Hand:
    """A hand that draws on a canvas. `unit` is one pixel at a short side of 540; the same seed draws the same."""

    def __init__(self, canvas: skia.Canvas, unit: float, seed: int, paper: int) -> None:
        self._canvas = canvas
        self._random = np.random.default_rng(seed)
        self._paper = paper
        self.unit = unit

    def bend(self, points: Sequence[Point], amount: float) -> list[Point]:
        """A line through the points as a hand follows it: evenly spaced, slowly wandering by about `amount` units."""
        spine = _space_evenly(points, POINTS_A_STROKE)
        waves = self._random.uniform(-1, 1, (2, 3)) * amount * self.unit
        turns = np.linspace(0, 1, len(spine))
        bent = []
        for (x, y), turn in zip(spine, turns, strict=True):
            shift = [sum(w * math.sin(math.pi * (n + 1) * turn) / (n + 1) for n, w in enumerate(row)) for row in waves]
            bent.append((x + float(shift[0]), y + float(shift[1])))
        return bent

    def rule(self, start: Point, end: Point, width: float, color: int) -> None:
        """A ruled line drawn by hand: nearly straight."""
        self._stroke(self.bend((start, end), 0.9), width, color)

    def dash(self, points: Sequence[Point], width: float, color: int) -> None:
        """A dashed line, with a halo so that it shows on dark ground too."""
        line = self.bend(points, 1.2)
        dashes = skia.DashPathEffect.Make([11 * self.unit, 8 * self.unit], 0)
        self._stroke(line, width + 3.2, skia.ColorSetA(self._paper, 215), dashes)
        self._stroke(line, width, color, dashes)

    def line(self, points: Sequence[Point], width: float, color: int) -> None:
        """A plain stroke with a halo."""
        line = self.bend(points, 1.2)
        self._stroke(line, width + 4.4, skia.ColorSetA(self._paper, 230))
        self._stroke(line, width, color)

    def arrow(self, points: Sequence[Point], width: float, color: int) -> None:
        """An arrow along the points: swelling from its tail to its head, `width` units at its thickest."""
        spine = self.bend(points, 1.6)
        for outline, extra in ((skia.ColorSetA(self._paper, 235), 3.4), (color, 0.0)):
            paint = skia.Paint(Color=outline, AntiAlias=True, Style=skia.Paint.kStrokeAndFill_Style)
            paint.setStrokeWidth((1.2 + 2 * extra) * self.unit)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
            self._canvas.drawPath(self._shape_arrow(spine, width * self.unit), paint)

    def _shape_arrow(self, spine: list[Point], width: float) -> skia.Path:
        length = sum(math.dist(a, b) for a, b in pairwise(spine))
        head = min(4.2 * width, 0.55 * length)
        tip, neck = spine[-1], _walk_back(spine, 0.8 * head)
        angle = math.atan2(tip[1] - neck[1][1], tip[0] - neck[1][0])
        body = [*spine[: neck[0] + 1], neck[1]]
        left, right = _swell(body, 0.30 * width, 0.92 * width)
        wings = [
            (tip[0] - head * math.cos(angle + side), tip[1] - head * math.sin(angle + side))
            for side in (HEAD_SPREAD, -HEAD_SPREAD)
        ]
        path = skia.Path()
        path.addPoly([skia.Point(*p) for p in (*left, wings[1], tip, wings[0], *reversed(right))], True)
        return path

    def _stroke(self, points: Sequence[Point], width: float, color: int, effect: skia.PathEffect | None = None) -> None:
        path = skia.Path()
        path.moveTo(*points[0])
        for before, after in pairwise(points[1:]):
            path.quadTo(*before, (before[0] + after[0]) / 2, (before[1] + after[1]) / 2)
        path.lineTo(*points[-1])
        paint = skia.Paint(Color=color, AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width * self.unit)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
        if effect is not None:
            paint.setPathEffect(effect)
        self._canvas.drawPath(path, paint)


def _space_evenly(points: Sequence[Point], count: int) -> list[Point]:
    lengths = [0.0]
    for before, after in pairwise(points):
        lengths.append(lengths[-1] + math.dist(before, after))
    at = np.linspace(0, lengths[-1], count)
    xs = np.interp(at, lengths, [x for x, _ in points])
    ys = np.interp(at, lengths, [y for _, y in points])
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]


def _walk_back(spine: list[Point], distance: float) -> tuple[int, Point]:
    """The point `distance` before the end, and the index of the last spine point before it."""
    left = distance
    for index in range(len(spine) - 1, 0, -1):
        gap = math.dist(spine[index], spine[index - 1])
        if gap >= left:
            share = left / max(gap, 1e-6)
            (ax, ay), (bx, by) = spine[index], spine[index - 1]
            return index - 1, (ax + (bx - ax) * share, ay + (by - ay) * share)
        left -= gap
    return 0, spine[0]


def _swell(body: list[Point], thin: float, thick: float) -> tuple[list[Point], list[Point]]:
    """Both sides of a stroke along a line, growing from one width to the other."""
    left, right = [], []
    for index, (x, y) in enumerate(body):
        before, after = body[max(0, index - 1)], body[min(len(body) - 1, index + 1)]
        length = max(1e-6, math.dist(before, after))
        across = ((before[1] - after[1]) / length, (after[0] - before[0]) / length)
        half = (thin + (thick - thin) * index / max(1, len(body) - 1)) / 2
        left.append((x + across[0] * half, y + across[1] * half))
        right.append((x - across[0] * half, y - across[1] * half))
    return left, right
