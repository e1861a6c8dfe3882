"""Small signs for camera moves beside the words: a frame and what happens in it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import skia

from workprint.adapters.storyboard.camera_marks import RED
from workprint.film.brief import CameraMove
from workprint.lab.safe_areas import Area

Line = tuple[tuple[float, float], ...]

_FRAME: Line = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
_INNER: Line = ((0.28, 0.28), (0.72, 0.28), (0.72, 0.72), (0.28, 0.72), (0.28, 0.28))
_BRACKETS: tuple[Line, ...] = (
    ((0, 0.3), (0, 0), (0.2, 0)),
    ((0.8, 0), (1, 0), (1, 0.3)),
    ((1, 0.7), (1, 1), (0.8, 1)),
    ((0.2, 1), (0, 1), (0, 0.7)),
)


def _diagonals(outer: float, inner: float) -> tuple[Line, ...]:
    """Four strokes from a distance off the middle to another, towards the corners, with heads at the second."""
    lines: list[Line] = []
    for across, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        tip = (0.5 + across * inner, 0.5 + down * inner)
        tail = (0.5 + across * outer, 0.5 + down * outer)
        sign = 1 if outer > inner else -1
        head = 0.17 * sign
        lines += [
            (tail, tip),
            ((tip[0] + across * head * 0.9, tip[1]), tip, (tip[0], tip[1] + down * head * 1.35)),
        ]
    return tuple(lines)


def _arc() -> Line:
    turns = [math.radians(200 - 220 * step / 16) for step in range(17)]
    return tuple((0.5 + 0.5 * math.cos(turn), 0.42 + 0.42 * math.sin(turn)) for turn in turns)


GLYPHS: Mapping[CameraMove, tuple[Line, ...]] = {
    CameraMove.STATIC: _BRACKETS,
    CameraMove.DOLLY_IN: (_FRAME, *_diagonals(0.5, 0.17)),
    CameraMove.DOLLY_OUT: (_INNER, *_diagonals(0.22, 0.56)),
    CameraMove.PAN: (((0, 0.15), (0, 0.85)), ((0, 0.5), (1, 0.5)), ((0.74, 0.12), (1, 0.5), (0.74, 0.88))),
    CameraMove.TILT: (((0.25, 1), (0.75, 1)), ((0.5, 1), (0.5, 0)), ((0.26, 0.38), (0.5, 0), (0.74, 0.38))),
    CameraMove.ORBIT: (_arc(), ((0.72, 0.12), (0.985, 0.27), (1.06, -0.12))),
}
"""Strokes of each sign in a box of one by one."""


def draw_glyph(canvas: skia.Canvas, area: Area, move: CameraMove) -> None:
    """Draw the sign of a move into an area, in red pencil."""
    paint = skia.Paint(Color=RED, AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=1.9)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    for line in GLYPHS[move]:
        path = skia.Path()
        points = [skia.Point(area.x + x * area.width, area.y + y * area.height) for x, y in line]
        path.addPoly(points, False)
        canvas.drawPath(path, paint)
