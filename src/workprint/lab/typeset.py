"""Type-setting: paragraphs shaped with HarfBuzz and ICU, broken evenly, made smaller until they fit, never clipped."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
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
    split_clusters,
    split_runs,
    takes_tracking,
)

WEIGHTS = {"regular": 400, "medium": 500, "semibold": 600, "bold": 700, "extrabold": 800}
"""Weights by name (OpenType usWeightClass). A family without one gives its nearest."""

SHRINK = 0.96
"""Each try to fit is this much smaller: small enough that no size looks arbitrary beside its neighbours."""

ELLIPSIS = "…"


@dataclass(frozen=True)
class TypeStyle:
    """How a text is set. Sizes in pixels, `tracking` in em, `line_height` in multiples of the size, colour #RRGGBB.

    `align` is left, center, right, or start (the side a text begins: right for right-to-left). `case` is `as-is` or
    `upper`.
    """

    family: str
    weight: str
    size_px: float
    tracking: float = 0.0
    line_height: float = 1.2
    color: str = "#FFFFFF"
    align: str = "start"
    case: str = "as-is"


@dataclass(frozen=True)
class InkBox:
    """Where a block leaves ink, in pixels from its own top left corner: x, y, width, height (all 0 without ink)."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Block:
    """A paragraph ready to draw. `width` is the column it was set in, `height` its lines; both in pixels.

    `line_width` is the longest line, `baseline` that of the first line, `size_px` what the style's size shrank to.
    """

    text: str
    style: TypeStyle
    width: float
    height: float
    line_width: float
    baseline: float
    lines: int
    size_px: float
    is_truncated: bool
    offset: float
    paragraph: skia.textlayout.Paragraph

    def draw(self, canvas: skia.Canvas, x: float, y: float) -> None:
        """Draw with the column's top left corner at (x, y)."""
        self.paragraph.paint(canvas, x + self.offset, y)

    @property
    def ink(self) -> InkBox:
        """The ink box, found by drawing: marks and emoji may stand out of the line."""
        pad = math.ceil(self.size_px)
        surface = skia.Surface(math.ceil(self.width) + 2 * pad, math.ceil(self.height) + 2 * pad)
        self.draw(surface.getCanvas(), pad, pad)
        box = find_ink(surface.toarray()[:, :, 3])
        return InkBox(0, 0, 0, 0) if box is None else InkBox(box.x - pad, box.y - pad, box.width, box.height)


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


def find_luminance(color: str) -> float:
    """Relative luminance 0-1 of an sRGB colour (WCAG 2.2, definition of relative luminance)."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in parse_color(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(color_a: str, color_b: str) -> float:
    """Contrast ratio 1-21 of two #RRGGBB colours (WCAG 2.2, success criterion 1.4.3)."""
    low, high = sorted((find_luminance(color_a), find_luminance(color_b)))
    return (high + 0.05) / (low + 0.05)


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


def balance(paragraph: skia.textlayout.Paragraph, width: float) -> float:
    """Lay out in the narrowest column that needs no more lines, so that lines are about equally long."""
    paragraph.layout(width)
    height, low, high = paragraph.Height, min(float(paragraph.MinIntrinsicWidth), width), width
    while high - low > 1.0:
        middle = (low + high) / 2
        paragraph.layout(middle)
        low, high = (low, middle) if paragraph.Height <= height else (middle, high)
    column = math.ceil(high)
    paragraph.layout(column)
    return float(column)


def finish(text: str, style: TypeStyle, width: float, is_truncated: bool) -> Block:
    """Balance a text that is known to fit and describe it."""
    paragraph = shape(text, style)
    line_px = measure_line(text, style)
    column = balance(paragraph, width)
    slack = {"left": 0.0, "center": 0.5, "right": 1.0}[choose_side(style, text)]
    return Block(
        text=text,
        style=style,
        width=width,
        height=float(paragraph.Height),
        line_width=measure_longest(paragraph),
        baseline=float(paragraph.AlphabeticBaseline),
        lines=count_lines(paragraph, line_px),
        size_px=style.size_px,
        is_truncated=is_truncated,
        offset=math.floor((width - column) * slack),
        paragraph=paragraph,
    )


def fits(text: str, style: TypeStyle, width: float, max_lines: int, keep_words: bool) -> bool:
    """Whether a text needs no more lines than allowed and, where asked, no word is broken."""
    paragraph = shape(text, style)
    if keep_words:
        # Laid out narrower than a word Skia breaks it, and then tells the width of what it broke it into.
        # Its columns are whole pixels.
        paragraph.layout(1e6)
        if paragraph.MinIntrinsicWidth > math.floor(width):
            return False
    paragraph.layout(width)
    return count_lines(paragraph, measure_line(text, style)) <= max_lines and paragraph.LongestLine <= width + 1


def truncate(text: str, style: TypeStyle, width: float, max_lines: int) -> str:
    """The longest beginning that fits with an ellipsis, cut between user-perceived characters."""
    clusters = split_clusters(text)
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        shorter = "".join(clusters[:middle]).rstrip() + ELLIPSIS
        low, high = (middle, high) if fits(shorter, style, width, max_lines, False) else (low, middle - 1)
    return "".join(clusters[:low]).rstrip() + ELLIPSIS


PHRASE_ENDS = "\u3001\u3002\uff0c\uff01\uff1f\uff1b\uff1a\u30fb"
"""Full-width marks after which Chinese and Japanese lines break best; without spaces ICU may break anywhere."""


def break_at_phrase(text: str, style: TypeStyle, width: float) -> str:
    """Break two lines of Chinese or Japanese at the mark nearest their middle, where both halves fit."""
    places = [index + 1 for index, char in enumerate(text[:-1]) if char in PHRASE_ENDS]
    if not places or " " in text or "\n" in text or fits(text, style, width, 1, False):
        return text
    for place in sorted(places, key=lambda at: (abs(2 * at - len(text)), at)):
        broken = f"{text[:place]}\n{text[place:]}"
        if fits(broken, style, width, 2, False):
            return broken
    return text


def set_paragraph(text: str, style: TypeStyle, width_px: float, max_lines: int, min_size_px: float) -> Block:
    """Set a text in a column, smaller until it fits. Never hyphenates, never clips.

    At the smallest size a word longer than the column is broken between letters; only a text that does not even
    fit then ends in an ellipsis (`is_truncated`).
    """
    wanted = text.upper() if style.case == "upper" else text
    smallest = min(min_size_px, style.size_px)
    size = style.size_px
    while size > smallest and not fits(wanted, replace(style, size_px=size), width_px, max_lines, True):
        size = max(smallest, round(size * SHRINK, 2))
    final = replace(style, size_px=size)
    if fits(wanted, final, width_px, max_lines, False):
        return finish(break_at_phrase(wanted, final, width_px), final, width_px, False)
    return finish(truncate(wanted, final, width_px, max_lines), final, width_px, True)


def draw_line(text: str, size_px: float, color: str, weight: str = "regular", family: str = "sans") -> skia.Image:
    """One line of text as a picture cut to its ink (1 x 1 and clear when there is none)."""
    style = TypeStyle(family=family, weight=weight, size_px=size_px, color=color, align="left")
    paragraph = shape(text.replace("\n", " "), style)
    paragraph.layout(1e6)
    block = finish(text.replace("\n", " "), style, math.ceil(measure_longest(paragraph)) + 2, False)
    ink = block.ink
    surface = skia.Surface(max(1, ink.width), max(1, ink.height))
    block.draw(surface.getCanvas(), -ink.x, -ink.y)
    return surface.makeImageSnapshot()
