"""The Pikaro jar and what is in it: chilli crunch, whole pods, a bowl of noodles. One unit is ten centimetres."""

import math
import random

import bpy
import shapes
import surfaces
from mathutils import Matrix, Vector

CHILLI, MARIGOLD, CREAM = (surfaces.srgb(c) for c in ("#C4200F", "#F5A300", "#FFF1D6"))
BODY_R, LABEL_LOW, LABEL_HIGH, LABEL_SPAN = 0.43, 0.15, 0.73, 300.0


def crunch_surface(name="crunch", scale=1.0, glass=True):
    """Chilli in oil: flakes from dark red to orange, pale garlic and seeds; under glass or wet in the open."""
    g = surfaces.Graph(name)
    stir = g(
        "ShaderNodeVectorMath",
        g.noise(g.coords(), 11.0, 3.0).node.outputs["Color"],
        (0.10, 0.10, 0.10),
        operation="MULTIPLY",
    )
    place = g("ShaderNodeVectorMath", g.coords(), stir, operation="ADD")
    flakes = g("ShaderNodeTexVoronoi", {"Vector": g.scaled(place, (1, 1, 1.7)), "Scale": 22.0 * scale})
    tint = g("ShaderNodeSeparateXYZ", flakes.node.outputs["Color"]).node.outputs[0]
    colour = g.ramp(
        tint,
        [
            (0.0, (0.09, 0.004, 0.001)),
            (0.30, (0.36, 0.018, 0.003)),
            (0.62, (0.62, 0.055, 0.006)),
            (0.84, (0.85, 0.19, 0.015)),
            (0.95, (0.90, 0.52, 0.14)),
        ],
    )
    edge = g.remap(flakes.node.outputs["Distance"], 0.25, 0.65, 0.0, 0.8)
    colour = g.mix(edge, colour, (0.16, 0.009, 0.002))
    seeds = g("ShaderNodeTexVoronoi", {"Vector": place, "Scale": 37.0 * scale}).node.outputs["Distance"]
    colour = g.mix(g.remap(seeds, 0.13, 0.17, 1.0, 0.0), colour, (0.92, 0.62, 0.22))
    bump = g.bump(g.math("SUBTRACT", 1.0, flakes.node.outputs["Distance"]), 0.25 if glass else 0.6, 0.02)
    return g.finish(
        g.principled(
            base_color=colour,
            roughness=0.42,
            coat_weight=1.0,
            coat_roughness=0.02,
            coat_ior=1.5,
            normal=bump,
            emission_color=colour,
            emission_strength=0.06,
        )
    )


def label_surface(picture):
    """Printed paper with a light varnish; the picture follows the mesh's UV."""
    g = surfaces.Graph("label")
    node = g("ShaderNodeTexImage").node
    node.image = bpy.data.images.load(str(picture))
    node.interpolation = "Cubic"
    return g.finish(g.principled(base_color=node.outputs["Color"], roughness=0.42, coat_weight=0.15))


def build_label(picture, count=160):
    """A band round the jar, its middle at -y."""
    radius, verts, faces, spots = BODY_R + 0.0035, [], [], []
    for k in range(count + 1):
        a = math.radians(LABEL_SPAN * (k / count - 0.5) - 90)
        verts += [(radius * math.cos(a), radius * math.sin(a), z) for z in (LABEL_LOW, LABEL_HIGH)]
        spots += [(k / count, 0.0), (k / count, 1.0)]
    faces = [(2 * k, 2 * k + 2, 2 * k + 3, 2 * k + 1) for k in range(count)]
    label = shapes.add_mesh("label", verts, faces, label_surface(picture))
    layer = label.data.uv_layers.new(name="UVMap")
    for loop in label.data.loops:
        layer.data[loop.index].uv = spots[loop.vertex_index]
    return label


def build_lid():
    """A deep-red lid with a knurled skirt and a flat top."""
    paint = surfaces.plain("lid", surfaces.srgb("#B3170A"), 0.33, coat_weight=0.35)
    skirt = [(0.415, 0.875, 0.0), (0.420, 0.885, 0.0), (0.420, 0.90, 1.0), (0.420, 1.03, 1.0), (0.418, 1.05, 0.3)]
    skirt += [(0.412, 1.068, 0.0)]
    top = [(0.412, 1.068), (0.402, 1.079), (0.386, 1.083), (0.372, 1.074), (0.36, 1.072), (0.0, 1.072)]
    return [shapes.ribbed_lathe("skirt", skirt, 84, 0.010, paint, 8), shapes.lathe("lid top", top, paint, 192)]


def build_jar(picture, location=(0, 0, 0), turn=0.0, lid=True):
    """The jar; without its lid the mouth is open and full."""
    outer = [
        (0.0, 0.0, 0),
        (0.36, 0.0, 0.01),
        (0.425, 0.02, 0.05),
        (BODY_R, 0.09, 0.03),
        (BODY_R, 0.77, 0.03),
        (0.415, 0.82, 0.03),
        (0.375, 0.865, 0.03),
        (0.372, 0.90, 0),
    ]
    parts = [shapes.lathe("jar", shapes.fillet(outer), crunch_surface()), build_label(picture)]
    if lid:
        parts += build_lid()
    else:
        rim = surfaces.plain("glass rim", (0.55, 0.42, 0.33), 0.05, coat_weight=1.0)
        parts.append(
            shapes.lathe(
                "rim",
                shapes.fillet(
                    [
                        (0.372, 0.88, 0),
                        (0.385, 0.90, 0.01),
                        (0.385, 0.985, 0.015),
                        (0.345, 0.99, 0.015),
                        (0.34, 0.90, 0),
                    ]
                ),
                rim,
            )
        )
        parts.append(
            shapes.lathe(
                "fill", [(0.35, 0.945), (0.25, 0.965), (0.12, 0.985), (0.0, 0.99)], crunch_surface("fill", 1.2, False)
            )
        )
    return shapes.group("jar", parts, location, turn)


def build_pod(location, size=1.0, aim=(0, 0, 0), seed=0):
    """One whole chilli, lying along x before aim (degrees about x, y, z) is applied."""
    rng = random.Random(seed)
    bend = rng.uniform(0.10, 0.24) * rng.choice((-1, 1))
    path = [
        (-0.42, 0, 0),
        (-0.36, 0, 0),
        (-0.16, 0.02, 0),
        (0.08, bend * 0.35, 0),
        (0.30, bend * 0.8, 0.01),
        (0.46, bend * 1.5, 0.02),
        (0.53, bend * 1.9, 0.02),
    ]
    skin = surfaces.plain(
        "skin", surfaces.srgb(rng.choice(("#C4150A", "#D4210B", "#B30F08"))), 0.16, coat_weight=0.8, coat_roughness=0.03
    )
    stem = surfaces.plain("stem", surfaces.srgb("#4F8A23"), 0.4)
    parts = [
        shapes.tube("pod", path, [0.055, 0.088, 0.098, 0.086, 0.060, 0.026, 0.004], skin),
        shapes.tube(
            "cap", [(-0.455, 0, 0), (-0.43, 0, 0), (-0.38, 0, 0), (-0.345, 0, 0)], [0.02, 0.058, 0.093, 0.094], stem
        ),
        shapes.tube(
            "stem",
            [(-0.44, 0, 0), (-0.52, 0, 0.01), (-0.60, 0.03, 0.04), (-0.66, 0.08, 0.06)],
            [0.022, 0.017, 0.016, 0.022],
            stem,
        ),
    ]
    pod = shapes.group("chilli", parts, location)
    pod.rotation_euler, pod.scale = tuple(math.radians(a) for a in aim), (size,) * 3
    return pod


def _flake_mesh(kind, material, rng):
    """A curled chip of skin, a seed or a slice of garlic."""
    rows, columns = 5, 7
    width, length, curl = {"skin": (0.055, 0.085, 1.7), "garlic": (0.055, 0.062, 0.5), "seed": (0.022, 0.027, 0.8)}[
        kind
    ]
    verts = []
    for i in range(rows):
        for k in range(columns):
            u, v = i / (rows - 1) - 0.5, k / (columns - 1) - 0.5
            shrink = math.sqrt(max(0.05, 1 - (1.8 * v) ** 2)) * rng.uniform(0.85, 1.1)
            verts.append(
                (
                    u * width * shrink,
                    v * length,
                    curl * (u * u * width + v * v * length) * 0.6 + rng.uniform(-0.002, 0.002),
                )
            )
    faces = [
        (i * columns + k, i * columns + k + 1, (i + 1) * columns + k + 1, (i + 1) * columns + k)
        for i in range(rows - 1)
        for k in range(columns - 1)
    ]
    obj = shapes.add_mesh(kind, verts, faces, material)
    thick = obj.modifiers.new("thick", "SOLIDIFY")
    thick.thickness = 0.012 if kind != "skin" else 0.006
    smooth = obj.modifiers.new("smooth", "SUBSURF")
    smooth.levels = smooth.render_levels = 1
    return obj


def make_flakes(seed=1):
    """A palette of prototype flakes; each is copied by scatter, then hidden."""
    rng = random.Random(seed)
    wet = {"coat_weight": 0.9, "coat_roughness": 0.05}
    looks = [
        ("skin", (0.50, 0.020, 0.004)),
        ("skin", (0.66, 0.045, 0.006)),
        ("skin", (0.30, 0.010, 0.002)),
        ("skin", (0.78, 0.11, 0.010)),
        ("garlic", (0.88, 0.56, 0.20)),
        ("seed", (0.93, 0.68, 0.26)),
    ]
    made = [_flake_mesh(kind, surfaces.plain(kind, colour, 0.32, **wet), rng) for kind, colour in looks]
    for flake in made:
        flake.hide_render = True
    return made


def scatter(prototypes, places, size=(0.8, 1.4), seed=2):
    """Copies of the prototypes, one at each place, turned at random."""
    rng, scene = random.Random(seed), bpy.context.scene
    weights = [5, 5, 4, 4, 3, 4][: len(prototypes)]
    for place in places:
        flake = rng.choices(prototypes, weights)[0].copy()
        flake.hide_render = False
        scene.collection.objects.link(flake)
        turn = Matrix.Rotation(rng.uniform(0, 6.28), 4, Vector((rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, 1))))
        flake.matrix_world = Matrix.Translation(place) @ turn @ Matrix.Scale(rng.uniform(*size), 4)


def mound(radius, height, count, centre=(0, 0, 0), seed=3):
    """Places over a low heap, denser towards its middle."""
    rng, places = random.Random(seed), []
    for _ in range(count):
        a, r = rng.uniform(0, 2 * math.pi), radius * rng.random() ** 0.62
        z = height * (1 - (r / radius) ** 2) * rng.uniform(0.55, 1.0)
        places.append((centre[0] + r * math.cos(a), centre[1] + r * math.sin(a), centre[2] + z))
    return places


def build_bowl(glaze, size=1.0):
    """A wide footed bowl, its rim at z = 0.62."""
    profile = [
        (0.0, 0.03, 0),
        (0.40, 0.03, 0.01),
        (0.44, 0.0, 0.01),
        (0.50, 0.0, 0.01),
        (0.52, 0.07, 0.02),
        (0.98, 0.34, 0.25),
        (1.14, 0.62, 0.0),
        (1.13, 0.635, 0.008),
        (1.10, 0.62, 0.006),
        (0.93, 0.36, 0.25),
        (0.45, 0.13, 0.1),
        (0.0, 0.12, 0),
    ]
    bowl = shapes.lathe("bowl", shapes.fillet(profile), glaze)
    bowl.scale = (size,) * 3
    return bowl


def build_noodles(count=70, seed=5):
    """Loose loops of noodle heaped over the rim of the bowl."""
    rng = random.Random(seed)
    dough = surfaces.plain("noodle", (0.86, 0.56, 0.22), 0.36, coat_weight=0.5, subsurface_weight=0.0)
    for _ in range(count):
        a, r0 = rng.uniform(0, 6.28), rng.uniform(0.1, 0.62)
        cx, cy, ring = r0 * math.cos(a), r0 * math.sin(a), rng.uniform(0.22, 0.48)
        phase, spin, points = rng.uniform(0, 6.28), rng.choice((-1, 1)), []
        lift = rng.uniform(0.02, 0.12)
        for k in range(13):
            b = phase + spin * k * 0.55
            x, y = cx + ring * math.cos(b), cy + ring * math.sin(b) * rng.uniform(0.85, 1.1)
            r = min(math.hypot(x, y), 0.98)
            points.append((x, y, 0.52 + 0.24 * (1 - r * r) + lift * math.sin(k * 1.3 + phase)))
        shapes.tube("noodle", points, 0.024, dough, 3)


def build_egg(location, tilt):
    """Half a soft-boiled egg: white, and a jammy yolk."""
    white = surfaces.plain("white", (0.92, 0.88, 0.80), 0.30, coat_weight=0.4)
    yolk = surfaces.plain(
        "yolk", (0.95, 0.33, 0.012), 0.18, coat_weight=0.8, emission_color=(0.95, 0.30, 0.01), emission_strength=0.08
    )
    shell = shapes.lathe(
        "white",
        [(0.0, -0.24)]
        + [(0.29 * math.sin(a), -0.24 * math.cos(a)) for a in (math.pi / 2 * k / 24 for k in range(1, 24))]
        + [(0.29, -0.005), (0.28, 0.006), (0.0, 0.006)],
        white,
    )
    heart = shapes.lathe("yolk", [(0.175, 0.0), (0.165, 0.016), (0.12, 0.026), (0.0, 0.030)], yolk)
    egg = shapes.group("egg", [shell, heart], location)
    egg.scale, egg.rotation_euler = (0.92, 1.14, 1.0), tuple(math.radians(a) for a in tilt)
    return egg


def build_onion_rings(places, seed=7):
    """Cut spring onion: short green tubes."""
    rng = random.Random(seed)
    for place in places:
        tone = rng.choice(((0.16, 0.46, 0.04), (0.30, 0.62, 0.10), (0.09, 0.30, 0.03)))
        green = surfaces.plain("onion", tone, 0.35, coat_weight=0.3)
        r = rng.uniform(0.045, 0.07)
        ring = shapes.lathe(
            "onion", [(r * 0.78, 0.0), (r, 0.0), (r, 0.035), (r * 0.78, 0.035), (r * 0.78, 0.0)], green, 32
        )
        ring.location = place
        ring.rotation_euler = (rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8), 0)
