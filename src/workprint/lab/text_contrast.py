"""Measures the contrast of every text on the decoded film: its letters against what lies behind and around them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import av
import numpy as np
import numpy.typing as npt

from workprint.film.time import Span
from workprint.lab.encode import from_planes, to_rgb, view_planes
from workprint.lab.overlay import even_box
from workprint.lab.pictures import Pixels
from workprint.lab.typeset import find_luminance, parse_color

Mask = npt.NDArray[np.bool_]
Cover = npt.NDArray[np.float32]
Light = npt.NDArray[np.float32]

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of any size: the exemption of large text is not taken."""

FLARE = 0.05
"""What a screen reflects, in relative luminance, added to both sides of the ratio (WCAG 2.2, contrast ratio)."""

STRIDE = 2
"""Every so many frames of a text are measured, and its last one."""

WORST_SHARE = 0.05
"""The part of the ground nearest to the ink in luminance that is held to be noise; the rest of it must contrast."""

CORE_COVER = 0.9
"""Share of ink from which a pixel belongs to a letter's core."""

LEAST_COVER = 0.1
"""Share of ink from which a pixel is no ground any more."""

CORE_SHARE = 0.75
"""Quantile of the core's luminance, counted away from the ground, that stands for the ink: strokes narrower than two
pixels are blurred by half-size chroma and the encoder, and the eye reads them by their middle."""

EDGE_SHARE = 1 / 540
"""Pixels kept away from letters on each side, as a share of the frame's short side: their smoothed edge and its chroma
are neither ink nor ground."""

LINEAR = np.array(
    [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (level / 255 for level in range(256))],
    np.float32,
)
"""Linear light of every sRGB level (IEC 61966-2-1), as WCAG's relative luminance has it."""

SMALLEST_TYPE = 12
"""Height of ink in pixels below which strokes are thinner than a pixel and a half, and dissolve in half-size chroma and
the encoder whatever their colours (eight pixels of white on red lost a quarter of their ratio). A film that small is a
preview; small print of a 1080p master is about thirty pixels high."""

LEAST_PIXELS = 4
"""With less ink or less ground there is nothing to measure."""


@dataclass
class TextWatch:
    """A text to be measured: its words, box (x, y, width, height), the film frames it stands still on, its letters.

    `ink` is the relative luminance of its colour, `core` and `ground` are masks over `window`, the even box they are
    cut from. `worst` is the lowest contrast so far
    and `frame` where; infinite and -1 before any frame was measured.
    """

    text: str
    box: tuple[int, int, int, int]
    span: Span
    window: tuple[int, int, int, int]
    ink: float
    core: Mask
    ground: Mask
    worst: float = math.inf
    frame: int = -1

    @property
    def is_tiny(self) -> bool:
        """Whether its letters are too small for their pixels to say anything."""
        return self.box[3] < SMALLEST_TYPE

    @property
    def is_measurable(self) -> bool:
        """Whether letters large enough were found in its box, with room around them, and it stands on any frame."""
        has_pixels = min(self.core.sum(), self.ground.sum()) >= LEAST_PIXELS
        return has_pixels and self.span.length > 0 and not self.is_tiny

    def wants(self, number: int) -> bool:
        """Whether a film frame is one of those it is measured on."""
        since = number - self.span.start
        return 0 <= since < self.span.length and (since % STRIDE == 0 or since == self.span.length - 1)

    def look(self, number: int, frame: av.VideoFrame) -> None:
        """Measure one frame of the film."""
        light = measure_light(frame, self.window)
        contrast = compare(light[self.core], light[self.ground], self.ink)
        if contrast < self.worst:
            self.worst, self.frame = contrast, number


@dataclass
class TextMeter:
    """Measures texts while the frames of a film pass by."""

    texts: list[TextWatch] = field(default_factory=list)

    def watch(self, frames: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        """The same frames, looked at."""
        measurable = [text for text in self.texts if text.is_measurable]
        for number, frame in enumerate(frames):
            for text in measurable:
                if text.wants(number):
                    text.look(number, frame)
            yield frame


def watch_text(text: str, box: tuple[int, int, int, int], span: Span, ink: str, picture: Pixels) -> TextWatch:
    """A text ready to be measured.

    `picture` is the full-frame title it belongs to, (h, w, 4) straight RGBA, in which its letters are what is opaque
    and of the ink's colour; so a ground as light as the letters can never be taken for letters. `ink` is #RRGGBB.
    """
    height, width = picture.shape[:2]
    x, y, across, down = box
    edge = max(1, round(EDGE_SHARE * min(width, height)))
    margin = 3 * edge
    near = (max(0, x - margin), max(0, y - margin))
    window = even_box(near, (min(width, x + across + margin), min(height, y + down + margin)), (width, height))
    part = picture[window.y : window.y + window.height, window.x : window.x + window.width]
    cover = find_cover(part, ink)
    inside = np.zeros(cover.shape, np.bool_)
    inside[y - window.y : y - window.y + down, x - window.x : x - window.x + across] = True
    most = float(cover[inside].max(initial=0.0))
    core = inside & (cover >= CORE_COVER * most) & (most >= 0.5)
    ground = ~spread(cover >= LEAST_COVER, edge)
    return TextWatch(
        text, box, span, (window.x, window.y, window.width, window.height), find_luminance(ink), core, ground
    )


def find_cover(part: Pixels, ink: str) -> Cover:
    """How much of every pixel is ink, 0 to 1: its alpha, less as its colour nears what else is drawn there."""
    away = np.abs(part[:, :, :3].astype(np.float32) - np.array(parse_color(ink)[:3], np.float32)).max(axis=2)
    alpha = part[:, :, 3].astype(np.float32) / 255
    # The colour of what is hardly there was rounded away; it says nothing.
    farthest = float(away[alpha > 0.25].max(initial=0.0))
    if farthest < 32:
        return np.asarray(alpha, np.float32)
    return np.asarray(alpha * np.clip(1 - away / np.float32(farthest), 0, 1), np.float32)


def spread(mask: Mask, pixels: int) -> Mask:
    """The mask grown by some pixels on every side."""
    for axis in (0, 1):
        grown = mask.copy()
        for shift in range(1, pixels + 1):
            if shift >= mask.shape[axis]:
                break
            ahead, behind = (slice(shift, None), slice(None, -shift))
            near, far = (ahead, behind) if axis == 0 else ((slice(None), ahead), (slice(None), behind))
            grown[near] |= mask[far]
            grown[far] |= mask[near]
        mask = grown
    return mask


def measure_light(frame: av.VideoFrame, window: tuple[int, int, int, int]) -> Light:
    """Relative luminance 0..1 of the part of a yuv420p frame in an even window (x, y, width, height)."""
    x, y, width, height = window
    luma, blue, red = view_planes(frame)
    rows, columns = slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2)
    rgb = to_rgb(from_planes(luma[y : y + height, x : x + width], blue[rows, columns], red[rows, columns]))
    linear = LINEAR[rgb]
    return np.asarray(linear @ np.array((0.2126, 0.7152, 0.0722), np.float32), np.float32)


def compare(ink: Light, ground: Light, nominal: float) -> float:
    """The WCAG 2 ratio of ink to the ground nearest to it in luminance, all but WORST_SHARE of it held against it.

    The letters count as no further from the ground than their colour, `nominal`: an encoder's overshoot is no contrast.
    """
    low, middle, high = (float(value) for value in np.quantile(ground, (WORST_SHARE, 0.5, 1 - WORST_SHARE)))
    is_lighter = float(np.median(ink)) >= middle
    found = float(np.quantile(ink, CORE_SHARE if is_lighter else 1 - CORE_SHARE))
    letter = min(found, nominal) if is_lighter else max(found, nominal)
    if low < letter < high:
        # The ground lies on both sides of the ink: somewhere it equals it, unless it leaps over it.
        return min(_ratio(letter, low), _ratio(letter, high))
    return _ratio(letter, high if is_lighter else low)


def _ratio(one: float, other: float) -> float:
    lighter, darker = max(one, other), min(one, other)
    return (lighter + FLARE) / (darker + FLARE)
