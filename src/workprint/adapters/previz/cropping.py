"""Crops that look meant: where a picture's subject and finest detail lie, and the window that holds them whole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.colour import LUMA_709, Array
from workprint.adapters.previz.imaging import blur, crop_to, fit_inside, resize, to_float

Bytes = npt.NDArray[np.uint8]
Window = tuple[float, float, float, float]

FOCUS_SIDE = 480
"""Long side of the picture that fine detail is sought in."""
SALIENCY_SIDE = 96
"""Long side of the small picture that saliency is judged on."""
PLAIN_RIM = 0.035
"""Spread of chromaticity round the rim of a picture below which the rim counts as one ground."""
CUT_COST = 2.2
"""How much worse interest cut through by a window's side is than interest left out: a stump draws the eye."""
HEAD_COST, FOOT_COST = 3.2, 1.4
"""The same at the top and at the foot: a head cut off is worse than legs."""
CUT_STRIP = 0.045
"""Width of the strip along a window's side in which interest counts as cut, in window sides."""
CENTRE_COST = 0.10
"""What a window loses whose interest sits all on one side: enough to break ties, too little to cut anything."""
FOCUS_ROOM = 0.25
"""How near a focus may come to the side of a window, in window sides: it is never squeezed into a corner."""


def rate_interest(picture: Bytes) -> Array:
    """How much each place of a small copy belongs to the subject; sums to 1.

    Edges, colour, what stands out from its surroundings, and, where the rim is one ground, what is not of its colour.
    """
    height, width = picture.shape[:2]
    scale = SALIENCY_SIDE / max(height, width)
    small = to_float(resize(picture, max(4, round(width * scale)), max(4, round(height * scale))))
    level = small[..., :3] @ LUMA_709
    down, across = np.gradient(level)
    chroma = small[..., :3].max(axis=-1) - small[..., :3].min(axis=-1)
    rare = np.abs(level - blur(level, SALIENCY_SIDE / 5))
    interest = np.hypot(down, across) + 0.30 * chroma * small[..., 3] + 0.5 * rare + leave_ground(small)
    y = np.linspace(-1, 1, level.shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, level.shape[1], dtype=np.float32)[None, :]
    interest = blur(interest.astype(np.float32), 2.0)
    # A busy ground must not outvote the one thing that stands out of it.
    interest = np.maximum(interest - np.float32(np.percentile(interest, 60)), 0)
    interest = interest * np.exp(-0.7 * (x * x + y * y)) + 1e-6
    return np.asarray(interest / interest.sum(), np.float32)


def leave_ground(small: Array) -> Array:
    """How far each place is from the colour of a plain rim; nothing where the rim is no one ground.

    Measured in chromaticity, so that the shadow of a thing is not taken for the thing.
    """
    light = small[..., :3].sum(axis=-1, keepdims=True) + np.float32(0.15)
    tint = small[..., :3] / light
    rim = np.concatenate((tint[:3].reshape(-1, 3), tint[:, :3].reshape(-1, 3), tint[:, -3:].reshape(-1, 3)))
    middle = np.median(rim, axis=0)
    spread = float(np.abs(rim - middle).max(axis=1).mean())
    away = np.clip(np.abs(tint - middle).max(axis=-1) / 0.12, 0, 1)
    return np.asarray(away * np.float32(1.2 * np.exp(-((spread / PLAIN_RIM) ** 2))), np.float32)


def find_focus(picture: Bytes) -> tuple[float, float]:
    """Where the finest detail of a picture sits, as shares of its width and height; mildly drawn to the middle."""
    height, width = picture.shape[:2]
    scale = min(1.0, FOCUS_SIDE / max(height, width))
    small = to_float(resize(picture, max(8, round(width * scale)), max(8, round(height * scale))))
    level = np.sqrt(small[..., :3] @ LUMA_709)
    detail = blur(np.abs(level - blur(level, 1.2)), FOCUS_SIDE / 26)
    y = np.linspace(-1, 1, level.shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, level.shape[1], dtype=np.float32)[None, :]
    detail = detail * np.exp(-1.1 * (x * x + y * y))
    row, column = np.unravel_index(int(np.argmax(detail)), detail.shape)
    return (float(column) + 0.5) / detail.shape[1], (float(row) + 0.5) / detail.shape[0]


def crop_around(picture: Bytes, aspect: float, zoom: float, focus: tuple[float, float]) -> Window:
    """The window (left, top, width, height) of `aspect`, `zoom` tighter than the picture, nearest round a focus."""
    height, width = picture.shape[:2]
    crop_width, crop_height = fit_inside(aspect, width / zoom, height / zoom)
    left = float(np.clip(focus[0] * width - crop_width / 2, 0, width - crop_width))
    top = float(np.clip(focus[1] * height - crop_height / 2, 0, height - crop_height))
    return left, top, crop_width, crop_height


def choose_crop(picture: Bytes, aspect: float, zoom: float = 1.0, focus: tuple[float, float] | None = None) -> Window:
    """The window (left, top, width, height in pixels) of `aspect` that holds the subject best and cuts it least.

    `zoom` > 1 tightens it; a `focus` (shares of the picture) must lie well inside it.
    """
    height, width = picture.shape[:2]
    crop_width, crop_height = fit_inside(aspect, width / zoom, height / zoom)
    interest = rate_interest(picture)
    at = focus or (None, None)
    left = slide(interest.sum(axis=0), crop_width / width, (CUT_COST, CUT_COST), at[0]) * width
    top = slide(interest.sum(axis=1), crop_height / height, (HEAD_COST, FOOT_COST), at[1]) * height
    return left, top, crop_width, crop_height


def spread_pictures(pictures: tuple[Bytes, ...], count: int) -> tuple[Bytes, ...]:
    """`count` pictures: what is missing is cut tighter from those there are."""
    shown = list(pictures[:count])
    for extra in range(count - len(shown)):
        source = pictures[extra % len(pictures)]
        window = choose_cut(source, source.shape[1] / source.shape[0], extra)
        shown.append(crop_to(source, window, round(window[2]), round(window[3])))
    return tuple(shown)


def choose_cut(picture: Bytes, aspect: float, extra: int) -> tuple[float, float, float, float]:
    """The window of another look at a picture: first at its finest detail, then at what lies opposite."""
    x, y = find_focus(picture)
    if extra % 2 == 0:
        return crop_around(picture, aspect, 1.7, (x, y))
    return crop_around(picture, aspect, 1.3, (0.5 * x + 0.25, 1 - y))


def crop_with_room(
    picture: Bytes, aspect: float, room: float, zoom: float = 1.0, focus: tuple[float, float] | None = None
) -> Window:
    """The window round the crop that will be seen: `room` times as large, so that the crop may move inside it."""
    height, width = picture.shape[:2]
    left, top, seen_width, seen_height = choose_crop(picture, aspect, zoom * room, focus)
    whole_width, whole_height = min(width, seen_width * room), min(height, seen_height * room)
    return (
        float(np.clip(left - (whole_width - seen_width) / 2, 0, width - whole_width)),
        float(np.clip(top - (whole_height - seen_height) / 2, 0, height - whole_height)),
        whole_width,
        whole_height,
    )


def slide(profile: Array, share: float, costs: tuple[float, float], focus: float | None = None) -> float:
    """Start (as a share) of the window of a given share that holds most of a profile and cuts least of it.

    `costs` is what cutting costs at its start and at its end.
    """
    size = profile.shape[0]
    steps = 4 * size
    room = max(0.0, 1 - share)
    starts = np.linspace(0, room, max(2, round(steps * room) + 1)) if room > 1e-6 else np.zeros(1)
    if focus is not None:
        held = np.clip(starts, focus - (1 - FOCUS_ROOM) * share, focus - FOCUS_ROOM * share)
        starts = np.unique(np.clip(held, 0, room))
    mass = np.concatenate((np.zeros(1), np.cumsum(profile, dtype=np.float64)))
    moment = np.concatenate((np.zeros(1), np.cumsum(profile * (np.arange(size) + 0.5) / size, dtype=np.float64)))
    places = np.arange(size + 1) / size
    strip = CUT_STRIP * share

    def weigh(first: npt.NDArray[np.float64], last: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(np.interp(last, places, mass) - np.interp(first, places, mass))

    ends = starts + share
    inside = weigh(starts, ends)
    # What touches the rim of the picture is cut already; the window need not answer for it.
    first = costs[0] * weigh(starts - strip, starts + strip) * (starts > strip)
    last = costs[1] * weigh(ends - strip, ends + strip) * (ends < 1 - strip)
    heart = (np.interp(ends, places, moment) - np.interp(starts, places, moment)) / np.maximum(inside, 1e-9)
    lean = np.abs((heart - starts) / share - 0.5)
    return float(starts[int(np.argmax(inside - first - last - CENTRE_COST * lean))])
