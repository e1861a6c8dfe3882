"""Shapes every set is built from: turned profiles, rounded boxes, tubes, loose meshes; z is up."""

import math

import bpy

from rounding import fillet  # noqa: F401  what is turned is rounded first

SEGMENTS = 192


def add_mesh(name, verts, faces, material, smooth=True):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(verts, [], faces)
    mesh.validate()
    if smooth:
        mesh.shade_smooth()
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def lathe(name, profile, material, segments=SEGMENTS):
    """Turn an (r, z) profile about z; weighted normals keep the flats flat."""
    verts, faces, rings = [], [], []
    for r, z in profile:
        if r < 1e-6:
            rings.append([len(verts)] * segments)
            verts.append((0, 0, z))
            continue
        rings.append(range(len(verts), len(verts) + segments))
        verts.extend(
            (r * math.cos(a), r * math.sin(a), z) for a in (2 * math.pi * s / segments for s in range(segments))
        )
    for low, high in zip(rings, rings[1:]):
        for s in range(segments):
            n = (s + 1) % segments
            face = list(dict.fromkeys((low[s], low[n], high[n], high[s])))
            if len(face) > 2:
                faces.append(face)
    obj = add_mesh(name, verts, faces, material)
    obj.modifiers.new("normals", "WEIGHTED_NORMAL").keep_sharp = True
    return obj


def rounded_box(name, size, location, material, bevel=0.02, turn=0.0):
    x, y, z = (s / 2 for s in size)
    verts = [(sx * x, sy * y, sz * z) for sx in (-1, 1) for sy in (-1, 1) for sz in (-1, 1)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    obj = add_mesh(name, verts, faces, material)
    obj.location, obj.rotation_euler.z = location, math.radians(turn)
    edge = obj.modifiers.new("bevel", "BEVEL")
    edge.width, edge.segments = bevel, 4
    obj.modifiers.new("normals", "WEIGHTED_NORMAL")
    return obj


def group(name, parts, location=(0, 0, 0), turn=0.0):
    """One empty that carries the parts; turn is about z, in degrees."""
    pivot = bpy.data.objects.new(name, None)
    bpy.context.scene.collection.objects.link(pivot)
    for part in parts:
        part.parent = pivot
    pivot.location, pivot.rotation_euler.z = location, math.radians(turn)
    return pivot


def ribbed_lathe(name, profile, ribs, depth, material, fine=10):
    """Turn (r, z, weight) rings about z, the radius pressed in by rounded grooves of depth * weight."""
    count, verts, faces = ribs * fine, [], []
    for r, z, weight in profile:
        for s in range(count):
            wave = abs(math.cos(math.pi * s / fine)) ** 6
            a, radius = 2 * math.pi * s / count, max(r - depth * weight * wave, 0.0)
            verts.append((radius * math.cos(a), radius * math.sin(a), z))
    for ring in range(len(profile) - 1):
        low, high = ring * count, (ring + 1) * count
        faces.extend((low + s, low + (s + 1) % count, high + (s + 1) % count, high + s) for s in range(count))
    return add_mesh(name, verts, faces, material)


def rounded_slab(name, size, radius, material, bevel=0.04, steps=24):
    """A flat slab with rounded corners in plan and softened edges, standing on z = 0."""
    width, depth, height = size
    rim = []
    for quarter, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        for k in range(steps + 1):
            a = math.pi / 2 * (quarter + k / steps)
            rim.append(
                (sx * (width / 2 - radius) + radius * math.cos(a), sy * (depth / 2 - radius) + radius * math.sin(a))
            )
    n = len(rim)
    verts = [(x, y, z) for z in (0.0, height) for x, y in rim]
    faces = [list(range(n))[::-1], list(range(n, 2 * n))]
    faces += [(k, (k + 1) % n, n + (k + 1) % n, n + k) for k in range(n)]
    obj = add_mesh(name, verts, faces, material)
    edge = obj.modifiers.new("bevel", "BEVEL")
    edge.width, edge.segments, edge.limit_method, edge.angle_limit = bevel, 5, "ANGLE", math.radians(40)
    obj.modifiers.new("normals", "WEIGHTED_NORMAL")
    return obj


def tube(name, points, radii, material, resolution=6):
    """A smooth tube through points; radii is one thickness or one for each point."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", 1.0, resolution
    curve.resolution_u, curve.use_fill_caps = 8, True
    spline = curve.splines.new("NURBS")
    spline.points.add(len(points) - 1)
    spline.use_endpoint_u, spline.order_u = True, 4
    for knot, place in zip(spline.points, points):
        knot.co = (*place, 1.0)
    for index, knot in enumerate(spline.points):
        knot.radius = radii[index] if isinstance(radii, (list, tuple)) else radii
    curve.materials.append(material)
    obj = bpy.data.objects.new(name, curve)
    bpy.context.scene.collection.objects.link(obj)
    return obj
