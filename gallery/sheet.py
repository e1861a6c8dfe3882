"""The sheet: the whole gallery on one PNG, section by section."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import skia

from gallery.exhibit import Exhibit
from gallery.making import read_image
from gallery.page import PARTS
from workprint.lab.pictures import save_png
from workprint.lab.typeset import TypeStyle, parse_color, set_paragraph

WIDTH, MARGIN, GUTTER = 2400, 96, 28
"""Pixels of the sheet, around it, and between pictures."""

PAPER, INK, QUIET, LINE, ACCENT = "#0F1012", "#F2F1EE", "#8C8F96", "#26282D", "#E8A33D"
"""The contact sheets' own colours."""

HEAD, SECTION, CAPTION, ROW_GAP, SECTION_GAP = 250, 104, 74, 26, 56
"""Heights in pixels: the sheet's head, a section's, a caption; and the gaps below rows and sections."""

COLUMNS = {"designs": 7, "types": 6, "transitions": 3, "grades": 5}
"""Pictures in a row; films share one row at one height."""

RADIUS = 8.0
"""Corners of pictures in pixels."""


@dataclass(frozen=True)
class Tile:
    """A picture on the sheet: exhibit, picture file, place and size."""

    exhibit: Exhibit
    picture: str
    x: float
    y: float
    width: float
    height: float


def write_sheet(folder: Path, exhibits: dict[str, tuple[Exhibit, ...]], target: Path) -> Path:
    """Draw all parts there are onto one picture."""
    parts = [part for part in PARTS if exhibits.get(part)]
    height, plans = float(MARGIN + HEAD), []
    for part in parts:
        tiles = tuple(_lay_out(part, exhibits[part], height + SECTION))
        plans.append((part, height, tiles))
        height = max(tile.y + tile.height for tile in tiles) + CAPTION + SECTION_GAP
    surface = skia.Surface(WIDTH, math.ceil(height - SECTION_GAP + MARGIN))
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(*parse_color(PAPER)))
    _draw_head(canvas)
    for part, top, tiles in plans:
        _draw_section(canvas, part, top, len(exhibits[part]))
        for tile in tiles:
            _draw_tile(canvas, folder, tile)
    target.parent.mkdir(parents=True, exist_ok=True)
    save_png(surface.makeImageSnapshot(), target)
    return target


def _lay_out(part: str, exhibits: tuple[Exhibit, ...], top: float) -> Iterator[Tile]:
    room = WIDTH - 2 * MARGIN
    if part == "films":
        yield from _lay_row(exhibits, top, room)
        return
    columns = min(COLUMNS[part], max(3, len(exhibits)))
    width = (room - (columns - 1) * GUTTER) / columns
    for number, item in enumerate(exhibits):
        row, column = divmod(number, columns)
        picture = item.stills[1] if part == "transitions" else item.stills[0]
        # A strip shows five frames side by side.
        height = width * item.height / item.width / (5 if part == "transitions" else 1)
        x, y = MARGIN + column * (width + GUTTER), top + row * (height + CAPTION + ROW_GAP)
        yield Tile(item, picture, x, y, width, height)


def _lay_row(exhibits: tuple[Exhibit, ...], top: float, room: float) -> Iterator[Tile]:
    """Pictures of different shapes at one height, across the whole sheet."""
    shapes = [item.width / item.height for item in exhibits]
    height = min(1000.0, (room - GUTTER * (len(exhibits) - 1)) / sum(shapes))
    x = float(MARGIN)
    for item, shape in zip(exhibits, shapes, strict=True):
        yield Tile(item, item.stills[0], x, top, shape * height, height)
        x += shape * height + GUTTER


def _draw_head(canvas: skia.Canvas) -> None:
    canvas.drawRect(skia.Rect.MakeXYWH(MARGIN, MARGIN - 28, 56, 6), skia.Paint(Color=skia.Color(*parse_color(ACCENT))))
    title = TypeStyle("display", "semibold", 92, tracking=-0.025, line_height=1.1, color=INK)
    set_paragraph("Workprint gallery", title, WIDTH - 2 * MARGIN, 1, 60).draw(canvas, MARGIN, MARGIN + 6)
    line = TypeStyle("sans", "regular", 30, line_height=1.3, color=QUIET)
    text = "Drawn by the offline renderer from product pictures and a brief. No model, no network."
    set_paragraph(text, line, WIDTH - 2 * MARGIN, 1, 20).draw(canvas, MARGIN, MARGIN + 130)


def _draw_section(canvas: skia.Canvas, part: str, top: float, count: int) -> None:
    rule = skia.Paint(Color=skia.Color(*parse_color(LINE)), StrokeWidth=2)
    canvas.drawLine(MARGIN, top, WIDTH - MARGIN, top, rule)
    name = TypeStyle("display", "semibold", 42, tracking=-0.015, line_height=1.2, color=INK)
    set_paragraph(PARTS[part][0], name, 700, 1, 30).draw(canvas, MARGIN, top + 24)
    number = TypeStyle("sans", "regular", 26, line_height=1.2, color=QUIET, align="right")
    set_paragraph(str(count), number, 200, 1, 20).draw(canvas, WIDTH - MARGIN - 200, top + 34)


def _draw_tile(canvas: skia.Canvas, folder: Path, tile: Tile) -> None:
    box = skia.Rect.MakeXYWH(tile.x, tile.y, tile.width, tile.height)
    shape = skia.RRect.MakeRectXY(box, RADIUS, RADIUS)
    canvas.save()
    canvas.clipRRect(shape, True)
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    canvas.drawImageRect(read_image(folder / tile.picture), box, smooth)
    canvas.restore()
    edge = skia.Paint(Color=skia.Color(*parse_color(LINE)), Style=skia.Paint.kStroke_Style, StrokeWidth=2)
    edge.setAntiAlias(True)
    canvas.drawRRect(shape, edge)
    strong = TypeStyle("sans", "semibold", 23, line_height=1.25, color=INK)
    quiet = TypeStyle("sans", "regular", 18, line_height=1.3, color=QUIET)
    below = tile.y + tile.height + 12
    set_paragraph(tile.exhibit.title, strong, tile.width, 1, 16).draw(canvas, tile.x, below)
    set_paragraph(tile.exhibit.note, quiet, tile.width, 1, 12).draw(canvas, tile.x, below + 31)
