"""Draws the frames between two shots: dip, dissolve, push, whip, wipes and light leak, on YUV planes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.lab.encode import Plane
from workprint.lab.typeset import parse_color

Planes = tuple[Plane, Plane, Plane]
Mask = npt.NDArray[np.int16]
Field = npt.NDArray[np.float32]

FULL = 128
"""Weight of a picture that is fully there; 128 steps keep the blend of two 8-bit values inside 16 bits."""

DARKEST_DIP = 28
"""Limited-range luma a dip never goes below: two frames of true black would be a fault, and look like one."""

PUSH_SHUTTER, WHIP_SHUTTER = 0.5, 0.8
"""Share of a frame's movement that is blurred: a film camera's half, and a whip's more than that."""

WHIP_FIELDS = 3
"""Picture widths a whip travels: over the mirrored pictures, so that no edge is seen."""

CIRCLE_LAG, DIAGONAL_LAG = 0.12, 0.18
"""Share of a wipe by which the new picture follows the coloured shape that opens it: a band, never a flat field."""

EDGE = 1.5
"""Pixels over which a wipe's edge is smoothed."""

SLANT = (0.906, 0.423)
"""Normal of a diagonal wipe's edge: 25 degrees from the vertical, (cosine, sine)."""

LEAK_BLOBS = ((0.02, 0.22, 0.30, 0.42, 0.92), (-0.12, 0.78, 0.24, 0.36, 0.80), (0.14, 0.52, 0.34, 0.60, 0.72))
"""Glows of a light leak: offset from its front, height, their widths across and down (shares of a side), strength."""

LEAK_SOFTNESS = 0.5
"""Width of the change of pictures under the glow, as a share of the frame."""

LEAK_MOST = 0.97
"""Greatest share of light; a trace of picture stays, as in an over-exposed print."""

WHITE = np.array((255.0, 250.0, 240.0))
"""The core of a leak: a little warm."""


@dataclass(frozen=True)
class Scene:
    """What a transition is: kind, direction (left, right, up), length in frames, picture size, colours, seed."""

    kind: str
    direction: str
    frames: int
    width: int
    height: int
    palette: tuple[str, ...]
    seed: int


Mixer = Callable[[float, Planes, Planes], Planes]
"""Draws the moment 0 < p < 1 between an outgoing and an incoming picture."""


class Blend:
    """A transition ready to be drawn. Its first frame is the outgoing picture untouched, its last the incoming one.

    Raises ValueError for a kind it does not know.
    """

    def __init__(self, scene: Scene) -> None:
        if scene.kind not in _MIXERS:
            raise ValueError(f"no transition is called {scene.kind!r}; choose one of {', '.join(_MIXERS)}")
        self._last = scene.frames - 1
        self._mix = _MIXERS[scene.kind](scene)

    def draw(self, number: int, outgoing: Planes, incoming: Planes) -> Planes:
        """The planes of frame `number`, made from the two pictures of that moment."""
        if number <= 0:
            return outgoing
        if number >= self._last:
            return incoming
        return self._mix(number / self._last, outgoing, incoming)


def ease(share: float) -> float:
    """Hermite's smooth step: still at both ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def rush(share: float, power: int = 3) -> float:
    """Penner's in-out curve of a power: slow, very fast through the middle, slow."""
    share = min(1.0, max(0.0, share))
    near = min(share, 1 - share)
    reach = float((2 * near) ** power) / 2
    return reach if share < 0.5 else 1 - reach


def to_code(color: str) -> tuple[int, int, int]:
    """BT.709 limited-range Y, U, V of a colour #RRGGBB."""
    return _encode(np.array(parse_color(color)[:3], np.float64))


def _encode(rgb: npt.NDArray[np.float64]) -> tuple[int, int, int]:
    luma = float(np.dot(rgb, (0.2126, 0.7152, 0.0722))) / 255
    blue, red = (rgb[2] / 255 - luma) / 1.8556, (rgb[0] / 255 - luma) / 1.5748
    return round(16 + 219 * luma), round(128 + 224 * blue), round(128 + 224 * red)


def _mix_plane(before: Plane, after: Plane | int, weight: int | Mask) -> Plane:
    """`after` laid over `before` by a weight of 0..128."""
    change = np.subtract(after, before, dtype=np.int16)
    change *= np.int16(weight) if isinstance(weight, int) else weight
    change += FULL // 2
    change >>= 7
    change += before
    return change.astype(np.uint8)


def _mix_all(before: Planes, after: Planes | tuple[int, int, int], luma: int | Mask, chroma: int | Mask) -> Planes:
    return (
        _mix_plane(before[0], after[0], luma),
        _mix_plane(before[1], after[1], chroma),
        _mix_plane(before[2], after[2], chroma),
    )


def _dissolve(scene: Scene) -> Mixer:
    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        weight = round(FULL * ease(share))
        return _mix_all(outgoing, incoming, weight, weight)

    return mix


def _dip(scene: Scene) -> Mixer:
    """Through the ground colour, which is never held: the frame in the middle is the only full one."""
    luma, blue, red = to_code(scene.palette[0]) if scene.palette else (DARKEST_DIP, 128, 128)
    ground = (max(DARKEST_DIP, luma), blue, red)

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        weight = round(FULL * ease(1 - abs(2 * share - 1)))
        return _mix_all(outgoing if share < 0.5 else incoming, ground, weight, weight)

    return mix


def _push(scene: Scene) -> Mixer:
    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        strip = [outgoing, incoming]
        return _travel(scene, strip, _measure_travel(scene, share, 3, PUSH_SHUTTER, 1))

    return mix


def _whip(scene: Scene) -> Mixer:
    axis = 0 if scene.direction == "up" else 1

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        strip = [outgoing, _mirror(outgoing, axis), _mirror(incoming, axis), incoming]
        return _travel(scene, strip, _measure_travel(scene, share, 4, WHIP_SHUTTER, WHIP_FIELDS))

    return mix


def _mirror(planes: Planes, axis: int) -> Planes:
    luma, blue, red = (np.flip(plane, axis) for plane in planes)
    return luma, blue, red


def _measure_travel(scene: Scene, share: float, power: int, shutter: float, fields: int) -> tuple[int, int]:
    """Where the frame stands on the strip and over how far it is blurred, in even pixels."""
    side = scene.height if scene.direction == "up" else scene.width
    step = 1 / (scene.frames - 1)
    place = rush(share, power) * side * fields
    speed = (rush(share + step / 2, power) - rush(share - step / 2, power)) * side * fields
    blur = 2 * round(speed * shutter / 2)
    start = 2 * round((place - blur / 2) / 2)
    return min(max(0, start), side * fields - blur), blur


def _travel(scene: Scene, strip: list[Planes], travel: tuple[int, int]) -> Planes:
    """The part of a strip of pictures that is in frame, averaged over the way the shutter was open for."""
    axis = 0 if scene.direction == "up" else 1
    start, blur = travel
    planes = []
    for index, divisor in enumerate((1, 2, 2)):
        whole = np.concatenate([picture[index] for picture in strip], axis=axis)
        side = strip[0][index].shape[axis]
        planes.append(_smear(whole, start // divisor, blur // divisor, side, axis))
    return planes[0], planes[1], planes[2]


def _smear(strip: Plane, start: int, blur: int, side: int, axis: int) -> Plane:
    part = np.take(strip, range(start, start + side + max(0, blur - 1)), axis=axis)
    if blur < 2:
        return np.ascontiguousarray(part)
    sums = np.cumsum(part, axis=axis, dtype=np.int32)
    sums = np.concatenate([np.zeros_like(np.take(sums, [0], axis=axis)), sums], axis=axis)
    far, near = np.take(sums, range(blur, blur + side), axis=axis), np.take(sums, range(side), axis=axis)
    return np.asarray((far - near + blur // 2) // blur, np.uint8)


def _wipe(scene: Scene, distance: Field, lag: float) -> Mixer:
    """A coloured shape opens, and the new picture follows inside it, with edges as sharp as a drawn one's."""
    farthest = float(distance.max()) + EDGE
    color = to_code(scene.palette[min(1, len(scene.palette) - 1)]) if scene.palette else (235, 128, 128)

    def cover(share: float) -> tuple[Mask, Mask]:
        reach = rush(share, 2) * (farthest + EDGE) - EDGE
        field = np.clip((reach - distance) / EDGE + 0.5, 0, 1)
        return _weigh(field), _weigh(_halve(field))

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        opened = _mix_all(outgoing, color, *cover(share / (1 - lag)))
        return _mix_all(opened, incoming, *cover((share - lag) / (1 - lag)))

    return mix


def _wipe_circle(scene: Scene) -> Mixer:
    x, y = _grid(scene)
    return _wipe(scene, np.hypot(x - scene.width / 2, y - scene.height / 2).astype(np.float32), CIRCLE_LAG)


def _wipe_diagonal(scene: Scene) -> Mixer:
    x, y = _grid(scene)
    across = x if scene.direction == "right" else scene.width - x
    return _wipe(scene, (across * SLANT[0] + y * SLANT[1]).astype(np.float32), DIAGONAL_LAG)


def _grid(scene: Scene) -> tuple[Field, Field]:
    """Pixel centres: columns as a row, rows as a column."""
    x = np.arange(scene.width, dtype=np.float32)[None, :] + np.float32(0.5)
    y = np.arange(scene.height, dtype=np.float32)[:, None] + np.float32(0.5)
    return x, y


def _weigh(field: Field) -> Mask:
    return np.asarray(np.rint(field * FULL), np.int16)


def _halve(field: Field) -> Field:
    return np.asarray((field[::2, ::2] + field[1::2, ::2] + field[::2, 1::2] + field[1::2, 1::2]) / 4, np.float32)


def _light_leak(scene: Scene) -> Mixer:
    """Light of the accent's colour runs across the frame, and the pictures change where it is brightest."""
    rim, core = _choose_light(scene.palette)
    x, y = _grid(scene)
    along: Field = np.asarray(x / scene.width, np.float32)
    across: Field = along if scene.direction == "right" else along[:, ::-1]
    down: Field = np.asarray(y / scene.height, np.float32)
    # Light is a wide gradient: without noise it would band in 8 bits.
    noise = np.random.default_rng(scene.seed).random((scene.height, scene.width), np.float32)

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        front = -0.4 + 1.8 * (0.35 * share + 0.65 * ease(share))
        change = np.clip((front - across) / LEAK_SOFTNESS + 0.5, 0, 1)
        luma = np.broadcast_to(_weigh(np.asarray(change * change * (3 - 2 * change), np.float32)), noise.shape)
        changed = _mix_all(outgoing, incoming, luma, luma[::2, ::2])
        glow = _glow(across, down, front) * np.float32(ease(1 - abs(2 * share - 1)) ** 0.6)
        grain = np.roll(noise, round(share * 997), axis=1)
        return _shine(changed, glow, grain, (rim, core))

    return mix


def _choose_light(palette: tuple[str, ...]) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """The colour of a leak's rim and of its core: the accent made bright, and nearly white."""
    accent = palette[min(1, len(palette) - 1)] if palette else "#FFA24A"
    rgb = np.array(parse_color(accent)[:3], np.float64)
    peak = max(1.0, float(rgb.max()))
    bright = rgb * (255 / peak) * 0.85 + WHITE * 0.15
    return _encode(bright), _encode(bright * 0.18 + WHITE * 0.82)


def _glow(across: Field, down: Field, front: float) -> Field:
    dark = np.ones((down.shape[0], across.shape[1]), np.float32)
    for offset, height, wide, tall, strength in LEAK_BLOBS:
        columns = np.exp(-(((across - front - offset) / wide) ** 2))
        rows = np.exp(-(((down - height) / tall) ** 2))
        dark *= 1 - np.float32(strength) * (rows * columns)
    return np.asarray(np.minimum(1 - dark, LEAK_MOST), np.float32)


def _shine(
    planes: Planes, glow: Field, noise: Field, light: tuple[tuple[int, int, int], tuple[int, int, int]]
) -> Planes:
    lit = []
    for index, plane in enumerate(planes):
        share = glow if index == 0 else _halve(glow)
        grain = noise if index == 0 else noise[: share.shape[0], : share.shape[1]]
        rim, core = light[0][index], light[1][index]
        color = rim + (core - rim) * share * share
        lit.append((plane + (color - plane) * share + grain).astype(np.uint8))
    return lit[0], lit[1], lit[2]


_MIXERS: dict[str, Callable[[Scene], Mixer]] = {
    "dip": _dip,
    "dissolve": _dissolve,
    "light_leak": _light_leak,
    "push": _push,
    "whip": _whip,
    "wipe_circle": _wipe_circle,
    "wipe_diagonal": _wipe_diagonal,
}
