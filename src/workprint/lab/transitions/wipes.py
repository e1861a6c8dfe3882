"""Wipes: a shape in the accent colour opens, throws a soft shadow, and the new picture follows inside it."""

from __future__ import annotations

import numpy as np

from workprint.lab.transitions.planes import (
    FULL,
    Field,
    Mask,
    Mixer,
    Plane,
    Planes,
    Scene,
    mix_all,
    mix_plane,
    resize,
    rush,
    to_code,
)

CIRCLE_LAG, DIAGONAL_LAG = 0.12, 0.18
"""Share of a wipe by which the new picture follows the coloured shape that opens it: a band, never a flat field."""

SHUTTER = 0.5
"""Share of a frame's movement an edge is blurred over: a film camera's half."""

SOFTEST, SHARPEST = 0.05, 0.005
"""Widest and narrowest edge as shares of the short side: never a stair, and never so wide that the shape dissolves."""

SHADOW, SHADOW_REACH = 0.34, 0.07
"""Share of light the shape takes from what lies beside it, and how far, as a share of the short side."""

SLANT = (0.906, 0.423)
"""Normal of a diagonal wipe's edge: 25 degrees from the vertical, (cosine, sine)."""

SHADE = 16
"""Limited-range black: what a shadow darkens towards."""


def plan_circle(scene: Scene) -> Mixer:
    """From the middle outwards."""
    x, y = _measure_places(scene)
    return _plan(scene, np.hypot(x - scene.width / 2, y - scene.height / 2).astype(np.float32), CIRCLE_LAG)


def plan_diagonal(scene: Scene) -> Mixer:
    """A slanted band across the frame."""
    x, y = _measure_places(scene)
    across = x if scene.direction == "right" else scene.width - x
    return _plan(scene, (across * SLANT[0] + y * SLANT[1]).astype(np.float32), DIAGONAL_LAG)


def _measure_places(scene: Scene) -> tuple[Field, Field]:
    """Centres of the chroma samples in pixels of the frame: edges are soft, so half the size is enough for them."""
    x = np.arange(scene.width // 2, dtype=np.float32)[None, :] * 2 + 1
    y = np.arange(scene.height // 2, dtype=np.float32)[:, None] * 2 + 1
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _plan(scene: Scene, distance: Field, lag: float) -> Mixer:
    """A wipe whose shape at every moment is all that lies nearer than a reach; edges are as soft as they are fast."""
    short = min(scene.width, scene.height)
    farthest = float(distance.max())
    color = to_code(scene.palette[min(1, len(scene.palette) - 1)]) if scene.palette else (235, 128, 128)
    step = 1 / ((scene.frames - 1) * (1 - lag))

    def edge(share: float) -> tuple[float, float]:
        """How far the shape has opened, and how soft its edge is, in pixels; both ends lie wholly outside the frame."""
        speed = (rush(share + step / 2, 2) - rush(share - step / 2, 2)) * farthest
        soft = min(SOFTEST * short, max(SHARPEST * short, speed * SHUTTER))
        return rush(share, 2) * (farthest + soft) - soft / 2, soft

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        reach, soft = edge(share / (1 - lag))
        luma, chroma = _cover(reach, soft, distance)
        shaded = _shade(outgoing, reach, distance, SHADOW_REACH * short)
        opened = mix_all(shaded, color, luma, chroma)
        if share <= lag:
            return opened
        reach, soft = edge((share - lag) / (1 - lag))
        return mix_all(opened, incoming, *_cover(reach, soft, distance))

    return mix


def _cover(reach: float, soft: float, distance: Field) -> tuple[Mask, Mask]:
    """Weights 0..128 of a shape, for luma and for chroma."""
    field = np.clip((np.float32(reach) - distance) * np.float32(FULL / soft) + np.float32(FULL / 2), 0, FULL)
    small = (field + np.float32(0.5)).astype(np.uint8)
    return _enlarge(small).astype(np.int16), small.astype(np.int16)


def _enlarge(small: Plane) -> Plane:
    return resize(small, small.shape[1] * 2, small.shape[0] * 2)


def _shade(planes: Planes, reach: float, distance: Field, far: float) -> Planes:
    """The picture with the shape's shadow on it; it comes as the shape does."""
    strength = SHADOW * min(1.0, max(0.0, reach) / far)
    if strength <= 0:
        return planes
    away = np.clip((distance - np.float32(reach)) / np.float32(far), 0, 1)
    fall = (1 - away) ** 2 * np.float32(strength * FULL)
    weight = _enlarge((fall + np.float32(0.5)).astype(np.uint8)).astype(np.int16)
    return mix_plane(planes[0], SHADE, weight), planes[1], planes[2]
