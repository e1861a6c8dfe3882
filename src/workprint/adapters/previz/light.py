"""Lighting rigs and the soft things light does: pools, window gobos, cast shadows, bokeh, dust, leaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Pose
from workprint.adapters.previz.colour import Array, Palette, to_linear
from workprint.adapters.previz.imaging import blur, resize, smoothstep, to_float
from workprint.adapters.previz.raster import Canvas, Grid

Bytes = npt.NDArray[np.uint8]

MAP_SCALE = 96
"""Points to a short side in the maps of shadows and gobos: as fine as the coarse grid can show."""


@dataclass(frozen=True)
class Rig:
    """A lighting set-up. Places in short sides from the middle; colours are linear gains; the rest are shares 0..1.

    `key` is where the main light comes from, `cast` how far (in subject heights) the shadow leans, `glow` the
    light behind the subject, `side` (-1 left, 1 right, 0 both) the side of the edge light.
    """

    key: tuple[float, float]
    tint: tuple[float, float, float]
    ambient: float
    glow: float
    pool: float
    cast: float
    shadow: float
    edge: float
    edge_tint: tuple[float, float, float]
    side: float
    gobo: float
    bokeh: float
    leak: float


RIGS = {
    "soft_top": Rig((-0.12, -0.5), (1.0, 0.975, 0.94), 0.13, 1.0, 1.0, 0.22, 0.60, 0.42, (1, 1, 1), 0, 0, 0.0, 0.0),
    "window": Rig(
        (-0.5, -0.3), (1.06, 0.97, 0.84), 0.13, 0.75, 0.8, 0.75, 0.62, 0.25, (1, 0.95, 0.85), -1, 1, 0.0, 0.0
    ),
    "rim": Rig((0.0, -0.25), (0.98, 1.0, 1.02), 0.06, 1.25, 0.6, -0.2, 0.70, 0.85, (1, 0.96, 0.9), 0, 0, 0.0, 0.0),
    "golden": Rig((0.5, -0.22), (1.22, 0.94, 0.62), 0.11, 0.95, 0.95, -1.0, 0.66, 0.6, (1, 0.78, 0.45), 1, 0, 0.3, 1.0),
    "night": Rig((-0.35, -0.3), (0.80, 0.95, 1.16), 0.07, 0.75, 0.7, 0.45, 0.70, 0.7, (0.75, 0.88, 1), -1, 0, 1.0, 0.0),
}
"""The named rigs, set by eye on the example productions: one large source each, as a small tabletop studio has."""


@dataclass(frozen=True)
class Mood:
    """What a whole look shares: its palette, rig, aperture, palette hint, and the seed of everything scattered."""

    palette: Palette
    rig: Rig
    f_number: float
    hint: str
    seed: int


@dataclass(frozen=True)
class Map:
    """A soft picture in set coordinates: its values, and where its top-left corner and its points lie."""

    values: Array
    left: float
    top: float

    def read(self, x: Array, y: Array) -> Array:
        """Values at columns x (1, n) and rows y (m, 1), bilinear, edges held; channels follow if there are any."""
        rows, down = split_places((y[:, 0] - self.top) * MAP_SCALE, self.values.shape[0])
        columns, across = split_places((x[0] - self.left) * MAP_SCALE, self.values.shape[1])
        deep = (1,) * (self.values.ndim - 2)
        down, across = down.reshape(-1, 1, *deep), across.reshape(1, -1, *deep)
        tall = self.values[rows] + (self.values[rows + 1] - self.values[rows]) * down
        left = tall[:, columns]
        return np.asarray(left + (tall[:, columns + 1] - left) * across, np.float32)


def split_places(places: Array, size: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Array]:
    """Whole indices and the share of the next one, held inside 0..size - 1."""
    held = np.clip(places, 0, size - 1.001).astype(np.float32)
    whole = held.astype(np.intp)
    return whole, (held - whole).astype(np.float32)


def find_rig(name: str) -> Rig:
    """The rig of a lighting name; an unknown name is lit softly from above."""
    return RIGS.get(name, RIGS["soft_top"])


def fall(x: Array, y: Array, centre: tuple[float, float], spread: tuple[float, float]) -> Array:
    """A gaussian pool of light on a grid, 1 in its middle."""
    across = np.exp(-0.5 * ((x - np.float32(centre[0])) / np.float32(spread[0])) ** 2)
    down = np.exp(-0.5 * ((y - np.float32(centre[1])) / np.float32(spread[1])) ** 2)
    return np.asarray(down * across, np.float32)


def sweep(grid: Grid, place: float, width: float, lean: float = 0.45) -> Array:
    """A leaning band of light crossing the frame: `place` -1..1 over the half width, `width` in short sides."""
    along = grid.x + np.float32(lean) * grid.y - np.float32(place * (grid.half_width + lean * grid.half_height))
    return np.asarray(np.exp(-((along / np.float32(width)) ** 2)), np.float32)


def vignette(grid: Grid, depth: float) -> Array:
    """A lens's fall-off towards the corners: 1 in the middle, 1 - depth in the corner."""
    radius = (grid.x / grid.half_width) ** 2 + (grid.y / grid.half_height) ** 2
    return np.asarray(1 - depth * np.minimum(radius / 2, 1) ** 1.4, np.float32)


def draw_gobo(grid: Grid, seed: int) -> Map:
    """Window light with the shadow of a branch, larger than the frame so that it may drift."""
    random = np.random.Generator(np.random.PCG64([seed, 3]))
    left, top = -grid.half_width - 0.3, -grid.half_height - 0.3
    x = (np.arange(int(-2 * left * MAP_SCALE)) / MAP_SCALE + left).astype(np.float32)[None, :]
    y = (np.arange(int(-2 * top * MAP_SCALE)) / MAP_SCALE + top).astype(np.float32)[:, None]
    u, v = x + 0.42 * y, y + 0.16 * x
    light = np.zeros(u.shape, np.float32)
    pane, bar = (0.27, 0.34), 0.035
    for column in (-1, 0, 1):
        for row in (-1, 0, 1):
            across = np.abs(u + 0.06 - column * (pane[0] + bar)) - pane[0] / 2
            down = np.abs(v + 0.18 - row * (pane[1] + bar)) - pane[1] / 2
            light += smoothstep(0.012, -0.012, np.maximum(across, down).astype(np.float32))
    shade = np.zeros_like(light)
    for index in range(26):
        stem = index / 26
        angle = 0.9 + 1.1 * random.random() * (1 if index % 2 else -1)
        a = x - np.float32(0.52 - 0.75 * stem + 0.05 * random.random())
        b = y - np.float32(-0.62 + 0.55 * stem + 0.08 * random.random())
        along, off = a * np.cos(angle) + b * np.sin(angle), b * np.cos(angle) - a * np.sin(angle)
        shade = np.maximum(shade, np.exp(-((along / 0.085) ** 2) - (off / 0.026) ** 2))
    return Map(blur(np.clip(light, 0, 1) * (1 - 0.8 * shade), 0.016 * MAP_SCALE), left, top)


def cast_shadow(alpha: Array, height: float, width: float, lean: float, flat: float) -> Map:
    """The shadow of a silhouette (alpha plane) of a given size, lying backwards on the floor from y = 0, x = 0.

    `lean` shifts its top sideways, in heights; `flat` is how much the floor foreshortens. It softens as it goes.
    """
    reach = abs(lean) * height
    left, top = -width / 2 - reach - 0.35, -flat * height - 0.3
    columns = (np.arange(int(-2 * left * MAP_SCALE)) / MAP_SCALE + left).astype(np.float32)
    rows = (np.arange(int((0.3 - top) * MAP_SCALE)) / MAP_SCALE + top).astype(np.float32)
    solid = np.zeros((rows.size, columns.size), np.float32)
    share = np.linspace(0, 1, alpha.shape[1])
    for index, y in enumerate(rows):
        rise = -float(y) / (flat * height)
        if 0 <= rise <= 1:
            row = alpha[min(alpha.shape[0] - 1, int((1 - rise) * alpha.shape[0]))]
            places = (columns - lean * rise * height) / width + 0.5
            solid[index] = np.interp(places, share, row, left=0, right=0) * (1 - 0.45 * rise)
    away = np.clip(-rows / (flat * height), 0, 1)[:, None]
    near, far = blur(solid, 0.018 * MAP_SCALE), blur(solid, 0.075 * MAP_SCALE)
    return Map(np.asarray(near * (1 - away) + far * away, np.float32), left, top)


def gather_bloom(picture: Bytes, size: tuple[float, float], strength: float, on_floor: bool) -> Map:
    """Light spilling from the bright parts of a premultiplied RGBA picture of a size in short sides.

    Linear RGB round the foot (x = 0 in the middle, y = 0 below): a halo, and (`on_floor`) a pool below.
    """
    margin = 0.75
    columns, rows = max(2, round(size[0] * MAP_SCALE)), max(2, round(size[1] * MAP_SCALE))
    pad = int(margin * MAP_SCALE)
    small = to_linear(to_float(resize(picture, columns, rows))[..., :3])
    level = small.max(axis=-1)
    source = np.pad(small * smoothstep(0.35, 0.85, level)[..., None], ((pad, pad), (pad, pad), (0, 0)))
    halo = 0.30 * blur(source, 0.045 * MAP_SCALE) + 0.42 * blur(source, 0.13 * MAP_SCALE)
    energy = source.sum(axis=(0, 1)) / MAP_SCALE**2
    x = np.asarray((np.arange(columns + 2 * pad)[None, :] - columns / 2 - pad) / MAP_SCALE, np.float32)
    y = np.asarray((np.arange(rows + 2 * pad)[:, None] - rows - pad) / MAP_SCALE, np.float32)
    pool = fall(x, y, (0.0, 0.03), (0.26 + 0.2 * size[0], 0.085))[..., None] * energy * np.float32(0.8 * on_floor)
    edge = np.minimum(smoothstep(0, 0.25, x - x.min()) * smoothstep(0, 0.25, x.max() - x), 1)
    edge = edge * smoothstep(0, 0.25, y - y.min()) * smoothstep(0, 0.25, y.max() - y)
    values = (halo + pool) * edge[..., None] * np.float32(strength)
    return Map(np.asarray(values, np.float32), -columns / 2 / MAP_SCALE - margin, -rows / MAP_SCALE - margin)


@dataclass(frozen=True)
class Bokeh:
    """Out-of-focus lights: for each disc x, y, radius (short sides), level, depth, phase, in columns of `discs`."""

    discs: Array
    colours: Array

    def add(self, out: Array, grid: Grid, pose: Pose, level: float) -> None:
        """Add the discs' light to a coarse linear picture (rows, columns, 3)."""
        for disc, colour in zip(self.discs, self.colours, strict=True):
            x, y, radius, strength, depth, phase = (float(value) for value in disc)
            zoom, dx, dy = pose.at(depth)
            glow = level * strength * (0.8 + 0.2 * pose.wave(4.7, phase))
            x, y = x * zoom + dx + 0.008 * pose.wave(9, phase), y * zoom + dy + 0.006 * pose.wave(11, phase)
            columns = slice(*np.searchsorted(grid.x[0], (x - radius * 1.1, x + radius * 1.1)))
            rows = slice(*np.searchsorted(grid.y[:, 0], (y - radius * 1.1, y + radius * 1.1)))
            away = np.hypot(grid.x[:, columns] - x, grid.y[rows] - y) / radius
            disc_light = smoothstep(1.04, 0.88, away) * (0.72 + 0.28 * np.minimum(away, 1) ** 3)
            out[rows, columns] += (glow * disc_light)[..., None] * colour


def scatter_bokeh(
    grid: Grid,
    seed: int,
    *,
    count: int,
    radius: float,
    tints: tuple[Array, ...],
    depth: tuple[float, float],
    lowest: float = 2.0,
) -> Bokeh:
    """Seeded discs around a radius, spread evenly over the frame and a little beyond, none below `lowest`."""
    random = np.random.Generator(np.random.PCG64([seed, 7]))
    wide, tall = grid.half_width * 1.15, grid.half_height * 1.1
    spread = (np.arange(count) * 0.6180339887 + random.random()) % 1
    discs = np.stack(
        (
            (2 * spread - 1) * wide,
            -tall + random.random(count) * (min(tall, lowest) + tall),
            radius * (0.55 + 0.9 * random.random(count)),
            0.35 + 0.65 * random.random(count),
            depth[0] + (depth[1] - depth[0]) * random.random(count),
            random.random(count),
        ),
        axis=1,
    ).astype(np.float32)
    colours = np.stack([tints[int(pick)] for pick in random.integers(0, len(tints), count)])
    return Bokeh(discs, colours.astype(np.float32))


@dataclass(frozen=True)
class Dust:
    """Specks floating in the light: x, y, drift x, drift y, radius (shares of the short side), level, phase."""

    specks: Array

    def draw(self, canvas: Canvas, pose: Pose) -> None:
        """Draw the specks on a canvas; each fades in and out on its own and wraps at the frame's rim."""
        grid = canvas.grid
        for speck in self.specks:
            x, y, drift_x, drift_y, radius, level, phase = (float(value) for value in speck)
            glint = 0.5 + 0.5 * pose.wave(3.1 + 2 * phase, phase)
            zoom, dx, dy = pose.at(1.3)
            u = (x + drift_x * pose.seconds + dx * zoom) % 1.0
            v = (y + drift_y * pose.seconds + dy * zoom) % 1.0
            size = max(0.6, radius * grid.unit)
            canvas.sparkle(u * canvas.width, v * canvas.height, size, level * glint * glint)


def scatter_dust(seed: int, count: int, f_number: float) -> Dust:
    """Seeded specks; a wide aperture makes them larger and fainter."""
    random = np.random.Generator(np.random.PCG64([seed, 11]))
    soft = float(np.clip(2.8 / max(f_number, 0.7), 0.6, 2.0))
    size = 0.0010 + 0.0024 * random.random(count) ** 3 * soft
    level = (12 + 34 * random.random(count)) / soft**0.5
    columns = (
        random.random(count),
        random.random(count),
        0.012 * (random.random(count) - 0.35),
        -0.004 - 0.012 * random.random(count),
        size,
        level,
        random.random(count),
    )
    return Dust(np.stack(columns, axis=1).astype(np.float32))
