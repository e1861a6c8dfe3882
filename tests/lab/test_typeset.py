"""What type-setting promises: everything fits, nothing vanishes, lines are even, directions are right."""

from __future__ import annotations

import numpy as np
import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from workprint.lab.pictures import to_array
from workprint.lab.type_systems import ROLES, TYPE_SYSTEMS
from workprint.lab.typeset import Block, TypeStyle, contrast_ratio, draw_line, set_paragraph
from workprint.lab.writing import is_right_to_left, split_clusters

VERBATIM = '50% off - "Tom\'s" {new} : [x], \\N %{pts} ünï 日本 مرحبا 🙂'
GERMAN = "Die Leichtigkeit des Morgens beginnt mit gutem Licht zu Hause"
ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte"
STYLE = TypeStyle("display", "semibold", 40, align="left")


def draw(block: Block) -> np.ndarray:
    """The block's alpha with a margin of its size on every side."""
    pad = int(block.size_px) + 1
    surface = skia.Surface(int(block.width) + 2 * pad, int(block.height) + 2 * pad)
    block.draw(surface.getCanvas(), pad, pad)
    return surface.toarray().copy()


@pytest.mark.parametrize("family", ["sans", "display", "serif", "condensed"])
def test_every_cluster_of_a_hostile_text_leaves_ink(family: str) -> None:
    """Leaving any visible character out of the text changes the picture: each one is drawn, none is read as markup."""
    style = TypeStyle(family, "semibold", 24, align="left")
    whole = draw(set_paragraph(VERBATIM, style, 900, 1, 24))
    clusters = split_clusters(VERBATIM)
    for index, cluster in enumerate(clusters):
        rest = "".join(clusters[:index] + clusters[index + 1 :])
        without = draw(set_paragraph(rest, style, 900, 1, 24))
        assert cluster == " " or not np.array_equal(whole, without), cluster


def test_a_character_without_glyph_is_drawn_as_a_box() -> None:
    """What no font has is seen, not skipped."""
    assert draw(set_paragraph("\u1200", STYLE, 300, 1, 40))[:, :, 3].sum() > 0


@pytest.mark.parametrize(
    "text", [VERBATIM, GERMAN, ONE_WORD, "光とともに、静かに目覚める朝へ", "استيقظ مع الضوء كل صباح"]
)
@pytest.mark.parametrize("width", [240, 420])
def test_texts_fit_their_column_without_loss(text: str, width: int) -> None:
    """Headlines shrink until they fit column and lines; nothing is cut off and no ink leaves the column."""
    block = set_paragraph(text, STYLE, width, 3, 6)
    ink = block.ink
    assert not block.is_truncated
    assert block.lines <= 3
    assert ink.x >= -2
    assert ink.x + ink.width <= width + 2


def test_lines_are_balanced() -> None:
    """A headline's lines are about equally long instead of leaving a widow."""
    block = set_paragraph("Wake gently with the morning light", STYLE, 560, 3, 40)
    assert block.lines == 2
    assert block.line_width < 460


def test_only_what_cannot_fit_ends_in_an_ellipsis() -> None:
    """At the smallest size too long a text is cut between characters and says so."""
    block = set_paragraph(GERMAN * 4, STYLE, 200, 2, 40)
    assert block.is_truncated
    assert block.text.endswith("…")
    assert block.lines <= 2


def test_right_to_left_text_begins_at_the_right() -> None:
    """An Arabic line aligned to its start stands at the right side of its column, and its full stop at the left."""
    style = TypeStyle("sans", "regular", 40, align="start")
    ink = set_paragraph("مرحبا بالعالم", style, 600, 1, 40).ink
    assert is_right_to_left("50% مرحبا")
    assert ink.x + ink.width > 590
    plain = draw(set_paragraph("مرحبا", style, 600, 1, 40))[:, :, 3]
    stopped = draw(set_paragraph("مرحبا.", style, 600, 1, 40))[:, :, 3]
    assert np.flatnonzero(stopped.any(axis=0))[0] < np.flatnonzero(plain.any(axis=0))[0]


def test_japanese_breaks_at_its_phrase() -> None:
    """Two Japanese lines break after the comma, not inside a word."""
    assert set_paragraph("光とともに、静かに目覚める朝へ", STYLE, 420, 3, 40).text == "光とともに、\n静かに目覚める朝へ"


def test_colour_emoji_keep_their_colours() -> None:
    """An emoji is a coloured picture, also where a text font has a symbol of the same code."""
    pixels = draw(set_paragraph("❤️", TypeStyle("sans", "bold", 40, color="#000000"), 100, 1, 40))
    assert np.ptp(pixels[:, :, :3][pixels[:, :, 3] > 200].astype(int), axis=1).max() > 80


def test_contrast_follows_wcag() -> None:
    """Black on white is 21, equal colours are 1, and the order does not matter (WCAG 2.2)."""
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast_ratio("#FFFFFF", "#777777") == contrast_ratio("#777777", "#FFFFFF")


def test_a_line_is_cut_to_its_ink() -> None:
    """A drawn line has ink on all four sides, and an empty one is a clear pixel."""
    alpha = to_array(draw_line("SC01 SH03", 20, "#FFFFFF", "semibold"))[:, :, 3]
    assert all(edge.any() for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]))
    assert (draw_line(" ", 20, "#FFFFFF").width(), draw_line("", 20, "#FFFFFF").height()) == (1, 1)


def test_every_type_system_has_every_role() -> None:
    """All presets are complete and no role can grow when it should shrink."""
    for system in TYPE_SYSTEMS.values():
        assert set(system.roles) == set(ROLES)
        assert all(role.least < role.size for role in system.roles.values())


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40))
def test_any_text_can_be_set(text: str) -> None:
    """No text a user can write breaks the layout, and clusters lose nothing of it."""
    block = set_paragraph(text, STYLE, 300, 2, 12)
    assert block.height > 0
    assert "".join(split_clusters(text)) == text


@pytest.mark.parametrize("width", [180, 273, 324, 640])
@pytest.mark.parametrize("family", ["display", "condensed", "serif"])
def test_a_long_word_is_set_smaller_before_it_is_broken(family: str, width: int) -> None:
    """A word of 60 letters stays in one line as long as the smallest size allows."""
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte"
    block = set_paragraph(word, TypeStyle(family, "semibold", 60, -0.019, 1.06), width, 4, 2)
    assert block.lines == 1
    assert block.line_width <= width + 1
