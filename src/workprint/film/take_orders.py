"""Orders about takes: the sheet that shows all takes of a shot side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workprint.film.board import Shot
from workprint.film.brief import Brief
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_shot
from workprint.film.takes import ShotTake

TAKE_SHEET = "take_sheet"
"""The step of the sheet of takes."""


@dataclass(frozen=True)
class TakeRow:
    """A row of the sheet: the take's number, and what is different about it, as its direction says."""

    number: int
    describes: str


@dataclass(frozen=True)
class TakeSheetPayload:
    """The takes of a shot side by side, a row each. Input roles: `take.01` and so on, the clips, by take number.

    `palette` are brand colours #RRGGBB. Facts: `takes`, `width`, `height`.
    """

    title: str
    slate: str
    rows: tuple[TakeRow, ...]
    palette: tuple[str, ...]


def order_take_sheet(brief: Brief, shot: Shot, takes: Sequence[tuple[ShotTake, AnyTake]]) -> Order:
    """The order of the sheet; which take is in the film is not on it, so that choosing one draws nothing anew."""
    rows = tuple(TakeRow(take.number, take.describes) for take, _ in takes)
    return Order(
        step=TAKE_SHEET,
        name=name_shot(shot, "STILL", "-takes"),
        payload=TakeSheetPayload(brief.name, shot.slate, rows, brief.product.brand_colors),
        inputs=tuple(Input(f"take.{take.number:02d}", clip) for take, clip in takes),
        units=len(takes),
        publish=f"takes/{shot.slate}/takes.png",
    )
