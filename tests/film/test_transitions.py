"""Transitions: which scene changes get one, the room they take, and a film that stays exactly as long."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import briefs, change_scene, make_brief

from workprint.film.board import Board
from workprint.film.brief import Brief, CameraMove, CameraWish, SceneType, StylePack
from workprint.film.cmx3600 import read_edl
from workprint.film.cut_orders import SegmentPayload, TransitionPayload
from workprint.film.edit import Edit, Titles
from workprint.film.picture_orders import ClipPayload
from workprint.film.time import Span
from workprint.film.transitions import KINDS, LARGEST_SHARE, SHORTEST_SHARE
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film

STYLES = st.sampled_from((("luxury",), ("honest",), ("bold", "energetic")))


def style(brief: Brief, words: tuple[str, ...]) -> Brief:
    """The brief with another visual style."""
    return replace(brief, product=replace(brief.product, style=StylePack(visual_style=words)))


def cut(brief: Brief) -> tuple[Board, Edit, ScriptDesk]:
    """Board, edit and orders of a whole film."""
    desk = ScriptDesk()
    nouns = asyncio.run(run_film(brief, desk))
    board, edit = nouns[Board], nouns[Edit]
    assert isinstance(board, Board)
    assert isinstance(edit, Edit)
    return board, edit, desk


@settings(max_examples=40, deadline=None)
@given(briefs(), STYLES)
def test_segments_and_transitions_are_exactly_as_long_as_the_film(brief: Brief, words: tuple[str, ...]) -> None:
    """Joined in order, the pieces show every film frame once, and take no clip frame that is not shot."""
    _, edit, desk = cut(style(brief, words))
    shot = {order.name: order.payload.look.frames for order in desk.orders("clip")}  # type: ignore[attr-defined]
    pieces = [order for order in desk.orders() if order.step in ("segment", "transition")]
    assert sum(order.payload.frames for order in pieces) == brief.frames  # type: ignore[attr-defined]
    for order in pieces:
        ends = [(item.source.name, end) for item, end in zip(order.inputs, _read_ends(order.payload), strict=False)]  # type: ignore[union-attr]
        assert all(0 <= start < end <= shot[name] for name, (start, end) in ends)
    assert edit.frames == brief.frames


def _read_ends(payload: object) -> list[tuple[int, int]]:
    if isinstance(payload, TransitionPayload):
        return [(start, start + frames) for start, frames in (payload.outgoing, payload.incoming)]
    assert isinstance(payload, SegmentPayload)
    return [(payload.start, payload.start + payload.frames)]


@settings(max_examples=40, deadline=None)
@given(briefs(), STYLES)
def test_a_clip_runs_on_through_its_transitions(brief: Brief, words: tuple[str, ...]) -> None:
    """At every edge the transition goes on with the very clip frame the segment stopped at."""
    _, edit, desk = cut(style(brief, words))
    segments = {order.name[:9]: order.payload for order in desk.orders("segment")}
    for joined, order in zip(edit.transitions, desk.orders("transition"), strict=True):
        before, after = segments[joined.outgoing.slate], segments[joined.incoming.slate]
        assert isinstance(before, SegmentPayload)
        assert isinstance(after, SegmentPayload)
        assert isinstance(order.payload, TransitionPayload)
        assert order.payload.outgoing[0] == before.start + before.frames
        assert sum(order.payload.incoming) == after.start


@settings(max_examples=40, deadline=None)
@given(briefs(), STYLES)
def test_no_title_stands_over_a_transition(brief: Brief, words: tuple[str, ...]) -> None:
    """Titles come after the transition into their scene and are gone before the one out of it."""
    desk = ScriptDesk()
    nouns = asyncio.run(run_film(style(brief, words), desk))
    board, titles = nouns[Board], nouns[Titles]
    assert isinstance(board, Board)
    assert isinstance(titles, Titles)
    spans = [title.span for scene in titles.scenes.values() for title in scene]
    assert not [span for span in spans for change in board.transitions if span.overlap(change.span)]


@settings(max_examples=40, deadline=None)
@given(briefs(), STYLES)
def test_transitions_stand_on_scene_changes_and_leave_half_of_every_shot(brief: Brief, words: tuple[str, ...]) -> None:
    """Cuts inside a scene stay cuts; a transition is of a known kind, long enough to be read, and never too long."""
    board, _, _ = cut(style(brief, words))
    changes = {chain.span.start for chain in board.chains[1:]}
    shots = {shot.slate: shot for shot in board.shots}
    for transition in board.transitions:
        assert transition.at in changes
        assert transition.kind in KINDS
        beside = (shots[transition.outgoing].span.length, shots[transition.incoming].span.length)
        assert SHORTEST_SHARE <= transition.share <= min(beside) // LARGEST_SHARE


@settings(max_examples=30, deadline=None)
@given(briefs(), STYLES)
def test_dissolves_are_real_events_of_the_list(brief: Brief, words: tuple[str, ...]) -> None:
    """Read back, each dissolve has its length, begins before the cut and takes the incoming clip from there."""
    _, edit, desk = cut(style(brief, words))
    text = next(order.payload.text for order in desk.orders("document") if order.publish.endswith(".edl"))  # type: ignore[attr-defined]
    picture = [event for event in read_edl(text, brief.rate) if event.track == "V"]
    assert all(before.record.meets(after.record) for before, after in pairwise(picture))
    wanted = [
        (joined.transition.span.start, 2 * joined.transition.share)
        for joined in edit.transitions
        if joined.transition.kind == "dissolve"
    ]
    assert [(event.record.start, event.dissolve) for event in picture if event.dissolve] == wanted
    shifts = {clip.slate.replace("_", ""): clip.source_start - clip.span.start for clip in edit.clips}
    assert all(event.source.start - event.record.start == shifts[event.reel] for event in picture)


def test_style_decides_how_scenes_change() -> None:
    """Luxury takes light and dissolves, energy whips, pushes and wipes; a plain style cuts into its montage."""
    found = {
        word: [change.kind for change in cut(style(make_brief(), (word,)))[0].transitions]
        for word in ("luxury", "energetic", "honest")
    }
    assert found == {
        "luxury": ["dissolve", "light_leak", "dip"],
        "energetic": ["push", "whip", "wipe_circle"],
        "honest": ["push", "dissolve"],
    }


def test_a_dip_needs_no_frame_more_and_a_dissolve_does() -> None:
    """Handles are shot only for transitions that show both shots at once."""
    board, _, desk = cut(style(make_brief(), ("luxury",)))
    footage = {order.name[:9]: order.payload for order in desk.orders("clip")}
    for shot in board.shots:
        payload = footage[shot.slate]
        assert isinstance(payload, ClipPayload)
        assert payload.look.frames == shot.span.length + shot.head + shot.tail
    last = board.shots[-1]
    assert (last.head, last.span) == (0, Span(360, 90))
    assert board.shots[0].tail == board.transitions[0].share == 10


@settings(max_examples=20, deadline=None)
@given(briefs(), STYLES)
def test_words_change_no_transition(brief: Brief, words: tuple[str, ...]) -> None:
    """A new intent, headline or price leaves every transition as it is."""
    brief = style(brief, words)
    changed = change_scene(brief, brief.scenes[-1].number, intent="Orbit in moonlight, neon, fog")
    changed = replace(changed, call=replace(brief.call, headline="New"))
    assert cut(changed)[0].transitions == cut(brief)[0].transitions


def test_an_intent_remakes_the_transitions_beside_its_shots_only() -> None:
    """The third scene's intent remakes the transitions into and out of it, and a headline none."""
    brief = style(make_brief(), ("luxury",))

    def transitions(changed: Brief) -> list[tuple[str, ...]]:
        orders = cut(changed)[2].orders("transition")
        return [tuple(item.source.digest for item in order.inputs) for order in orders]

    before = transitions(brief)
    after = transitions(change_scene(brief, 3, intent="Rain at night, neon"))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, False]
    assert transitions(replace(brief, call=replace(brief.call, headline="New"))) == before


def test_a_match_move_joins_what_fits() -> None:
    """A cut-out becomes the end card's in place; photos fit where the brief moves the camera alike over both."""

    def ask(words: tuple[str, ...], *moves: CameraMove | None) -> list[tuple[str, str]]:
        brief = change_scene(style(make_brief(), words), 3, type=SceneType.PACKSHOT)
        for number, move in enumerate(moves, start=1):
            brief = change_scene(brief, number, camera=CameraWish(move, 50))
        return [(change.kind, change.direction) for change in cut(brief)[0].transitions]

    assert ask(("luxury",))[-1] == ("match_move", "in")
    assert ask(("honest",), None, None, CameraMove.ORBIT)[-1] == ("match_move", "left")
    assert ask(("energetic",))[-1][0] == "wipe_circle"
    lifestyle = change_scene(style(make_brief(), ("honest",)), 1, type=SceneType.LIFESTYLE)
    lifestyle = change_scene(lifestyle, 3, type=SceneType.LIFESTYLE)
    for move, wanted in ((CameraMove.PAN, True), (CameraMove.ORBIT, False), (None, False)):
        brief = lifestyle
        for number in (1, 2, 3):
            brief = change_scene(brief, number, camera=CameraWish(move, 50))
        kinds = {change.kind for change in cut(brief)[0].transitions}
        assert ("match_move" in kinds) is wanted
