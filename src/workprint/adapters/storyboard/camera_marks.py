"""Camera arrows over a panel, in the notation boards are read by: frames in frames, arrows along the move."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import skia

from workprint.adapters.storyboard.strokes import Hand, Point
from workprint.film.brief import CameraMove

RED = skia.Color(201, 48, 38)
"""Red pencil: the camera."""

STROKE, ARROW = 3.2, 9.0
"""Units of a line, and of an arrow at its thickest."""

CLOSER = 0.15
"""How far a move closer shrinks the frame on each side, as a share of it: a sign, larger than the move itself."""


@dataclass(frozen=True)
class Frame:
    """The picture frame in pixels, and where overlays leave room: whether its lower part is taken."""

    x: float
    y: float
    width: float
    height: float
    is_low_taken: bool

    def at(self, across: float, down: float) -> Point:
        """The point at shares of width and height."""
        return self.x + across * self.width, self.y + down * self.height


def draw_camera(hand: Hand, frame: Frame, move: CameraMove) -> None:
    """The marks of a move."""
    DRAWINGS[move](hand, frame)


def draw_dolly_in(hand: Hand, frame: Frame) -> None:
    """The frame the move ends on, dashed, with arrows from the corners to it."""
    draw_inner(hand, frame)
    for across, down in ((0, 0), (1, 0), (1, 1), (0, 1)):
        hand.arrow((corner(frame, across, down, 0.025), corner(frame, across, down, CLOSER - 0.012)), ARROW, RED)


def draw_dolly_out(hand: Hand, frame: Frame) -> None:
    """The frame the move begins on, dashed, with arrows from it to the corners."""
    draw_inner(hand, frame)
    for across, down in ((0, 0), (1, 0), (1, 1), (0, 1)):
        hand.arrow((corner(frame, across, down, CLOSER - 0.004), corner(frame, across, down, 0.028)), ARROW, RED)


def draw_inner(hand: Hand, frame: Frame) -> None:
    """The smaller frame of a dolly."""
    sides = [((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 1)), ((0, 1), (0, 0))]
    for (ax, ay), (bx, by) in sides:
        hand.dash((corner(frame, ax, ay, CLOSER), corner(frame, bx, by, CLOSER)), STROKE * 0.8, RED)


def corner(frame: Frame, across: float, down: float, inset: float) -> Point:
    """A point on the diagonal from a corner of the frame towards its middle."""
    return frame.at(across + (inset if across == 0 else -inset), down + (inset if down == 0 else -inset))


def draw_pan(hand: Hand, frame: Frame) -> None:
    """A long arrow across, from a bar where the move begins; above when titles stand below."""
    down = 0.115 if frame.is_low_taken else 0.885
    start, end = frame.at(0.14, down), frame.at(0.86, down)
    rise = 7 * hand.unit
    draw_bar(hand, start, (0, 15 * hand.unit))
    hand.arrow((start, ((start[0] + end[0]) / 2, start[1] - rise), end), ARROW * 1.25, RED)


def draw_tilt(hand: Hand, frame: Frame) -> None:
    """A long arrow upwards at the side, from a bar where the move begins."""
    start, end = frame.at(0.90, 0.80), frame.at(0.90, 0.18)
    draw_bar(hand, start, (15 * hand.unit, 0))
    hand.arrow((start, (start[0] + 6 * hand.unit, (start[1] + end[1]) / 2), end), ARROW * 1.25, RED)


def draw_bar(hand: Hand, middle: Point, half: Point) -> None:
    """The short bar at the start of a move."""
    ends = ((middle[0] - half[0], middle[1] - half[1]), (middle[0] + half[0], middle[1] + half[1]))
    hand.line(ends, STROKE * 1.3, RED)


def draw_orbit(hand: Hand, frame: Frame) -> None:
    """An arrow that goes round the front of the subject, seen a little from above."""
    middle = frame.at(0.5, 0.42 if frame.is_low_taken else 0.62)
    wide, deep = 0.37 * frame.width, 0.17 * min(frame.height, frame.width)
    turns = [math.radians(205 - 230 * step / 40) for step in range(41)]
    hand.arrow([(middle[0] + wide * math.cos(t), middle[1] + deep * math.sin(t)) for t in turns], ARROW * 1.2, RED)


def draw_static(hand: Hand, frame: Frame) -> None:
    """Brackets in the four corners: the frame is locked."""
    arm = 0.085 * min(frame.width, frame.height)
    for across, down in ((0, 0), (1, 0), (1, 1), (0, 1)):
        inset = 0.055 * min(frame.width, frame.height)
        right, below = (1 if across == 0 else -1), (1 if down == 0 else -1)
        x, y = frame.at(across, down)
        x, y = x + right * inset, y + below * inset
        hand.line(((x + right * arm, y), (x, y)), STROKE * 1.2, RED)
        hand.line(((x, y), (x, y + below * arm)), STROKE * 1.2, RED)


DRAWINGS: Mapping[CameraMove, Callable[[Hand, Frame], None]] = {
    CameraMove.DOLLY_IN: draw_dolly_in,
    CameraMove.DOLLY_OUT: draw_dolly_out,
    CameraMove.PAN: draw_pan,
    CameraMove.TILT: draw_tilt,
    CameraMove.ORBIT: draw_orbit,
    CameraMove.STATIC: draw_static,
}
"""A drawing for every move. Directions are the renderer's: it pans to the right, tilts up, orbits to the right."""
