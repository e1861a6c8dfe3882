"""The five sets for Pikaro chilli crunch. Each function builds one set and aims its camera."""

import math
import random

import draw_art
import jar_model as model
import shapes
import surfaces
from sets import camera, look, plane, softbox, sun, sweep, world

WARM = (1.0, 0.93, 0.84)


def label_of(args):
    """The label, drawn afresh for this render."""
    path = args.folder / "label.png"
    draw_art.draw_label(path, args.font)
    return path


def cutout(args):
    """Packshot on a clear ground."""
    model.build_jar(label_of(args), turn=0)
    world((1.0, 0.97, 0.93), 0.45)
    softbox((-3.2, -2.0, 1.8), (0, 0, 0.5), (0.9, 3.4), 95, (1.0, 0.98, 0.95))
    softbox((3.2, -1.2, 1.4), (0, 0, 0.5), (0.5, 3.4), 70, WARM)
    softbox((0.0, 3.2, 2.6), (0, 0, 0.6), (3.4, 0.8), 80, WARM)
    softbox((0.3, -1.5, 4.0), (0, 0, 0.5), (2.4, 1.4), 60)
    camera((0.0, -5.2, 1.45), (0, 0, 0.525), 144, (1360, 1700))
    look("Khronos PBR Neutral", 0.0)
    return "cut-out"


def burst(args):
    """The jar caught in mid-air among flying pods and flakes, on red."""
    jar = model.build_jar(label_of(args), (0, 0, 0.0), 0)
    jar.rotation_euler = (math.radians(-7), math.radians(13), math.radians(4))
    sheet = plane(
        "back",
        [(-20, 3.2, -12), (20, 3.2, -12), (20, 3.2, 14), (-20, 3.2, 14)],
        surfaces.plain("back", surfaces.srgb("#E0300F"), 0.85),
    )
    sheet.visible_glossy = False
    rng = random.Random(12)
    for k in range(9):
        a = 2 * math.pi * k / 9 + rng.uniform(-0.15, 0.15)
        r = rng.uniform(0.80, 1.0)
        model.build_pod(
            (r * math.cos(a) * 0.95, rng.uniform(-0.35, 0.8), 0.53 + r * math.sin(a) * 1.12),
            rng.uniform(0.62, 0.95),
            [rng.uniform(-70, 70), -math.degrees(a) + rng.uniform(-40, 40), rng.uniform(-40, 40)],
            k,
        )
    places = []
    for _ in range(230):
        a, r = rng.uniform(0, 2 * math.pi), 0.55 + 0.95 * rng.random() ** 1.3
        places.append((r * math.cos(a), rng.uniform(-0.9, 1.2), 0.53 + r * math.sin(a) * 1.25))
    model.scatter(model.make_flakes(), places, (0.7, 1.5))
    world(WARM, 0.55)
    softbox((-3.4, -2.2, 2.6), (0, 0, 0.5), (1.2, 3.0), 170, (1.0, 0.97, 0.92))
    softbox((3.4, -0.8, 1.2), (0, 0, 0.5), (0.5, 3.2), 110, (1.0, 0.80, 0.45))
    softbox((0.0, 1.0, 4.2), (0, 0, 0.5), (2.5, 1.0), 130, WARM)
    camera((0.0, -5.6, 0.65), (0, 0, 0.53), 90, (1360, 1700), (0, -0.4, 0.5), 0.05)
    look("Khronos PBR Neutral", 0.0)


def bowl(args):
    """A bowl of noodles, eggs and a heap of crunch; the open jar behind."""
    plane(
        "table",
        [(-20, -20, 0), (20, -20, 0), (20, 20, 0), (-20, 20, 0)],
        surfaces.plain("table", surfaces.srgb("#F29A00"), 0.6),
    )
    model.build_jar(label_of(args), (0.80, 1.62, 0), -14)
    model.build_bowl(surfaces.plain("glaze", (0.92, 0.88, 0.80), 0.16, coat_weight=0.5))
    shapes.lathe("broth", [(1.06, 0.50), (0.6, 0.505), (0.0, 0.51)],
                 surfaces.plain("broth", (0.34, 0.062, 0.008), 0.10, coat_weight=0.6))
    model.build_noodles(150)
    model.build_egg((-0.46, -0.30, 0.84), (16, -20, 10))
    model.build_egg((0.05, -0.62, 0.78), (30, 4, 70))
    model.scatter(model.make_flakes(), model.mound(0.50, 0.24, 420, (0.28, 0.16, 0.72)), (0.8, 1.5))
    model.build_onion_rings(model.mound(0.85, 0.13, 34, (0, 0, 0.76), 9))
    model.build_pod((-1.15, 1.15, 0.10), 0.9, (0, 0, 35), 4)
    model.build_pod((-1.35, -0.75, 0.10), 0.8, (0, 0, -60), 6)
    world(WARM, 0.50)
    sun((0.55, -0.35, -0.75), 3.4, (1.0, 0.95, 0.86), 1.2)
    softbox((-3.0, 3.0, 3.0), (0, 0, 0.6), (2.0, 2.0), 110, WARM)
    camera((-0.35, -5.0, 3.55), (0.08, 0.22, 0.62), 82, (1360, 1700), (0.1, -0.2, 0.8), 0.05)
    look("Khronos PBR Neutral", 0.1)


def crunch(args):
    """Close on the crunch itself, heaped and wet with oil."""
    shapes.lathe(
        "heap",
        [(1.7, -0.02), (1.2, 0.03), (0.8, 0.14), (0.4, 0.25), (0.0, 0.30)],
        model.crunch_surface("oil", 0.7, False),
    )
    model.scatter(model.make_flakes(), model.mound(1.35, 0.46, 2300, (0, 0, 0.03)), (1.0, 2.0))
    plane(
        "table",
        [(-20, -20, -0.02), (20, -20, -0.02), (20, 20, -0.02), (-20, 20, -0.02)],
        surfaces.plain("table", surfaces.srgb("#C4200F"), 0.4),
    )
    world(WARM, 0.35)
    softbox((-2.6, 2.2, 2.4), (0, 0, 0.3), (1.4, 2.0), 170, WARM)
    softbox((2.6, 0.6, 2.0), (0, 0, 0.3), (0.8, 2.4), 70, (1.0, 0.75, 0.42))
    softbox((-0.6, -2.4, 3.0), (0, 0, 0.3), (1.4, 0.8), 34)
    camera((0.25, -2.5, 1.75), (0.0, -0.06, 0.30), 82, (1500, 1700), (0, -0.35, 0.36), 0.045)
    look("Khronos PBR Neutral", 0.1)


def sunlit(args):
    """The jar in hard noon light on marigold, pods in a ring of shadow around it."""
    model.build_jar(label_of(args), turn=3)
    sweep(surfaces.plain("paper", surfaces.srgb("#F29A00"), 0.8))
    for k, (x, y, turn, size) in enumerate(
        (
            (-0.82, -0.42, 28, 0.9),
            (0.78, -0.62, 160, 0.95),
            (-0.70, 0.55, -40, 0.85),
            (0.95, 0.30, 70, 0.9),
            (0.05, -0.98, 8, 0.8),
        )
    ):
        model.build_pod((x, y, 0.088 * size), size, (0, 0, turn), k + 20)
    rng = random.Random(8)
    model.scatter(
        model.make_flakes(), [(rng.gauss(0, 0.75), -0.62 + rng.gauss(0, 0.30), 0.014) for _ in range(70)], (0.6, 1.1)
    )
    world((1.0, 0.95, 0.88), 0.5)
    sun((0.72, 0.34, -0.62), 4.2, (1.0, 0.95, 0.85), 0.6)
    softbox((-2.4, -3.2, 2.2), (0, 0, 0.5), (0.8, 2.4), 50)
    camera((0.15, -5.4, 2.15), (0.10, 0, 0.52), 100, (1360, 1700), (0, -0.4, 0.5), 0.015)
    look("Khronos PBR Neutral", -0.3)


SETS = {"cutout": cutout, "burst": burst, "bowl": bowl, "crunch": crunch, "sunlit": sunlit}
