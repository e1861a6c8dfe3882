"""Logos: cut to what is visible, sized by optical area, and kept apart from a plate of their own tone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import skia

from workprint.adapters.titles.sheet import Sheet
from workprint.film.errors import OrderFailed, Remedy
from workprint.lab.pictures import PictureRefused, Pixels, load, to_image
from workprint.lab.safe_areas import Area
from workprint.lab.typeset import find_ink, find_luminance
from workprint.ports.maker import Bench

LARGEST_LOGO = 2048
"""Pixels a side; a logo is never drawn larger than a third of a 4K frame."""

LEAST_TONE = 2.0
"""Contrast from which a part of a logo is told from its plate; WCAG 1.4.11 exempts logotypes, the eye does not."""

LEAST_SHARE = 0.6
"""Share of a logo's ink that must reach LEAST_TONE, else it gets a tile."""


@dataclass(frozen=True)
class Logo:
    """A logo ready to draw: picture, width to height, whether it fills its rectangle, the luminances of its ink."""

    image: skia.Image
    ratio: float
    is_tile: bool
    tones: np.ndarray

    def measure(self, side: float, widest: float, highest: float) -> tuple[float, float]:
        """Width and height with the area of a square of `side`: wordmarks and badges look equally large."""
        width, height = side * self.ratio**0.5, side / self.ratio**0.5
        factor = min(1.0, widest / width, highest / height)
        return width * factor, height * factor

    def stands_out(self, plate_luminance: float) -> bool:
        """Whether enough of it differs from a plate of this luminance."""
        low, high = np.minimum(self.tones, plate_luminance), np.maximum(self.tones, plate_luminance)
        return float(np.mean((high + 0.05) / (low + 0.05) >= LEAST_TONE)) >= LEAST_SHARE


def open_logo(bench: Bench) -> Logo | None:
    """The logo among the inputs, or None. Raises OrderFailed when its file is no picture."""
    if "logo" not in bench.inputs:
        return None
    try:
        pixels = load(bench.inputs["logo"].path, LARGEST_LOGO)
    except PictureRefused as refused:
        remedy = Remedy("Name another picture as product.logo.")
        raise OrderFailed(
            f"The logo cannot be used: {refused.message}.", where="product.logo", remedy=remedy
        ) from refused
    return prepare_logo(pixels)


def prepare_logo(pixels: Pixels) -> Logo:
    """Cut the transparent margin away and measure tones. `pixels` is (H, W, 4) with straight alpha, not empty."""
    box = find_ink(np.where(pixels[:, :, 3] > 8, pixels[:, :, 3], 0)) or find_ink(pixels[:, :, 3])
    assert box is not None
    cut = np.ascontiguousarray(pixels[box.y : box.y + box.height, box.x : box.x + box.width])
    seen = cut[cut[:, :, 3] > 127][:, :3]
    seen = seen[:: max(1, len(seen) // 4096)] if len(seen) else cut.reshape(-1, 4)[:1, :3]
    linear = np.where(seen <= 10, seen / 255 / 12.92, ((seen / 255 + 0.055) / 1.055) ** 2.4)
    is_tile = bool((cut[:, :, 3] > 250).mean() > 0.985)
    return Logo(to_image(cut), box.width / box.height, is_tile, linear @ np.array([0.2126, 0.7152, 0.0722]))


def find_grounds(sheet: Sheet, area: Area) -> tuple[float, ...]:
    """The luminances a logo must stand out from: what lies behind it at its darkest and brightest, else the plate."""
    if sheet.backdrop is None:
        return (find_luminance(sheet.colours.plate),)
    return sheet.backdrop.find_range(area)


def is_seen(logo: Logo, grounds: tuple[float, ...]) -> bool:
    """Whether a logo stands out from every one of its grounds, or brings its own."""
    return logo.is_tile or all(logo.stands_out(ground) for ground in grounds)


def draw_logo(sheet: Sheet, logo: Logo, area: Area, feather: float = 0.0) -> None:
    """Draw a logo; over a ground of its tone it gets a scrim `feather` pixels soft, or a tile outside the area."""
    radius = 0.03 * sheet.short_side if logo.is_tile else 0.0
    grounds = find_grounds(sheet, area)
    if not is_seen(logo, grounds):
        if feather and sheet.backdrop is None:
            sheet.tone = replace(sheet.tone, scrim="#0E0F12" if logo.stands_out(0.005) else "#F4F4F1", strength=0.92)
            sheet.spread(area, feather)
        else:
            pad = tile_pad(area)
            tile = Area(area.x - pad, area.y - pad, area.width + 2 * pad, area.height + 2 * pad)
            sheet.fill(tile, "#F6F6F3" if logo.stands_out(0.92) else "#101114", pad * 0.6)
    elif feather and sheet.backdrop is None:
        sheet.spread(area, feather)
    sheet.paste(logo.image, area, min(radius, area.height * 0.16))


def tile_pad(area: Area) -> float:
    """How far a tile reaches beyond its logo."""
    return 0.28 * min(area.width, area.height)
