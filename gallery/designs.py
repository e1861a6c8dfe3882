"""Shot designs: each as a moving picture in one shape, and as stills in the others, recomposed."""

from __future__ import annotations

from pathlib import Path

from gallery.exhibit import Exhibit
from gallery.making import SCRATCH, give_file, make, pick_frames, save_jpeg
from gallery.registry import Brand, Design, say_name
from workprint.film.look import COMPANION_ROLES
from workprint.film.picture_orders import ClipPayload, Look, StillPayload
from workprint.lab.pictures import load
from workprint.ports.maker import BenchInput

PART = "designs"
SHAPE = (4, 5)
OTHERS = ((16, 9), (1, 1), (9, 16))
"""The shape of the moving picture, and those of the stills beside it."""

SECONDS, RATE = 2.2, (30, 1)
ENERGY = 70
"""How far the camera goes: a lively demonstration."""


def show_design(design: Design, brand: Brand, folder: Path, short: int) -> Exhibit:
    """Render a design with a brand's pictures; `short` is the short side of the moving picture in pixels."""
    scratch = folder / SCRATCH / f"design-{design.name}"
    inputs = _give_pictures(design, brand)
    look = _plan_look(design, brand, _size(SHAPE, short))
    clip = make("clip", ClipPayload(look, "", "master"), scratch, inputs)
    video = Path(PART) / f"{design.name}.mp4"
    (folder / PART).mkdir(parents=True, exist_ok=True)
    Path(clip.files[0].path).replace(folder / video)
    stills = [Path(PART) / f"{design.name}.jpg"]
    save_jpeg(pick_frames(folder / video, (look.frames // 2,))[0], folder / stills[0])
    for shape in OTHERS:
        small = _plan_look(design, brand, _size(shape, max(120, short // 2)))
        made = make("still", StillPayload(small, "", ()), scratch, inputs)
        stills.append(Path(PART) / f"{design.name}-{shape[0]}x{shape[1]}.jpg")
        save_jpeg(load(made.files[0].path), folder / stills[-1])
    kind = "cut-out" if design.is_cutout else "photos" if design.pictures > 1 else "photo"
    note = f"{design.type.value}, {kind}, {design.move.value.replace('_', ' ')}"
    return Exhibit(
        PART,
        design.name,
        say_name(design.name),
        note,
        video.as_posix(),
        tuple(still.as_posix() for still in stills),
        look.width,
        look.height,
        f"{brand.brief.product.name} in the design {say_name(design.name).lower()}",
    )


def _give_pictures(design: Design, brand: Brand) -> dict[str, BenchInput]:
    pictures = brand.list_pictures(has_alpha=design.is_cutout)
    turn = sum(map(ord, design.name)) % len(pictures)
    chosen = (pictures[turn:] + pictures[:turn])[: design.pictures]
    return {role: give_file(path) for role, path in zip(("picture", *COMPANION_ROLES), chosen, strict=False)}


def _plan_look(design: Design, brand: Brand, size: tuple[int, int]) -> Look:
    return Look(
        width=size[0],
        height=size[1],
        rate=RATE,
        frames=round(SECONDS * RATE[0] / RATE[1]),
        type=design.type,
        layout=design.name,
        lighting=design.lighting,
        move=design.move,
        focal_length_mm=50,
        f_number=brand.brief.optics.f_number,
        energy=ENERGY,
        palette=brand.brief.product.brand_colors,
        palette_hint=brand.brief.product.style.palette_hint,
        picture_has_alpha=design.is_cutout,
    )


def _size(shape: tuple[int, int], short: int) -> tuple[int, int]:
    """Even sides of a shape with a short side."""
    unit = short / min(shape)
    return 2 * round(shape[0] * unit / 2), 2 * round(shape[1] * unit / 2)
