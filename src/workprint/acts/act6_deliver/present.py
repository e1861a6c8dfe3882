"""What a person sees of the film without playing it: poster and contact sheet, taken from the master (T4)."""

from __future__ import annotations

from workprint.film.board import Board, Shot
from workprint.film.brief import Brief, SceneType
from workprint.film.cut_orders import PosterPayload, SheetPayload
from workprint.film.delivery import name_delivery
from workprint.film.edit import Master, Presentation
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film
from workprint.film.time import Span, to_timecode
from workprint.ports.desk import Desk, stage


@stage(version=1)
async def present(brief: Brief, board: Board, master: Master, desk: Desk) -> Presentation:
    """Take poster and contact sheet from the master; it waits for no check, so that a faulty film can be looked at."""
    orders = (order_poster(brief, board, master.take), order_sheet(brief, board, master.take))
    poster, sheet = await desk.each(orders, desk.render)
    return Presentation(poster, sheet)


def order_poster(brief: Brief, board: Board, film: AnyTake) -> Order:
    """The poster: the middle of the film's strongest shot."""
    frame = find_middle(choose_poster_shot(board).span)
    name, publish = name_film("STILL", "poster"), f"{name_delivery(brief)}_poster.png"
    return Order("poster", name, PosterPayload(frame), (Input("film", film),), publish=publish)


def choose_poster_shot(board: Board) -> Shot:
    """The longest primary shot, packshots first: the product, seen well."""
    primary = [shot for shot in board.shots if shot.is_primary]
    return max(primary, key=lambda shot: (shot.type is SceneType.PACKSHOT, shot.span.length, -shot.span.start))


def order_sheet(brief: Brief, board: Board, film: AnyTake) -> Order:
    """The contact sheet: one panel a shot, from its middle."""
    panels = tuple(
        (shot.slate, to_timecode(shot.span.start, brief.rate), find_middle(shot.span)) for shot in board.shots
    )
    payload = SheetPayload(brief.name, panels, brief.product.brand_colors)
    name, publish = name_film("STILL", "contact-sheet"), f"{name_delivery(brief)}_contact-sheet.png"
    return Order("sheet", name, payload, (Input("film", film),), units=len(panels), publish=publish)


def find_middle(span: Span) -> int:
    """The frame in the middle of a span."""
    return span.start + span.length // 2
