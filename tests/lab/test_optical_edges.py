"""What optical margins promise: lines stand by their ink, quotation marks hang, and nothing leaves its room."""

from __future__ import annotations

import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from workprint.lab.optical_edges import EDGE
from workprint.lab.typeset import Block, TypeStyle, find_ink, set_whole

WORDS = ("Toast", "Vary", "Avenue", "Jolly", "light", "With", "Ho", "yes", "Quick", "Yoga", "Hmm", "lamp", "OOO", "AVA")
ARABIC = ("ضوء", "الصباح", "يرافقك", "بيتك", "أكثر", "دفئا", "اليوم", "كل")


def measure_lines(block: Block) -> list[tuple[float, float]]:
    """Left and right edge of the ink of every line, at half coverage, in pixels of the block."""
    edges = []
    for row in block.rows:
        pad = int(block.size_px)
        surface = skia.Surface(int(block.width) + 2 * pad, int(block.height) + 2 * pad)
        block.draw_letters(surface.getCanvas(), pad, pad, row.letters)
        box = find_ink(surface.toarray()[:, :, 3] > EDGE)
        if box is not None:
            edges.append((box.x - pad, box.x + box.width - pad))
    return edges


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=4, max_size=9),
    st.sampled_from(["display", "serif", "condensed", "sans"]),
    st.integers(40, 150),
)
def test_left_edges_align_within_a_pixel(words: list[str], family: str, size: int) -> None:
    """At 1080 lines whatever their first letters begin at one edge, the column's own, T, V, A and O alike."""
    block = set_whole(" ".join(words), TypeStyle(family, "bold", size, align="left", is_optical=True), 700, 4, (26, 20))
    lefts = [left for left, _ in measure_lines(block)]
    assert max(lefts) - min(lefts) <= 1
    assert abs(lefts[0]) <= 1


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(ARABIC), min_size=4, max_size=9), st.integers(40, 110))
def test_right_to_left_lines_align_at_the_right(words: list[str], size: int) -> None:
    """Arabic lines end in one edge at the right, the column's own."""
    style = TypeStyle("sans", "bold", size, align="right", is_optical=True)
    block = set_whole(" ".join(words), style, 700, 4, (26, 20))
    rights = [right for _, right in measure_lines(block)]
    assert max(rights) - min(rights) <= 1
    assert abs(rights[0] - 700) <= 1


@pytest.mark.parametrize("align", ["left", "right"])
def test_a_quotation_mark_hangs(align: str) -> None:
    """The letters after an opening mark stand over those of the lines below, the mark outside, inside its room."""
    texts = {
        "left": "\u201cHello hills and homes\nHere is home\nHow high",
        "right": "\u201c\u05d4\u05d1\u05d9\u05ea\n\u05d4\u05e0\u05d4\n\u05d4\u05d2",
    }
    text = texts[align]
    block = set_whole(text, TypeStyle("display", "semibold", 60, align=align, is_optical=True), 900, 3, (26, 20))
    edges = [(left, 900 - right)[align == "right"] for left, right in measure_lines(block)]
    assert abs(edges[0]) <= 1
    assert edges[1] == edges[2]
    assert 8 < edges[1] < 0.62 * 60


def test_a_full_stop_does_not_pull_a_centred_line() -> None:
    """A centred line with a point stands where it stands without: the point hangs."""
    style = TypeStyle("display", "semibold", 80, align="center", is_optical=True)
    plain = measure_lines(set_whole("Wake gently", style, 700, 1, (80, 80)))[0]
    stopped = measure_lines(set_whole("Wake gently.", style, 700, 1, (80, 80)))[0]
    assert abs(plain[0] - stopped[0]) <= 1
    assert stopped[1] > plain[1]


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.sampled_from("abT .,-\u201c\u201d'光ضو"), min_size=1, max_size=40),
    st.sampled_from(["left", "right", "center"]),
)
def test_no_line_leaves_its_room(text: str, align: str) -> None:
    """Whatever hangs, the ink of every line stays within the column given."""
    block = set_whole(text, TypeStyle("display", "semibold", 50, align=align, is_optical=True), 420, 4, (26, 20))
    for left, right in measure_lines(block):
        assert left >= -1
        assert right <= 421


@settings(max_examples=20, deadline=None)
@given(st.text(st.sampled_from("光と夜明けのランプ、。ッーaB 1"), min_size=2, max_size=60), st.integers(200, 900))
def test_no_letter_is_lost_whatever_the_room(text: str, width: int) -> None:
    """Set whole, a text keeps every letter in its order, and no line begins with what kinsoku forbids to begin one."""
    block = set_whole(text, TypeStyle("sans", "regular", 60, align="left"), width, 3, (26, 20))
    assert not block.is_truncated
    assert "".join(block.text.split()) == "".join(text.split())
    for line in block.text.split("\n")[1:]:
        assert line[:1] not in ("、", "。", "ッ", "ー")
