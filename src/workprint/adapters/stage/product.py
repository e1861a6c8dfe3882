"""Reads a product's USD file as hostile input: one file that points nowhere, within limits, as plain meshes.

Nothing is opened but the file itself. A layer is looked through before it is composed, so that a reference to
another file or to a web address is refused before anything could follow it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
from pxr import Sdf, Usd, UsdGeom, UsdShade

from workprint.film.errors import OrderFailed, Remedy

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.uint32]

LARGEST_FILE = 64 * 1024 * 1024
"""A product of a million points takes about half of this in the binary form."""
MOST_POINTS = 2_000_000
MOST_TRIANGLES = 4_000_000
"""About 1.5 GB in the renderer."""
MOST_PRIMS = 20_000

ENDINGS = ((b"PXR-USDC", ".usdc"), (b"#usda 1.0", ".usda"))
"""How the two self-contained forms begin. A .usdz package is refused: what it holds are other files."""

GREY = (0.5, 0.5, 0.5)
"""The colour of a part that says nothing about itself."""

DISPLAY_COLOUR = "displayColor"


@dataclass(frozen=True)
class Part:
    """One mesh in metres, z up: points (n, 3), normals (n, 3) or None, triangles (m, 3), what it is made of.

    `colours` are linear RGB, (1, 3) or (n, 3). `emission` multiplies them where the part glows.
    """

    name: str
    points: Floats
    normals: Floats | None
    triangles: Indices
    kind: str
    colours: Floats
    roughness: float
    emission: float


@dataclass(frozen=True)
class Product:
    """A product standing on z = 0 with its middle above the origin: its parts, height and radius in metres."""

    parts: tuple[Part, ...]
    height: float
    radius: float


def read_product(path: PurePath, scratch: PurePath) -> Product:
    """The product of a stored USD file. Raises OrderFailed for a file that is too large, damaged, or not alone."""
    layer = open_layer(Path(path), Path(scratch))
    refuse_references(layer)
    stage = Usd.Stage.Open(layer, Usd.Stage.LoadAll)
    if stage is None:
        raise refuse("damaged", "The USD file cannot be composed.")
    parts = tuple(read_parts(stage))
    if not parts:
        raise refuse("empty", "The USD file holds no visible mesh.")
    return stand_up(parts)


def refuse(code: str, message: str) -> OrderFailed:
    """The error of a USD file that is not taken, with its code."""
    remedy = Remedy("Export the product as one .usdc or .usda file with everything in it.")
    return OrderFailed(f"{message} (usd-{code})", where="assets.product_usd", remedy=remedy)


def open_layer(path: Path, scratch: Path) -> Sdf.Layer:
    """The file's layer, opened under the ending its bytes ask for: a name decides nothing."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise refuse("too-large", f"The USD file has {size / 1e6:.0f} MB; at most {LARGEST_FILE / 1e6:.0f} are read.")
    with path.open("rb") as stream:
        head = stream.read(16)
    ending = next((ending for start, ending in ENDINGS if head.startswith(start)), "")
    if not ending:
        raise refuse("kind", "The file is neither binary nor text USD.")
    copy = scratch / f"product{ending}"
    shutil.copyfile(path, copy)
    try:
        layer = Sdf.Layer.OpenAsAnonymous(str(copy))
    except Exception as error:  # usd-core raises its own Tf.ErrorException for bytes it cannot read
        raise refuse("damaged", "The USD file cannot be read.") from error
    finally:
        copy.unlink()
    if layer is None:
        raise refuse("damaged", "The USD file cannot be read.")
    return layer


def refuse_references(layer: Sdf.Layer) -> None:
    """Refuse a layer that names any other file: sublayer, reference, payload, clip, or an asset of any attribute."""
    named = sorted(str(item) for item in layer.GetExternalReferences() if str(item))
    if named:
        raise refuse("reference", f'The USD file points to "{shorten(named[0])}"; it must stand alone.')
    count = 0

    def look(path: Sdf.Path) -> None:
        nonlocal count
        count += 1
        spec = layer.GetObjectAtPath(path)
        for key in spec.ListInfoKeys() if spec else ():
            for asset in list_assets(spec.GetInfo(key)):
                raise refuse("reference", f'The USD file points to "{shorten(asset)}"; it must stand alone.')

    layer.Traverse(Sdf.Path.absoluteRootPath, look)
    if count > 50 * MOST_PRIMS:
        raise refuse("too-large", f"The USD file holds {count:,} things.")


def list_assets(value: object) -> Iterator[str]:
    """Asset paths inside a value: itself, in an array, or in a dictionary."""
    if isinstance(value, Sdf.AssetPath):
        if value.path:
            yield value.path
    elif isinstance(value, dict):
        for item in value.values():
            yield from list_assets(item)
    elif isinstance(value, Sdf.AssetPathArray):
        for item in value:
            yield from list_assets(item)


def shorten(text: str) -> str:
    """A path as it may stand in a message."""
    return "".join(char if char.isprintable() else "?" for char in text)[:80]


def read_parts(stage: Usd.Stage) -> Iterator[Part]:
    """Every visible mesh of the default prim, or of the whole stage, in the order of the file."""
    cache = UsdGeom.XformCache()
    scale = UsdGeom.GetStageMetersPerUnit(stage)
    is_y_up = UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y
    root = stage.GetDefaultPrim() or stage.GetPseudoRoot()
    prims = points = triangles = 0
    for prim in Usd.PrimRange(root, Usd.TraverseInstanceProxies()):
        prims += 1
        if prims > MOST_PRIMS:
            raise refuse("too-large", f"The USD file holds more than {MOST_PRIMS:,} prims.")
        mesh = UsdGeom.Mesh(prim)
        if not mesh or mesh.ComputeVisibility() == UsdGeom.Tokens.invisible:
            continue
        part = read_mesh(mesh, np.array(cache.GetLocalToWorldTransform(prim), np.float64), scale, is_y_up)
        if part is None:
            continue
        points, triangles = points + len(part.points), triangles + len(part.triangles)
        if points > MOST_POINTS or triangles > MOST_TRIANGLES:
            raise refuse("too-large", "The product has too many points or faces.")
        yield part


def read_mesh(mesh: UsdGeom.Mesh, matrix: npt.NDArray[np.float64], scale: float, is_y_up: bool) -> Part | None:
    """One mesh in metres and z up; None when it has no face. USD transforms row vectors."""
    local = np.array(mesh.GetPointsAttr().Get() or (), np.float64).reshape(-1, 3)
    counts = np.array(mesh.GetFaceVertexCountsAttr().Get() or (), np.int64)
    corners = np.array(mesh.GetFaceVertexIndicesAttr().Get() or (), np.int64)
    if not len(local) or not len(counts):
        return None
    check_indices(mesh, len(local), counts, corners)
    triangles = cut_into_triangles(counts, corners)
    normals = read_normals(mesh, len(local))
    if np.linalg.det(matrix[:3, :3]) < 0 or mesh.GetOrientationAttr().Get() == UsdGeom.Tokens.leftHanded:
        triangles = triangles[:, ::-1]
    points = local @ matrix[:3, :3] + matrix[3, :3]
    if normals is not None:
        normals = normals @ np.linalg.inv(matrix[:3, :3]).T
        normals = normals / np.maximum(1e-12, np.linalg.norm(normals, axis=1, keepdims=True))
    if is_y_up:
        points = points[:, (0, 2, 1)] * (1, -1, 1)
        normals = None if normals is None else normals[:, (0, 2, 1)] * (1, -1, 1)
    if not np.isfinite(points).all():
        raise refuse("damaged", "A point of the product lies nowhere.")
    look = read_look(mesh.GetPrim())
    return Part(
        name=str(mesh.GetPath()),
        points=np.ascontiguousarray(points * scale, np.float32),
        normals=None if normals is None else np.ascontiguousarray(normals, np.float32),
        triangles=np.ascontiguousarray(triangles, np.uint32),
        kind=look.kind,
        colours=read_colours(mesh, len(local), look.colour),
        roughness=look.roughness,
        emission=look.emission,
    )


def check_indices(
    mesh: UsdGeom.Mesh, points: int, counts: npt.NDArray[np.int64], corners: npt.NDArray[np.int64]
) -> None:
    """Refuse faces that name points there are not: the renderer would read beyond its memory."""
    is_sound = counts.min() >= 3 and counts.sum() == len(corners) and corners.min() >= 0 and corners.max() < points
    if not is_sound:
        raise refuse("damaged", f'The faces of "{shorten(str(mesh.GetPath()))}" do not fit its points.')


def cut_into_triangles(counts: npt.NDArray[np.int64], corners: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Faces as fans of triangles, (m, 3); right for faces without a dent."""
    starts = np.repeat(np.cumsum(counts) - counts, counts - 2)
    fans = counts - 2
    turns = np.arange(fans.sum()) - np.repeat(np.cumsum(fans) - fans, fans)
    return np.asarray(corners[np.stack([starts, starts + turns + 1, starts + turns + 2], axis=1)], np.int64)


def read_normals(mesh: UsdGeom.Mesh, points: int) -> npt.NDArray[np.float64] | None:
    """Normals of a mesh, one a point; None when it has none or has them by corner (it is then drawn flat)."""
    found = mesh.GetNormalsAttr().Get()
    if found is None or len(found) != points:
        return None
    return np.array(found, np.float64)


@dataclass(frozen=True)
class Look:
    """What a part says about its material."""

    kind: str
    colour: tuple[float, float, float] | None
    roughness: float
    emission: float


def read_look(prim: Usd.Prim) -> Look:
    """Our own attributes first, else what the bound preview surface says, else plain plastic."""
    surface = read_surface(prim)
    kind = read_attribute(prim, "workprint:kind")
    colour = surface.get("diffuseColor")
    roughness = read_attribute(prim, "workprint:roughness")
    emission = read_attribute(prim, "workprint:emission")
    if kind is None:
        kind = "metal" if float(surface.get("metallic", 0.0)) > 0.5 else "plastic"
    return Look(
        kind=str(kind),
        colour=None if colour is None else (float(colour[0]), float(colour[1]), float(colour[2])),
        roughness=float(surface.get("roughness", -1.0) if roughness is None else roughness),
        emission=max(0.0, float(emission or 0.0)),
    )


def read_attribute(prim: Usd.Prim, name: str) -> Any:
    """The value of an attribute on a prim or the nearest above it that has it."""
    while prim:
        attribute = prim.GetAttribute(name)
        if attribute and attribute.HasAuthoredValue():
            return attribute.Get()
        prim = prim.GetParent()
    return None


def read_surface(prim: Usd.Prim) -> dict[str, Any]:
    """Constant inputs of the bound UsdPreviewSurface, empty when there is none."""
    material, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
    shader = material.ComputeSurfaceSource()[0] if material else None
    if not shader:
        return {}
    values = ((item.GetBaseName(), item.Get()) for item in shader.GetInputs())
    return {name: value for name, value in values if value is not None}


def read_colours(mesh: UsdGeom.Mesh, points: int, surface: tuple[float, float, float] | None) -> Floats:
    """Linear colours, one or one a point: the display colour where it is said, else the surface's, else grey."""
    primvar = UsdGeom.PrimvarsAPI(mesh).GetPrimvar(DISPLAY_COLOUR)
    found = primvar.ComputeFlattened() if primvar and primvar.HasValue() else None
    if found is not None and len(found) in (1, points):
        return np.clip(np.array(found, np.float32), 0, 1)
    return np.array([surface or GREY], np.float32)


def stand_up(parts: tuple[Part, ...]) -> Product:
    """The parts moved so that the product stands on z = 0 with its middle above the origin."""
    low = np.min([part.points.min(axis=0) for part in parts], axis=0)
    high = np.max([part.points.max(axis=0) for part in parts], axis=0)
    size = high - low
    if not 1e-4 < float(size.max()) < 100.0:
        raise refuse("size", f"The product would be {float(size.max()):g} m large; check metersPerUnit.")
    shift = np.array([-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]], np.float32)
    moved = tuple(replace(part, points=part.points + shift) for part in parts)
    return Product(moved, float(max(size[2], 1e-4)), float(max(size[0], size[1], 1e-4) / 2))
