"""The five sets for the Ember lamp. Each function builds one set and aims its camera."""

import math
import random

import bpy
from mathutils import Vector

import lamp_geometry as geo
import lamp_materials as mat
import surfaces
from sets import bokeh_disc, camera, look, plane, softbox, sweep, wall, world
from shapes import add_mesh, rounded_box

INK, BONE = surfaces.srgb("#12211D"), surfaces.srgb("#F3EADB")
DUSK = (0.16, 0.36, 0.85)


# ---------------------------------------------------------------- 1. packshot, cut out

def cutout(font):
    geo.build_lamp(glow=1.8, power=170, turn=-14, font_path=font)
    world((0.75, 0.85, 1.0), 0.05)
    softbox((-4.2, -2.4, 2.6), (0, 0, 1.2), (1.5, 5.0), 180, (1.0, 0.95, 0.88))
    softbox((4.6, 0.4, 1.8), (0, 0, 1.2), (0.7, 5.0), 145, (0.86, 0.93, 1.0))
    softbox((-2.6, 4.2, 2.6), (0, 0, 1.3), (0.8, 4.5), 150, (0.86, 0.93, 1.0))
    softbox((0.6, -1.2, 6.0), (0, 0, 0.4), (3.0, 2.0), 130).visible_glossy = False
    softbox((1.5, -5.5, 0.5), (0, 0, 0.3), (0.5, 2.4), 22, (1.0, 0.9, 0.78))
    floor = plane("bounce", [(-6, -6, 0), (6, -6, 0), (6, 6, 0), (-6, 6, 0)],
                  surfaces.plain("bounce", (0.42, 0.36, 0.28), 0.6))
    floor.visible_camera = False
    camera((0, -11.2, 2.75), (0, 0, 1.252), 176, (1500, 2000))
    bpy.context.scene.render.film_transparent = True
    look("Khronos PBR Neutral", -0.1)


# ---------------------------------------------------------------- 2. evening at home

def table_boards(material, width=1.25, back=3.0):
    y = back
    rng = random.Random(4)
    while y > -7.5:
        w = width * rng.uniform(0.85, 1.2)
        rounded_box("board", (26, w - 0.006, 0.34), (0, y - w / 2, -0.17), material, 0.012)
        y -= w


def window(y):
    frame = surfaces.plain("frame", (0.020, 0.026, 0.028), 0.5)
    for x in (-7.4, -2.75, 1.9, 6.55):
        rounded_box("mullion", (0.34, 0.4, 16), (x, y, 6.0), frame, 0.04)
    for z in (-1.7, 2.95):
        rounded_box("rail", (16, 0.4, 0.30), (0, y, z), frame, 0.04)
    room = surfaces.plain("room", (0.022, 0.030, 0.030), 0.8)
    wall("under", y + 0.1, (-20, 20), (-14, -1.8), room)
    wall("left", y + 0.1, (-20, -7.4), (-14, 14), room)
    wall("right", y + 0.1, (6.55, 20), (-14, 14), room)


def curtain(y, x0, x1, material):
    count, verts = 160, []
    for k in range(count + 1):
        t = k / count
        x = x0 + (x1 - x0) * t
        d = 0.28 * math.sin(t * 41) + 0.12 * math.sin(t * 17 + 1)
        verts += [(x, y + d, -14), (x, y + d * 0.8, 14)]
    faces = [(2 * k, 2 * k + 2, 2 * k + 3, 2 * k + 1) for k in range(count)]
    add_mesh("curtain", verts, faces, material)


def city_lights(y, seed=11):
    rng = random.Random(seed)
    kinds = [surfaces.bokeh("warm", (1.0, 0.36, 0.06), 1.3), surfaces.bokeh("amber", (1.0, 0.27, 0.03), 0.9),
             surfaces.bokeh("pale", (1.0, 0.52, 0.18), 1.0), surfaces.bokeh("cool", (0.30, 0.60, 1.0), 0.35)]
    for _ in range(48):
        x, z = rng.uniform(-8, 8), -1.9 + abs(rng.gauss(0, 0.75))
        bokeh_disc((x, y + rng.uniform(0, 0.5), z), rng.uniform(0.12, 0.24), rng.choice(kinds))


def skyline(y, seed=2):
    """Dark roofs across the way; the lens blurs them to a soft edge."""
    rng = random.Random(seed)
    roof = surfaces.emitter("roofs", (0.013, 0.021, 0.036), 1.0)
    x = -10.0
    while x < 10:
        w = rng.uniform(0.8, 2.2)
        wall("roof", y, (x, x + w), (-12, rng.uniform(-1.0, 0.35)), roof)
        x += w


def evening(font):
    geo.build_lamp(glow=1.12, power=1250, turn=10, font_path=font)
    world(DUSK, 0.018)
    table_boards(mat.walnut())
    window(14)
    curtain(13.0, -10, -5.6, surfaces.plain("linen", (0.10, 0.115, 0.12), 0.9))
    curtain(13.0, 5.4, 10, surfaces.plain("linen", (0.10, 0.115, 0.12), 0.9))
    sky = [(0.0, (0.40, 0.17, 0.07)), (0.22, (0.26, 0.15, 0.13)), (0.36, (0.095, 0.11, 0.18)),
           (0.55, (0.034, 0.080, 0.175)), (1.0, (0.006, 0.022, 0.072))]
    wall("sky", 20, (-20, 20), (-6, 12), surfaces.backdrop("sky", sky, 1.0, -2.2, 8.0))
    skyline(18.5)
    city_lights(17)
    props(mat.cloth("green cloth", (0.014, 0.040, 0.032)), mat.cloth("rust", (0.26, 0.085, 0.03)))
    softbox((0, 12.5, 3.0), (0, 0, 0.5), (9, 6), 330, DUSK)
    softbox((-6.0, 1.5, 3.2), (0, 0, 0.8), (1.2, 4.0), 60, (0.35, 0.55, 1.0))
    softbox((5.5, 2.2, 2.4), (0, 0, 0.8), (0.8, 4.0), 46, (0.40, 0.6, 1.0))
    softbox((-1.6, -6.5, 2.2), (0, 0, 0.8), (0.8, 3), 40, (1.0, 0.72, 0.48))
    camera((0.0, -9.9, 2.35), (0.05, 0, 1.22), 70, (2160, 1800), (0, -0.35, 0.4), 0.115)
    look("AgX", 0.25, "AgX - Medium High Contrast")


def props(upper, lower):
    pages = mat.paper_edge()
    geo.build_book((1.62, 0.35, 0.0), (1.75, 1.25, 0.24), -17, lower, pages)
    geo.build_book((1.56, 0.36, 0.241), (1.50, 1.05, 0.17), -7, upper, pages)
    glaze = surfaces.plain("glaze", (0.70, 0.63, 0.53), 0.28, coat_weight=0.3)
    geo.build_cup((-1.14, -0.98, 0.0), glaze, surfaces.plain("coffee", (0.018, 0.007, 0.003), 0.06),
                  turn=200, size=0.92)


# ---------------------------------------------------------------- 3. macro

def detail(font):
    geo.build_lamp(glow=1.1, power=110, turn=-13, font_path=font)
    world((0.5, 0.7, 1.0), 0.006)
    plane("table", [(-20, -20, 0), (20, -20, 0), (20, 2.6, 0), (-20, 2.6, 0)],
          surfaces.plain("lacquer", (0.006, 0.013, 0.011), 0.24))
    softbox((-1.6, 2.3, 0.75), (0, 0, 0.25), (0.5, 1.9), 34, (1.0, 0.80, 0.55))
    softbox((2.1, 1.5, 0.9), (0, 0, 0.25), (0.45, 2.2), 100, (0.55, 0.76, 1.0))
    softbox((-2.6, -0.9, 1.1), (0, 0, 0.25), (0.35, 2.4), 13, (1.0, 0.90, 0.78))
    softbox((0.4, -1.2, 2.6), (0, 0, 0.2), (1.4, 0.5), 7, (1.0, 0.86, 0.66))
    rng = random.Random(5)
    discs = [surfaces.bokeh("b1", (1.0, 0.33, 0.05), 0.34), surfaces.bokeh("b2", (0.08, 0.30, 0.34), 0.16)]
    for _ in range(14):
        bokeh_disc((rng.uniform(0.2, 4.4), 8, rng.uniform(-0.5, 1.3)), rng.uniform(0.12, 0.3),
                   rng.choice(discs))
    glow = [(0.0, (0.012, 0.032, 0.028)), (0.5, (0.006, 0.017, 0.015)),
            (1.0, (0.002, 0.006, 0.006))]
    wall("back", 14, (-20, 20), (-9, 9), surfaces.backdrop("back", glow, 1.0, -4.0, 2.0))
    softbox((-0.25, -3.4, 0.30), (0, 0, 0.15), (1.5, 0.5), 17, (1.0, 0.82, 0.62))
    camera((-0.70, -2.78, 0.54), (0.04, -0.2, 0.265), 104, (1800, 1800), (-0.12, -0.52, 0.22),
           0.042)
    look("AgX", 0.35, "AgX - High Contrast")


# ---------------------------------------------------------------- 4. terrace at blue hour

def ledge(material):
    """Coping stones along the terrace edge, and the wall under them."""
    x = -9.0
    for w in (4.4, 6.2, 5.2, 4.6):
        rounded_box("coping", (w - 0.03, 3.4, 0.42), (x + w / 2, 0.1, -0.21), material, 0.045)
        x += w
    rounded_box("wall", (30, 2.9, 6), (0, 0.15, -3.43), material, 0.03)


def light_string(start, end, sag, count, radius, discs, rng):
    a, b = Vector(start), Vector(end)
    for k in range(count):
        t = (k + 0.5) / count
        p = a.lerp(b, t) - Vector((0, 0, sag * 4 * t * (1 - t)))
        bokeh_disc(p, radius * rng.uniform(0.88, 1.1), rng.choice(discs))


def treeline(y, seed):
    rng = random.Random(seed)
    leaf = surfaces.emitter("trees", (0.006, 0.013, 0.020), 1.0)
    wall("hill", y, (-60, 60), (-30, 0.3), leaf)
    for _ in range(90):
        bpy.ops.mesh.primitive_uv_sphere_add(
            radius=rng.uniform(0.35, 1.3), location=(rng.uniform(-11, 11), y, rng.gauss(0.1, 0.55)))
        bpy.context.object.data.materials.append(leaf)


def terrace(font):
    geo.build_lamp(glow=1.08, power=1700, turn=-8, font_path=font)
    world((0.10, 0.24, 0.62), 0.11)
    ledge(mat.stone())
    sky = [(0.0, (0.42, 0.20, 0.12)), (0.10, (0.27, 0.20, 0.24)), (0.30, (0.072, 0.155, 0.33)),
           (0.65, (0.020, 0.066, 0.20)), (1.0, (0.008, 0.030, 0.11))]
    wall("sky", 40, (-60, 60), (-30, 50), surfaces.backdrop("sky", sky, 1.0, -1.5, 17.0))
    treeline(30, 3)
    rng = random.Random(8)
    discs = [surfaces.bokeh("s1", (1.0, 0.36, 0.05), 1.5), surfaces.bokeh("s2", (1.0, 0.29, 0.03), 1.1)]
    light_string((-7, 17, 7.9), (8.5, 20, 6.9), 1.2, 17, 0.25, discs, rng)
    light_string((-8.5, 22, 3.9), (8, 18, 5.2), 1.5, 19, 0.20, discs, rng)
    light_string((-8, 25, 1.4), (9, 25, 2.2), 0.6, 26, 0.13, discs, rng)
    softbox((-5.5, 4.0, 3.4), (0, 0, 1.0), (1.6, 5.0), 190, (0.30, 0.52, 1.0))
    softbox((5.0, 3.2, 2.4), (0, 0, 1.0), (0.9, 5.0), 120, (0.36, 0.58, 1.0))
    softbox((-2.5, -6.0, 5.0), (0, 0, 0.5), (4, 3), 34, (0.42, 0.6, 1.0))
    softbox((1.4, -6.5, 2.0), (0, 0, 0.9), (0.6, 3), 45, (1.0, 0.66, 0.38))
    camera((-1.1, -9.2, 0.62), (0.0, 0, 1.285), 90, (1800, 2160), (0, -0.4, 0.6), 0.10)
    look("AgX", 0.2, "AgX - Medium High Contrast")


# ---------------------------------------------------------------- 5. from above, on bone

def above(font):
    geo.build_lamp(glow=1.25, power=70, turn=-6, font_path=font)
    world((0.92, 0.95, 1.0), 0.22)
    sweep(surfaces.plain("paper", BONE, 0.9))
    softbox((-8.2, 5.0, 11.2), (0, 0, 0.6), (1.4, 1.4), 3700, (1.0, 0.965, 0.92))
    softbox((5.5, -4.5, 5.5), (0, 0, 0.8), (5, 5), 90, (0.90, 0.95, 1.0))
    flag = plane("flag", [(2.4, -5, 0.2), (4.2, -2, 0.2), (4.2, -2, 4.5), (2.4, -5, 4.5)],
                 surfaces.plain("flag", INK, 0.9))
    flag.visible_camera = flag.visible_diffuse = flag.visible_shadow = False
    camera((-1.4, -8.8, 6.0), (0.70, 0, 0.84), 75, (1800, 1800), (0, -0.2, 1.2), 0.02)
    look("Khronos PBR Neutral", 0.0)


SCENES = {
    "cutout": cutout,
    "evening": evening,
    "detail": detail,
    "terrace": terrace,
    "above": above,
}
