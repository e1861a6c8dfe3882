"""Write the Ember lamp as USD with usd-core alone: turned meshes in centimetres, z up, the front at -y.

    pip install 'workprint[stage]'
    python export_lamp_usd.py ../assets/ember.usdc

`workprint:kind` says what each part is made of: USD's own preview surface has no way to say glass or brass.
"""

import math
import sys
from pathlib import Path

import skia
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

sys.path.append(str(Path(__file__).resolve().parents[2] / "studio"))

from lamp_profiles import (  # noqa: E402
    CAP,
    DRUM,
    LINE,
    PAD,
    RING_BOTTOM,
    RING_RADIUS,
    RING_TOP,
    SHADE_LIP,
    SHADE_MIDDLE,
    STEM,
    bead_profiles,
    knurl_mesh,
    shade_profile,
)

from rounding import fillet  # noqa: E402

FONT = Path(__file__).resolve().parents[3] / "src/workprint/lab/font_files/Inter-SemiBold.otf"
CM = 10.0  # the profiles' unit in centimetres
SEGMENTS = 128
CREASE = math.cos(math.radians(35))
GOLD, FINE, PATINA, FELT = (0.80, 0.50, 0.19), (0.82, 0.53, 0.21), (0.030, 0.019, 0.010), (0.010, 0.012, 0.011)
HEART, LIMB = (1.0, 0.56, 0.20), (1.0, 0.30, 0.05)


def split_at_creases(profile):
    """Runs of an (r, z) polyline that are smooth in themselves; a crease ends one and begins the next."""
    runs, run = [], [profile[0]]
    for i in range(1, len(profile) - 1):
        run.append(profile[i])
        if _dot(_step(profile, i - 1), _step(profile, i)) < CREASE:
            runs.append(run)
            run = [profile[i]]
    return [*runs, [*run, profile[-1]]]


def _step(profile, i):
    (ar, az), (br, bz) = profile[i], profile[i + 1]
    length = math.hypot(br - ar, bz - az) or 1.0
    return (br - ar) / length, (bz - az) / length


def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1]


def turn(profile):
    """A profile turned about z: points, normals, quads. The profile runs so that outside lies to its right."""
    points, normals, faces = [], [], []
    for run in split_at_creases([p for i, p in enumerate(profile) if i == 0 or p != profile[i - 1]]):
        base = len(points)
        for i, (r, z) in enumerate(run):
            near = [_step(run, k) for k in (i - 1, i) if 0 <= k < len(run) - 1]
            nr, nz = sum(s[1] for s in near), -sum(s[0] for s in near)
            length = math.hypot(nr, nz) or 1.0
            for s in range(SEGMENTS):
                c, d = math.cos(2 * math.pi * s / SEGMENTS), math.sin(2 * math.pi * s / SEGMENTS)
                points.append((r * c, r * d, z))
                normals.append((nr / length * c, nr / length * d, nz / length))
        for i in range(len(run) - 1):
            low, high = base + i * SEGMENTS, base + (i + 1) * SEGMENTS
            for s in range(SEGMENTS):
                n = (s + 1) % SEGMENTS
                faces.append((low + s, low + n, high + n, high + s))
    return points, normals, faces


def glow_colour(z):
    """Colour and strength of the lit glass at a height: a bright heart, amber towards crown and lip."""
    belt = math.exp(-(((z - SHADE_MIDDLE - 0.02) / 0.36) ** 2))
    share = 0.10 + 0.90 * belt
    return tuple(share * (l + (h - l) * belt) for h, l in zip(HEART, LIMB))


def bend(points, radius, height, angle):
    """Flat (x, y, lift) points bent round the base at -y."""
    out = []
    for x, y, lift in points:
        a = x / radius + angle - math.pi / 2
        out.append(((radius + lift) * math.cos(a), (radius + lift) * math.sin(a), height + y))
    return out


def engrave(text, height, spacing, rows=56):
    """Flat letters as one quad a run of each of `rows` rows: (x, y, lift) points round the middle, and faces."""
    typeface = skia.FontMgr().makeFromFile(str(FONT))
    font = skia.Font(typeface, rows / 0.74)  # capitals are about 0.73 of an em
    font.setEdging(skia.Font.Edging.kAlias)
    glyphs = font.textToGlyphs(text)
    places, width = [], 0.0
    for advance in font.getWidths(glyphs):
        places.append(width)
        width += advance + spacing * rows
    width -= spacing * rows
    surface = skia.Surface(math.ceil(width) + 2, rows + 4)
    with surface as canvas:
        canvas.clear(skia.ColorBLACK)
        for glyph, place in zip(glyphs, places):
            blob = skia.TextBlob.MakeFromPosText(bytes([glyph & 255, glyph >> 8]), [skia.Point(place, 0)], font,
                                                 skia.TextEncoding.kGlyphID)
            canvas.drawTextBlob(blob, 0, rows + 1, skia.Paint(Color=skia.ColorWHITE, AntiAlias=False))
    ink = surface.toarray()[..., 0] > 127
    step = height / rows
    points, faces = [], []
    for row, line in enumerate(ink):
        edges = [i for i in range(1, len(line)) if line[i] != line[i - 1]]
        for left, right in zip(edges[::2], edges[1::2]):
            base = len(points)
            for x, y in ((left, row + 1), (right, row + 1), (right, row), (left, row)):
                points.append(((x - width / 2) * step, (rows / 2 - y) * step, 0.0008))
            faces.append((base, base + 1, base + 2, base + 3))
    return points, faces


class Writer:
    """Writes meshes below one root."""

    def __init__(self, path):
        self.stage = Usd.Stage.CreateNew(str(path))
        UsdGeom.SetStageUpAxis(self.stage, UsdGeom.Tokens.z)
        UsdGeom.SetStageMetersPerUnit(self.stage, 0.01)
        root = UsdGeom.Xform.Define(self.stage, "/Ember")
        self.stage.SetDefaultPrim(root.GetPrim())

    def mesh(self, name, kind, colours, points, faces, normals=None, emission=0.0, roughness=None):
        """One part. `colours` is one linear RGB, or one for every point."""
        mesh = UsdGeom.Mesh.Define(self.stage, f"/Ember/{name}")
        mesh.CreatePointsAttr(Vt.Vec3fArray([Gf.Vec3f(*(c * CM for c in p)) for p in points]))
        mesh.CreateFaceVertexCountsAttr([len(face) for face in faces])
        mesh.CreateFaceVertexIndicesAttr([i for face in faces for i in face])
        mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
        if normals:
            mesh.CreateNormalsAttr(Vt.Vec3fArray([Gf.Vec3f(*n) for n in normals]))
            mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
        many = isinstance(colours, list)
        show = mesh.CreateDisplayColorPrimvar(UsdGeom.Tokens.vertex if many else UsdGeom.Tokens.constant)
        show.Set(Vt.Vec3fArray([Gf.Vec3f(*c) for c in (colours if many else [colours])]))
        prim = mesh.GetPrim()
        prim.CreateAttribute("workprint:kind", Sdf.ValueTypeNames.Token).Set(kind)
        if emission:
            prim.CreateAttribute("workprint:emission", Sdf.ValueTypeNames.Float).Set(emission)
        if roughness is not None:
            prim.CreateAttribute("workprint:roughness", Sdf.ValueTypeNames.Float).Set(roughness)

    def turned(self, name, kind, colour, profile, **extra):
        """One turned part."""
        points, normals, faces = turn(profile)
        self.mesh(name, kind, colour, points, faces, normals, **extra)


def write_lamp(path):
    """Every part of the lamp."""
    writer = Writer(path)
    writer.turned("Pad", "felt", FELT, PAD)
    for name, profile in (("Drum", DRUM), ("Cap", CAP), ("Stem", STEM)):
        writer.turned(name, "brass", GOLD, fillet(profile), roughness=0.22)
    writer.turned("Line", "brass", PATINA, LINE, roughness=0.5)
    writer.turned("Body", "brass", PATINA, [(RING_RADIUS - 0.004, RING_BOTTOM), (RING_RADIUS - 0.004, RING_TOP)])
    for name, profile in zip(("BeadLow", "BeadHigh"), bead_profiles()):
        writer.turned(name, "brass", FINE, fillet(profile), roughness=0.16)
    writer.mesh("Knurl", "brass", FINE, *knurl_mesh(), roughness=0.16)
    outer, inner = shade_profile()
    points, normals, faces = turn(SHADE_LIP + outer + inner + SHADE_LIP)
    writer.mesh("Shade", "opal", [glow_colour(p[2]) for p in points], points, faces, normals, emission=2.6)
    letters, quads = engrave("SOLVANE", 0.034, 0.42)
    writer.mesh("Name", "brass", PATINA, bend(letters, 0.5622, 0.082, 0.0), quads, roughness=0.5)
    for i in range(11):
        t = i / 10
        r = 0.0028 + 0.0042 * t
        rim = [(r * math.cos(k * math.pi / 12), r * math.sin(k * math.pi / 12), 0.0014) for k in range(24)]
        is_lit = i == 8
        writer.mesh(
            f"Step{i:02d}",
            "glow" if is_lit else "brass",
            (1.0, 0.25, 0.02) if is_lit else PATINA,
            bend(rim, 0.5622, 0.136, 0.52 * (t - 0.5) * 2),
            [tuple(range(24))],
            emission=1.5 if is_lit else 0.0,
        )
    writer.stage.GetRootLayer().Save()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.unlink(missing_ok=True)
    write_lamp(target)
    print(f"{target} {target.stat().st_size / 1e6:.2f} MB")
