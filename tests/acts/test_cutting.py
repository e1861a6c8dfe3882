"""Titles, edit, sound and delivery: timing that never collides, jumps or runs over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import given, settings
from tests.strategies import briefs, change_scene, make_brief

from workprint.acts.act5_cut.title_plan import ENTRANCES, Overlay, choose_entrance, plan_overlays, settle_overlay
from workprint.film.board import Board
from workprint.film.brief import Brief, Overlays, TextBlock, TextPosition
from workprint.film.cmx3600 import read_edl
from workprint.film.cut_orders import SegmentPayload
from workprint.film.dailies import Voices
from workprint.film.edit import Edit, Titles
from workprint.film.shot_names import name_scene
from workprint.film.sound_orders import MusicPayload
from workprint.film.takes import ShotTake, TakeKind, TakeSheet
from workprint.film.time import Rate, Span
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def cut(brief: Brief) -> tuple[dict[type, object], ScriptDesk]:
    """A whole film at a scripted desk."""
    desk = ScriptDesk()
    return asyncio.run(run_film(brief, desk)), desk


def overlays_of(brief: Brief) -> list[tuple[Span, tuple[Overlay, ...]]]:
    """Every scene's span with its overlays."""
    board = asyncio.run(run_film(brief, ScriptDesk(), Board))[Board]
    assert isinstance(board, Board)
    return [(chain.span, plan_overlays(brief, chain)) for chain in board.chains]


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_no_two_overlays_stand_in_one_place_at_one_time(brief: Brief) -> None:
    """Overlays of one zone follow each other, and all stay inside their scene."""
    for scene, overlays in overlays_of(brief):
        for overlay in overlays:
            assert scene.start <= overlay.span.start < overlay.span.end <= scene.end
        for first, second in combinations(overlays, 2):
            assert first.zone != second.zone or not first.span.overlap(second.span)


@settings(max_examples=40, deadline=None)
@given(briefs())
def test_titles_run_on_across_cuts(brief: Brief) -> None:
    """A title's cues cover its span without a break; it enters at its own start and leaves at its own end only."""
    nouns, _ = cut(brief)
    edit, titles = nouns[Edit], nouns[Titles]
    assert isinstance(edit, Edit)
    assert isinstance(titles, Titles)
    for placed in (title for scene in titles.scenes.values() for title in scene):
        cues = [
            (clip.span.start, cue)
            for clip in edit.clips
            for cue, take in clip.titles
            if (take.step, take.name) == ("title", placed.name)
        ]
        edges = [(start + cue.start, start + cue.end) for start, cue in cues]
        assert edges[0][0] == placed.span.start
        assert edges[-1][1] == placed.span.end
        assert all(before[1] == after[0] for before, after in pairwise(edges))
        assert [cue.entrance for _, cue in cues] == [placed.entrance, *["none"] * (len(cues) - 1)]
        assert [cue.exit for _, cue in cues] == [*["none"] * (len(cues) - 1), placed.exit]


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_no_entrance_or_exit_runs_across_a_cut(brief: Brief) -> None:
    """Movement of a title is never torn by a cut inside its scene, where it would jump."""
    board = asyncio.run(run_film(brief, ScriptDesk(), Board))[Board]
    assert isinstance(board, Board)
    leaves = brief.rate.frames(8 / 30)
    for chain in board.chains:
        cuts = [shot.span.start for shot in chain.shots[1:]]
        for overlay in plan_overlays(brief, chain):
            start, end = overlay.span.start, overlay.span.end
            room = 54 if overlay.entrance == "card" else 24 if overlay.entrance in ("lines", "words", "letters") else 12
            enters = brief.rate.frames(room / 30)
            if overlay.entrance != "none":
                assert not [cut for cut in cuts if start < cut < min(end, start + enters)]
            if overlay.exit != "none":
                assert not [cut for cut in cuts if max(start, end - leaves) < cut < end]


def test_a_title_moved_to_a_cut_waits_for_the_next_one_too() -> None:
    """Where cuts follow each other closely the entrance begins at the last of them."""
    overlay = Overlay("text", "text-1", (("text", "x"),), "top", "lines", span=Span(50, 150))
    settled = settle_overlay(overlay, (60, 75), Rate(30))
    assert (settled.span.start, settled.entrance) == (75, "lines")


def test_a_title_too_near_a_cut_waits_for_it_or_just_cuts() -> None:
    """Where there is room the title moves to the cut; where there is none it comes without movement."""
    overlay = Overlay("text", "text-1", (("text", "x"),), "top", "wipe", span=Span(50, 100))
    assert settle_overlay(overlay, (55,), Rate(30)).span == Span(55, 95)
    short = replace(overlay, span=Span(50, 20))
    assert settle_overlay(short, (55,), Rate(30)) == replace(short, entrance="none")


def test_texts_come_part_by_part_where_a_cut_leaves_room() -> None:
    """Next to a cut a kinetic entrance waits; in a short life it becomes a plain one; neighbours come differently."""
    overlay = Overlay("text", "text-1", (("text", "x"),), "top", "words", span=Span(50, 100))
    assert settle_overlay(overlay, (), Rate(30)) == overlay
    assert settle_overlay(overlay, (70,), Rate(30)).span == Span(70, 80)
    assert settle_overlay(replace(overlay, span=Span(50, 30)), (), Rate(30)).entrance == "rise"
    for family, ways in ENTRANCES.items():
        came = [choose_entrance(family, turn, "Short") for turn in range(4)]
        assert set(came) == set(ways)
        assert all(first != second for first, second in pairwise(came))
    assert choose_entrance("bold", 1, "Short") == "letters"
    assert choose_entrance("bold", 1, "A line far too long to be spelt out") == "words"


def test_the_end_card_says_everything_once() -> None:
    """One title holds product, headline, subhead, price, button, address and small print; repeats are dropped."""
    blocks = (TextBlock("work in your OWN light", TextPosition.TOP), TextBlock("Free returns", TextPosition.TOP))
    brief = change_scene(make_brief(), 4, overlays=Overlays(show_price=True, text_blocks=blocks))
    _, overlays = overlays_of(brief)[-1]
    assert [overlay.kind for overlay in overlays] == ["endcard"]
    roles = ["product", "headline", "subhead", "price", "button", "url", "legal", "text"]
    assert [role for role, _ in overlays[0].lines] == roles
    assert overlays[0].span.end == brief.frames
    assert overlays[0].exit == "none"


def test_the_logo_goes_in_only_where_it_is_shown() -> None:
    """Logo and end card are drawn with the logo file, other titles without; no-logo means none."""
    brief = make_brief()
    _, desk = cut(brief)
    with_logo = [order.name for order in desk.orders("title") if any(one.role == "logo" for one in order.inputs)]
    assert with_logo == ["SC01_SH00_TEXT_logo", "SC04_SH00_TEXT_endcard"]
    _, bare = cut(replace(brief, product=replace(brief.product, no_logo=True)))
    assert not [
        order.name
        for order in bare.orders("title")
        if order.name.endswith("logo") or "logo" in {one.role for one in order.inputs}
    ]


@settings(max_examples=40, deadline=None)
@given(briefs())
def test_spoken_lines_fit_their_scenes(brief: Brief) -> None:
    """Every line starts after its scene does and must end before it, in the order of the film."""
    nouns, desk = cut(brief)
    voices = nouns[Voices]
    assert isinstance(voices, Voices)
    for (number, start, _), order in zip(voices.lines, desk.orders("voice"), strict=True):
        scene = brief.scenes[number - 1]
        longest = order.payload.longest_ms  # type: ignore[attr-defined]
        assert brief.rate.milliseconds(scene.span.start) < start
        assert start + longest <= brief.rate.milliseconds(scene.span.end)


@settings(max_examples=60, deadline=None)
@given(briefs())
def test_music_sections_rise_in_time(brief: Brief) -> None:
    """Sections start at 0, a second or more apart, inside the film, with the button last if there is one."""
    _, desk = cut(brief)
    for order in desk.orders("music"):
        assert isinstance(order.payload, MusicPayload)
        sections = order.payload.sections
        assert (sections[0].role, sections[0].start_ms) == ("intro", 0)
        assert all(after.start_ms - before.start_ms >= 1000 for before, after in pairwise(sections))
        assert sections[-1].start_ms < order.payload.duration_ms
        assert [section.role for section in sections].count("button") <= 1


def test_the_music_drops_at_the_proof() -> None:
    """Intro at 0, build with the second scene, drop at the proof, button with the end card."""
    _, desk = cut(make_brief())
    payload = desk.orders("music")[0].payload
    assert isinstance(payload, MusicPayload)
    found = [(section.role, section.start_ms) for section in payload.sections]
    assert found == [("intro", 0), ("build", 3000), ("drop", 9000), ("button", 12000)]


def test_titles_are_measured_in_the_grade_their_shot_has() -> None:
    """A take in another grade takes it to the titles over its shot, as to its segment; all others stay as they were."""
    brief = make_brief()
    nouns, before = cut(brief)
    board = nouns[Board]
    assert isinstance(board, Board)
    chain = next(one for one in board.chains if len(one.shots) > 1 and plan_overlays(brief, one)[0].kind != "logo")
    shot = chain.shots[0]
    sheet = TakeSheet({shot.slate: ShotTake(2, TakeKind.RESTYLED, of=1, grade="vivid")})
    after = ScriptDesk()
    asyncio.run(run_film(brief, after, sheet=sheet))
    looks, was = ({order.name: order.payload.grade for order in desk.orders("title")} for desk in (after, before))  # type: ignore[attr-defined]
    changed = {name for name in looks if looks[name] != was[name]}
    over = [overlay for overlay in plan_overlays(brief, chain) if overlay.span.overlap(shot.span)]
    assert changed == {name_scene(chain.number, "TEXT", overlay.label) for overlay in over} != set()
    assert {looks[name].look for name in changed} == {"vivid"}


@settings(max_examples=30, deadline=None)
@given(briefs())
def test_draft_and_master_are_cut_alike(brief: Brief) -> None:
    """Draft segments differ from master segments in size and encoder only; the short side is 720, sides are even."""
    _, desk = cut(brief)
    for draft, master in zip(desk.orders("draft_segment"), desk.orders("segment"), strict=True):
        small, full = draft.payload, master.payload
        assert isinstance(small, SegmentPayload)
        assert isinstance(full, SegmentPayload)
        assert min(small.width, small.height) == 720
        assert small.width % 2 == small.height % 2 == 0
        assert replace(small, width=full.width, height=full.height, encode="master") == full
        assert [item.role for item in draft.inputs] == [item.role for item in master.inputs]


def test_a_quick_look_is_never_blown_up() -> None:
    """A film made at 540 lines has a draft of 540 lines, and all is made at that size."""
    _, desk = cut(replace(make_brief(), short_side=540))
    sizes = {
        (order.payload.width, order.payload.height)  # type: ignore[attr-defined]
        for step in ("draft_segment", "segment", "title", "film_check")
        for order in desk.orders(step)
    }
    assert sizes == {(540, 960)}


@settings(max_examples=20, deadline=None)
@given(briefs())
def test_the_edit_decision_list_tells_the_whole_film(brief: Brief) -> None:
    """Read back, its picture events cover every frame once and its sound runs from first to last on two tracks."""
    _, desk = cut(brief)
    text = next(order.payload.text for order in desk.orders("document") if order.publish.endswith(".edl"))  # type: ignore[attr-defined]
    events = read_edl(text, brief.rate)
    picture = [event for event in events if event.track == "V"]
    assert picture[0].record.start == 0
    assert picture[-1].record.end == brief.frames
    assert all(before.record.meets(after.record) for before, after in pairwise(picture))
    assert [(event.track, event.record) for event in events if event.track != "V"] == [
        ("A", Span(0, brief.frames)),
        ("A2", Span(0, brief.frames)),
    ]


def test_the_picture_digest_ignores_sound_and_sees_titles() -> None:
    """A new line leaves the picture lock valid, a new headline breaks it."""
    brief = make_brief()

    def digest(changed: Brief) -> str:
        edit = cut(changed)[0][Edit]
        assert isinstance(edit, Edit)
        return edit.picture_digest

    assert digest(change_scene(brief, 2, voice="Another line.")) == digest(brief)
    assert digest(replace(brief, call=replace(brief.call, headline="New"))) != digest(brief)


def test_the_poster_is_the_middle_of_the_packshot() -> None:
    """The product's own shot makes the poster, not the longest scene."""
    _, desk = cut(make_brief())
    assert desk.orders("poster")[0].payload.frame == 45  # type: ignore[attr-defined]


def test_stillness_is_allowed_only_where_it_is_meant() -> None:
    """Checks let end cards stand still, and no moving shot."""
    _, desk = cut(make_brief())
    allowed = {order.name: order.payload.stillness_allowed for order in desk.orders("check")}  # type: ignore[attr-defined]
    assert [name for name, may in allowed.items() if may] == ["SC04_SH01_CLIP_endcard"]
    assert desk.orders("film_check")[0].payload.still_spans == ((360, 90),)  # type: ignore[attr-defined]
