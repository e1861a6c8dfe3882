"""Photo layouts that fill the frame: full bleed, and macro with a shallow focus, a slide and a sweep of light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import HINTS, Array, to_codes, to_display
from workprint.adapters.previz.cropping import crop_with_room, find_focus
from workprint.adapters.previz.imaging import crop_to, defocus, make_sprite, mix_pictures, smoothstep
from workprint.adapters.previz.light import Dust, Mood, Rig, scatter_dust, sweep, vignette
from workprint.adapters.previz.raster import Grid, Light, Placed, Sprite

Bytes = npt.NDArray[np.uint8]

OVERSCAN = 1.17
"""Picture beyond the frame on each axis: what the strongest pan at the widest zoom uncovers, and a little more."""
SUPERSAMPLE = 1.06
"""Baked pixels to a canvas pixel: a touch of oversampling keeps slow moves crisp."""
MACRO_SLIDE = 0.05
"""How far a macro slides sideways in short sides, as on a rail, whatever else the camera does."""
MACRO_ZOOM = 1.6
"""How much tighter a macro looks than a full bleed, where the picture has the pixels for it."""
LEAK = 0.34
"""Strength of the light leak of a low sun at the frame's side: a breath of warmth, never a fog."""
LEAST_DENSITY = 0.55
"""Fewest source pixels to a canvas pixel a macro may crop down to before it looks soft."""


@dataclass(frozen=True)
class PhotoScene:
    """A photo over the whole frame, with light, leak and foreground blur laid over it."""

    grid: Grid
    rig: Rig
    sprite: Sprite
    oversize: float
    base: Array
    leak: Array
    dust: Dust
    sweep_depth: float
    slide: float
    corner: Array

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """A plain base (the photo covers it) and the light that plays over the photo."""
        grid = self.grid
        band = sweep(grid, -1.3 + 2.6 * pose.eased + 0.2 * pose.yaw, 0.40)
        gain = self.corner * (1 - self.sweep_depth + self.sweep_depth * band) * (0.988 + 0.012 * pose.wave(5.9))
        if not self.rig.leak:
            # Nothing is laid over a photo that has its own light: its blacks are what gives it depth.
            return self.base, Light(np.asarray(gain, np.float32))
        side = -1 if self.rig.side < 0 else 1
        place = side * (1.10 + 0.08 * pose.wave(8.3) - 0.22 * (pose.eased - 0.5))
        strength = LEAK * (1 + 0.2 * pose.wave(4.1, 0.4)) * self.rig.leak
        veil = (strength * sweep(grid, place, 0.22, 0.25))[..., None] * self.leak
        # Screen, not sum: where the veil is bright the photo gives way, so nothing clips.
        gain = gain * (1 - np.clip(veil[..., 0], 0, 150) / 235)
        return self.base, Light(np.asarray(gain, np.float32), np.asarray(veil, np.float32))

    def placed(self, pose: Pose) -> list[Placed]:
        """The photo at a pose, always covering the frame."""
        grid = self.grid
        zoom, dx, dy = pose.at(1.0)
        width, height = self.sprite.size
        scale = zoom / self.oversize
        room_x = max(0.0, (width * scale - grid.width) / 2)
        room_y = max(0.0, (height * scale - grid.height) / 2)
        slide = self.slide * (pose.eased - 0.5)
        shift_x = float(np.clip((dx + 0.03 * pose.yaw + slide) * grid.unit, -room_x, room_x))
        shift_y = float(np.clip(dy * grid.unit, -room_y, room_y))
        left = grid.width / 2 + shift_x - width * scale / 2
        top = grid.height / 2 + shift_y - height * scale / 2
        return [Placed(self.sprite, left, top, scale, scale)]


def build_photo(layout: str, grid: Grid, picture: Bytes, mood: Mood) -> PhotoScene:
    """A full-bleed or macro scene of an opaque RGBA picture, cropped to where it is interesting."""
    rig, f_number, seed = mood.rig, mood.f_number, mood.seed
    is_macro = layout == "macro"
    zoom = macro_zoom(picture, grid) if is_macro else 1.0
    focus = find_focus(picture) if is_macro else None
    window = crop_with_room(picture, grid.width / grid.height, OVERSCAN, zoom, focus)
    width, height = (round(side * OVERSCAN * SUPERSAMPLE) for side in (grid.width, grid.height))
    baked = grade(crop_to(picture, window, width, height), mood.hint, rig)
    if is_macro:
        baked = throw_focus(baked, f_number)
    leak = to_codes(to_display(np.array((0.75, 0.40, 0.14), np.float32)))
    base = np.broadcast_to(np.array((18, 0, 0), np.float32), (*grid.shape, 3))
    # A bright photo is not framed in grey: the lighter it is, the less its corners fall.
    corner = vignette(grid, (0.26 if is_macro else 0.20) * (1 - 0.8 * float(baked[::8, ::8, :3].mean()) / 255))
    dust = scatter_dust(seed, 20, f_number)
    return PhotoScene(
        grid,
        rig,
        make_sprite(baked),
        SUPERSAMPLE,
        base,
        leak,
        dust,
        0.13 if is_macro else 0.04,
        -MACRO_SLIDE if is_macro else 0.0,
        corner,
    )


def macro_zoom(picture: Bytes, grid: Grid) -> float:
    """How tight a macro can be: MACRO_ZOOM, less where the picture is too small."""
    height, width = picture.shape[:2]
    cover = min(width / grid.width, height / grid.height) / OVERSCAN
    return float(np.clip(cover / LEAST_DENSITY, 1.0, MACRO_ZOOM))


def grade(picture: Bytes, hint: str, rig: Rig) -> Bytes:
    """A photo under the film's grade: half of the palette hint, a third of the rig's tint, kept below paper white."""
    gains = np.array(HINTS.get(hint, (1, 1, 1)), np.float32) ** 0.35
    tint = np.array(rig.tint, np.float32)
    gains = gains * (tint / tint.max()) ** 0.15 if rig.leak or rig.bokeh else gains
    gains = gains / max(1.0, float(gains.max()))
    levels = np.arange(256, dtype=np.float32) / 255
    curve = levels + 0.24 * (levels - 0.36) * levels * (1 - levels)
    top = 0.97
    curve = np.where(curve > 0.84, 0.84 + (top - 0.84) * (1 - np.exp(-(curve - 0.84) / (top - 0.84))), curve)
    out = picture.copy()
    for channel in range(3):
        table = np.clip(curve * gains[channel] * 255 + 0.5, 0, 255).astype(np.uint8)
        out[..., channel] = table[picture[..., channel]]
    return out


def throw_focus(picture: Bytes, f_number: float) -> Bytes:
    """A picture sharp only round its focus: blur grows with distance from it, and with the aperture."""
    height, width = picture.shape[:2]
    unit = min(width, height)
    sigma = 0.0095 * unit * float(np.clip(2.8 / max(f_number, 0.7), 0.4, 1.8))
    focus = find_focus(picture)
    x = (np.arange(width, dtype=np.float32) / width - np.float32(focus[0]))[None, :] * np.float32(width / unit)
    y = (np.arange(height, dtype=np.float32) / height - np.float32(focus[1]))[:, None] * np.float32(height / unit)
    away = np.hypot(x, 1.15 * y)
    picture = mix_pictures(picture, defocus(picture, 0.45 * sigma), smoothstep(0.30, 0.60, away))
    return mix_pictures(picture, defocus(picture, sigma), smoothstep(0.52, 1.0, away))
