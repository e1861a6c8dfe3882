"""Surfaces, and the readable node tree they are made with."""

import bpy


def srgb(hex_colour):
    """'#RRGGBB' to a linear RGB triple."""
    parts = [int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def _rgba(colour):
    return (*colour, 1.0)


class Graph:
    """A thin helper that makes node trees readable: g('ShaderNodeMath', a, b, operation='ADD')."""

    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()

    def __call__(self, kind, *args, **kwargs):
        """Make a node; positional args fill sockets in order, keywords set properties.

        A dict as positional argument fills sockets by name.
        """
        node = self.tree.nodes.new(kind)
        for key, value in kwargs.items():
            setattr(node, key, value)
        named = {}
        for index, arg in enumerate(args):
            named.update(arg if isinstance(arg, dict) else {index: arg})
        for key, value in named.items():
            self._feed(node.inputs[key], value)
        return node.outputs[0] if node.outputs else None

    def _feed(self, socket, value):
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation, a, b=0.0, clamp=False):
        return self("ShaderNodeMath", a, b, operation=operation, use_clamp=clamp)

    def remap(self, value, lo, hi, to_lo=0.0, to_hi=1.0):
        return self("ShaderNodeMapRange", value, lo, hi, to_lo, to_hi)

    def mix(self, factor, a, b):
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        for index, value in ((0, factor), (6, a), (7, b)):
            self._feed(node.inputs[index], _rgba(value) if isinstance(value, tuple) else value)
        return node.outputs[2]

    def ramp(self, factor, stops):
        out = self("ShaderNodeValToRGB", factor)
        elements = out.node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, colour) in zip(elements, stops):
            element.position, element.color = position, _rgba(colour)
        return out

    def coords(self, output="Object"):
        return self("ShaderNodeTexCoord").node.outputs[output]

    def scaled(self, vector, scale, offset=(0, 0, 0)):
        return self("ShaderNodeMapping", {"Vector": vector, "Scale": scale, "Location": offset})

    def noise(self, vector, scale, detail=3.0, distortion=0.0):
        return self(
            "ShaderNodeTexNoise", {"Vector": vector, "Scale": scale, "Detail": detail, "Distortion": distortion}
        )

    def bump(self, height, strength, distance=0.01):
        return self("ShaderNodeBump", {"Height": height, "Strength": strength, "Distance": distance})

    def principled(self, **inputs):
        named = {key.replace("_", " ").title().replace("Ior", "IOR"): value for key, value in inputs.items()}
        for key, value in named.items():
            if isinstance(value, tuple) and len(value) == 3:
                named[key] = _rgba(value)
        return self("ShaderNodeBsdfPrincipled", named)

    def finish(self, surface):
        self("ShaderNodeOutputMaterial", {"Surface": surface})
        return self.material


def plain(name, colour, roughness=0.5, **inputs):
    """A single-colour principled material."""
    g = Graph(name)
    return g.finish(g.principled(base_color=colour, roughness=roughness, **inputs))


def emitter(name, colour, strength):
    g = Graph(name)
    material = g.finish(g("ShaderNodeEmission", _rgba(colour), strength))
    material.cycles.emission_sampling = "NONE"
    return material


def backdrop(name, stops, strength, low, high):
    """An emissive backdrop whose colour follows world height from low to high."""
    g = Graph(name)
    z = g("ShaderNodeSeparateXYZ", g("ShaderNodeNewGeometry").node.outputs["Position"])
    height = g.remap(z.node.outputs[2], low, high)
    cloud = g.noise(g.scaled(g.coords("Generated"), (2.0, 2.0, 7.0)), 2.0, 3.0)
    height = g.math("ADD", height, g.remap(cloud, 0.3, 0.7, -0.05, 0.05))
    material = g.finish(g("ShaderNodeEmission", g.ramp(height, stops), strength))
    material.cycles.emission_sampling = "NONE"
    return material


def bokeh(name, colour, strength):
    """A light already out of focus: a translucent disc, slightly brighter at its edge."""
    g = Graph(name)
    centred = g("ShaderNodeVectorMath", g.coords(), operation="LENGTH").node.outputs["Value"]
    edge = g.remap(centred, 0.86, 1.0, 1.0, 0.0)
    body = g.remap(centred, 0.0, 0.95, 0.62, 1.0)
    glow = g("ShaderNodeEmission", _rgba(colour), g.math("MULTIPLY", body, strength))
    cover = g.math("MULTIPLY", edge, 0.9)
    material = g.finish(g("ShaderNodeMixShader", cover, g("ShaderNodeBsdfTransparent"), glow))
    material.cycles.emission_sampling = "NONE"
    return material


def turned_metal(name, colour, roughness=0.28, brushed=0.6, marks=0.05):
    """Lathe-turned metal: concentric tool marks and a highlight drawn out around the axis."""
    g = Graph(name)
    xyz = g("ShaderNodeSeparateXYZ", g.coords()).node
    flat = g("ShaderNodeCombineXYZ", xyz.outputs[0], xyz.outputs[1], 0.0)
    radius = g("ShaderNodeVectorMath", flat, operation="LENGTH").node.outputs["Value"]
    along = g.math("ADD", xyz.outputs[2], radius)
    rings = g.noise(g("ShaderNodeCombineXYZ", along, 0.0, 0.0), 240.0, 4.0)
    tangent = g("ShaderNodeTangent", direction_type="RADIAL", axis="Z")
    return g.finish(
        g.principled(
            base_color=colour,
            metallic=1.0,
            roughness=g.remap(rings, 0.3, 0.7, roughness - 0.04, roughness + 0.05),
            anisotropic=brushed,
            tangent=tangent,
            normal=g.bump(rings, marks, 0.004),
        )
    )
