"""Titles: every overlay of every scene drawn, placed and timed (R2)."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.acts.act5_cut.title_plan import Overlay, plan_overlays, uses_logo
from workprint.film.board import Board, Chain
from workprint.film.brief import Brief
from workprint.film.cut_orders import TitleLife, TitlePayload
from workprint.film.dailies import Dailies
from workprint.film.edit import PlacedTitle, Titles
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_scene
from workprint.ports.desk import Desk, stage


@dataclass(frozen=True)
class Footage:
    """A stretch of a clip: its first frame there, how many, and the clip."""

    start: int
    frames: int
    clip: AnyTake


@stage(version=3)
async def set_titles(brief: Brief, board: Board, dailies: Dailies, desk: Desk) -> Titles:
    """Set every title: one order an overlay, so that a new price redraws the price and nothing else.

    A title is set after those of its scene that stand at the same time, so that it can keep clear of them.
    """

    async def set_scene(chain: Chain) -> tuple[PlacedTitle, ...]:
        placed: list[PlacedTitle] = []
        for overlay in plan_overlays(brief, chain):
            mates = tuple(title.take for title in placed if title.span.overlap(overlay.span))
            order = order_title(brief, chain, overlay, list_footage(chain, overlay, dailies), mates)
            take = await desk.render(order)
            placed.append(PlacedTitle(order.name, overlay.span, overlay.entrance, overlay.exit, take))
        return tuple(placed)

    scenes = await desk.each(board.chains, set_scene)
    return Titles({chain.scene: titles for chain, titles in zip(board.chains, scenes, strict=True)})


def list_footage(chain: Chain, overlay: Overlay, dailies: Dailies) -> tuple[Footage, ...]:
    """What lies behind an overlay: the stretch of every clip that is seen while it stands."""
    stretches = []
    for shot in chain.shots:
        seen = shot.span.overlap(overlay.span)
        if seen:
            start = max(shot.span.start, overlay.span.start)
            stretches.append(Footage(shot.source_start + start - shot.span.start, seen, dailies.clips[shot.slate]))
    return tuple(stretches)


def order_title(
    brief: Brief, chain: Chain, overlay: Overlay, footage: tuple[Footage, ...], mates: tuple[AnyTake, ...]
) -> Order:
    """The order of one overlay at the master's size."""
    width, height = brief.size
    logo = brief.product.logo
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
        ),
        inputs=(
            *((Input("logo", logo.file),) if logo is not None and uses_logo(brief, overlay) else ()),
            *(Input(f"footage.{index}", one.clip) for index, one in enumerate(footage)),
            *(Input(f"mate.{index}", mate) for index, mate in enumerate(mates)),
        ),
    )
