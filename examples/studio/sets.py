"""Cameras, lamps and grounds of a photographic set."""

import math

import bpy
from mathutils import Vector

import shapes


def aim(obj, target):
    obj.rotation_euler = (Vector(target) - obj.location).to_track_quat("-Z", "Y").to_euler()


def camera(location, target, lens, size, focus=None, aperture=0.0):
    """aperture is the radius of the lens opening in scene units; focus is a point."""
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    obj = bpy.data.objects.new("camera", data)
    scene.collection.objects.link(obj)
    obj.location, data.lens = location, lens
    data.sensor_fit, data.sensor_width, data.clip_end = "HORIZONTAL", 36.0, 500
    aim(obj, target)
    if aperture:
        data.dof.use_dof = True
        axis = (Vector(target) - obj.location).normalized()
        data.dof.focus_distance = (Vector(focus) - obj.location).dot(axis)
        data.dof.aperture_fstop = lens / 1000 / (2 * aperture)
    scene.camera = obj
    scene.render.resolution_x, scene.render.resolution_y = size


def softbox(location, target, size, power, colour=(1, 1, 1), spread=180.0):
    data = bpy.data.lights.new("softbox", "AREA")
    data.shape, data.size, data.size_y = "RECTANGLE", *size
    data.energy, data.color, data.spread = power, colour, math.radians(spread)
    obj = bpy.data.objects.new("softbox", data)
    obj.location = location
    obj.visible_camera = False
    bpy.context.scene.collection.objects.link(obj)
    aim(obj, target)
    return obj


def world(colour, strength):
    data = bpy.data.worlds.new("world")
    data.use_nodes = True
    shader = data.node_tree.nodes["Background"]
    shader.inputs[0].default_value, shader.inputs[1].default_value = (*colour, 1), strength
    bpy.context.scene.world = data


def plane(name, corners, material):
    return shapes.add_mesh(name, corners, [(0, 1, 2, 3)], material, smooth=False)


def wall(name, y, x, z, material):
    """An upright sheet at depth y, x and z being (low, high)."""
    return plane(name, [(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])], material)


def bokeh_disc(location, radius, material):
    rim = [(math.cos(a), 0, math.sin(a)) for a in (k * math.pi / 24 for k in range(48))]
    disc = shapes.add_mesh("bokeh", rim, [list(range(48))], material, smooth=False)
    disc.location, disc.scale = location, (radius,) * 3
    disc.visible_diffuse = disc.visible_shadow = disc.visible_glossy = False


def look(view, exposure=0.0, contrast="None"):
    settings = bpy.context.scene.view_settings
    settings.view_transform, settings.exposure = view, exposure
    settings.look = contrast


def sweep(material):
    """A seamless paper sweep: floor, wide curve, wall."""
    profile = (
        [(-14, 0)]
        + [(7 + 5 * math.sin(a), 5 - 5 * math.cos(a)) for a in (math.pi / 2 * k / 24 for k in range(25))]
        + [(12, 30)]
    )
    verts = [(x, y, z) for y, z in profile for x in (-25, 25)]
    faces = [(2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2) for k in range(len(profile) - 1)]
    shapes.add_mesh("sweep", verts, faces, material)


def sun(direction, strength, colour=(1, 1, 1), angle=0.5):
    """A hard light from far away; direction points from the light into the set, angle is its size in degrees."""
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.color, data.angle = strength, colour, math.radians(angle)
    obj = bpy.data.objects.new("sun", data)
    bpy.context.scene.collection.objects.link(obj)
    obj.rotation_euler = Vector(direction).to_track_quat("-Z", "Y").to_euler()
    return obj
