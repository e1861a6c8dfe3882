"""The previz renderer: stills and clips made locally from product pictures, with no model and at no cost (K12)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.colour import planes_to_rgb
from workprint.adapters.previz.imaging import add_alpha
from workprint.adapters.previz.render import Shoot
from workprint.adapters.previz.whereabouts import tell_subjects
from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.look import COMPANION_ROLES
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.picture_orders import ClipPayload, Look, StillPayload
from workprint.film.tail_orders import CLIP_TAIL, ClipTailPayload
from workprint.lab.encode import PRESETS, FilmWriter, describe_presets
from workprint.lab.picture_headers import PictureRefused
from workprint.lab.pictures import load, save_png
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

ROLES = ("picture", *COMPANION_ROLES)
"""Input roles that are looked at, in the order a montage shows them."""
LARGEST_SIDE, SMALLER_SIDE, MANY = 2600, 1500, 3
"""Pictures are read no larger than this: a 1080p crop still has more than a pixel to a pixel, and memory holds. Beyond
so many each is shown small, and is read smaller."""
SET_UP_SECONDS = 0.9
"""CPU seconds before the first frame at 1080p: reading, cutting out, baking (measured, reference machine)."""
SECONDS_PER_MEGAPIXEL = 0.018
"""CPU seconds to draw and encode a megapixel of one frame (measured, reference machine, intermediate preset)."""


def draw_still(bench: Bench) -> Made:
    """The first frame of a shot as a PNG: exactly frame 0 of its clip before encoding.

    Facts: `frames` (1), `width`, `height`, `layout` (the one really drawn). Raises OrderFailed when a picture
    cannot be read.
    """
    assert isinstance(bench.payload, StillPayload)
    look = bench.payload.look
    shoot = Shoot(look, read_pictures(bench), bench.seed)
    bench.report(0.6)
    frame = shoot.draw(0)
    path = Path(bench.scratch) / "still.png"
    save_png(add_alpha(planes_to_rgb(frame.y, frame.u, frame.v)), path)
    return Made((MadeFile(path, "image/png", "still.png"),), describe(look, 1, shoot.layout))


def shoot_clip(bench: Bench) -> Made:
    """A shot's frames as an H.264 mp4 of exactly `look.frames` frames at a constant rate.

    Facts: `frames`, `width`, `height`, `layout` (the one really drawn), and `subjects`, where what is shown stands: for
    every one a list of [frame, x, y, width, height] in thousandths of the frame. Raises OrderFailed when a picture
    cannot be read or the encoder preset is unknown.
    """
    assert isinstance(bench.payload, ClipPayload)
    look = bench.payload.look
    if bench.payload.encode not in PRESETS:
        raise OrderFailed(
            f"{bench.payload.encode!r} is not an encoder preset",
            where=bench.name,
            remedy=Remedy(f"Use one of {', '.join(PRESETS)}."),
        )
    shoot = Shoot(look, read_pictures(bench), bench.seed)
    path = Path(bench.scratch) / "clip.mp4"
    with FilmWriter(path, look.width, look.height, look.rate, PRESETS[bench.payload.encode].name) as film:
        for number, frame in enumerate(shoot.frames()):
            film.write_planes(frame.y, frame.u, frame.v)
            if number % 15 == 0:
                bench.report((number + 1) / look.frames)
    subjects = tell_subjects(shoot.place, look.frames, (look.width, look.height))
    facts = {**describe(look, look.frames, shoot.layout), "subjects": subjects}
    return Made((MadeFile(path, "video/mp4", "clip.mp4"),), facts)


def shoot_tail(bench: Bench) -> Made:
    """Frames that follow a shot's last one, drawn by the same shoot. Facts as a clip's; `first` is the first frame.

    Its `subjects` count frames from its own first, as those of any clip do.
    """
    payload = bench.payload
    assert isinstance(payload, ClipTailPayload)
    shoot = Shoot(payload.look, read_pictures(bench), bench.seed)
    path = Path(bench.scratch) / "tail.mp4"
    look = payload.look
    with FilmWriter(path, look.width, look.height, look.rate, PRESETS[payload.encode].name) as film:
        for number in range(payload.frames):
            frame = shoot.draw(payload.first + number)
            film.write_planes(frame.y, frame.u, frame.v)
            bench.report((number + 1) / payload.frames)
    subjects = tell_subjects(
        lambda number: shoot.place(payload.first + number), payload.frames, (look.width, look.height)
    )
    facts = {**describe(look, payload.frames, shoot.layout), "first": payload.first, "subjects": subjects}
    return Made((MadeFile(path, "video/mp4", "tail.mp4"),), facts)


def read_pictures(bench: Bench) -> tuple[npt.NDArray[np.uint8], ...]:
    """The pictures of a bench, main first, as straight-alpha RGBA. Raises OrderFailed for one that cannot be used."""
    pictures = []
    largest = SMALLER_SIDE if sum(role in bench.inputs for role in ROLES) > MANY else LARGEST_SIDE
    for role in ROLES:
        if role not in bench.inputs:
            continue
        try:
            pictures.append(load(bench.inputs[role].path, largest))
        except PictureRefused as refused:
            remedy = Remedy("Replace the picture with a sound PNG, JPEG or WebP file.")
            raise OrderFailed(f"The {role} cannot be used: {refused}", where=bench.name, remedy=remedy) from refused
    if not pictures:
        raise OrderFailed("There is no picture to shoot.", where=bench.name, remedy=Remedy("Add a reference picture."))
    return tuple(pictures)


def describe(look: Look, frames: int, layout: str) -> Mapping[str, Json]:
    """What a picture take says of itself."""
    return {"frames": frames, "width": look.width, "height": look.height, "layout": layout}


def name_tools() -> str:
    """Versions and settings that decide the bytes."""
    return f"skia {version('skia-python')}; numpy {version('numpy')}; {describe_presets()}"


def estimate(order: Order) -> Estimate:
    """No price; time by pixels."""
    payload = order.payload
    assert isinstance(payload, (StillPayload, ClipPayload, ClipTailPayload))
    look = payload.look
    megapixels = look.width * look.height / 1e6
    frames = 2 if isinstance(payload, StillPayload) else order.units
    return Estimate(
        NOTHING, round(SET_UP_SECONDS * megapixels / 2 + 0.3 + SECONDS_PER_MEGAPIXEL * megapixels * frames, 2)
    )


MAKERS = (
    MakerCard("still", 4, StillPayload, "workprint.adapters.previz:draw_still", False, name_tools, estimate),
    MakerCard("clip", 4, ClipPayload, "workprint.adapters.previz:shoot_clip", True, name_tools, estimate),
    MakerCard(CLIP_TAIL, 2, ClipTailPayload, "workprint.adapters.previz:shoot_tail", True, name_tools, estimate),
)
"""What this adapter makes."""
