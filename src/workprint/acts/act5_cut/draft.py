"""The draft: the whole film at 720p, for a person to review (S1)."""

from __future__ import annotations

from workprint.film.brief import Brief
from workprint.film.edit import Draft, Edit, EditClip, EditTransition, Mix
from workprint.film.order import AnyTake
from workprint.film.segment_orders import list_pieces, order_film, order_piece, size_draft
from workprint.film.shot_names import name_film
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def cut_draft(brief: Brief, edit: Edit, mix: Mix, desk: Desk) -> Draft:
    """Cut the draft from segments of its own, so that a changed shot costs one segment (S4)."""
    size = size_draft(brief)

    async def cut(piece: EditClip | EditTransition) -> AnyTake:
        return await desk.render(order_piece(brief, edit, piece, prefix="draft_", size=size, encode="draft"))

    segments = await desk.each(list_pieces(edit), cut)
    name = name_film("CUT", "draft")
    return Draft(await desk.render(order_film(brief, segments, mix.take, step="draft", name=name, publish="draft.mp4")))
