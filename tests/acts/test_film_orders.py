"""The stages together: what a whole film orders, and what one change of the brief orders anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from tests.strategies import briefs, change_scene, make_brief

from workprint.engine.catalogue import find_stages
from workprint.film.brief import Brief
from workprint.film.dailies import Voices
from workprint.film.lineage import ASSET_NAME
from workprint.film.order import Order
from workprint.testing.script_desk import PendingDesk, ScriptDesk, digest_order
from workprint.testing.script_film import run_film

GOLDEN = Path(__file__).parent / "golden" / "film_15s.txt"


def shoot(brief: Brief) -> ScriptDesk:
    """The desk after a whole film."""
    desk = ScriptDesk()
    asyncio.run(run_film(brief, desk))
    return desk


def list_changes(before: Brief, after: Brief) -> list[tuple[str, str]]:
    """(step, name) of the orders of `after` whose result is not there from `before`."""
    known = {(order.step, order.name): digest_order(order) for order in shoot(before).orders()}
    return [
        (order.step, order.name)
        for order in shoot(after).orders()
        if known.get((order.step, order.name)) != digest_order(order)
    ]


def summarise(order: Order) -> tuple[object, ...]:
    """All of an order that does not hang on whether its inputs are made."""
    roles = tuple(item.role for item in order.inputs)
    return order.step, order.name, order.payload, roles, order.seed, order.units, order.publish


def test_a_whole_film_orders_just_what_the_written_transcript_says() -> None:
    """The 15 second example asks its desk for these things, in this order, under these names."""
    assert shoot(make_brief()).transcript == GOLDEN.read_text(encoding="utf-8")


def test_every_stage_makes_one_noun_the_others_can_find() -> None:
    """The catalogue holds each stage of the six acts, ordered so that every need is made before it is used."""
    stages = [stage.name for stage in find_stages()]
    assert {"outline", "plan_shots", "shoot_clips", "assemble", "make_master", "package"} <= set(stages)
    assert stages.index("cut_draft") < stages.index("make_master") < stages.index("package")


@settings(max_examples=30, deadline=None)
@given(briefs())
def test_both_desks_get_the_same_orders(brief: Brief) -> None:
    """Stages ask a desk that only plans for what they ask a desk that works, and read no result."""
    working, planning = ScriptDesk(), PendingDesk()
    asyncio.run(run_film(brief, working))
    asyncio.run(run_film(brief, planning))
    assert [summarise(order) for order in planning.orders()] == [summarise(order) for order in working.orders()]


@settings(max_examples=30, deadline=None)
@given(briefs())
def test_names_are_valid_and_no_step_uses_one_twice(brief: Brief) -> None:
    """Every order bears a D8 name, unique within its step, and no two orders publish to one place."""
    orders = shoot(brief).orders()
    assert all(ASSET_NAME.fullmatch(order.name) for order in orders)
    keys = [(order.step, order.name) for order in orders]
    assert len(keys) == len(set(keys))
    published = [order.publish for order in orders if order.publish]
    assert len(published) == len(set(published))


@settings(max_examples=10, deadline=None)
@given(briefs())
def test_the_same_brief_gives_the_same_orders(brief: Brief) -> None:
    """Nothing in a film hangs on chance: a second run orders the same things."""
    assert list_changes(brief, brief) == []


def test_a_new_headline_changes_only_what_shows_it() -> None:
    """The end card is redrawn, its segments and the films are cut anew; nothing is shot and no sound is made."""
    before = make_brief()
    after = replace(before, call=replace(before.call, headline="See what you do"))
    assert list_changes(before, after) == [
        ("panel", "SC04_SH01_STILL_endcard-panel"),
        ("board_sheet", "SC00_SH00_STILL_storyboard-02"),
        ("board_book", "SC00_SH00_STILL_storyboard"),
        ("title", "SC04_SH00_TEXT_endcard"),
        ("draft_segment", "SC04_SH01_CUT_endcard"),
        ("draft", "SC00_SH00_CUT_draft"),
        ("segment", "SC04_SH01_CUT_endcard"),
        ("master", "SC00_SH00_CUT_master"),
        ("film_check", "SC00_SH00_CUT_final-check"),
        ("poster", "SC00_SH00_STILL_poster"),
        ("sheet", "SC00_SH00_STILL_contact-sheet"),
    ]


def test_a_new_price_leaves_every_shot_alone() -> None:
    """Only titles hang on the price, and what is cut with them: the price, those set clear of it, and the end card."""
    before = make_brief()
    after = replace(before, product=replace(before.product, price_text="$99"))
    changed = list_changes(before, after)
    assert not [key for key in changed if key[0] in ("still", "clip", "check", "voice", "music", "mix", "document")]
    titles = [name for step, name in changed if step == "title"]
    assert titles[0] == "SC03_SH00_TEXT_price"
    assert titles[-1] == "SC04_SH00_TEXT_endcard"
    assert {name[:4] for name in titles} == {"SC03", "SC04"}


def test_a_new_line_leaves_the_picture_alone() -> None:
    """A new spoken line is recorded, mixed and captioned; no shot is shot again."""
    before = make_brief()
    changed = list_changes(before, change_scene(before, 2, voice="Light, where you need it."))
    assert ("voice", "SC02_SH00_AUDIO_voice") in changed
    assert not [key for key in changed if key[0] in ("still", "clip", "title", "segment", "draft_segment")]


@settings(max_examples=15, deadline=None)
@given(briefs())
def test_a_new_intent_reshoots_its_own_scene_only(brief: Brief) -> None:
    """Shots of other scenes keep their recipes, whatever move or light the new intent asks for."""
    number = brief.scenes[len(brief.scenes) // 2].number
    changed = list_changes(brief, change_scene(brief, number, intent="Orbit in moonlight, neon, fog"))
    shot = [name for step, name in changed if step in ("still", "clip", "check", "segment")]
    assert shot
    assert all(name.startswith(f"SC{number:02d}_") for name in shot)


def test_a_new_brand_colour_changes_everything_seen() -> None:
    """The palette is part of every look and every title."""
    before = make_brief()
    after = replace(before, product=replace(before.product, brand_colors=("#101010", "#E8B04A")))
    changed = list_changes(before, after)
    for step in ("still", "clip", "title", "segment"):
        assert [key for key in changed if key[0] == step] == [
            (order.step, order.name) for order in shoot(after).orders(step)
        ]
    assert not [key for key in changed if key[0] in ("voice", "music", "mix")]


def test_the_users_own_files_are_brought_in_instead_of_made() -> None:
    """With own music and own voice nothing is composed or spoken, and no captions are guessed."""
    brief = make_brief()
    file = brief.pictures[0].file
    desk = ScriptDesk()
    nouns = asyncio.run(run_film(replace(brief, audio=replace(brief.audio, music_file=file, voice_file=file)), desk))
    assert [order.payload.kind for order in desk.orders("sound_import")] == ["music", "voice"]  # type: ignore[attr-defined]
    assert not [*desk.orders("music"), *desk.orders("voice"), *desk.orders("captions")]
    voices = nouns[Voices]
    assert isinstance(voices, Voices)
    assert [(scene, start) for scene, start, _ in voices.lines] == [(0, 0)]
