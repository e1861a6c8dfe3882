"""Light leak: light falls on the film from the side, burns through the accent's colours to white, and is gone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workprint.lab.transitions.planes import (
    FULL,
    Field,
    Mask,
    Mixer,
    Plane,
    Planes,
    Scene,
    ease,
    grid,
    mix_plane,
    resize,
)
from workprint.lab.typeset import parse_color

Noise = npt.NDArray[np.uint16]

COARSE = 8
"""Pixels to a sample of the light: it has no finer shape."""

STREAKS = (
    (0.02, 0.26, 0.42, 1.00, 0.10, 0.9),
    (0.34, 0.13, 0.24, 0.46, -0.20, 1.3),
    (-0.36, 0.22, 0.30, 0.50, 0.26, 0.6),
)
"""Streaks of light: place before the front, widths ahead of and behind it, strength, lean from top to bottom, waves of
its edge down the frame; lengths in frame widths. Our own, after scans of fogged 16 mm ends."""

BURN = 1.3
"""Exposure of the core: red saturates, green nearly does, and the picture can still be guessed at its rim."""

WOBBLE = 0.09
"""How far a streak's edge wanders, in frame widths."""

FALL = 0.38
"""Share of the light that is missing at the end of a streak that lies away from the leak."""

FLICKER = 0.07
"""Share by which the light's strength changes from frame to frame, as a leaking gate's does."""

REACH = 0.55
"""How far outside the frame, in frame widths, the front starts and ends."""

CORE = 0.15
"""Exposure of every colour by the square of the light: whatever the hue, the core goes towards white."""

ROOM = 220
"""Luma codes between black and white, and one."""

TINT = 1.1
"""Saturation of the light's colour: film dyes are purer than a screen's mix."""

CHANGE = 0.22
"""Width of the change of pictures inside the core, in frame widths."""

WARM = "#FF8A2A"
"""The accent of a film without one: tungsten on daylight stock."""

WEAKEST, STRONGEST = 0.20, 2.8
"""Exposure of the colour the accent has least and most of: the rim takes the accent's hue, the core goes white."""

WEIGHTS_709 = np.array((0.2126, 0.7152, 0.0722), np.float32)
"""ITU-R BT.709-6, section 3.2."""


def plan_leak(scene: Scene) -> Mixer:
    """Light of the accent's hue runs across the frame, and the pictures change where it has burnt them out."""
    wide, tall = -(-scene.width // COARSE), -(-scene.height // COARSE)
    x, y = grid(wide, tall)
    across = x if scene.direction == "right" else np.asarray(x[:, ::-1], np.float32)
    random = np.random.default_rng(scene.seed)
    waves = [_draw_wave(random, y, streak[5]) for streak in STREAKS]
    falls = [1 - FALL * (0.5 - 0.5 * np.cos(np.pi * (y - turn))) for turn in random.random(len(STREAKS))]
    flicker = 1 + FLICKER * random.standard_normal(scene.frames).astype(np.float32)
    hue = _choose_exposures(scene.palette)
    # A wide gradient would band in 8 bits without noise; one tile serves, moved from frame to frame.
    noise = random.integers(0, 256, (scene.height + 64, scene.width + 64)).astype(np.uint16)

    def mix(share: float, outgoing: Planes, incoming: Planes) -> Planes:
        number = round(share * (scene.frames - 1))
        front = -REACH + (1 + 2 * REACH) * (0.5 * share + 0.5 * ease(share))
        swell = ease(1 - abs(2 * share - 1)) ** 0.7
        light = _expose(across, y, front, list(zip(waves, falls, strict=True))) * np.float32(
            BURN * swell * float(flicker[number])
        )
        changed = _change(across + waves[0] * np.float32(0.5), front, outgoing, incoming)
        shift = (number * 29) % 64, (number * 17) % 64
        grain = noise[shift[0] : shift[0] + scene.height, shift[1] : shift[1] + scene.width]
        return _burn(changed, light, hue, grain)

    return mix


def _draw_wave(random: np.random.Generator, y: Field, waves: float) -> Field:
    """How far a streak's edge stands off its place at every height."""
    turns = random.random(3)
    curve = sum(
        np.sin(2 * np.pi * (y * waves * factor + turn)) / factor
        for factor, turn in zip((0.3, 0.6, 1.0), turns, strict=True)
    )
    return np.asarray(curve * WOBBLE / 4, np.float32)


def _choose_exposures(palette: tuple[str, ...]) -> Field:
    """Exposure of red, green and blue under the light: most of what the accent has most of."""
    accent = palette[min(1, len(palette) - 1)] if palette else WARM
    rgb = np.array(parse_color(accent)[:3], np.float64) / 255
    # An accent without a hue leaks as plain film does.
    if rgb.max() - rgb.min() < 0.12:
        rgb = np.array(parse_color(WARM)[:3], np.float64) / 255
    share = ((rgb - rgb.min()) / (rgb.max() - rgb.min())) ** 2.0
    return np.asarray(WEAKEST + (STRONGEST - WEAKEST) * share, np.float32)


def _expose(across: Field, y: Field, front: float, shapes: list[tuple[Field, Field]]) -> Field:
    """Light at every sample, 1 in the middle of the strongest streak."""
    light = np.zeros((y.shape[0], across.shape[1]), np.float32)
    for (place, ahead, behind, strength, lean, _), (wave, fall) in zip(STREAKS, shapes, strict=True):
        off = across - np.float32(front + place) - wave - np.float32(lean) * (y - np.float32(0.5))
        width = np.where(off > 0, np.float32(ahead), np.float32(behind))
        # A cap with long shoulders: a hot middle, and a halo that fades slowly as scattered light does.
        light += np.float32(strength) * fall / (1 + (off / width) ** 2) ** 1.6
    return light


def _change(place: Field, front: float, outgoing: Planes, incoming: Planes) -> Planes:
    share = np.clip((np.float32(front) - place) / np.float32(CHANGE) + np.float32(0.5), 0, 1)
    coarse = (share * share * (3 - 2 * share) * FULL + np.float32(0.5)).astype(np.uint8)
    if not coarse.any():
        return outgoing
    if coarse.min() == FULL:
        return incoming
    mixed = []
    for before, after in zip(outgoing, incoming, strict=True):
        weight = resize(coarse, before.shape[1], before.shape[0]).astype(np.int16)
        mixed.append(mix_plane(before, after, weight))
    return mixed[0], mixed[1], mixed[2]


def _burn(planes: Planes, light: Field, hue: Field, noise: Noise) -> Planes:
    """Light added as film adds it: each layer saturates by itself, and what is bright already gains little.

    The screen of light over a picture, its luma and chroma each taken as a whole.
    """
    layers = 1 - np.exp(-light[..., None] * (hue + CORE * light[..., None]))
    luma = layers @ WEIGHTS_709
    blue, red = (layers[..., 2] - luma) / 1.8556, (layers[..., 0] - luma) / 1.5748
    tall, wide = planes[0].shape
    gain = resize((luma * 255 + np.float32(0.5)).astype(np.uint8), wide, tall)
    room = np.subtract(235, np.clip(planes[0], 16, 235), dtype=np.uint16)
    room *= gain
    room += noise
    room >>= 8
    lit = np.add(planes[0], room.astype(np.uint8))
    half = planes[1].shape
    wash = resize((luma * 127 + np.float32(0.5)).astype(np.uint8), half[1], half[0]).astype(np.int16)
    # What is white already stays white: colour finds as much room as light does.
    rest = (236 - np.minimum(planes[0][::2, ::2], 235)).astype(np.int16)
    grain = (noise[: half[0], : half[1]] * np.uint16(ROOM) >> 8).astype(np.int16)
    return lit, _tint(planes[1], blue, wash, (rest, grain)), _tint(planes[2], red, wash, (rest, grain))


def _tint(plane: Plane, color: Field, wash: Mask, room: tuple[Mask, Mask]) -> Plane:
    """A chroma plane washed out by the light and tinted by its colour; `room` is what is left for it, and noise."""
    rest, grain = room
    own = (plane.astype(np.int16) - 128) * (127 - wash)
    own += 64
    own >>= 7
    codes = np.clip(color * np.float32(224 * TINT) + np.float32(128.5), 1, 255).astype(np.uint8)
    tint: Mask = resize(codes, plane.shape[1], plane.shape[0]).astype(np.int16) - 128
    tint *= rest
    tint += grain
    own += tint // ROOM
    return np.asarray(np.clip(own + 128, 16, 240), np.uint8)
