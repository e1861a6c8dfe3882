"""A small studio: clips, titles and segments of one brand at one size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gallery.making import give, give_file, make
from gallery.registry import Brand
from workprint.film.brief import CameraMove, SceneType
from workprint.film.cut_orders import SegmentPayload, TitleCue, TitleLife, TitlePayload
from workprint.film.picture_orders import ClipPayload, Look
from workprint.ports.maker import BenchInput, Made

RATE = (30, 1)
"""Frames a second of every preview."""

SCENE_TYPES = {"full_bleed": SceneType.LIFESTYLE, "endcard": SceneType.ENDCARD}
"""What the layouts used here are for; the others show a packshot."""


def size_feed(short: int) -> tuple[int, int]:
    """Width and height of a preview in 4:5, even numbers."""
    return 2 * round(short / 2), 2 * round(short * 1.25 / 2)


@dataclass(frozen=True)
class Studio:
    """Where a piece is made: the brand, the size in pixels, and a scratch folder of its own."""

    brand: Brand
    size: tuple[int, int]
    scratch: Path

    def plan_look(self, layout: str, frames: int) -> Look:
        """A look in a layout: soft light, a move closer."""
        product = self.brand.brief.product
        kind = SCENE_TYPES.get(layout, SceneType.PACKSHOT)
        return Look(
            width=self.size[0],
            height=self.size[1],
            rate=RATE,
            frames=frames,
            type=kind,
            layout=layout,
            lighting="soft_top",
            move=CameraMove.DOLLY_IN,
            focal_length_mm=50,
            f_number=self.brand.brief.optics.f_number,
            energy=55,
            palette=product.brand_colors,
            palette_hint=product.style.palette_hint,
            picture_has_alpha=kind is not SceneType.LIFESTYLE,
        )

    def shoot(self, layout: str, picture: Path, frames: int) -> Made:
        """A clip of a picture in a layout."""
        payload = ClipPayload(self.plan_look(layout, frames), "", "intermediate")
        return make("clip", payload, self.scratch / f"{layout}-{picture.stem}", {"picture": give_file(picture)})

    def set_title(
        self, system: str, kind: str, lines: tuple[tuple[str, str], ...], over: tuple[Made, TitleCue]
    ) -> Made:
        """A title in a type system over a clip, timed by its cue; the end card has the logo."""
        clip, cue = over
        is_card, logo = kind == "endcard", self.brand.logo
        payload = TitlePayload(
            kind=kind,
            lines=lines,
            anchor="center" if is_card else "bottom",
            width=self.size[0],
            height=self.size[1],
            platform="web",
            type_system=system,
            palette=self.brand.brief.product.brand_colors,
            life=TitleLife(RATE, cue.end - cue.start, cue.entrance, cue.exit),
            footage=((cue.start, cue.end - cue.start),),
        )
        inputs: dict[str, BenchInput] = {"footage.0": give(clip)}
        if logo is not None and is_card:
            inputs["logo"] = give_file(logo)
        return make("title", payload, self.scratch / f"title-{kind}", inputs)

    def cut(self, clip: Made, title: Made, cue: TitleCue, frames: int) -> Made:
        """A clip with a title over it."""
        payload = SegmentPayload(*self.size, RATE, 0, frames, (cue,), "intermediate")
        return make("segment", payload, self.scratch / f"cut-{cue.end}", {"clip": give(clip), cue.role: give(title)})
