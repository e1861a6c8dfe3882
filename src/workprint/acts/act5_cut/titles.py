"""Titles: every overlay of every scene drawn, placed and timed (R2)."""

from __future__ import annotations

from workprint.acts.act5_cut.title_plan import Overlay, plan_overlays, uses_logo
from workprint.film.board import Board, Chain
from workprint.film.brief import Brief
from workprint.film.cut_orders import TitleLife, TitlePayload
from workprint.film.edit import PlacedTitle, Titles
from workprint.film.order import Input, Order
from workprint.film.shot_names import name_scene
from workprint.ports.desk import Desk, stage


@stage(version=3)
async def set_titles(brief: Brief, board: Board, desk: Desk) -> Titles:
    """Set every title: one order an overlay, so that a new price redraws the price and nothing else."""

    async def set_one(placed: tuple[Chain, Overlay]) -> PlacedTitle:
        chain, overlay = placed
        order = order_title(brief, chain, overlay)
        take = await desk.render(order)
        return PlacedTitle(order.name, overlay.span, overlay.entrance, overlay.exit, take)

    work = tuple((chain, overlay) for chain in board.chains for overlay in plan_overlays(brief, chain))
    done = tuple(zip(work, await desk.each(work, set_one), strict=True))
    return Titles(
        {
            chain.scene: tuple(title for (owner, _), title in done if owner.number == chain.number)
            for chain in board.chains
        }
    )


def order_title(brief: Brief, chain: Chain, overlay: Overlay) -> Order:
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
        ),
        inputs=(Input("logo", logo.file),) if logo is not None and uses_logo(brief, overlay) else (),
    )
