"""Geometry for the Ember lamp and its props. One unit is ten centimetres; z is up."""

import math

import bmesh
import bpy

import lamp_materials as mat
import surfaces
from lamp_profiles import (CAP, DRUM, LINE, PAD, SHADE_LIP, SHADE_MIDDLE, STEM, bead_profiles, knurl_mesh,
                           shade_profile)
from shapes import add_mesh, fillet, lathe, rounded_box

def build_shade(glow):
    outer, inner = shade_profile()
    glass = mat.opal_glass(centre=SHADE_MIDDLE + 0.06, reach=0.40, glow=glow)
    shade = lathe("shade", SHADE_LIP + outer + inner + SHADE_LIP, glass, 256)
    shade.modifiers.clear()
    shade.visible_diffuse = False
    return shade


def build_ring(material):
    """The dimmer ring: plain beads above and below the knurled band."""
    for profile in bead_profiles():
        lathe("bead", fillet(profile), material)
    add_mesh("knurl", *knurl_mesh(), material, smooth=False)


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
    lathe("pad", PAD,
          surfaces.plain("felt", (0.01, 0.012, 0.011), 0.95))
    lathe("drum", fillet(DRUM), metal)
    lathe("cap", fillet(CAP), metal)
    lathe("stem", fillet(STEM), metal)
    lathe("line", LINE, dark)
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
