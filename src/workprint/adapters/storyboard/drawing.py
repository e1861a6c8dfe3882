"""The drawn look: a still redrawn as pencil line, hatching and marker wash on paper, with one spot of brand colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""(H, W) values, usually 0..1."""

Pixels = npt.NDArray[np.uint8]

PAPER = (249, 246, 240)
"""Warm drawing paper, sRGB; the sheet has the same, so that a panel lies on it without an edge."""

GRAPHITE = (44, 43, 47)
"""A soft pencil at full pressure."""

MARKER = (112, 109, 110)
"""A warm grey marker (about a No. 5)."""

LUMA = (0.2126, 0.7152, 0.0722)
"""ITU-R BT.709 weights, on code values: a draughtsman judges tones as seen, not as measured."""

FIRST_WASH, SECOND_WASH, THIRD_WASH = (0.66, 0.21), (0.43, 0.25), (0.21, 0.36)
"""Tone below which a layer of marker is laid, and how much of it: set by eye on pictures from noon to night."""

HATCH_ANGLES = (0.87, -0.42)
"""Radians: the fall of a right hand's strokes, and what crosses them in the deepest shade."""

HATCH_PITCH, STROKE_LENGTH = 6.4, 92.0
"""Pixels between strokes and along one, at a short side of `UNIT`."""

OUTLINE = 0.55
"""How dark a spot of colour counts when its own contour is looked for: shape told by colour alone is drawn too."""

EVENNESS = 0.006
"""Variance of tone below which a place counts as texture to even out, not as a contour to keep."""

UNIT = 540.0
"""The short side in pixels all lengths here are meant for."""


@dataclass(frozen=True)
class Grain:
    """The paper and the hand: fine tooth of the paper, slow wander of the hand (both about -1..1), random phases."""

    tooth: Plane
    wander: Plane
    phases: Plane


def redraw(picture: Pixels, accent: tuple[int, int, int], seed: int, bleed: int) -> Pixels:
    """The drawing of a picture on paper, with `bleed` pixels of bare paper around it: (H + 2b, W + 2b, 3) uint8.

    `picture` is (H, W, 3 or 4) sRGB; `accent` tints what in the picture already leans to that colour.
    """
    height, width = picture.shape[:2]
    scale = min(height, width) / UNIT
    grain = lay_grain(height, width, seed, scale)
    tone = lay_tones(picture)
    calm = smooth_inside_edges(tone, max(2, round(4 * scale)))
    wash = wash_marker(calm, grain, scale)
    hatch = hatch_shade(calm, grain, scale)
    spot = find_spot(picture, accent)
    line = np.maximum(trace_lines(0.6 * calm + 0.4 * tone, grain, scale), trace_lines(1 - OUTLINE * spot, grain, scale))
    edge = tear_edge(height, width, grain, scale)
    sheet = np.empty((height, width, 3), np.float32)
    pencil = np.maximum(hatch, line) * edge
    spot = spot * edge * (0.95 + 0.07 * grain.tooth)
    wash *= edge
    for channel in range(3):
        paper = PAPER[channel] + 1.6 * grain.tooth
        marked = paper - wash * (PAPER[channel] - MARKER[channel])
        tinted = marked * (1 - spot * (1 - accent[channel] / 255))
        sheet[:, :, channel] = tinted + pencil * (GRAPHITE[channel] - tinted)
    whole = np.empty((height + 2 * bleed, width + 2 * bleed, 3), np.uint8)
    whole[:] = PAPER
    whole[bleed : bleed + height, bleed : bleed + width] = np.clip(sheet + 0.5, 0, 255)
    return whole


def lay_grain(height: int, width: int, seed: int, scale: float) -> Grain:
    """Paper and hand for one panel; the same seed gives the same."""
    random = np.random.default_rng(seed)
    fine = random.standard_normal((height, width), dtype=np.float32)
    tooth = blur_box(fine, 1)
    tooth *= np.float32(0.8 / max(1e-6, float(tooth.std())))
    pitch = 38 * scale
    coarse = random.standard_normal((int(height / pitch) + 3, int(width / pitch) + 3), dtype=np.float32)
    wander = stretch(coarse, height, width) * np.float32(0.75)
    return Grain(tooth, wander, random.random(4096, dtype=np.float32))


def stretch(small: Plane, height: int, width: int) -> Plane:
    """A small plane stretched smoothly over a larger one (cubic easing between its points)."""

    def place(count: int, points: int) -> tuple[npt.NDArray[np.intp], Plane]:
        at = np.linspace(0, points - 1.001, count, dtype=np.float32)
        base = at.astype(np.intp)
        share = at - base
        return base, (share * share * (3 - 2 * share)).astype(np.float32)

    rows, down = place(height, small.shape[0])
    columns, across = place(width, small.shape[1])
    tall = small[rows] + (small[rows + 1] - small[rows]) * down[:, None]
    return np.asarray(tall[:, columns] + (tall[:, columns + 1] - tall[:, columns]) * across, np.float32)


def blur_box(plane: Plane, radius: int) -> Plane:
    """Mean over a square window, edges repeated."""
    size = 2 * radius + 1
    for axis in (0, 1):
        pads = [(radius + 1, radius) if axis == side else (0, 0) for side in (0, 1)]
        total = np.cumsum(np.pad(plane, pads, mode="edge"), axis=axis, dtype=np.float64)
        later = np.take(total, range(size, total.shape[axis]), axis=axis)
        before = np.take(total, range(0, total.shape[axis] - size), axis=axis)
        plane = ((later - before) / size).astype(np.float32)
    return plane


def blur_soft(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur with a kernel cut at 2.5 sigma, edges repeated."""
    radius = max(1, round(2.5 * sigma))
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    for axis in (0, 1):
        pads = [(radius, radius) if axis == side else (0, 0) for side in (0, 1)]
        padded = np.pad(plane, pads, mode="edge")
        count = plane.shape[axis]
        plane = np.zeros_like(plane)
        for index, tap in enumerate(taps):
            plane += tap * (padded[index : index + count] if axis == 0 else padded[:, index : index + count])
    return plane


def lay_tones(picture: Pixels) -> Plane:
    """Tone 0..1 with the lights opened: half as it is, half spread evenly over the scale.

    A night picture must become a drawing on white paper, not a black one; equalising alone would flatten it.
    """
    luma = picture[:, :, 0] * LUMA[0] + picture[:, :, 1] * LUMA[1] + picture[:, :, 2] * LUMA[2]
    codes = luma.astype(np.uint8)
    counts = np.bincount(codes.ravel(), minlength=256).astype(np.float64)
    # No code may weigh more than 2 %: a large even ground must not be torn apart into noise.
    share = np.minimum(counts / counts.sum(), 0.02)
    even = np.cumsum(share) / share.sum()
    filled = np.cumsum(counts) / counts.sum()
    low, high = int(np.searchsorted(filled, 0.01)), int(np.searchsorted(filled, 0.99))
    straight = np.clip((np.arange(256) - low) / max(1, high - low), 0, 1)
    table = 0.08 + 0.92 * (0.62 * even + 0.38 * straight**0.75)
    return np.asarray(table.astype(np.float32)[codes])


def smooth_inside_edges(tone: Plane, radius: int) -> Plane:
    """Even out texture but keep contours: a guided filter guided by the picture itself (He, Sun and Tang 2013)."""
    half = np.ascontiguousarray(tone[::2, ::2])
    mean, square = blur_box(half, radius), blur_box(half * half, radius)
    spread = np.maximum(square - mean * mean, 0)
    gain: Plane = (spread / (spread + np.float32(EVENNESS))).astype(np.float32)
    offset = blur_box(mean * (1 - gain), radius)
    gain = blur_box(gain, radius)
    height, width = tone.shape
    return double(gain, height, width) * tone + double(offset, height, width)


def double(half: Plane, height: int, width: int) -> Plane:
    """A plane at twice the size, by repetition, softened by one pixel."""
    full = half.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    full[:, 1:] = (full[:, 1:] + full[:, :-1]) * np.float32(0.5)
    full[1:] = (full[1:] + full[:-1]) * np.float32(0.5)
    return full


def step(plane: Plane, low: float, high: float) -> Plane:
    """Smooth step from 0 at `low` to 1 at `high`."""
    share = np.clip((plane - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def wash_marker(tone: Plane, grain: Grain, scale: float) -> Plane:
    """Three layers of marker, each where the tone is darker than its own; edges wander, broad strokes show."""
    unsure = tone + 0.024 * grain.wander + 0.008 * grain.tooth
    strokes = 1 + 0.05 * np.sin(tilt(tone.shape, 0.3) * np.float32(0.21 / scale) + 3 * grain.wander)
    total = np.zeros_like(tone)
    for level, amount in (FIRST_WASH, SECOND_WASH, THIRD_WASH):
        total += np.float32(amount) * (1 - step(unsure, level - 0.022, level + 0.022))
    return np.asarray(total * strokes * (1 + 0.06 * grain.tooth), np.float32)


def tilt(shape: tuple[int, ...], angle: float) -> Plane:
    """For every pixel, how far it lies along a direction, in pixels."""
    down, across = np.float32(np.sin(angle)), np.float32(np.cos(angle))
    rows, columns = np.arange(shape[0], dtype=np.float32), np.arange(shape[1], dtype=np.float32)
    return np.asarray(rows[:, None] * down + columns[None, :] * across, np.float32)


def hatch_shade(tone: Plane, grain: Grain, scale: float) -> Plane:
    """Pencil strokes in the shade, crossed where it is deepest; heavier the darker it gets."""
    first = hatch(tone, grain, HATCH_ANGLES[0], scale, 0.50)
    second = hatch(tone, grain, HATCH_ANGLES[1], scale, 0.24)
    return np.maximum(first, second)


def hatch(tone: Plane, grain: Grain, angle: float, scale: float, begin: float) -> Plane:
    """One direction of strokes where the tone is below `begin`: slightly bent, broken, pressed harder in the middle."""
    pitch, length = HATCH_PITCH * scale, STROKE_LENGTH * scale
    across = (tilt(tone.shape, angle) + 1.5 * scale * grain.wander) * np.float32(1 / pitch)
    row = np.floor(across)
    away = np.abs(across - row - np.float32(0.5)) * 2
    phase = grain.phases[row.astype(np.int32) & 4095]
    along = tilt(tone.shape, angle + np.pi / 2) * np.float32(1 / length) + phase * 7
    pressed = np.sin((along - np.floor(along)) * np.float32(np.pi))
    weight = np.clip((np.float32(begin) - tone + 0.05 * phase) * np.float32(1.7), 0, 0.62) * step(pressed, 0.02, 0.45)
    stroke = step(weight - away * np.float32(0.8) + 0.10 * grain.tooth, -0.10, 0.42)
    return np.asarray(stroke * step(weight, 0.0, 0.12) * np.float32(0.64), np.float32)


def trace_lines(tone: Plane, grain: Grain, scale: float) -> Plane:
    """Contours: where the picture is darker than its surroundings (difference of Gaussians, Winnemoeller 2012)."""
    near = blur_soft(tone, 1.0 * scale)
    wide = blur_soft(near, 1.55 * scale)
    ridge = wide - near
    far = blur_soft(near[::2, ::2], 2.6 * scale)
    ridge += 0.55 * (double(far, *tone.shape) - wide)
    pressed = ridge * (1 + 0.16 * grain.tooth) + 0.002 * grain.wander
    return np.asarray(step(pressed, 0.010, 0.048) * np.float32(0.95), np.float32)


def tear_edge(height: int, width: int, grain: Grain, scale: float) -> Plane:
    """1 inside the frame, falling to 0 at its border along a line no ruler drew."""
    rows = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32)
    columns = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32)
    inset = np.minimum(rows[:, None], columns[None, :]) / np.float32(scale)
    return step(inset + 2.2 * grain.wander + 1.0 * grain.tooth, 2.0, 6.5)


def find_spot(picture: Pixels, accent: tuple[int, int, int]) -> Plane:
    """How much of the accent colour to lay where: as far as the picture's own colour leans to the same hue, 0..0.75."""
    aim = np.array(accent, np.float32)
    aim -= aim.mean()
    length = float(np.linalg.norm(aim))
    if length < 12:
        return np.zeros(picture.shape[:2], np.float32)
    small = picture[::2, ::2, :3].astype(np.float32)
    chroma = small - small.mean(axis=2, keepdims=True)
    lean = chroma @ (aim / length)
    across = np.sqrt(np.maximum((chroma * chroma).sum(axis=2) - lean * lean, 0))
    leaning = blur_box(np.maximum(lean - 0.8 * across, 0), 1)
    brightest = float(np.percentile(leaning[::4, ::4], 98))
    if brightest < 14:
        return np.zeros(picture.shape[:2], np.float32)
    share = double(step(leaning, 0.30 * brightest, 1.0 * brightest), *picture.shape[:2])
    return np.asarray(share * np.float32(0.72), np.float32)
