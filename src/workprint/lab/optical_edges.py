"""Optical margins: lines stand by their ink, quotation marks and points hang outside, so that edges look straight."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache

import skia

from workprint.lab.shaping import InkBox, TypeStyle, choose_side, find_ink, lay_out, shape
from workprint.lab.writing import ISOLATES, is_right_to_left, split_clusters

HANGS_BEFORE = frozenset("\u201c\u2018\"'\u00ab\u2039\u201e\u201a-\u2013\u2014\u2022*")
"""Marks that hang outside the edge a line begins at. Full-width brackets do not: their blank half is no ink anyway."""

HANGS_AFTER = frozenset(".,:;'\"\u2019\u201d\u00bb\u203a-\u2013\u2014\u2026\u060c\u061b\u06d4")
"""Marks that hang outside the edge a line ends at."""

LIGHT = frozenset(".,:;'\"\u2019\u2018\u201c\u201d-\u060c\u061b\u06d4")
"""Marks too light to count when a line is centred."""

WIDEST_HANG = 0.62
"""Marks hang out by this much of the size at most: a long dash counts as part of the line."""

EDGE = 96
"""Coverage 0-255 from which a pixel counts as a letter's edge; fainter ones are its anti-aliasing."""


@dataclass(frozen=True)
class Row:
    """A line of a paragraph: its characters (isolates not counted), and how many pixels it moves to the right."""

    letters: range
    shift: int


def drop_isolates(text: str) -> str:
    """The text without direction isolates, as `shape` counts its characters."""
    return "".join(char for char in text if char not in ISOLATES)


def span_clusters(text: str, start: int = 0) -> list[range]:
    """The places of every cluster that is not white space; the first cluster of the text begins at `start`."""
    spans = []
    for cluster in split_clusters(text):
        if not cluster.isspace():
            spans.append(range(start, start + len(cluster)))
        start += len(cluster)
    return spans


def estimate_hang(text: str, style: TypeStyle) -> float:
    """How far, in pixels, a mark at the beginning of a text can hang out of its edge."""
    first = text.strip()[:1]
    if first not in HANGS_BEFORE:
        return 0.0
    width = lay_out(first, style, 1e6).LongestLine
    return float(width) if 0 < width <= WIDEST_HANG * style.size_px else 0.0


def align_rows(text: str, style: TypeStyle, column: float, room: float, lines: int) -> tuple[Row, ...]:
    """The lines of a paragraph laid out in a column, each with the shift that aligns its edge.

    No line comes to leave the `room` in pixels, of which the column takes the part on the text's side.
    """
    return _align_rows(text, replace(style, color="#FFFFFF"), column, room, lines)


@lru_cache(maxsize=256)
def _align_rows(text: str, style: TypeStyle, column: float, room: float, lines: int) -> tuple[Row, ...]:
    ruler = Ruler(text, style, (column, room), lines)
    rows = ruler.find_rows()
    side = choose_side(style, text)
    if side == "center":
        return tuple(Row(row, ruler.center(row)) for row in rows)
    return tuple(Row(row, shift) for row, shift in zip(rows, ruler.flush(rows, side), strict=True))


class Ruler:
    """Measures the ink of stretches of one laid-out paragraph, in pixels from its column's top left corner."""

    def __init__(self, text: str, style: TypeStyle, widths: tuple[float, float], lines: int) -> None:
        self._text, self._style, self._lines = text, style, lines
        column, self._room = widths
        self._column = column
        self._letters = drop_isolates(text)
        self._pad = math.ceil(style.size_px)
        height = math.ceil(lay_out(text, style, column).Height)
        self._pitch = height / lines
        self._surface = skia.Surface(math.ceil(column) + 2 * self._pad, height + 2 * self._pad)

    def measure(self, span: range) -> InkBox | None:
        """The ink of some characters in their place, None where there is none."""
        paragraph = shape(self._text, self._style, span)
        paragraph.layout(self._column)
        self._surface.getCanvas().clear(skia.ColorTRANSPARENT)
        paragraph.paint(self._surface.getCanvas(), self._pad, self._pad)
        box = find_ink(self._surface.toarray()[:, :, 3] > EDGE)
        return None if box is None else InkBox(box.x - self._pad, box.y - self._pad, box.width, box.height)

    def find_rows(self) -> list[range]:
        """The characters of every line; they follow each other without a gap."""
        end = len(self._letters)
        if self._lines == 1:
            return [range(end)]
        spans = span_clusters(self._letters)
        starts = [0]
        for row in range(1, self._lines):
            place = bisect_left(spans, row, key=self._find_row)
            starts.append(spans[place].start if place < len(spans) else end)
        return [range(start, stop) for start, stop in zip(starts, [*starts[1:], end], strict=True)]

    def _find_row(self, span: range) -> int:
        box = self.measure(span)
        middle = 0.0 if box is None else (box.y + box.height / 2) / self._pitch
        return min(self._lines - 1, max(0, math.floor(middle)))

    def flush(self, rows: list[range], side: str) -> list[int]:
        """Shifts that bring every line's ink to one edge, marks hanging out of it, none out of the column."""
        wholes = [self.measure(row) for row in rows]
        begins = (side == "left") != is_right_to_left(self._text)
        cores = [self._measure_core(row, HANGS_BEFORE if begins else frozenset(), frozenset()) for row in rows]
        if not begins:
            cores = [self._measure_core(row, frozenset(), HANGS_AFTER) for row in rows]
        hangs = [self._find_hang(whole, core, side) for whole, core in zip(wholes, cores, strict=True)]
        out = self._fit_hang(wholes, hangs, hangs[0] if begins else max(hangs))
        return [
            0
            if whole is None
            else self._find_shift(whole, side) + (out - min(hang, out)) * (1 if side == "left" else -1)
            for whole, hang in zip(wholes, hangs, strict=True)
        ]

    def _find_shift(self, whole: InkBox, side: str) -> int:
        return -whole.x if side == "left" else math.floor(self._column) - whole.x - whole.width

    def _fit_hang(self, wholes: list[InkBox | None], hangs: list[int], out: int) -> int:
        """The hang that leaves every line inside the column, else none."""
        reach = (whole.width + out - min(hang, out) for whole, hang in zip(wholes, hangs, strict=True) if whole)
        return out if len(wholes) > 1 and all(one <= self._room for one in reach) else 0

    def _find_hang(self, whole: InkBox | None, core: InkBox | None, side: str) -> int:
        if whole is None or core is None:
            return 0
        hang = core.x - whole.x if side == "left" else whole.x + whole.width - core.x - core.width
        return hang if 0 < hang <= WIDEST_HANG * self._style.size_px else 0

    def center(self, row: range) -> int:
        """The shift that centres a line's ink without the light marks at its ends, inside the column."""
        whole, core = self.measure(row), self._measure_core(row, LIGHT, LIGHT)
        if whole is None or core is None:
            return 0
        wanted = round(self._column / 2 - core.x - core.width / 2)
        slack = math.floor((self._room - self._column) / 2)
        least, most = -slack - whole.x, math.floor(self._column) + slack - whole.x - whole.width
        return min(max(wanted, least), most) if least <= most else (least + most) // 2

    def _measure_core(self, row: range, before: frozenset[str], after: frozenset[str]) -> InkBox | None:
        """The ink of a line without marks at its beginning and end."""
        spans = span_clusters(self._letters[row.start : row.stop], row.start)
        first, last = 0, len(spans)
        while first < last and self._letters[spans[first].start] in before:
            first += 1
        while last > first and self._letters[spans[last - 1].start] in after:
            last -= 1
        return self.measure(range(spans[first].start, spans[last - 1].stop)) if first < last else None
