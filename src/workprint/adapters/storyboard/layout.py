"""The sheet's measures: a landscape A3 page, its grid of panels by frame shape, and the styles of its type."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.lab.safe_areas import Area
from workprint.lab.typeset import TypeStyle

WIDTH, HEIGHT = 2100, 1485
"""ISO 216 A3 landscape at five units a millimetre; a unit is a pixel of the picture."""

POINTS = 72 / 25.4 / 5
"""PDF points a unit."""

MARGIN = 90
HEAD_TOP, HEAD_RULE = 66, 160
GRID_TOP, GRID_BOTTOM = 196, 1350
STRIP_TOP, STRIP_HEIGHT, FOOT_TOP = 1378, 16, 1416

INK, QUIET, LINE = "#242327", "#6A676B", "#D9D4CA"
"""Text 14:1 and secondary text 5.1:1 on the paper; hairlines."""

CAPTION_GAP = 14


@dataclass(frozen=True)
class Grid:
    """Columns and rows of a sheet, the size of a picture, and the width of its words: beside it, or 0 for below."""

    columns: int
    rows: int
    width: float
    height: float
    beside: float = 0.0

    @property
    def row_height(self) -> float:
        """The height of picture and words together."""
        return (GRID_BOTTOM - GRID_TOP + ROW_GAP) / self.rows - ROW_GAP

    def place(self, number: int) -> Area:
        """The picture's place of the n-th panel."""
        row, column = divmod(number, self.columns)
        cell = self.width + (BESIDE_GAP + self.beside if self.beside else 0)
        pitch = (WIDTH - 2 * MARGIN - cell) / max(1, self.columns - 1)
        return Area(MARGIN + column * pitch, GRID_TOP + row * (self.row_height + ROW_GAP), self.width, self.height)

    def words(self, picture: Area) -> Area:
        """Where the words of a panel stand."""
        if self.beside:
            return Area(picture.right + BESIDE_GAP, picture.y - 4, self.beside, self.row_height)
        return Area(picture.x, picture.bottom + CAPTION_GAP, self.width, self.row_height - self.height - CAPTION_GAP)


ROW_GAP, BESIDE_GAP = 32, 26

WIDE = (Grid(3, 2, 604, 339.75), Grid(4, 2, 444, 249.75))
SQUARE = (Grid(2, 2, 540, 540, beside=366), Grid(4, 2, 352, 352))
TALL = (Grid(4, 1, 444, 789.333), Grid(3, 2, 312.75, 556, beside=265))
"""Grids by frame shape, the roomiest first."""


def choose_grid(shape: tuple[int, int], room: int) -> Grid:
    """The roomiest grid for a film's shape that holds so many panels."""
    width, height = shape
    grids = WIDE if width > height * 1.2 else TALL if height > width * 1.2 else SQUARE
    return next((grid for grid in grids if grid.columns * grid.rows >= room), grids[-1])


TITLE = TypeStyle("display", "semibold", 46, tracking=-0.015, line_height=1.12, color=INK)
FACTS = TypeStyle("sans", "regular", 19, line_height=1.3, color=QUIET, align="right")
KICKER = TypeStyle("sans", "semibold", 15, tracking=0.09, line_height=1.3, color=QUIET, align="left", case="upper")
SLATE = TypeStyle("sans", "bold", 21, tracking=-0.005, line_height=1.25, color=INK, align="left")
LENGTH = TypeStyle("sans", "semibold", 21, line_height=1.25, color=INK, align="right")
DETAIL = TypeStyle("sans", "regular", 16.5, line_height=1.35, color=QUIET, align="left")
ACTION = TypeStyle("sans", "regular", 18.5, tracking=-0.003, line_height=1.34, color=INK)
SPEECH = TypeStyle("serif", "medium", 19.5, line_height=1.3, color=INK)
SMALL = TypeStyle("sans", "regular", 15, line_height=1.3, color=QUIET, align="left")
"""The type of a sheet, in units."""
