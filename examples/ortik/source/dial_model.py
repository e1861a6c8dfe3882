"""The Ortik Dial: a turned aluminium knob and four keys on a graphite deck. One unit is four centimetres."""

import math

import bpy
import shapes
import surfaces

GRAPHITE, ELECTRIC = surfaces.srgb("#1C2229"), surfaces.srgb("#1566FF")
DECK = (3.7, 2.0, 0.30)
KNOB_X, KNOB_R = -0.80, 0.74
KEYS = [(x, y) for y in (0.43, -0.43) for x in (0.55, 1.37)]
GRIP_LOW, GRIP_HIGH = 0.50, 0.90


def build_knob(metal, polished):
    """Foot, ribbed grip with clean shoulders, polished chamfer, dished top."""
    grip = [(KNOB_R - 0.03, GRIP_LOW - 0.04, 0.0), (KNOB_R, GRIP_LOW - 0.02, 0.0), (KNOB_R, GRIP_LOW, 0.0)]
    grip += [(KNOB_R, GRIP_LOW + 0.02 * k, min(1.0, k / 2)) for k in range(1, 4)]
    grip += [(KNOB_R, GRIP_HIGH - 0.02 * k, min(1.0, k / 2)) for k in (3, 2, 1)]
    grip += [(KNOB_R, GRIP_HIGH, 0.0), (KNOB_R, GRIP_HIGH + 0.03, 0.0)]
    chamfer = [(KNOB_R, 0.93), (KNOB_R - 0.055, 0.985)]
    top = [(KNOB_R - 0.055, 0.985), (KNOB_R - 0.075, 0.985), (KNOB_R - 0.085, 0.975)]
    top += [(KNOB_R * t, 0.955 + 0.018 * t * t) for t in (0.86, 0.7, 0.5, 0.3, 0.12)] + [(0.0, 0.955)]
    foot = [(KNOB_R - 0.10, 0.30), (KNOB_R - 0.10, 0.47), (KNOB_R - 0.03, 0.46)]
    return [
        shapes.ribbed_lathe("grip", grip, 72, 0.035, metal),
        shapes.lathe("chamfer", chamfer, polished, 256),
        shapes.lathe("top", top, metal, 256),
        shapes.lathe("foot", foot, surfaces.plain("foot", (0.01, 0.012, 0.015), 0.4), 128),
    ]


def build_light(strength):
    """The ring at the knob's foot and the pointer on its top: the product's own light."""
    glow = surfaces.emitter("ring", (0.012, 0.27, 1.0), strength)
    glow.cycles.emission_sampling = "FRONT"
    outer, inner = KNOB_R + 0.065, KNOB_R - 0.05
    ring = shapes.lathe(
        "ring", [(inner, 0.30), (inner, 0.345), (outer - 0.03, 0.345), (outer, 0.33), (outer, 0.30)], glow, 256
    )
    rim = [
        (0.032 * math.cos(a), 0.085 * math.copysign(abs(math.sin(a)) ** 0.5, math.sin(a)), 0.0)
        for a in (2 * math.pi * k / 48 for k in range(48))
    ]
    pointer = shapes.add_mesh("pointer", rim, [list(range(48))], surfaces.emitter("pointer", ELECTRIC, strength * 0.8))
    pointer.location = (0.0, 0.50, 0.9690)
    return [ring, pointer]


def icon(kind, ink):
    """One small sign for a key, drawn as flat shapes."""
    strokes = {
        "play": [[(-0.07, -0.09), (0.10, 0.0), (-0.07, 0.09)]],
        "stop": [[(-0.08, -0.08), (0.08, -0.08), (0.08, 0.08), (-0.08, 0.08)]],
        "bars": [
            [(x, -0.09), (x + 0.035, -0.09), (x + 0.035, h), (x, h)]
            for x, h in ((-0.10, -0.01), (-0.02, 0.09), (0.06, 0.03))
        ],
        "plus": [
            [(-0.10, -0.018), (0.10, -0.018), (0.10, 0.018), (-0.10, 0.018)],
            [(-0.018, -0.10), (0.018, -0.10), (0.018, 0.10), (-0.018, 0.10)],
        ],
    }[kind]
    verts, faces = [], []
    for stroke in strokes:
        faces.append(list(range(len(verts), len(verts) + len(stroke))))
        verts += [(x, y, 0.0008 * len(faces)) for x, y in stroke]
    return shapes.add_mesh(kind, verts, faces, ink, smooth=False)


def build_keys(body, accent, is_pale):
    """Four low caps, the first electric blue; legends are dark on a pale product."""
    dark_ink = surfaces.plain("dark legend", GRAPHITE, 0.6)
    light_ink, parts = surfaces.emitter("legend", (0.95, 0.98, 1.0), 0.85), []
    for index, (x, y) in enumerate(KEYS):
        cap = shapes.rounded_slab("key", (0.72, 0.72, 0.20), 0.15, accent if index == 0 else body, 0.055)
        cap.location = (x, y, 0.30)
        sign = icon(("play", "bars", "stop", "plus")[index], dark_ink if is_pale and index else light_ink)
        sign.location = (x, y, 0.502)
        parts += [cap, sign]
    return parts


def engrave(text, font, ink):
    """The name on the front edge of the deck."""
    curve = bpy.data.curves.new("name", "FONT")
    curve.body, curve.size, curve.space_character = text, 0.135, 1.25
    curve.align_x, curve.align_y = "CENTER", "CENTER"
    if font:
        curve.font = bpy.data.fonts.load(font)
    curve.materials.append(ink)
    obj = bpy.data.objects.new("name", curve)
    bpy.context.scene.collection.objects.link(obj)
    obj.location, obj.rotation_euler = (KNOB_X, -DECK[1] / 2 - 0.002, 0.15), (math.pi / 2, 0, 0)
    return obj


def build_dial(font=None, light=4.0, location=(0, 0, 0), turn=0.0, knob_turn=-30.0, deck=GRAPHITE):
    """The whole product; knob_turn points the pointer, deck is the body's colour."""
    metal = surfaces.turned_metal("aluminium", (0.80, 0.82, 0.85), 0.27, 0.6)
    polished = surfaces.plain("polished", (0.90, 0.92, 0.95), 0.10, metallic=1.0)
    body = surfaces.plain("anodised", deck, 0.42, metallic=0.55, specular_ior_level=0.5)
    cap = surfaces.plain("cap", tuple(min(1.0, c * 1.25 + 0.004) for c in deck), 0.45)
    accent = surfaces.plain("accent", ELECTRIC, 0.38, coat_weight=0.3)
    knob = shapes.group("knob", build_knob(metal, polished) + build_light(light), (KNOB_X, 0, 0), knob_turn)
    foot = shapes.rounded_slab(
        "feet", (DECK[0] - 0.3, DECK[1] - 0.3, 0.05), 0.30, surfaces.plain("rubber", (0.01, 0.01, 0.01), 0.9), 0.01
    )
    slab = shapes.rounded_slab("deck", (DECK[0], DECK[1], DECK[2] - 0.03), 0.46, body, 0.05)
    slab.location = (0, 0, 0.03)
    is_pale = min(deck) > 0.3
    ink = surfaces.plain("name", GRAPHITE, 0.6) if is_pale else surfaces.emitter("name", (0.80, 0.88, 0.95), 0.7)
    return shapes.group(
        "dial", [knob, foot, slab, engrave("ORTIK", font, ink), *build_keys(cap, accent, is_pale)], location, turn
    )
