"""The product as it stands in a set: relit, with contact shadow, reflection or a plinth, baked once as a sprite."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from workprint.adapters.previz.colour import SLAB_ROWS, Array, Paint, to_display
from workprint.adapters.previz.contact import draw_mirror, draw_shadow, find_contact
from workprint.adapters.previz.imaging import blur, make_sprite, place_over, resize, smoothstep, to_bytes, to_float
from workprint.adapters.previz.light import Rig
from workprint.adapters.previz.raster import Placed, Sprite
from workprint.adapters.previz.subject import Subject

DITHER_SEED = 1
"""Any number: the dither of a baked gradient is invisible."""
OVERSIZE = 1.18
"""Baked pixels to a canvas pixel: enough that a push-in never enlarges, and that resampling stays crisp."""


FOOT_BOUNCE = 0.045
"""Share of the floor's light that comes back into a product's foot: felt as air, while black stays black."""
RISE_SHARE = 0.30
"""How far up a slanting line of contact the middle of a plinth lies: a product seen from above stands all on it."""
MIRROR, MIRROR_REACH = 0.20, 0.13
"""Level of the mirror image where the foot touches, and the share of the height over which it fades."""


@dataclass(frozen=True)
class Stand:
    """A baked product: its sprite, the sprite pixel (x, y) it stands on, and its silhouette (small, 0..1).

    `rise` is how far its line of contact climbs from there, in canvas pixels; `body` the box of the product alone,
    without shadow, mirror image and plinth, in sprite pixels.
    """

    sprite: Sprite
    foot: tuple[float, float]
    silhouette: Array
    oversize: float
    rise: float = 0.0
    body: tuple[float, float, float, float] | None = None

    def place(self, x: float, y: float, zoom: float, squeeze: float = 1.0) -> Placed:
        """The sprite with its foot at a canvas place, `squeeze` narrowing it as it turns."""
        scale_x, scale_y = zoom * squeeze / self.oversize, zoom / self.oversize
        left, top = x - self.foot[0] * scale_x, y - self.foot[1] * scale_y
        return Placed(self.sprite, left, top, scale_x, scale_y, body=self.body)


@dataclass(frozen=True)
class Plinth:
    """A round plinth: width and visible height in canvas pixels, its colour, the product's own light on its top.

    `paint` and `vivid` are those of the set: how a coloured ground takes shade, and how far this one does.
    """

    width: float
    height: float
    colour: Array
    paint: Paint
    vivid: float
    glow: Array = field(default_factory=lambda: np.zeros(3, np.float32))

    def lit(self, level: Array, tint: Array) -> Array:
        """Linear RGB of light levels on the plinth, the lamp's `tint` included."""
        dark = level[..., None] * self.colour * tint
        if self.vivid == 0:
            return np.asarray(dark, np.float32)
        coloured = self.paint.lit(np.asarray(0.56 + 0.40 * np.minimum(level, 1.2), np.float32))
        return np.asarray((1 - self.vivid) * dark + self.vivid * coloured, np.float32)


def build_stand(subject: Subject, size: tuple[float, float], rig: Rig, floor: Array, plinth: Plinth | None) -> Stand:
    """Bake a product of a canvas size (width, height). `floor` is the linear colour that bounces into its foot."""
    grow = min(OVERSIZE, max(0.35, subject.picture.shape[0] / max(1.0, size[1]))) if size[1] > 900 else OVERSIZE
    width, height = max(4, round(size[0] * grow)), max(4, round(size[1] * grow))
    picture = to_float(resize(subject.picture, width, height))
    lit = relight(picture, rig, floor) if subject.is_cutout else soften_card(picture, rig)
    contact = find_contact(lit[..., 3])
    side = round(0.2 * width) + 8
    below = round((plinth.height if plinth else 0.34 * size[1]) * grow) + 4
    if plinth:
        side = max(side, round((plinth.width * grow - width) / 2) + 6)
    sheet = np.zeros((height + below + 4, width + 2 * side, 4), np.float32)
    foot = (side + width / 2, 4.0 + height - 0.006 * height)
    if plinth:
        draw_plinth(sheet, (foot[0], foot[1] - RISE_SHARE * contact.rise), plinth, grow, rig)
        draw_mirror(sheet, lit, contact, (side, 4), level=0.06, reach=plinth.width * grow * 0.055)
    else:
        draw_mirror(sheet, lit, contact, (side, 4), level=MIRROR, reach=MIRROR_REACH * height)
    draw_shadow(sheet, contact, (side, 4), rig.shadow, height)
    window = sheet[4 : 4 + height, side : side + width]
    for start in range(0, height, SLAB_ROWS):
        rows = slice(start, start + SLAB_ROWS)
        window[rows] = place_over(lit[rows], window[rows])
    del lit, picture
    small = resize(subject.picture, max(8, round(96 * subject.aspect)), 96)[..., 3]
    body = (float(side), 4.0, float(width), float(height))
    return Stand(make_sprite(to_bytes(sheet, DITHER_SEED)), foot, to_float(small), grow, contact.rise / grow, body)


def build_floating(subject: Subject, size: tuple[float, float], rig: Rig, floor: Array) -> Stand:
    """Bake a product that touches nothing: no contact, no reflection. Size in canvas pixels, `floor` bounces up."""
    width, height = max(4, round(size[0] * OVERSIZE)), max(4, round(size[1] * OVERSIZE))
    picture = to_float(resize(subject.picture, width, height))
    lit = relight(picture, rig, floor) if subject.is_cutout else soften_card(picture, rig)
    sheet = np.pad(lit, ((4, 4), (4, 4), (0, 0)))
    small = resize(subject.picture, max(8, round(96 * subject.aspect)), 96)[..., 3]
    foot = (4 + width / 2, 4.0 + height)
    body = (4.0, 4.0, float(width), float(height))
    return Stand(make_sprite(to_bytes(sheet, DITHER_SEED)), foot, to_float(small), OVERSIZE, body=body)


def relight(picture: Array, rig: Rig, floor: Array) -> Array:
    """A premultiplied cut-out under a rig: shaded away from the key, edge light, floor bounce at its foot."""
    height, width = picture.shape[:2]
    alpha = picture[..., 3]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    lean = np.clip(rig.key[0] * 1.6, -1, 1)
    level = 0.66 + 0.34 * np.clip(rig.glow * 0.35 + rig.pool * 0.4 + rig.ambient * 1.6, 0, 1)
    shade = level * (1 - 0.17 * smoothstep(0.1, 1.2, -x * np.float32(lean))) * (1 - 0.20 * smoothstep(0.72, 1.0, y))
    tint = np.sqrt(np.array(rig.tint, np.float32))
    out = picture.copy()
    out[..., :3] *= shade[..., None] * (0.45 + 0.55 * tint)
    edge = find_edge(alpha, rig.side) * np.float32(rig.edge)
    light = to_display(np.array(rig.edge_tint, np.float32))
    room = np.maximum(0.90 * alpha[..., None] - out[..., :3], 0)
    out[..., :3] += room * (edge * alpha)[..., None] * light
    bounce = FOOT_BOUNCE * smoothstep(0.80, 1.0, y) * alpha
    out[..., :3] += np.maximum(0.9 * alpha[..., None] - out[..., :3], 0) * bounce[..., None] * to_display(floor)
    return out


def soften_card(picture: Array, rig: Rig) -> Array:
    """A print in a set: a hair darker away from the key, so that it belongs to the light."""
    height, width = picture.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    shade = 0.97 - 0.10 * smoothstep(-1.0, 1.0, -x * np.float32(np.sign(rig.key[0]))) - 0.08 * y
    out = picture.copy()
    out[..., :3] *= shade[..., None]
    return out


def find_edge(alpha: Array, side: float) -> Array:
    """Where a light from behind grazes a silhouette: 0..1, brightest at the rim, on one side or both."""
    sigma = max(1.2, 0.011 * max(alpha.shape))
    soft = blur(alpha, sigma)
    down, across = np.gradient(soft)
    outward = -across * sigma * 2.2
    facing = np.abs(outward) if side == 0 else np.maximum(outward * side, 0)
    facing = facing + 0.45 * np.maximum(down * sigma * 2.2, 0)
    return smoothstep(0.22, 0.95, np.asarray(facing, np.float32))


def draw_plinth(sheet: Array, foot: tuple[float, float], plinth: Plinth, grow: float, rig: Rig) -> None:
    """Draw a round plinth whose top the foot stands on: lit top, body shaded round, fading towards the floor."""
    half = plinth.width * grow / 2
    flat = 0.115 * half
    first = max(0, int(foot[1] - flat) - 4)
    sheet = sheet[first:]
    centre = foot[1] + 0.010 * half - first
    x = ((np.arange(sheet.shape[1], dtype=np.float32) + 0.5 - np.float32(foot[0])) / np.float32(half))[None, :]
    y = (np.arange(sheet.shape[0], dtype=np.float32) + 0.5 - np.float32(centre))[:, None]
    bow = np.sqrt(np.maximum(1 - x * x, 0))
    inside = np.clip((1 - np.abs(x)) * np.float32(half) + 0.5, 0, 1)
    top = np.clip(flat * bow - np.abs(y) + 0.5, 0, 1) * inside
    body = np.clip(y - flat * bow + 0.5, 0, 1) * inside
    lean = np.float32(np.clip(rig.key[0] * 1.3, -0.62, 0.62))
    turn = np.clip(bow * np.sqrt(1 - lean * lean) + x * lean, 0, 1)
    down = np.exp(-np.maximum(y, 0) / np.float32(plinth.height * grow * 0.62))
    light = (0.16 + 0.66 * turn**1.4) * (0.16 + 0.84 * down)
    lip = 0.5 * np.exp(-(((y - flat * bow) / np.float32(0.010 * half)) ** 2)) * turn
    tint = np.array(rig.tint, np.float32)
    level = np.asarray(1.28 - 0.30 * np.abs(x - 0.5 * lean) + 0.10 * y / np.float32(flat + 1), np.float32)
    lid = plinth.lit(level, tint)
    lid = np.asarray(lid + np.exp(-(x * x) / 0.5)[..., None] * plinth.glow, np.float32)
    spill = np.exp(-np.maximum(y, 0) / np.float32(0.16 * half)) * bow
    face = to_display(
        plinth.lit(np.asarray(light + lip, np.float32), tint) + (0.35 * spill + 0.8 * lip)[..., None] * plinth.glow
    )
    ink = np.where(
        (top > 0)[..., None], to_display(lid) * top[..., None] + face * body[..., None], face * body[..., None]
    )
    sheet[..., :3] = np.minimum(ink, 0.93)
    sheet[..., 3] = np.clip(top + body, 0, 1)
    sheet[..., :3] = np.minimum(sheet[..., :3], sheet[..., 3:4])
