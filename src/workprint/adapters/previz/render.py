"""Draws a look: chooses the scene of its layout and yields its frames as planes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.camera import Camera, Pose, plan_camera
from workprint.adapters.previz.colour import Array, plan_palette, planes_to_rgb
from workprint.adapters.previz.imaging import add_alpha
from workprint.adapters.previz.layouts.depths import build_rack
from workprint.adapters.previz.layouts.frames import build_framed
from workprint.adapters.previz.layouts.horizons import build_horizon
from workprint.adapters.previz.layouts.levitation import build_levitation
from workprint.adapters.previz.layouts.panels import build_panels
from workprint.adapters.previz.layouts.photos import build_photo
from workprint.adapters.previz.layouts.prints import build_cascade
from workprint.adapters.previz.layouts.sets import build_set
from workprint.adapters.previz.layouts.silhouette import build_silhouette
from workprint.adapters.previz.layouts.turntable import build_turntable
from workprint.adapters.previz.layouts.walls import build_wall
from workprint.adapters.previz.light import Dust, Mood, find_rig
from workprint.adapters.previz.raster import Canvas, Grid, Light, Placed, Planes
from workprint.adapters.previz.subject import Subject, prepare_subject
from workprint.film.picture_orders import Look

Bytes = npt.NDArray[np.uint8]

SETS = ("hero_sweep", "plinth", "endcard")
DESIGNS = ("orbit_stage", "silhouette", "rack_focus", "levitate", "horizon")
PHOTOS = ("full_bleed", "macro")
LAYOUTS = (*SETS, *DESIGNS, *PHOTOS, "frame_in_frame", "cascade", "split", "grid_wall")
"""Every layout; a name that is none of these is drawn as `full_bleed` (photo) or `hero_sweep` (cut-out)."""
WILDEST_CROP = 0.20
"""Least share of a photo a full-bleed crop may keep; less, and it is shown whole as a print instead."""
PHOTOGRAPH_SCALE, MACRO_PHOTOGRAPH_SCALE = 1.2, 1.5
"""Size of the picture made of a cut-out for a photo layout, in canvas sides: room for the moves, and to go close."""


class Scene(Protocol):
    """What a layout builds: asked for light and sprites at every pose."""

    @property
    def dust(self) -> Dust:
        """The specks in its air."""
        ...

    def light(self, pose: Pose) -> tuple[Array, Light]:
        """Coarse code values of everything soft, and the light on its sprites."""
        ...

    def placed(self, pose: Pose) -> list[Placed]:
        """Its sprites, far ones first."""
        ...


Build = Callable[[Grid, Subject, Mood], Scene]

DESIGN_BUILDERS: Mapping[str, Build] = {
    "orbit_stage": build_turntable,
    "silhouette": build_silhouette,
    "rack_focus": build_rack,
    "levitate": build_levitation,
    "horizon": build_horizon,
}
"""Who builds each designed set."""
SPREADS: Mapping[str, Callable[[Grid, tuple[Bytes, ...], Mood], Scene]] = {
    "cascade": build_cascade,
    "split": build_panels,
    "grid_wall": build_wall,
}
"""Who builds each layout of several photos."""


class Shoot:
    """A look ready to be drawn. Frames must be asked for one by one; each is a pure function of its number."""

    def __init__(self, look: Look, pictures: tuple[Bytes, ...], seed: int) -> None:
        self.look = look
        self.canvas = Canvas(look.width, look.height, seed)
        self.camera: Camera = plan_camera(look, (seed % 997) / 997)
        self.layout, self.scene = build_scene(look, pictures, self.canvas.grid, seed)

    def draw(self, frame: int) -> Planes:
        """A finished frame."""
        pose = self.camera.pose(frame)
        shoot_frame(self.canvas, self.scene, pose, frame)
        return self.canvas.finish()

    def place(self, frame: int) -> list[Placed]:
        """What stands where at a frame; nothing is drawn."""
        return self.scene.placed(self.camera.pose(frame))

    def frames(self) -> Iterator[Planes]:
        """Every frame of the look, in order."""
        for frame in range(self.look.frames):
            yield self.draw(frame)


def shoot_frame(canvas: Canvas, scene: Scene, pose: Pose, frame: int) -> None:
    """Put one frame of a scene together on a canvas."""
    base, light = scene.light(pose)
    sprites = scene.placed(pose)
    canvas.begin(frame, base, light, is_hidden=bool(sprites) and canvas.is_filled_by(sprites[0]))
    for placed in sprites:
        canvas.place(placed)
    scene.dust.draw(canvas, pose)


def build_scene(look: Look, pictures: tuple[Bytes, ...], grid: Grid, seed: int) -> tuple[str, Scene]:
    """The scene of a look, and the layout it was really given."""
    palette = plan_palette(look.palette, look.palette_hint)
    mood = Mood(palette, find_rig(look.lighting), look.f_number, look.palette_hint, seed)
    subject = prepare_subject(pictures[0])
    layout = look.layout if look.layout in LAYOUTS else ("hero_sweep" if subject.is_cutout else "full_bleed")
    if layout in SETS:
        return layout, build_set(layout, grid, subject, mood)
    if layout in DESIGNS:
        return layout, DESIGN_BUILDERS[layout](grid, subject, mood)
    others = () if layout in PHOTOS else pictures[1:]
    subjects = (subject, *(prepare_subject(picture) for picture in others))
    photos = tuple(see_as_photo(item, look, layout, mood) for item in subjects)
    if layout in PHOTOS and share_kept(photos[0], grid) >= WILDEST_CROP:
        return layout, build_photo(layout, grid, photos[0], mood)
    if layout in SPREADS:
        return layout, SPREADS[layout](grid, photos, mood)
    return "frame_in_frame", build_framed(grid, photos[0], mood)


def share_kept(picture: Bytes, grid: Grid) -> float:
    """The share of a picture that a crop to the frame's shape keeps."""
    ratio = (picture.shape[1] / picture.shape[0]) / (grid.width / grid.height)
    return float(min(ratio, 1 / ratio))


def see_as_photo(subject: Subject, look: Look, layout: str, mood: Mood) -> Bytes:
    """An opaque picture of a subject: itself, or a cut-out photographed in a set of the same light."""
    if not subject.is_cutout:
        return subject.picture
    scale = MACRO_PHOTOGRAPH_SCALE if layout == "macro" else PHOTOGRAPH_SCALE
    width, height = (2 * round(side * scale / 2) for side in (look.width, look.height))
    canvas = Canvas(width, height, mood.seed)
    scene = build_set("portrait", canvas.grid, subject, mood)
    shoot_frame(canvas, scene, Pose(1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.4), 0)
    planes = canvas.finish()
    return add_alpha(planes_to_rgb(planes.y, planes.u, planes.v))
