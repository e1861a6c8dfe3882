"""The five sets for the Ortik Dial. Each function builds one set and aims its camera."""

import math

import dial_model as model
import shapes
import surfaces
from sets import bokeh_disc, camera, look, plane, softbox, sun, sweep, wall, world

ICE = surfaces.srgb("#EEF1F4")
COOL = (0.86, 0.93, 1.0)


def cutout(args):
    """Packshot on a clear ground: from the front, so that it stands level on whatever is put under it."""
    model.build_dial(args.font, light=1.2, turn=5, knob_turn=-28)
    world(COOL, 0.35)
    softbox((-5.0, 1.5, 5.0), (0, 0, 0.4), (2.0, 6.0), 210, (1.0, 0.99, 0.97))
    softbox((5.5, 1.0, 3.0), (0, 0, 0.4), (1.0, 5.0), 260, COOL)
    softbox((0.0, 5.0, 3.4), (0, 0, 0.4), (6.0, 1.2), 150, COOL)
    softbox((-1.5, -6.0, 3.0), (0, 0, 0.3), (3.5, 1.0), 120)
    camera((0.0, -11.0, 4.0), (0.0, 0.0, 0.40), 94, (1800, 1000))
    look("Khronos PBR Neutral", 0.0)
    return "cut-out"


def slats(count, gap, y, material):
    """A blind between sun and desk, out of the picture."""
    for k in range(count):
        x = -9.0 + gap * k
        blade = plane("slat", [(x, y, -1), (x + gap * 0.42, y, -1), (x + gap * 0.42, y, 14), (x, y, 14)], material)
        blade.visible_camera = blade.visible_glossy = False


def desk(args):
    """Morning on a pale desk: a blurred display behind, window light in bars."""
    model.build_dial(args.font, light=1.2, turn=18, knob_turn=-50, location=(0.25, 0, 0))
    world(COOL, 0.42)
    plane(
        "desk",
        [(-30, -20, 0), (30, -20, 0), (30, 9, 0), (-30, 9, 0)],
        surfaces.plain("laminate", surfaces.srgb("#DDE3EA"), 0.38),
    )
    wall("wall", 9, (-40, 40), (-2, 40), surfaces.plain("wall", surfaces.srgb("#C9D6E4"), 0.9))
    frame = surfaces.plain("frame", (0.012, 0.014, 0.018), 0.35)
    shapes.rounded_box("bezel", (9.2, 0.25, 5.6), (-1.6, 6.2, 4.1), frame, 0.08)
    shapes.rounded_box("stand", (1.0, 0.3, 1.6), (-1.6, 6.4, 0.8), frame, 0.05)
    wall(
        "screen",
        6.06,
        (-6.05, 2.85),
        (1.45, 6.75),
        surfaces.backdrop(
            "screen", [(0.0, (0.01, 0.09, 0.75)), (0.5, (0.02, 0.32, 1.0)), (1.0, (0.12, 0.80, 1.0))], 1.15, 1.3, 6.8
        ),
    )
    slats(14, 1.35, -7.5, surfaces.plain("blind", (0.5, 0.5, 0.5), 0.9))
    sun((0.42, 0.62, -0.58), 3.4, (1.0, 0.97, 0.93), 0.7)
    softbox((-6.0, 0.0, 5.0), (0, 0, 0.4), (2.0, 5.0), 170, COOL)
    camera((-1.9, -8.6, 3.5), (0.25, 0.30, 0.86), 64, (1600, 1600), (-0.4, -0.4, 0.8), 0.10)
    look("Khronos PBR Neutral", -0.1)


def macro(args):
    """Close on ribs, chamfer and the ring of light."""
    model.build_dial(args.font, light=1.05, turn=32, knob_turn=-70)
    world((0.55, 0.75, 1.0), 0.10)
    plane(
        "desk",
        [(-20, -20, 0), (20, -20, 0), (20, 20, 0), (-20, 20, 0)],
        surfaces.plain("glass", (0.012, 0.018, 0.026), 0.22),
    )
    softbox((-3.0, 2.6, 2.6), (-0.7, 0, 0.7), (0.9, 4.0), 330, COOL)
    softbox((3.2, 1.2, 2.8), (-0.7, 0, 0.8), (0.6, 3.5), 260, (0.45, 0.72, 1.0))
    softbox((-3.5, -3.0, 1.6), (-0.7, 0, 0.7), (0.6, 3.0), 90, COOL)
    softbox((0.0, -2.2, 4.6), (-0.7, 0, 0.9), (2.2, 0.8), 60, COOL)
    glow = surfaces.bokeh("far", (0.02, 0.30, 1.0), 0.5)
    for k in range(9):
        bokeh_disc((-5 + 1.5 * k, 11, 1.3 + 0.9 * math.sin(k * 2.1)), 0.42, glow)
    camera((-1.85, -3.55, 1.85), (-0.57, -0.42, 0.69), 84, (1600, 1600), (-0.75, -0.95, 0.72), 0.040)
    look("AgX", 0.35, "AgX - Medium High Contrast")


def grid(args):
    """Nine from straight above on near-white, one of them blue; one hard shadow for all."""
    for row in range(3):
        for column in range(3):
            is_blue = (row, column) == (1, 1)
            deck = model.ELECTRIC if is_blue else (surfaces.srgb("#D5DCE4") if (row + column) % 2 else model.GRAPHITE)
            model.build_dial(
                args.font,
                light=1.4,
                location=((column - 1) * 4.7, (row - 1) * 3.2, 0),
                turn=0,
                knob_turn=-20 - 37 * (3 * row + column),
                deck=deck,
            )
    world(COOL, 0.55)
    plane("ground", [(-40, -40, 0), (40, -40, 0), (40, 40, 0), (-40, 40, 0)], surfaces.plain("ground", ICE, 0.8))
    sun((0.55, -0.42, -0.75), 3.0, (1.0, 0.985, 0.96), 0.8)
    camera((0, -0.01, 40), (0, 0, 0), 138, (1600, 1600))
    look("Khronos PBR Neutral", -0.15)


def night(args):
    """The studio after dark: the ring is the brightest thing in it."""
    model.build_dial(args.font, light=1.8, turn=-22, knob_turn=40)
    world((0.2, 0.4, 1.0), 0.06)
    sweep(surfaces.plain("floor", (0.018, 0.026, 0.038), 0.20))
    softbox((-6.0, 4.0, 4.0), (0, 0, 0.5), (1.2, 6.0), 760, (0.20, 0.48, 1.0))
    softbox((6.0, 3.4, 3.0), (0, 0, 0.5), (1.0, 6.0), 760, (0.10, 0.75, 1.0))
    softbox((0.0, 4.5, 5.0), (0, 0, 0.5), (5.0, 1.6), 330, (0.80, 0.90, 1.0))
    softbox((-1.0, -6.0, 5.0), (0, 0, 0.5), (4.0, 1.0), 120, (0.80, 0.90, 1.0))
    camera((0.9, -9.0, 2.7), (0.0, 0.0, 0.60), 77, (1600, 1600), (0.3, -0.8, 0.7), 0.04)
    look("AgX", 0.5, "AgX - Medium High Contrast")


SETS = {"cutout": cutout, "desk": desk, "macro": macro, "grid": grid, "night": night}
