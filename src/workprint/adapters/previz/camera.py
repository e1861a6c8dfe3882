"""The virtual camera: eased moves with parallax, and the small breathing that keeps a static frame alive."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workprint.film.brief import CameraMove, SceneType
from workprint.film.picture_orders import Look

TURN = 2 * math.pi
DOLLY, PAN, TILT, ORBIT = 0.110, 0.070, 0.060, 1.0
"""Full reach of each move at strength 1: zoom, short sides of the frame, short sides, turns of the head."""
BREATH = 0.0021
"""Sway of a camera on a locked head, in short sides (about 2 px at 1080): our own, a hand on a pan bar."""
CARD_REACH = 0.42
"""Share of a move's reach on an end card: it is read, so the camera only leans in."""
FULL_PARALLAX_MM = 40.0
"""Focal length (full frame) at and below which layers part fully; a longer lens flattens them."""


@dataclass(frozen=True)
class Pose:
    """Where the camera is: zoom, offset in short sides, yaw -1..1, how far layers part, seconds, eased share 0..1."""

    zoom: float
    x: float
    y: float
    yaw: float
    parting: float
    seconds: float
    eased: float

    def at(self, depth: float) -> tuple[float, float, float]:
        """Zoom and offset of a layer: depth 1 is the subject, 0 infinitely far, above 1 nearer to the lens."""
        share = 1 + (depth - 1) * self.parting
        turn = 0.055 * self.yaw * (depth - 1) * (0.4 + 0.6 * self.parting)
        return 1 + (self.zoom - 1) * share, self.x * share + turn, self.y * share

    def wave(self, period: float, phase: float = 0.0) -> float:
        """A slow sine of time, for lights that drift; `phase` in turns."""
        return math.sin(TURN * (self.seconds / period + phase))


@dataclass(frozen=True)
class Camera:
    """A move over a whole shot. The same frame number always gives the same pose."""

    move: CameraMove
    strength: float
    parting: float
    frames: int
    seconds_per_frame: float
    phase: float

    def pose(self, frame: int) -> Pose:
        """The pose at a frame, sine eased from the first to the last."""
        # Beyond its last frame a shot that was extended goes on with the camera at rest.
        share = min(1.0, frame / max(1, self.frames - 1))
        eased = 0.5 - 0.5 * math.cos(math.pi * share)
        seconds = frame * self.seconds_per_frame
        along = (eased - 0.5) * self.strength
        zoom, x, y, yaw = 1.0, 0.0, 0.0, 0.0
        if self.move is CameraMove.DOLLY_IN:
            zoom += DOLLY * along
        elif self.move is CameraMove.DOLLY_OUT:
            zoom -= DOLLY * along
        elif self.move is CameraMove.PAN:
            x -= PAN * along
        elif self.move is CameraMove.TILT:
            y += TILT * along
        elif self.move is CameraMove.ORBIT:
            yaw = 2 * ORBIT * along
            zoom += 0.3 * DOLLY * along
        x += BREATH * math.sin(TURN * (seconds / 5.3 + self.phase))
        y += 0.7 * BREATH * math.sin(TURN * (seconds / 7.1 + 2 * self.phase))
        zoom += 0.0016 * math.sin(TURN * (seconds / 6.1 + 3 * self.phase))
        return Pose(zoom, x, y, yaw, self.parting, seconds, eased)


def arrive(seconds: float, length: float) -> float:
    """What is still to come of an arrival that takes `length` seconds, 1 to 0: it starts and lands without a jolt.

    The quintic of K. Perlin, "Improving noise", SIGGRAPH 2002: speed and acceleration are 0 at both ends.
    """
    t = min(1.0, max(0.0, seconds / length))
    return 1 - t * t * t * (t * (6 * t - 15) + 10)


def plan_camera(look: Look, phase: float) -> Camera:
    """The camera of a look: more energy and more time move farther, a longer lens flattens. `phase` in turns."""
    seconds_per_frame = look.rate[1] / look.rate[0]
    length = look.frames * seconds_per_frame
    strength = (0.65 + 0.75 * look.energy / 100) * min(1.35, max(0.6, 0.45 + 0.2 * length))
    strength *= CARD_REACH if look.type is SceneType.ENDCARD else 1.0
    parting = min(1.0, max(0.25, FULL_PARALLAX_MM / max(1, look.focal_length_mm)))
    return Camera(look.move, strength, parting, look.frames, seconds_per_frame, phase)
