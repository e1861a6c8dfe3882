"""Travel: push and whip, a strip of pictures pulled past the frame with the blur an open shutter gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation

from workprint.lab.transitions.planes import FULL, Mixer, Plane, Planes, Scene, mix_plane, resize, rush

Sums = npt.NDArray[np.uint16]

PUSH_SHUTTER, WHIP_SHUTTER = 0.5, 0.8
"""Share of a frame's movement that is blurred: a film camera's half, and a whip's more than that."""

WHIP_FIELDS = 3
"""Picture widths a whip travels: over the mirrored pictures, so that no edge is seen."""

CALM = 0.62
"""Share of a whip's own contrast that is taken out where it is fastest."""

MEAN_STRIDE = 8
"""Pixels from one sample of a picture's mean colour to the next."""

BLUR_STEPS = 16
"""Samples a blur is made of at least: along the movement, a plane is first made as much smaller as that allows."""

MOST_SHRUNK = 32
"""Times a plane is made smaller at most."""


def plan_push(scene: Scene) -> Mixer:
    """The new picture pushes the old one out."""

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        return _travel(scene, (outgoing, incoming), _measure(scene, share, 3, PUSH_SHUTTER, 1))

    return mix


def plan_whip(scene: Scene) -> Mixer:
    """The camera is torn round, from one picture over their mirror images to the other."""

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        strip = outgoing, _mirror(outgoing, scene.axis), _mirror(incoming, scene.axis), incoming
        travel = _measure(scene, share, 4, WHIP_SHUTTER, WHIP_FIELDS)
        side = scene.height if scene.axis == 0 else scene.width
        return _calm(_travel(scene, strip, travel), (outgoing, incoming), share, min(1.0, travel[1] / side))

    return mix


def _calm(planes: Planes, ends: tuple[Planes, Planes], share: float, speed: float) -> Planes:
    """The blurred picture drawn towards one colour that goes from that of one end to that of the other.

    What flies past at full speed swings between bright and dark, red and not, a few times a second; most of that swing
    is taken out where the movement is fastest, so that a whip never comes near a flash.
    """
    weight = round(FULL * CALM * speed)
    if not weight:
        return planes
    calm = []
    for plane, before, after in zip(planes, *ends, strict=True):
        first, last = (float(end[::MEAN_STRIDE, ::MEAN_STRIDE].mean()) for end in (before, after))
        calm.append(mix_plane(plane, round(first + (last - first) * rush(share, 2)), weight))
    return calm[0], calm[1], calm[2]


def _mirror(planes: Planes, axis: int) -> Planes:
    luma, blue, red = (np.flip(plane, axis) for plane in planes)
    return luma, blue, red


def _measure(scene: Scene, share: float, power: int, shutter: float, fields: int) -> tuple[int, int]:
    """Where the frame stands on the strip and over how far it is blurred, in even pixels."""
    side = scene.height if scene.axis == 0 else scene.width
    step = 1 / (scene.frames - 1)
    place = rush(share, power) * side * fields
    speed = (rush(share + step / 2, power) - rush(share - step / 2, power)) * side * fields
    blur = 2 * round(speed * shutter / 2)
    start = 2 * round((place - blur / 2) / 2)
    return min(max(0, start), side * fields - blur), blur


def _travel(scene: Scene, strip: tuple[Planes, ...], travel: tuple[int, int]) -> Planes:
    """The part of a strip of pictures that is in frame, averaged over the way the shutter was open for."""
    start, blur = travel
    planes = []
    for index, divisor in enumerate((1, 2, 2)):
        pictures = [picture[index] for picture in strip]
        side = pictures[0].shape[scene.axis]
        part = _take(pictures, start // divisor, side + blur // divisor, scene.axis)
        planes.append(smear(part, blur // divisor, side, scene.axis))
    return planes[0], planes[1], planes[2]


def _take(pictures: list[Plane], start: int, length: int, axis: int) -> Plane:
    """`length` pixels of pictures laid side by side, from `start` on."""
    side = pictures[0].shape[axis]
    parts = []
    for number, picture in enumerate(pictures):
        first, last = max(start - number * side, 0), min(start + length - number * side, side)
        if first < last:
            parts.append(picture[first:last] if axis == 0 else picture[:, first:last])
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=axis)


def smear(part: Plane, blur: int, side: int, axis: int) -> Plane:
    """A plane averaged along an axis over `blur` pixels; `part` is that much longer than the result, `side`.

    Across the movement every pixel is kept. Along it the plane is averaged at a smaller size where the blur is wide:
    nothing finer than the blur is left to lose.
    """
    if blur < 2:
        return np.ascontiguousarray(part[:side] if axis == 0 else part[:, :side])
    shrink = 1
    while shrink < MOST_SHRUNK and blur // (2 * shrink) >= BLUR_STEPS:
        shrink *= 2
    if shrink == 1:
        return _average(part, blur, side, axis)
    short, steps = -(-side // shrink), blur // shrink
    small = _stretch(part, short + steps, axis, Interpolation.AREA)
    return _stretch(_average(small, steps, short, axis), side, axis, Interpolation.BILINEAR)


def _stretch(plane: Plane, length: int, axis: int, scaler: Interpolation) -> Plane:
    if axis == 0:
        return resize(plane, plane.shape[1], length, scaler)
    return resize(plane, length, plane.shape[0], scaler)


def _average(part: Plane, count: int, side: int, axis: int) -> Plane:
    """Running mean of `count` by doubling: sums of 1, 2, 4, ... neighbours, the last two laid half over each other.

    That weighs the middle of the way a little more, as a shutter that opens and closes does.
    """
    sums: Sums = part.astype(np.uint16)
    reach = 1
    while 2 * reach <= count:
        sums = _add(sums, reach, axis)
        reach *= 2
    total = _add(sums, count - reach, axis) if count > reach else sums
    weight = 2 * reach if count > reach else reach
    total = total[:side] if axis == 0 else total[:, :side]
    if weight > 256:
        raise ValueError(f"a mean of {count} would not fit 16 bits")
    shift = weight.bit_length() - 1
    return ((total + np.uint16(weight // 2)) >> shift).astype(np.uint8)


def _add(sums: Sums, offset: int, axis: int) -> Sums:
    return sums[:-offset] + sums[offset:] if axis == 0 else sums[:, :-offset] + sums[:, offset:]
