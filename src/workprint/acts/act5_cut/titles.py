"""Titles: every overlay of every scene drawn, placed and timed (R2)."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.acts.act5_cut.title_plan import Overlay, plan_overlays, uses_logo
from workprint.film.board import Board, Chain
from workprint.film.brief import Brief
from workprint.film.cut_orders import BODY_FONT, HEADING_FONT, TitleLife, TitlePayload
from workprint.film.dailies import Dailies
from workprint.film.edit import BurnedCaptions, PlacedTitle, Titles
from workprint.film.grade import LUT_ROLE, Grade, choose_grade
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_scene
from workprint.ports.desk import Desk, stage


@dataclass(frozen=True)
class Footage:
    """A stretch of a clip: its first frame there, how many, the clip, and the grade its shot has in the film."""

    start: int
    frames: int
    clip: AnyTake
    grade: Grade | None


@stage(version=5)
async def set_titles(brief: Brief, board: Board, dailies: Dailies, captions: BurnedCaptions, desk: Desk) -> Titles:
    """Set every title: one order an overlay, so that a new price redraws the price and nothing else.

    A title is set after those of its scene that stand at the same time, so that it can keep clear of them, and
    of burned-in captions.
    """

    async def set_scene(chain: Chain) -> tuple[PlacedTitle, ...]:
        placed: list[PlacedTitle] = []
        for overlay in plan_overlays(brief, chain):
            footage = list_footage(brief, chain, overlay, dailies)
            order = order_title(brief, chain, overlay, footage, list_others(overlay, placed, captions))
            take = await desk.render(order)
            placed.append(PlacedTitle(order.name, overlay.span, overlay.entrance, overlay.exit, take))
        return tuple(placed)

    scenes = await desk.each(board.chains, set_scene)
    return Titles({chain.scene: titles for chain, titles in zip(board.chains, scenes, strict=True)})


def list_footage(brief: Brief, chain: Chain, overlay: Overlay, dailies: Dailies) -> tuple[Footage, ...]:
    """What lies behind an overlay: the stretch of every clip that is seen while it stands."""
    stretches = []
    for shot in chain.shots:
        seen = shot.span.overlap(overlay.span)
        if seen:
            start = max(shot.span.start, overlay.span.start)
            grade = choose_grade(brief, shot.type, shot.take.grade)
            clip = dailies.clips[shot.slate]
            stretches.append(Footage(shot.source_start + start - shot.span.start, seen, clip, grade))
    return tuple(stretches)


def list_others(overlay: Overlay, placed: list[PlacedTitle], captions: BurnedCaptions) -> tuple[Input, ...]:
    """What an overlay minds: titles and captions that stand with it, and the same text as it stood up to the cut."""
    mates = [title.take for title in placed if title.span.overlap(overlay.span)]
    mates += [line.take for line in captions.over(overlay.span)]
    before = (Input("before", placed[-1].take),) if overlay.part else ()
    return (*(Input(f"mate.{index}", mate) for index, mate in enumerate(mates)), *before)


def order_title(
    brief: Brief,
    chain: Chain,
    overlay: Overlay,
    footage: tuple[Footage, ...],
    others: tuple[Input, ...],
) -> Order:
    """The order of one overlay at the master's size; `others` are the titles it has to mind.

    Its contrast is measured in the grade of the shot behind it. Only a logo lies over several; where a take has given
    those grades of their own, the first one counts.
    """
    width, height = brief.size
    logo, lut = brief.product.logo, brief.product.style.lut
    grade = footage[0].grade if footage else choose_grade(brief, chain.type)
    has_table = lut is not None and grade is not None and grade.has_lut
    return Order(
        step="title",
        name=name_scene(chain.number, "TEXT", overlay.label),
        payload=TitlePayload(
            kind=overlay.kind,
            lines=overlay.lines,
            anchor=overlay.anchor,
            width=width,
            height=height,
            platform=brief.platform,
            type_system=brief.product.style.font_family,
            palette=brief.product.brand_colors,
            life=TitleLife(
                (brief.rate.numerator, brief.rate.denominator), overlay.span.length, overlay.entrance, overlay.exit
            ),
            footage=tuple((one.start, one.frames) for one in footage),
            grade=grade,
        ),
        inputs=(
            *((Input("logo", logo.file),) if logo is not None and uses_logo(brief, overlay) else ()),
            *((Input(LUT_ROLE, lut),) if lut is not None and has_table else ()),
            *(list_fonts(brief) if overlay.lines else ()),
            *(Input(f"footage.{index}", one.clip) for index, one in enumerate(footage)),
            *others,
        ),
    )


def list_fonts(brief: Brief) -> tuple[Input, ...]:
    """The brand's own fonts as inputs: another font remakes the titles and nothing else."""
    style = brief.product.style
    given = ((HEADING_FONT, style.heading_font), (BODY_FONT, style.body_font))
    return tuple(Input(role, file) for role, file in given if file is not None)
