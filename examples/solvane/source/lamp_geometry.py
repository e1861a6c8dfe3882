"""Geometry for the Ember lamp and its props. One unit is ten centimetres; z is up."""

import math

import bmesh
import bpy

import lamp_materials as mat
import surfaces
from shapes import add_mesh, fillet, lathe, rounded_box

SHADE_MIDDLE = 1.95      # height of the light inside the shade
LAMP_HEIGHT = 2.54

# Radius, height, fillet: the turned base from the felt pad up to the foot of the stem.
DRUM = [(0.0, 0.018, 0), (0.535, 0.018, 0.012), (0.562, 0.045, 0.012), (0.562, 0.172, 0.020),
        (0.49, 0.180, 0.010), (0.475, 0.172, 0.004), (0.475, 0.20, 0), (0.0, 0.20, 0)]
CAP = [(0.0, 0.335, 0), (0.455, 0.335, 0), (0.462, 0.356, 0.010), (0.440, 0.385, 0.022),
       (0.17, 0.428, 0.30), (0.072, 0.60, 0.10), (0.072, 0.640, 0.006), (0.050, 0.650, 0.005),
       (0.050, 0.70, 0)]
STEM = [(0.042, 0.60, 0), (0.042, 1.50, 0.0), (0.060, 1.505, 0.004), (0.060, 1.525, 0.005),
        (0.050, 1.530, 0.003), (0.050, 1.540, 0.003), (0.072, 1.546, 0.006),
        (0.094, 1.575, 0.03), (0.33, 1.598, 0.02), (0.345, 1.606, 0.007), (0.345, 1.620, 0.006),
        (0.0, 1.624, 0)]
RING_BOTTOM, RING_TOP, RING_RADIUS = 0.193, 0.345, 0.508


def shade_profile(radius=0.82, wall=0.032):
    """The blown mushroom: inner lip, rolled shoulder, dome; then back inside at wall thickness."""
    outer = [(0.30, 1.628), (0.36, 1.634)]
    middle, crown = 1.878, LAMP_HEIGHT
    for k in range(41):                      # rolled underside, from the lip out to the widest part
        a = math.pi / 2 * k / 40
        x, z = math.sin(a) ** (2 / 2.3), math.cos(a) ** (2 / 2.3)
        outer.append((0.40 + (radius - 0.40) * x, middle - (middle - 1.636) * z))
    for k in range(1, 61):                   # dome: a slightly full superellipse
        a = math.pi / 2 * k / 60
        x, z = abs(math.cos(a)) ** (2 / 2.05), math.sin(a) ** (2 / 2.05)
        outer.append((radius * x if k < 60 else 0.0, middle + (crown - middle) * z))
    scale = (radius - wall) / radius
    inner = [(r * scale, 1.9 + (z - 1.9) * (1 - wall / 0.4)) for r, z in reversed(outer)]
    return outer, inner


def build_shade(glow):
    outer, inner = shade_profile()
    lip = [(0.285, 1.640)]
    glass = mat.opal_glass(centre=SHADE_MIDDLE + 0.06, reach=0.40, glow=glow)
    shade = lathe("shade", lip + outer + inner + lip, glass, 256)
    shade.modifiers.clear()
    shade.visible_diffuse = False
    return shade


def build_knurl(material, columns=112, rows=6):
    """Diamond knurling as real geometry: each lozenge is a small pyramid with a worn top."""
    verts, faces = [], []
    half_height = (RING_TOP - RING_BOTTOM) / (2 * rows)
    half_angle = math.pi / columns
    tiers = ((1.0, 0.0), (0.40, 0.0118), (0.24, 0.0132))

    def point(a, b, lift):
        angle, r = a * half_angle, RING_RADIUS + lift
        verts.append((r * math.cos(angle), r * math.sin(angle), RING_BOTTOM + b * half_height))
        return len(verts) - 1

    for b in range(0, 2 * rows + 1):
        for a in range((b + 1) % 2, 2 * columns, 2):
            rings = [[point(a + dx * s, min(max(b + dy * s, 0), 2 * rows), h)
                      for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))] for s, h in tiers]
            for low, high in zip(rings, rings[1:]):
                faces.extend((low[i], low[(i + 1) % 4], high[(i + 1) % 4], high[i])
                             for i in range(4))
            faces.append(rings[-1])
    return add_mesh("knurl", verts, faces, material, smooth=False)


def build_ring(material):
    """The dimmer ring: plain beads above and below the knurled band, and a body behind it."""
    out = RING_RADIUS + 0.0145
    for middle in (RING_BOTTOM + 0.006, RING_TOP - 0.006):
        low, high = middle - 0.010, middle + 0.010
        profile = [(0.40, low, 0), (out - 0.006, low, 0.003), (out, low + 0.006, 0.005),
                   (out, high - 0.006, 0.005), (out - 0.006, high, 0.003), (0.40, high, 0)]
        lathe("bead", fillet(profile), material)
    build_knurl(material)


def wrap_round(obj, radius, height, angle=0.0):
    """Bend a flat object in the xy plane round the base at -y, facing outwards."""
    for v in obj.data.vertices:
        a = v.co.x / radius + angle - math.pi / 2
        r = radius + v.co.z
        v.co = (r * math.cos(a), r * math.sin(a), height + v.co.y)


def engrave_name(material, font_path=None):
    curve = bpy.data.curves.new("name", "FONT")
    curve.body, curve.size, curve.space_character = "SOLVANE", 1.0, 1.55
    curve.align_x, curve.align_y = "CENTER", "CENTER"
    curve.extrude, curve.resolution_u = 0.025, 6    # full size: filling is unsafe when tiny
    if font_path:
        curve.font = bpy.data.fonts.load(font_path)
    temp = bpy.data.objects.new("name", curve)
    bpy.context.scene.collection.objects.link(temp)
    bpy.context.view_layer.update()
    evaluated = temp.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = bpy.data.meshes.new_from_object(evaluated)
    bpy.data.objects.remove(temp)
    shape = bmesh.new()
    shape.from_mesh(mesh)
    bmesh.ops.triangulate(shape, faces=shape.faces)      # before bending: letters are concave
    bmesh.ops.scale(shape, vec=(0.048,) * 3, verts=shape.verts)
    shape.to_mesh(mesh)
    shape.free()
    mesh.materials.clear()
    mesh.materials.append(material)
    obj = bpy.data.objects.new("name", mesh)
    bpy.context.scene.collection.objects.link(obj)
    wrap_round(obj, 0.5622, 0.082)


def dimmer_scale(dark, amber, count=11, spread=0.52):
    """A row of growing dots on the drum: the dimmer's scale, its current step lit in amber."""
    for i in range(count):
        t = i / (count - 1)
        r = 0.0028 + 0.0042 * t
        rim = [(r * math.cos(k * math.pi / 12), r * math.sin(k * math.pi / 12), 0.0012)
               for k in range(24)]
        dot = add_mesh("dot", rim, [list(range(24))], amber if i == 8 else dark, smooth=False)
        wrap_round(dot, 0.5622, 0.136, spread * (t - 0.5) * 2)


def add_lamp_light(power, shade, colour=(1.0, 0.50, 0.19)):
    """The light the shade throws into the scene: a soft sphere that only the glass lets out."""
    data = bpy.data.lights.new("ember", "POINT")
    data.energy, data.color, data.shadow_soft_size = power, colour, 0.55
    obj = bpy.data.objects.new("ember", data)
    obj.location = (0, 0, SHADE_MIDDLE + 0.12)
    obj.visible_camera = obj.visible_glossy = False
    bpy.context.scene.collection.objects.link(obj)
    blockers = bpy.data.collections.new("not blocking")
    blockers.objects.link(shade)
    blockers.collection_objects[0].light_linking.link_state = "EXCLUDE"
    obj.light_linking.blocker_collection = blockers
    return obj


def build_lamp(glow=1.0, power=30.0, turn=0.0, font_path=None):
    """The whole lamp at the origin. turn rotates the front (the name) about z, in degrees."""
    before = set(bpy.data.objects)
    metal, fine = mat.brass("brass", 0.72), mat.brass("brass ring", 0.62, 0.0, 0.0)
    dark = surfaces.plain("patina", (0.030, 0.019, 0.010), 0.55, metallic=0.6)
    lathe("pad", [(0.0, 0.0), (0.50, 0.0), (0.505, 0.004), (0.505, 0.03), (0.0, 0.03)],
          surfaces.plain("felt", (0.01, 0.012, 0.011), 0.95))
    lathe("drum", fillet(DRUM), metal)
    lathe("cap", fillet(CAP), metal)
    lathe("stem", fillet(STEM), metal)
    lathe("line", [(0.5626, 0.0585), (0.5626, 0.0600)], dark)
    build_ring(fine)
    engrave_name(dark, font_path)
    dimmer_scale(dark, surfaces.emitter("pip", (1.0, 0.25, 0.0), 0.9))
    add_lamp_light(power, build_shade(glow))
    pivot = bpy.data.objects.new("lamp", None)
    bpy.context.scene.collection.objects.link(pivot)
    for obj in set(bpy.data.objects) - before - {pivot}:
        obj.parent = pivot
    pivot.rotation_euler.z = math.radians(turn)
    return pivot


def build_book(location, size, turn, cover, pages):
    """A closed cloth book lying flat: two boards, a rounded spine and a block of pages."""
    width, depth, thick = size
    board = 0.028
    pivot = bpy.data.objects.new("book", None)
    bpy.context.scene.collection.objects.link(pivot)
    parts = [rounded_box("board", (width, depth, board), (0, 0, z), cover, 0.008)
             for z in (board / 2, thick - board / 2)]
    parts.append(rounded_box("spine", (board * 1.4, depth, thick), (-width / 2, 0, thick / 2),
                             cover, 0.018))
    parts.append(rounded_box("pages", (width - 0.07, depth - 0.08, thick - 2 * board),
                             (-0.012, 0, thick / 2), pages, 0.004))
    for part in parts:
        part.parent = pivot
    pivot.location, pivot.rotation_euler.z = location, math.radians(turn)


def build_cup(location, glaze, drink, turn=0.0, size=1.0):
    """A small footed cup on a saucer, with a drink in it."""
    pivot = bpy.data.objects.new("cup", None)
    bpy.context.scene.collection.objects.link(pivot)
    cup = [(0.0, 0.075, 0), (0.15, 0.07, 0), (0.165, 0.055, 0.008), (0.19, 0.055, 0.008),
           (0.30, 0.16, 0.12), (0.345, 0.50, 0.0), (0.340, 0.512, 0.008), (0.325, 0.50, 0.006),
           (0.28, 0.18, 0.12), (0.0, 0.10, 0)]
    saucer = [(0.0, 0.0, 0), (0.26, 0.0, 0.01), (0.28, 0.018, 0.01), (0.52, 0.062, 0.02),
              (0.526, 0.072, 0.006), (0.51, 0.078, 0.008), (0.27, 0.045, 0.06), (0.0, 0.045, 0)]
    parts = [lathe("cup", fillet(cup), glaze, 128), lathe("saucer", fillet(saucer), glaze, 128),
             lathe("drink", [(0.335, 0.435), (0.325, 0.43), (0.0, 0.43)], drink, 96)]
    parts.append(build_handle(glaze))
    for part in parts:
        part.parent = pivot
    pivot.location, pivot.scale = location, (size,) * 3
    pivot.rotation_euler.z = math.radians(turn)


def build_handle(glaze):
    curve = bpy.data.curves.new("handle", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", 0.028, 6
    spline = curve.splines.new("BEZIER")
    path = [(0.325, 0.43), (0.47, 0.41), (0.46, 0.25), (0.30, 0.20)]
    spline.bezier_points.add(len(path) - 1)
    for knot, (x, z) in zip(spline.bezier_points, path):
        knot.co = (x, 0, z)
        knot.handle_left_type = knot.handle_right_type = "AUTO"
    curve.materials.append(glaze)
    obj = bpy.data.objects.new("handle", curve)
    bpy.context.scene.collection.objects.link(obj)
    return obj
