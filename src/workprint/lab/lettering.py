"""Where the lines, words and letters of a set paragraph stand, in reading order, so that each can move by itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from workprint.lab.optical_edges import drop_isolates, span_clusters
from workprint.lab.shaping import InkBox, find_ink
from workprint.lab.typeset import Block
from workprint.lab.writing import split_clusters, stands_apart

MOST_LETTERS = 48
"""A longer text has no letters of its own: they would follow each other faster than the frames do."""


@dataclass(frozen=True)
class Part:
    """A stretch of characters with its ink (from the block's top left corner, pixels) and the line it stands on."""

    ink: InkBox
    row: int


def find_letters(block: Block) -> tuple[InkBox, ...]:
    """Ink of every user-perceived character in reading order; empty where letters join or are too many."""
    clusters = split_clusters(drop_isolates(block.text))
    if len(clusters) > MOST_LETTERS or not stands_apart(block.text):
        return ()
    return separate(locate(block, span_clusters(drop_isolates(block.text))))


def find_words(block: Block) -> tuple[InkBox, ...]:
    """Ink of every word in reading order, right-to-left ones too; one broken over lines counts once a line."""
    return separate(locate_words(block))


def find_lines(block: Block) -> tuple[InkBox, ...]:
    """Ink of every line, top down."""
    words = locate_words(block)
    rows = sorted(dict.fromkeys(word.row for word in words))
    joined = [Part(enclose([word.ink for word in words if word.row == row]), row) for row in rows]
    return separate(joined)


def locate_words(block: Block) -> list[Part]:
    """The words of a block; the pieces of a word broken over lines are parts of their own."""
    parts: list[Part] = []
    for span, word in span_words(drop_isolates(block.text)):
        whole = locate(block, [span])
        if whole and whole[0].ink.height > 1.5 * find_pitch(block):
            letters = locate(block, span_clusters(word, span.start))
            rows = dict.fromkeys(letter.row for letter in letters)
            whole = [Part(enclose([one.ink for one in letters if one.row == row]), row) for row in rows]
        parts += whole
    return parts


def span_words(text: str) -> list[tuple[range, str]]:
    """Every word with the places of its characters."""
    spans, place = [], 0
    for word in text.split():
        start = text.index(word, place)
        place = start + len(word)
        spans.append((range(start, place), word))
    return spans


def find_pitch(block: Block) -> float:
    """The distance of two lines in pixels."""
    return block.height / block.lines


def locate(block: Block, spans: list[range]) -> list[Part]:
    """The ink of stretches of characters, found by drawing each alone in its place; those without ink are left out."""
    pad = math.ceil(block.size_px)
    surface = skia.Surface(math.ceil(block.width) + 2 * pad, math.ceil(block.height) + 2 * pad)
    parts = []
    for span in spans:
        surface.getCanvas().clear(skia.ColorTRANSPARENT)
        block.draw_letters(surface.getCanvas(), pad, pad, span)
        box = find_ink(surface.toarray()[:, :, 3])
        if box is not None:
            ink = InkBox(box.x - pad, box.y - pad, box.width, box.height)
            middle = (ink.y + ink.height / 2) / find_pitch(block)
            parts.append(Part(ink, min(block.lines - 1, max(0, math.floor(middle)))))
    return parts


def enclose(boxes: list[InkBox]) -> InkBox:
    """The smallest box around boxes."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return InkBox(x, y, right - x, bottom - y)


def separate(parts: list[Part]) -> tuple[InkBox, ...]:
    """The boxes of the parts without overlaps: neighbours share what both claim, so that no ink moves twice."""
    boxes = [part.ink for part in parts]
    for index in range(len(parts)):
        for other in range(index):
            if parts[index].row == parts[other].row:
                boxes[other], boxes[index] = part_sideways(boxes[other], boxes[index])
            else:
                boxes[other], boxes[index] = part_upright(boxes[other], boxes[index])
    return tuple(boxes)


def part_sideways(first: InkBox, second: InkBox) -> tuple[InkBox, InkBox]:
    """Two boxes of one line, parted at the middle of their overlap."""
    if second.x < first.x:
        right, left = part_sideways(second, first)
        return left, right
    over = first.x + first.width - second.x
    if over <= 0 or second.x + second.width <= first.x + first.width:
        return first, second
    cut = second.x + over // 2
    near = InkBox(first.x, first.y, cut - first.x, first.height)
    return near, InkBox(cut, second.y, second.x + second.width - cut, second.height)


def part_upright(first: InkBox, second: InkBox) -> tuple[InkBox, InkBox]:
    """Two boxes of different lines, the first above, parted at the middle of their overlap."""
    is_beside = first.x + first.width <= second.x or second.x + second.width <= first.x
    over = first.y + first.height - second.y
    if is_beside or over <= 0 or second.y + second.height <= first.y + first.height:
        return first, second
    cut = second.y + over // 2
    near = InkBox(first.x, first.y, first.width, cut - first.y)
    return near, InkBox(second.x, cut, second.width, second.y + second.height - cut)
