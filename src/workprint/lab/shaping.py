"""Shaping: a text and a style become a Skia paragraph, shaped with HarfBuzz and broken by ICU; and its ink is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count, groupby

import numpy as np
import skia

from workprint.lab.fonts import list_families, load_collection
from workprint.lab.writing import (
    ISOLATES,
    is_right_to_left,
    isolate_lines,
    least_line_height,
    split_runs,
    takes_tracking,
)

WEIGHTS = {"regular": 400, "medium": 500, "semibold": 600, "bold": 700, "extrabold": 800}
"""Weights by name (OpenType usWeightClass). A family without one gives its nearest."""


@dataclass(frozen=True)
class TypeStyle:
    """How a text is set. Sizes in pixels, `tracking` in em, `line_height` in multiples of the size, colour #RRGGBB.

    `align` is left, center, right, or start (the side a text begins: right for right-to-left). `case` is `as-is` or
    `upper`. `is_optical`: lines stand by their ink, marks hang out (see `optical_edges`).
    """

    family: str
    weight: str
    size_px: float
    tracking: float = 0.0
    line_height: float = 1.2
    color: str = "#FFFFFF"
    align: str = "start"
    case: str = "as-is"
    is_optical: bool = False


@dataclass(frozen=True)
class InkBox:
    """Where a block leaves ink, in pixels from its own top left corner: x, y, width, height (all 0 without ink)."""

    x: int
    y: int
    width: int
    height: int


def find_ink(alpha: np.ndarray) -> InkBox | None:
    """The smallest box around all non-zero values of an (H, W) array, or None."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return None
    return InkBox(int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1))


def parse_color(color: str) -> tuple[int, int, int]:
    """Red, green, blue 0-255 of #RRGGBB. Raises ValueError for anything else."""
    if len(color) != 7 or not color.startswith("#"):
        raise ValueError(f"not a #RRGGBB colour: {color!r}")
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


@lru_cache(maxsize=1)
def load_unicode() -> skia.Unicode:
    """The ICU that comes with Skia."""
    return skia.Unicodes.ICU.Make()


def make_text_style(style: TypeStyle, text: str, families: list[str]) -> skia.textlayout.TextStyle:
    """A Skia text style. Tracking is left out where letters join."""
    made = skia.textlayout.TextStyle()
    made.setFontFamilies(families)
    made.setFontSize(style.size_px)
    made.setFontStyle(
        skia.FontStyle(WEIGHTS[style.weight], skia.FontStyle.kNormal_Width, skia.FontStyle.kUpright_Slant)
    )
    made.setColor(skia.Color(*parse_color(style.color)))
    made.setHeight(max(style.line_height, least_line_height(text)))
    made.setHeightOverride(True)
    made.setHalfLeading(True)
    if style.tracking and takes_tracking(text):
        made.setLetterSpacing(style.tracking * style.size_px)
    return made


def make_strut(style: TypeStyle, text: str) -> skia.textlayout.StrutStyle:
    """A fixed line pitch, so that one emoji or hanzi in a line does not push the others apart."""
    strut = skia.textlayout.StrutStyle()
    strut.setStrutEnabled(True)
    strut.setForceStrutHeight(True)
    strut.setFontFamilies(["sans"])
    strut.setFontSize(style.size_px)
    strut.setHeight(max(style.line_height, least_line_height(text)))
    strut.setHeightOverride(True)
    strut.setHalfLeading(True)
    return strut


def choose_side(style: TypeStyle, text: str) -> str:
    """The side lines stand on: left, center or right."""
    if style.align == "start":
        return "right" if is_right_to_left(text) else "left"
    return style.align


SIDES = {
    "left": skia.textlayout.TextAlign.kLeft,
    "center": skia.textlayout.TextAlign.kCenter,
    "right": skia.textlayout.TextAlign.kRight,
}


def shape(text: str, style: TypeStyle, shown: range | None = None) -> skia.textlayout.Paragraph:
    """Build a paragraph, not laid out yet. Emoji are asked for from the emoji font first, text last.

    With `shown` only those characters of the text leave ink (isolates not counted); all others keep their place.
    """
    paragraph_style = skia.textlayout.ParagraphStyle()
    plain = make_text_style(style, text, list_families(style.family))
    paragraph_style.setTextStyle(plain)
    paragraph_style.setTextAlign(SIDES[choose_side(style, text)])
    paragraph_style.setStrutStyle(make_strut(style, text))
    builder = skia.textlayout.ParagraphBuilder.make(paragraph_style, load_collection(), load_unicode())
    pictures = make_text_style(style, text, ["emoji", *list_families(style.family)])
    runs = split_runs(isolate_lines(text) if is_right_to_left(text) else text)
    for run, is_emoji, is_shown in mark_shown(runs, shown):
        wanted = pictures if is_emoji else plain
        # Colour is no part of shaping: letters join and kern across a change of it.
        wanted.setColor(skia.Color(*parse_color(style.color)) if is_shown else skia.ColorTRANSPARENT)
        builder.pushStyle(wanted)
        builder.addText(run)
        builder.pop()
    return builder.Build()


def lay_out(text: str, style: TypeStyle, width: float) -> skia.textlayout.Paragraph:
    """A paragraph laid out in a column of a width in pixels."""
    paragraph = shape(text, style)
    paragraph.layout(width)
    return paragraph


def mark_shown(runs: tuple[tuple[str, bool], ...], shown: range | None) -> tuple[tuple[str, bool, bool], ...]:
    """The runs split where `shown` begins and ends: (text, is emoji, is shown)."""
    if shown is None:
        return tuple((run, is_emoji, True) for run, is_emoji in runs)
    places = count()
    marked = []
    for run, is_emoji in runs:
        kept = [(char, char not in ISOLATES and next(places) in shown) for char in run]
        pieces = groupby(kept, key=lambda pair: pair[1])
        marked += [("".join(char for char, _ in piece), is_emoji, is_shown) for is_shown, piece in pieces]
    return tuple(marked)


def count_lines(paragraph: skia.textlayout.Paragraph, line_px: float) -> int:
    """How many lines a laid-out paragraph has; the strut makes them all equally high."""
    return int(max(1, round(paragraph.Height / line_px)))


def measure_longest(paragraph: skia.textlayout.Paragraph) -> float:
    """The width of the longest line in pixels; Skia says minus infinity for a text without letters."""
    return max(0.0, float(paragraph.LongestLine))


def measure_line(text: str, style: TypeStyle) -> float:
    """The height of one line in pixels, as the layout rounds it."""
    single = shape(text.split("\n")[0] or " ", style)
    single.layout(1e6)
    return float(single.Height)
