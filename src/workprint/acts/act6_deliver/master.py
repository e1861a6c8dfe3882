"""The master: the film at full size, from segments that are joined without another encode (T2, S4)."""

from __future__ import annotations

from workprint.film.brief import Brief
from workprint.film.delivery import name_delivery
from workprint.film.edit import Draft, Edit, EditClip, EditTransition, Master, Mix
from workprint.film.order import AnyTake
from workprint.film.segment_orders import list_pieces, order_film, order_piece
from workprint.film.shot_names import name_film
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def make_master(brief: Brief, edit: Edit, mix: Mix, draft: Draft, desk: Desk) -> Master:
    """Make the master. It waits for the draft, since that is what was reviewed before the locks were set."""

    async def cut(piece: EditClip | EditTransition) -> AnyTake:
        return await desk.render(order_piece(brief, edit, piece, prefix="", size=brief.size, encode="master"))

    segments = await desk.each(list_pieces(edit), cut)
    name, publish = name_film("CUT", "master"), f"{name_delivery(brief)}.mp4"
    return Master(await desk.render(order_film(brief, segments, mix.take, step="master", name=name, publish=publish)))
