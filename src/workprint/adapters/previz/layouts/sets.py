"""Built sets (hero sweep, plinth, end card): a lit ground from the palette with the product standing in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workprint.adapters.previz.camera import TURN, Pose
from workprint.adapters.previz.colour import Array, Paint, Palette, mix_paint, normalise, roll_off, to_codes, to_display
from workprint.adapters.previz.imaging import fit_inside, smoothstep
from workprint.adapters.previz.layouts.dais import light_dais
from workprint.adapters.previz.light import (
    MAP_SCALE,
    Bokeh,
    Dust,
    Map,
    Mood,
    Rig,
    cast_shadow,
    draw_gobo,
    fall,
    gather_bloom,
    scatter_bokeh,
    scatter_dust,
    sweep,
    vignette,
)
from workprint.adapters.previz.raster import Grid, Light, Placed
from workprint.adapters.previz.stand import Plinth, Stand, build_stand
from workprint.adapters.previz.subject import Subject, choose_card_aspect, frame_as_card

FLOOR_FLAT = 0.30
"""How much the floor foreshortens a shadow that lies on it: a camera about 17 degrees above the table."""
DISC = 1.30
"""Radius of the end card's disc, in half heights of the product."""
RAYS, RAY_SPEED, RAY_DEPTH = 9, 0.055, 0.30
"""Rays of the sun behind a product on a vivid ground, radians they turn a second, and how much light they are."""
RING_SPEED, RING_DEPTH = 0.16, -0.07
"""Rings on a near-white ground: how many pass a place a second, and the shade they are drawn in."""
BLOOM = 0.85
"""How strongly bright parts of a product light the air round it: a diffusion filter of medium strength."""


@dataclass(frozen=True)
class Spot:
    """Where the product stands, in short sides from the middle, and the box it must fit in."""

    x: float
    foot: float
    width: float
    height: float


def choose_spot(layout: str, grid: Grid, aspect: float) -> Spot:
    """The spot of a layout in a frame shape: recomposed, so that there is room for type where it will stand.

    On an end card a product of an upright `aspect` (width over height) stands beside the words where the frame is not
    tall enough to have both below each other.
    """
    slim = BESIDE.get((layout, grid.kind))
    return slim if slim is not None and aspect < SLIM else SPOTS[layout, grid.kind]


SPOTS = {
    ("hero_sweep", "tall"): Spot(0.0, 0.085, 0.84, 0.84),
    ("hero_sweep", "upright"): Spot(0.0, 0.240, 0.86, 0.78),
    ("hero_sweep", "square"): Spot(0.0, 0.230, 0.86, 0.66),
    ("hero_sweep", "wide"): Spot(0.22, 0.350, 1.02, 0.78),
    ("plinth", "tall"): Spot(0.0, 0.12, 0.70, 0.80),
    ("plinth", "upright"): Spot(0.0, 0.20, 0.72, 0.70),
    ("plinth", "square"): Spot(0.0, 0.20, 0.74, 0.62),
    ("plinth", "wide"): Spot(0.30, 0.215, 0.86, 0.64),
    ("endcard", "tall"): Spot(0.0, 0.800, 0.74, 0.66),
    ("endcard", "upright"): Spot(0.0, 0.560, 0.70, 0.48),
    ("endcard", "square"): Spot(0.0, 0.440, 0.60, 0.385),
    ("endcard", "wide"): Spot(0.435, 0.335, 0.66, 0.64),
    ("portrait", "tall"): Spot(0.0, 0.56, 0.92, 1.20),
    ("portrait", "upright"): Spot(0.03, 0.48, 0.90, 0.98),
    ("portrait", "square"): Spot(0.06, 0.43, 0.86, 0.84),
    ("portrait", "wide"): Spot(0.22, 0.47, 0.95, 0.90),
}
"""Spots by layout and frame shape. In tall frames the product stands above the place where platforms let a name stand
(Reels keep the lower 35 % for themselves), so that name and product do not share it; in square ones above its line, in
wide ones beside it. The end card's leave room for its type: above and below, or left."""
SLIM = 0.92
"""Width over height under which a product stands beside the words of an end card."""
BESIDE = {
    ("endcard", "upright"): Spot(0.245, 0.455, 0.42, 0.84),
    ("endcard", "square"): Spot(0.255, 0.390, 0.40, 0.74),
}
STEPPED = (("hero_sweep", "tall"), ("hero_sweep", "upright"))
"""Where the product stands on round steps: they fill the room below it with a floor that can be read."""


@dataclass(frozen=True)
class BuiltSet:
    """A set ready to shoot. `key_level` is the linear luminance of a dark ground in the pool of light."""

    grid: Grid
    rig: Rig
    palette: Palette
    spot: Spot
    size: tuple[float, float]
    stand: Stand
    shadow: Map
    bloom: Map
    gobo: Map | None
    bokeh: Bokeh | None
    dust: Dust
    key_level: float
    calm: bool
    is_stepped: bool
    paint: Paint

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """The set's coarse code values at a pose, and the light on the product."""
        vivid = self.palette.vivid
        corner = vignette(self.grid, 0.46 - 0.41 * vivid)
        linear = self.colour_set(self.light_set(pose), pose) * corner[..., None]
        bloom = self.read_bloom(pose)
        linear += bloom
        if self.bokeh:
            self.bokeh.add(linear, self.grid, pose, self.rig.bokeh * (0.10 + 0.3 * self.palette.brightness))
        codes = to_codes(to_display(roll_off(linear)))
        band = sweep(self.grid, -1.25 + 2.5 * pose.eased + 0.15 * pose.yaw, 0.42)
        # A card stands long and its camera hardly moves: there the light that passes over the product is seen.
        depth = 0.13 if self.calm else 0.07
        gain = (1 - depth + depth * band) * (0.985 + 0.015 * pose.wave(6.3)) * (0.55 + 0.45 * corner)
        if self.gobo:
            gain = gain * (0.72 + 0.30 * self.read_gobo(pose, 1.0))
        # What shines by itself shows no shadow.
        gain = gain + (0.97 - gain) * np.minimum(6.0 * bloom.max(axis=-1), 0.9)
        return codes, Light(np.asarray(gain, np.float32))

    def light_set(self, pose: Pose) -> Array:
        """Light on wall and floor, shadow included; 1 is the full light of the key."""
        rig, grid, vivid = self.rig, self.grid, self.palette.vivid
        zoom, dx, dy = pose.at(0.35)
        x, y = (grid.x - dx) / zoom, (grid.y - dy) / zoom
        near_zoom, near_x, near_y = pose.at(1.0)
        floor_x, floor_y = (grid.x - near_x) / near_zoom, (grid.y - near_y) / near_zoom
        drift = 0.045 * pose.wave(9.0) + 0.12 * pose.yaw
        middle = (self.spot.x + 0.30 * rig.key[0] + drift, self.spot.foot - 0.56 * self.size[1] + 0.15 * rig.key[1])
        reach = max(0.34, 0.44 * self.size[1])
        wall = np.asarray(rig.ambient + rig.glow * fall(x, y, middle, (reach, 1.05 * reach)), np.float32)
        foot_x, foot_y = floor_x - np.float32(self.spot.x), floor_y - np.float32(self.spot.foot)
        if self.is_stepped:
            level: Array = light_dais(foot_x, foot_y, wall, float(np.sign(rig.key[0] or -1)))
        else:
            pool = fall(foot_x, foot_y, (0.10 * rig.key[0] - drift, 0.02), (0.60, 0.20))
            floor = rig.ambient * 1.15 + 1.05 * rig.pool * pool
            share = smoothstep(-0.29, -0.01, foot_y)
            level = np.asarray(wall * (1 - share) + floor * share, np.float32)
        # A ground that is a colour keeps it: light and shade play in a fifth of the room they have in the dark.
        low, span = (0.78, 0.28) if self.is_stepped else (0.86, 0.20)
        held = low + span * np.minimum(level, 1.25)
        level = np.asarray((1 - vivid) * level + vivid * held, np.float32)
        if self.calm:
            level = np.asarray(level + self.light_emblem(x, y, pose), np.float32)
        lying = self.shadow.read(foot_x - np.float32(0.25 * drift), foot_y)
        level = np.asarray(level * (1 - rig.shadow * (0.85 - 0.30 * vivid) * lying), np.float32)
        if self.gobo:
            window = self.read_gobo(pose, 0.35)
            level = level * (0.50 + 0.34 * vivid) + (0.95 - 0.77 * vivid) * rig.gobo * window * (0.35 + 0.65 * level)
        return np.asarray(level, np.float32)

    def light_emblem(self, x: Array, y: Array, pose: Pose) -> Array:
        """What the end card's emblem behind the product adds to the light; no other set has one.

        On a dark ground a great soft disc that swells, on a ground that is a colour the rays of a sun that turn, on one
        near white rings that travel outwards: each moves the whole time, and none in a hurry.
        """
        middle = (self.spot.x, self.spot.foot - 0.46 * self.size[1])
        radius = DISC * max(0.5 * self.size[1], 0.42 * self.size[0])
        u, v = x - np.float32(middle[0]), y - np.float32(middle[1])
        away = np.hypot(u, v) / np.float32(radius)
        if self.palette.brightness >= 0.6:
            wave = np.sin(np.float32(TURN) * (2.6 * away - np.float32(RING_SPEED * pose.seconds)))
            ring = smoothstep(0.55, 1.0, np.asarray(wave, np.float32)) * smoothstep(2.1, 0.7, away)
            return np.asarray(RING_DEPTH * ring, np.float32)
        if self.palette.vivid > 0.5:
            angle = np.arctan2(v, u) + np.float32(RAY_SPEED * pose.seconds)
            ray = smoothstep(-0.30, 0.30, np.asarray(np.sin(RAYS * angle), np.float32))
            return np.asarray(RAY_DEPTH * (ray - 0.35) * smoothstep(0.35, 0.95, away), np.float32)
        away = away / np.float32(1 + 0.030 * pose.wave(5.2) + 0.03 * pose.eased)
        disc = smoothstep(1.035, 0.965, away) * (0.75 + 0.25 * np.minimum(away, 1) ** 2)
        return np.asarray(0.20 * (1 + 0.12 * pose.wave(4.1, 0.2)) * disc, np.float32)

    def colour_set(self, level: Array, pose: Pose) -> Array:
        """Linear colours of the set under its light: a dark ground lit by lamps, a coloured one in its own hue."""
        vivid = self.palette.vivid
        out = np.zeros((*self.grid.shape, 3), np.float32)
        if vivid < 1:
            out += (((1 - vivid) * self.key_level) * level)[..., None] * self.tint_set(pose)
        if vivid > 0:
            tint = np.array(self.rig.tint, np.float32) ** np.float32(0.25)
            out += np.float32(vivid) * self.paint.lit(level) * (tint / tint.max())
        return out

    def read_bloom(self, pose: Pose) -> Array:
        """Light the product itself gives to the air, the wall and the floor; it pulses as a flame would, barely."""
        zoom, dx, dy = pose.at(1.0)
        x = (self.grid.x - np.float32(dx)) / np.float32(zoom) - np.float32(self.spot.x)
        y = (self.grid.y - np.float32(dy)) / np.float32(zoom) - np.float32(self.spot.foot)
        return self.bloom.read(x, y) * np.float32(1 + 0.06 * pose.wave(3.3))

    def read_gobo(self, pose: Pose, depth: float) -> Array:
        """Window light at a depth; it wanders with the sun, much faster than any sun."""
        assert self.gobo is not None
        zoom, dx, dy = pose.at(depth)
        move = 0.10 * (pose.eased - 0.5) + 0.012 * pose.wave(3.7)
        x = (self.grid.x - np.float32(dx + move)) / np.float32(zoom)
        y = (self.grid.y - np.float32(dy + 0.4 * move + 0.006 * pose.wave(2.9, 0.3))) / np.float32(zoom)
        return self.gobo.read(x, y)

    def tint_set(self, pose: Pose) -> Array:
        """The hue of the lit ground: the ground colour, warmed by the accent where the light is strongest."""
        ground = normalise(self.palette.ground, 1.0)
        accent = normalise(self.palette.accent, 1.0)
        share = 0.05 if self.calm else 0.08
        drift = 0.05 * pose.wave(7.7, 0.2)
        middle = (self.spot.x + 0.35 * self.rig.key[0] + drift, self.spot.foot - 0.2 * self.size[1])
        glow = fall(self.grid.x, self.grid.y, middle, (0.38, 0.42))[..., None] * np.float32(
            share + 0.16 * self.rig.leak
        )
        return np.asarray((ground * (1 - glow) + accent * glow) * np.array(self.rig.tint, np.float32), np.float32)

    def placed(self, pose: Pose) -> list[Placed]:
        """The product at a pose."""
        zoom, dx, dy = pose.at(1.0)
        unit = self.grid.unit
        x = self.grid.width / 2 + (self.spot.x * zoom + dx) * unit
        y = self.grid.height / 2 + (self.spot.foot * zoom + dy) * unit
        return [self.stand.place(x, y, zoom, 1 - 0.022 * pose.yaw * pose.yaw)]


def build_set(layout: str, grid: Grid, subject: Subject, mood: Mood) -> BuiltSet:
    """Build a set round a subject; a photo stands in it as a print."""
    palette, rig, f_number, seed = mood.palette, mood.rig, mood.f_number, mood.seed
    aspect = subject.aspect if subject.is_cutout else choose_card_aspect(subject.picture, grid.kind)
    spot = choose_spot(layout, grid, aspect)
    if not subject.is_cutout:
        subject = print_subject(subject, grid, spot, palette)
    size = fit_inside(subject.aspect, spot.width, spot.height)
    key_level = min(0.56, 0.085 + 0.62 * palette.brightness)
    floor = normalise(palette.ground, min(0.30, key_level))
    is_stepped = (layout, grid.kind) in STEPPED
    paint = mix_paint(palette.ground)
    plinth = None
    if layout == "plinth":
        rig = replace(rig, gobo=max(rig.gobo, 0.8))
        width = min(2 * grid.half_width * 0.86, max(1.7 * measure_foot(subject) * size[0], 1.04 * size[0], 0.40))
        colour = normalise(np.asarray(palette.ground + 0.004 * palette.light, np.float32), 1.1 * key_level + 0.02)
        tall = grid.half_height - spot.foot + 0.16
        plinth = Plinth(width * grid.unit, tall * grid.unit, colour, paint, palette.vivid)
    strength = BLOOM * (1 - palette.vivid) * (0.5 if layout == "endcard" else 1.0)
    bloom = gather_bloom(subject.picture, size, strength if subject.is_cutout else 0.0, layout != "plinth")
    if plinth:
        plinth = replace(plinth, glow=np.asarray(1.1 * bloom.values.sum(axis=(0, 1)) / MAP_SCALE**2, np.float32))
    stand = build_stand(subject, (size[0] * grid.unit, size[1] * grid.unit), rig, floor, plinth)
    shadow = cast_shadow(stand.silhouette, size[1], size[0], rig.cast, FLOOR_FLAT)
    if layout == "plinth":
        shadow = Map(np.zeros_like(shadow.values), shadow.left, shadow.top)
    gobo = draw_gobo(grid, seed) if rig.gobo else None
    bokeh = None
    if rig.bokeh:
        tints = (normalise(palette.accent, 1.0), normalise(palette.light, 1.0), normalise(palette.accent, 0.7))
        radius = 0.050 * float(np.clip(2.8 / max(f_number, 0.7), 0.5, 1.8)) ** 0.5
        bokeh = scatter_bokeh(
            grid, seed, count=13, radius=radius, tints=tints, depth=(0.05, 0.3), lowest=spot.foot - 0.26
        )
    calm = layout == "endcard"
    return BuiltSet(
        grid=grid,
        rig=rig,
        palette=palette,
        spot=spot,
        size=size,
        stand=stand,
        shadow=shadow,
        bloom=bloom,
        gobo=gobo,
        bokeh=bokeh,
        dust=scatter_dust(seed, 14 if calm else 26, f_number),
        key_level=key_level,
        calm=calm,
        is_stepped=is_stepped,
        paint=paint,
    )


def measure_foot(subject: Subject) -> float:
    """Width of what touches the ground, as a share of the subject's width."""
    alpha = subject.picture[..., 3]
    touching = np.flatnonzero((alpha[int(alpha.shape[0] * 0.955) :] > 128).any(axis=0))
    return float(touching[-1] - touching[0]) / alpha.shape[1] if touching.size else 1.0


def print_subject(subject: Subject, grid: Grid, spot: Spot, palette: Palette) -> Subject:
    """A photo as a print that fits the spot."""
    aspect = choose_card_aspect(subject.picture, grid.kind)
    width = fit_inside(aspect, spot.width, spot.height)[0]
    pixels = max(24, round(width * grid.unit * 1.18))
    paper = to_display(palette.light)
    return Subject(frame_as_card(subject.picture, pixels, aspect, paper), False)
