"""Grades of a film: which footage gets one, and what a new grade makes again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.strategies import make_brief

from workprint.film.brief import Brief, SceneType, StylePack
from workprint.film.canonical import encode
from workprint.film.cut_orders import SegmentPayload, TransitionPayload
from workprint.film.edit import Edit
from workprint.film.grade import choose_grade
from workprint.film.lineage import FileRef
from workprint.testing.script_desk import ScriptDesk, digest_order
from workprint.testing.script_film import run_film

STYLE = StylePack("warm", "elegant", ("luxury",))


def grade(style: StylePack) -> Brief:
    """The brief in a style."""
    brief = make_brief()
    return replace(brief, product=replace(brief.product, style=style))


def make_lut(letter: str) -> FileRef:
    """A stored table."""
    return FileRef(letter * 64, "text/x-cube-lut", 1)


def shoot(brief: Brief) -> tuple[dict[tuple[str, str], str], ScriptDesk, Edit]:
    """Digest of every order by step and name, the desk, the edit."""
    desk = ScriptDesk()
    edit = asyncio.run(run_film(brief, desk))[Edit]
    assert isinstance(edit, Edit)
    return {(order.step, order.name): digest_order(order) for order in desk.orders()}, desk, edit


def test_a_new_lut_remakes_segments_and_nothing_that_was_shot() -> None:
    """Segments, transitions, titles over graded footage, and the films are new; stills, clips, sound are kept."""
    before, _, old = shoot(grade(replace(STYLE, lut=make_lut("a"), grade="none")))
    after, _, new = shoot(grade(replace(STYLE, lut=make_lut("b"), grade="none")))
    changed = {key for key in after if before.get(key) != after[key]}
    cut = {"draft_segment", "draft_transition", "draft", "segment", "transition", "master"}
    assert {step for step, _ in changed} == cut | {"title", "film_check", "poster", "sheet"}
    kept = {name for step, name in after if step == "segment"} - {name for step, name in changed if step == "segment"}
    assert kept == {"SC04_SH01_CUT_endcard"}
    assert old.picture_digest != new.picture_digest


def test_a_new_look_is_a_new_picture_and_no_new_clip() -> None:
    """Choosing another look changes the locked picture, and no order before the cutting room: nothing is shot again."""
    before, _, old = shoot(grade(STYLE))
    after, _, new = shoot(grade(replace(STYLE, grade="vivid")))
    changed = {step for step, name in after if before.get((step, name)) != after[step, name]}
    assert not changed & {"still", "clip", "voice", "music", "mix", "storyboard"}
    assert {"title", "segment", "transition"} <= changed
    assert old.picture_digest != new.picture_digest


def test_an_end_card_is_never_graded_and_a_packshot_keeps_its_ground() -> None:
    """The end card's brand ground has no grade; a LUT over a packshot guards the brand colours, elsewhere not."""
    brief = grade(replace(STYLE, lut=make_lut("a")))
    assert choose_grade(brief, SceneType.ENDCARD) is None
    guards = {kind: found.guards_ground for kind in SceneType if (found := choose_grade(brief, kind))}
    assert guards == {SceneType.PACKSHOT: True, SceneType.LIFESTYLE: False, SceneType.MONTAGE: False}


def test_no_grade_and_no_lut_leaves_footage_alone() -> None:
    """With grade none, orders have neither a grade nor a table."""
    _, desk, _ = shoot(grade(replace(STYLE, grade="none")))
    for order in desk.orders("segment"):
        assert isinstance(order.payload, SegmentPayload)
        assert order.payload.grade is None
        assert not [item for item in order.inputs if item.role == "lut"]


def test_a_transition_grades_each_side_as_its_segment() -> None:
    """The footage of a transition is graded as in the segment it comes from, the end card's side not at all."""
    _, desk, edit = shoot(grade(replace(STYLE, lut=make_lut("a"))))
    for joined, order in zip(edit.transitions, desk.orders("transition"), strict=True):
        assert isinstance(order.payload, TransitionPayload)
        assert order.payload.outgoing_grade == joined.outgoing.grade
        assert order.payload.incoming_grade == joined.incoming.grade
        assert [item.source for item in order.inputs if item.role == "lut"] == [make_lut("a")]
        assert encode(order.payload)
