"""What breaks in Chinese, Japanese and Korean promise: at phrases, never before a mark, never inside a word."""

from __future__ import annotations

import pytest

from workprint.lab.line_breaks import NO_END, NO_START, break_phrases, has_phrases

LINES = (
    ("光とともに、静かに目覚める朝へ", 10, "光とともに、\n静かに目覚める朝へ"),
    ("スマートフォンアプリで操作できるランプ", 12, "スマートフォンアプリで\n操作できるランプ"),
    ("빛과 함께 일어나세요, 당신의 방에 새벽을", 12, "빛과 함께 일어나세요,\n당신의 방에 새벽을"),
    ("新しいiPhone 17 Proで撮影した映像", 10, "新しいiPhone 17\nProで撮影した映像"),
)


@pytest.mark.parametrize(("text", "width", "wanted"), LINES)
def test_lines_end_at_phrases(text: str, width: float, wanted: str) -> None:
    """Lines end after a comma, a particle or a space, and words of katakana, Latin and Hangul stay whole."""
    broken = break_phrases(text, width, 3)
    assert broken is not None
    assert broken.text == wanted


@pytest.mark.parametrize("width", [6, 8, 11, 14])
def test_kinsoku_is_kept(width: int) -> None:
    """No line begins with a closing mark, a small kana or a long vowel, none ends with an opening bracket."""
    broken = break_phrases("「光」とともに、シャッターを開けて\uff08朝\uff09へ。もっと、ゆっくり。", width, 12)
    assert broken is not None
    for line in broken.text.split("\n")[1:]:
        assert line[0] not in NO_START
    for line in broken.text.split("\n")[:-1]:
        assert line[-1] not in NO_END


def test_what_has_no_phrases_is_left_alone() -> None:
    """Latin, Arabic and texts with breaks of their own are not for this."""
    assert not has_phrases("Wake gently")
    assert not has_phrases("ضوء الصباح")
    assert not has_phrases("光\nと")
