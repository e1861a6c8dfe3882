"""Transitions: two shots of a brand with the change between them, and a strip of five frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import skia

from gallery.exhibit import Exhibit
from gallery.joining import write_frames
from gallery.making import SCRATCH, give, make, pick_frames, save_jpeg, to_image
from gallery.registry import Brand, say_name
from gallery.studio import RATE, Studio, size_feed
from workprint.film.cut_orders import TransitionPayload
from workprint.film.segment_orders import COLOURED_KINDS
from workprint.film.time import Rate
from workprint.film.transitions import HALVES_S, MATCH, shows_both
from workprint.lab.decode import read_frames
from workprint.lab.encode import Plane
from workprint.ports.maker import Made

PART = "transitions"
STAY = 12
"""Frames each shot is seen before and after."""

STRIP = 5
GAP = 4
"""Frames of a strip, and pixels between them."""

DIRECTIONS = {"light_leak": "right", MATCH: "in"}
"""Where each kind moves here; the others go left."""


def show_transition(kind: str, turn: int, brand: Brand, folder: Path, short: int) -> Exhibit:
    """Make a transition between two shots of a brand, seen before and after."""
    size = size_feed(short)
    studio = Studio(brand, size, folder / SCRATCH / f"transition-{kind}")
    share = Rate(*RATE).frames(HALVES_S[kind])
    clips = _shoot_pair(kind, turn, studio, 2 * share + STAY)
    seen = 2 * share if shows_both(kind) else share
    payload = TransitionPayload(
        kind=kind,
        direction=DIRECTIONS.get(kind, "left"),
        width=size[0],
        height=size[1],
        rate=RATE,
        frames=2 * share,
        outgoing=(STAY, seen),
        incoming=(0, seen),
        palette=brand.brief.product.brand_colors if kind in COLOURED_KINDS else (),
        encode="intermediate",
    )
    made = make("transition", payload, studio.scratch / "t", {"outgoing": give(clips[0]), "incoming": give(clips[1])})
    video = Path(PART) / f"{kind}.mp4"
    before, between, after = (list(read_frames(one.files[0].path)) for one in (clips[0], made, clips[1]))
    write_frames([*before[:STAY], *between, *after[seen : seen + STAY]], folder / video, RATE)
    numbers = tuple(STAY + round((2 * share - 1) * step / (STRIP - 1)) for step in range(STRIP))
    strip = draw_strip(pick_frames(folder / video, numbers, (size[0] // 2, size[1] // 2)))
    still, poster = Path(PART) / f"{kind}-strip.jpg", Path(PART) / f"{kind}.jpg"
    save_jpeg(strip, folder / still)
    save_jpeg(pick_frames(folder / video, (STAY + share,))[0], folder / poster)
    note = f"{2 * share} frames, {2 * share * RATE[1] / RATE[0]:.2f} s"
    return Exhibit(
        PART, kind, say_name(kind), note, video.as_posix(), (poster.as_posix(), still.as_posix()), *size,
        f"{say_name(kind)} between two shots of {brand.brief.product.name}, in five frames",
    )  # fmt: skip


def draw_strip(pictures: list[Plane]) -> skia.Image:
    """Pictures of one size side by side."""
    height, width = pictures[0].shape[:2]
    surface = skia.Surface((width + GAP) * len(pictures) - GAP, height)
    surface.getCanvas().clear(skia.Color(15, 16, 18))
    for number, picture in enumerate(pictures):
        surface.getCanvas().drawImage(to_image(np.ascontiguousarray(picture)), number * (width + GAP), 0)
    return surface.makeImageSnapshot()


def _shoot_pair(kind: str, turn: int, studio: Studio, frames: int) -> tuple[Made, Made]:
    """Two photos; for the match move the packshot and the end card, which it is made for."""
    if kind == MATCH:
        cutout = studio.brand.list_pictures(has_alpha=True)[0]
        return studio.shoot("hero_sweep", cutout, frames), studio.shoot("endcard", cutout, frames)
    photos = studio.brand.list_pictures(has_alpha=False)
    first, second = photos[turn % len(photos)], photos[(turn + 1) % len(photos)]
    return studio.shoot("full_bleed", first, frames), studio.shoot("full_bleed", second, frames)
