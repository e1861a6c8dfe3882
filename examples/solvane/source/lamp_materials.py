"""Materials for the Ember lamp and its sets: brass, opal glass, wood, stone, light cards."""

from surfaces import Graph


def brass(name="brass", polish=0.5, turned=0.06, brushed=0.55):
    """Turned brass: concentric tool marks, anisotropic highlight, uneven handling polish."""
    g = Graph(name)
    position = g.coords()
    xyz = g("ShaderNodeSeparateXYZ", position).node
    flat = g("ShaderNodeCombineXYZ", xyz.outputs[0], xyz.outputs[1], 0.0)
    radius = g("ShaderNodeVectorMath", flat, operation="LENGTH").node.outputs["Value"]
    along = g.math("ADD", g.math("MULTIPLY", xyz.outputs[2], 1.0), radius)
    marks = g.noise(g("ShaderNodeCombineXYZ", along, 0.0, 0.0), 260.0, 4.0)
    patina = g.noise(position, 3.5, 5.0)
    low, high = 0.34 - 0.22 * polish, 0.48 - 0.24 * polish
    roughness = g.math("ADD", g.remap(patina, 0.3, 0.7, low, high),
                       g.remap(marks, 0.3, 0.7, -0.03, 0.04))
    colour = g.mix(g.remap(patina, 0.35, 0.7), (0.85, 0.56, 0.24), (0.72, 0.43, 0.16))
    tangent = g("ShaderNodeTangent", direction_type="RADIAL", axis="Z")
    return g.finish(g.principled(
        base_color=colour, metallic=1.0, roughness=roughness, anisotropic=brushed, tangent=tangent,
        normal=g.bump(marks, turned, 0.004)))


def opal_glass(centre, reach, glow=1.0):
    """Lit opal glass: a smooth bright heart seen through the dome, amber towards the limb.

    The gradient stands in for scattering inside the glass (brightest where the line of sight
    passes the light source, deeper and redder where it travels through more glass). The scene
    itself is lit by a round lamp inside the shade, so this emission is not sampled as a light.
    """
    g = Graph("opal glass")
    position = g.coords()
    z = g("ShaderNodeSeparateXYZ", position).node.outputs[2]
    offset = g.math("DIVIDE", g.math("SUBTRACT", z, centre), reach)
    belt = g.math("POWER", 2.718, g.math("MULTIPLY", g.math("MULTIPLY", offset, offset), -1.0))
    facing = g("ShaderNodeLayerWeight", 0.5).node.outputs["Facing"]
    heart = g.math("POWER", g.math("SUBTRACT", 1.0, facing), 1.25)
    level = g.math("ADD", 0.13, g.math("MULTIPLY", g.math("ADD", 0.10, heart), belt))
    cloud = g.remap(g.noise(position, 1.6, 2.0), 0.2, 0.8, 0.95, 1.05)
    level = g.math("MULTIPLY", level, cloud)
    colour = g.ramp(level, [(0.0, (1.0, 0.20, 0.012)), (0.35, (1.0, 0.32, 0.035)),
                            (0.75, (1.0, 0.47, 0.10)), (1.0, (1.0, 0.60, 0.22))])
    surface = g.principled(
        base_color=(0.17, 0.125, 0.08), roughness=0.13, coat_weight=0.5, coat_roughness=0.04,
        emission_color=colour, emission_strength=g.math("MULTIPLY", level, glow))
    material = g.finish(surface)
    material.cycles.emission_sampling = "NONE"
    return material


def walnut():
    """Oiled dark walnut: long grain, growth figure, fine open pores; differs per board."""
    g = Graph("walnut")
    shift = g.math("MULTIPLY", g("ShaderNodeObjectInfo").node.outputs["Random"], 40.0)
    position = g("ShaderNodeVectorMath", g.coords(),
                 g("ShaderNodeCombineXYZ", shift, shift, shift), operation="ADD")
    figure = g.noise(g.scaled(position, (0.22, 1.9, 1.9)), 1.6, 5.0, 1.1)
    rings = g.math("PINGPONG", g.math("MULTIPLY", figure, 9.0), 1.0)
    fibre = g.noise(g.scaled(position, (0.9, 34.0, 34.0)), 2.0, 4.0)
    pores = g.remap(g.noise(g.scaled(position, (2.2, 60.0, 60.0)), 2.4, 2.0), 0.60, 0.72)
    grain = g.math("ADD", g.math("MULTIPLY", rings, 0.45), g.math("MULTIPLY", fibre, 0.6))
    colour = g.ramp(grain, [(0.1, (0.020, 0.0085, 0.004)), (0.5, (0.072, 0.034, 0.016)),
                            (0.9, (0.150, 0.076, 0.036))])
    colour = g.mix(pores, colour, (0.012, 0.006, 0.003))
    roughness = g.remap(fibre, 0.3, 0.7, 0.36, 0.52)
    height = g.math("SUBTRACT", g.math("MULTIPLY", fibre, 0.4), pores)
    return g.finish(g.principled(base_color=colour, roughness=roughness, specular_ior_level=0.35,
                                 normal=g.bump(height, 0.22, 0.006)))


def stone():
    """Honed, weathered limestone."""
    g = Graph("stone")
    position = g.coords()
    patches = g.noise(position, 1.4, 8.0)
    speck = g.noise(position, 38.0, 4.0)
    pits = g.remap(g.noise(position, 11.0, 6.0), 0.56, 0.72)
    colour = g.mix(g.remap(patches, 0.3, 0.7), (0.19, 0.175, 0.155), (0.36, 0.325, 0.28))
    colour = g.mix(g.remap(speck, 0.35, 0.7, 0.0, 0.45), colour, (0.12, 0.11, 0.10))
    height = g.math("SUBTRACT", g.math("MULTIPLY", speck, 0.35), pits)
    return g.finish(g.principled(base_color=colour, roughness=g.remap(patches, 0.3, 0.7, 0.42, 0.7),
                                 normal=g.bump(height, 0.55, 0.02)))


def paper_edge():
    """The block of pages of a closed book: fine parallel sheets."""
    g = Graph("pages")
    z = g("ShaderNodeSeparateXYZ", g.coords()).node.outputs[2]
    sheets = g.noise(g("ShaderNodeCombineXYZ", 0.0, 0.0, z), 120.0, 2.0)
    colour = g.mix(sheets, (0.40, 0.34, 0.26), (0.80, 0.72, 0.60))
    return g.finish(g.principled(base_color=colour, roughness=0.85,
                                 normal=g.bump(sheets, 0.4, 0.004)))


def cloth(name, colour):
    """Book cloth: a fine weave over a flat colour."""
    g = Graph(name)
    position = g.coords()
    weave = g.math("MULTIPLY", g.noise(g.scaled(position, (14, 180, 60)), 1.0, 1.0),
                   g.noise(g.scaled(position, (180, 14, 60)), 1.0, 1.0))
    return g.finish(g.principled(base_color=colour, roughness=0.75,
                                 normal=g.bump(weave, 0.5, 0.006)))
