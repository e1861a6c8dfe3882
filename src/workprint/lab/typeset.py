"""Type-setting: paragraphs shaped with HarfBuzz and ICU, broken evenly, made smaller until they fit, never clipped."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import skia

from workprint.lab.line_breaks import break_phrases, has_phrases
from workprint.lab.optical_edges import Row, align_rows, drop_isolates, estimate_hang
from workprint.lab.shaping import (
    InkBox,
    TypeStyle,
    choose_side,
    count_lines,
    find_ink,
    measure_line,
    measure_longest,
    parse_color,
    shape,
)
from workprint.lab.writing import split_clusters

__all__ = [
    "Block",
    "InkBox",
    "TypeStyle",
    "contrast_ratio",
    "draw_line",
    "find_ink",
    "find_luminance",
    "parse_color",
    "set_paragraph",
    "set_whole",
    "shape",
]
"""What setting type needs in one place: styles and ink boxes come from `shaping`, below."""

SHRINK = 0.96
"""Each try to fit is this much smaller: small enough that no size looks arbitrary beside its neighbours."""

ELLIPSIS = "…"


@dataclass(frozen=True, eq=False)
class Block:
    """A paragraph ready to draw. `width` is the column it was set in, `height` its lines; both in pixels.

    `line_width` is the longest line, `baseline` that of the first line, `size_px` what the style's size shrank to.
    `is_truncated`: the end is cut off; `tears_word`: a word longer than the column is broken between letters.
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
    tears_word: bool = False

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The lines with what each moves by; one row of all letters where lines are not aligned by their ink."""
        column = float(self.paragraph.Width)
        if not self.style.is_optical:
            return (Row(range(len(drop_isolates(self.text))), 0),)
        return align_rows(self.text, self.style, column, self.width, self.lines)

    @property
    def hang(self) -> float:
        """Pixels that lines may be pushed in by a quotation mark hanging out of the first, on either side."""
        is_set = self.style.is_optical and self.lines > 1
        return estimate_hang(self.text, self.style) if is_set else 0.0

    def draw(self, canvas: skia.Canvas, x: float, y: float) -> None:
        """Draw with the column's top left corner at (x, y)."""
        shifts = {row.shift for row in self.rows}
        if len(shifts) == 1:
            self.paragraph.paint(canvas, x + self.offset + shifts.pop(), y)
            return
        for row in self.rows:
            self.draw_letters(canvas, x, y, row.letters)

    def draw_letters(self, canvas: skia.Canvas, x: float, y: float, letters: range) -> None:
        """Draw only some characters (isolates not counted), where `draw` has them."""
        for row in self.rows:
            shown = range(max(letters.start, row.letters.start), min(letters.stop, row.letters.stop))
            if len(shown):
                paragraph = shape(self.text, self.style, shown)
                paragraph.layout(float(self.paragraph.Width))
                paragraph.paint(canvas, x + self.offset + row.shift, y)

    @property
    def ink(self) -> InkBox:
        """The ink box, found by drawing: marks and emoji may stand out of the line."""
        pad = math.ceil(self.size_px)
        surface = skia.Surface(math.ceil(self.width) + 2 * pad, math.ceil(self.height) + 2 * pad)
        self.draw(surface.getCanvas(), pad, pad)
        box = find_ink(surface.toarray()[:, :, 3])
        return InkBox(0, 0, 0, 0) if box is None else InkBox(box.x - pad, box.y - pad, box.width, box.height)


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


def finish(text: str, style: TypeStyle, width: float, is_truncated: bool, tears_word: bool = False) -> Block:
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
        tears_word=tears_word,
    )


def fits(text: str, style: TypeStyle, width: float, max_lines: int, keep_words: bool) -> bool:
    """Whether a text needs no more lines than allowed and, where asked, no word is broken."""
    return _fits(text, replace(style, color="#FFFFFF"), width, max_lines, keep_words)


@lru_cache(maxsize=16384)
def _fits(text: str, style: TypeStyle, width: float, max_lines: int, keep_words: bool) -> bool:
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


def set_phrases(text: str, style: TypeStyle, width: float, max_lines: int) -> str:
    """Chinese, Japanese or Korean with breaks at its phrases, where it fits with them; any other text as it is."""
    if not has_phrases(text) or fits(text, style, width, 1, False):
        return text
    broken = break_phrases(text, width / style.size_px, max_lines)
    return broken.text if broken and fits(broken.text, style, width, max_lines, False) else text


def set_paragraph(text: str, style: TypeStyle, width_px: float, max_lines: int, min_size_px: float) -> Block:
    """Set a text in a column, smaller until it fits. Never hyphenates, never clips.

    At the smallest size a word longer than the column is broken between letters; only a text that does not even
    fit then ends in an ellipsis (`is_truncated`). What a viewer must read whole is set by `set_whole`.
    """
    wanted = text.upper() if style.case == "upper" else text
    smallest = min(min_size_px, style.size_px)
    size = style.size_px
    while size > smallest and not fits(wanted, replace(style, size_px=size), width_px, max_lines, True):
        size = max(smallest, round(size * SHRINK, 2))
    final = replace(style, size_px=size)
    if fits(wanted, final, width_px, max_lines, False):
        return finish(set_phrases(wanted, final, width_px, max_lines), final, width_px, False)
    return finish(truncate(wanted, final, width_px, max_lines), final, width_px, True)


MORE_LINES, MOST_LINES = 3, 40
"""Lines a text may have beyond its style's before it is set under its ease; and before it counts as endless."""

EASE = 0.62
"""Down to this share of its style's size a text rather shrinks than takes another line."""

LOOSEST, STEP_COST = 8, 0.10
"""Steps of size a text may lose so that its lines end at phrases (to 0.75), and what a step must save a line."""

GAIN = 1.08
"""What another line must let the type grow by."""


def set_whole(
    text: str,
    style: TypeStyle,
    width_px: float,
    max_lines: int,
    least_px: tuple[float, float],
    *,
    ease: float = EASE,
) -> Block:
    """Set a text in a column without ever leaving out a letter: smaller, then on more lines, then words torn.

    `least_px` is the size nothing is set under to save lines, and the one a word too long for the column may shrink
    to; under `ease` of its style's size a text takes more lines. How high the block becomes is for the caller to judge;
    beyond 40 lines it is cut, and says so.
    """
    wanted = text.upper() if style.case == "upper" else text
    legible, least = (min(size, style.size_px) for size in least_px)
    size, lines = _find_ease(wanted, style, width_px, (max_lines, ease), legible)
    if not size and least < legible:
        size, lines = find_size(wanted, style, width_px, max_lines, least), max_lines
    room = lines if size else MOST_LINES
    final = replace(style, size_px=size or legible)
    if not fits(wanted, final, width_px, room, False):
        return finish(truncate(wanted, final, width_px, room), final, width_px, True)
    final = _loosen(wanted, final, width_px, room, legible)
    return finish(set_phrases(wanted, final, width_px, room), final, width_px, False, not size)


def _loosen(text: str, style: TypeStyle, width: float, lines: int, least: float) -> TypeStyle:
    """The style so much smaller that lines of Chinese, Japanese or Korean can end where a phrase does.

    Type as large as fits fills its lines to the last letter, and then they can only break anywhere.
    """
    if not has_phrases(text) or fits(text, style, width, 1, False):
        return style
    best = (math.inf, 0.0)
    for step in range(LOOSEST):
        size = max(least, round(style.size_px * SHRINK**step, 2))
        broken = break_phrases(text, width / size, lines)
        if broken and fits(broken.text, replace(style, size_px=size), width, lines, False):
            best = min(best, (broken.cost + STEP_COST * step, -size))
    return replace(style, size_px=-best[1]) if best[1] else style


def _find_ease(text: str, style: TypeStyle, width: float, aim: tuple[int, float], least: float) -> tuple[float, int]:
    """The size and number of lines a text is set in most easily, or 0; `aim` is the lines wanted and the ease."""
    (max_lines, ease), size = aim, 0.0
    lines = max_lines
    for more in range(MORE_LINES + 1):
        if size and size >= ease * style.size_px:
            break
        found = find_size(text, style, width, max_lines + more, least)
        if found > size * GAIN:
            size, lines = found, max_lines + more
    if not size:
        size, lines = (
            (least, MOST_LINES) if fits(text, replace(style, size_px=least), width, MOST_LINES, True) else (0.0, 0)
        )
    return size, lines


def find_size(text: str, style: TypeStyle, width: float, lines: int, least: float) -> float:
    """The largest size in pixels, from the style's own down to `least`, at which no word is torn; 0 for none."""
    sizes = [style.size_px]
    while sizes[-1] > least:
        sizes.append(max(least, round(sizes[-1] * SHRINK, 2)))
    low, high = 0, len(sizes)
    while low < high:
        middle = (low + high) // 2
        is_fit = fits(text, replace(style, size_px=sizes[middle]), width, lines, True)
        low, high = (low, middle) if is_fit else (middle + 1, high)
    return sizes[low] if low < len(sizes) else 0.0


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
