"""The storyboard stage: one order a panel, a sheet and the book, and nothing else made again because of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hypothesis import given, settings
from tests.strategies import briefs, change_scene, make_brief

from workprint.acts.act3_shoot.storyboard import PANELS_PER_SHEET
from workprint.film.board import Board
from workprint.film.board_orders import BoardBookPayload, BoardPage, PanelPayload
from workprint.film.brief import Brief
from workprint.film.storyboard import Storyboard
from workprint.testing.script_desk import ScriptDesk, digest_order
from workprint.testing.script_film import run_film

STEPS = ("panel", "board_sheet", "board_book")


def draw(brief: Brief) -> tuple[ScriptDesk, Board]:
    """The desk after the storyboard, and the board it was drawn from."""
    desk = ScriptDesk()
    board = asyncio.run(run_film(brief, desk, Storyboard))[Board]
    assert isinstance(board, Board)
    return desk, board


def pages_of(desk: ScriptDesk) -> tuple[BoardPage, ...]:
    """The pages of the one book ordered."""
    (order,) = desk.orders("board_book")
    assert isinstance(order.payload, BoardBookPayload)
    return order.payload.pages


def digest_panels(brief: Brief) -> dict[str, str]:
    """The digest of every panel's order, by name."""
    return {order.name: digest_order(order) for order in draw(brief)[0].orders("panel")}


@settings(max_examples=25, deadline=None)
@given(briefs())
def test_every_shot_stands_once_on_the_sheets_in_film_order(brief: Brief) -> None:
    """Any film: a panel a shot, sheets as even as can be and none over-full, the book holding the same pages."""
    desk, board = draw(brief)
    pages = pages_of(desk)
    slates = [shot.slate for shot in board.shots]
    assert [note.slate for page in pages for note in page.notes] == slates
    assert len(desk.orders("panel")) == len(slates)
    assert [order.payload.page for order in desk.orders("board_sheet")] == list(pages)  # type: ignore[attr-defined]
    counts = [len(page.notes) for page in pages]
    assert max(counts) - min(counts) <= 1
    assert max(counts) <= PANELS_PER_SHEET[brief.aspect.value]
    assert all(note.action and note.timecode and note.duration for page in pages for note in page.notes)


def test_a_new_picture_idea_redraws_its_own_scene_only() -> None:
    """A new intent redraws no panel of another scene."""
    before = make_brief()
    one, two = digest_panels(before), digest_panels(change_scene(before, 2, intent="Orbit in moonlight, neon, fog"))
    changed = {name for name in two if one.get(name) != two[name]}
    assert changed
    assert all(name.startswith("SC02_") for name in changed)


def test_a_new_line_prints_sheets_and_redraws_nothing() -> None:
    """What is said stands beside the pictures: panels are kept, the sheet and the book are set anew."""
    before = make_brief()
    after = change_scene(before, 2, voice="Light, where you need it.")
    assert digest_panels(before) == digest_panels(after)
    assert [digest_order(order) for order in draw(before)[0].orders("board_book")] != [
        digest_order(order) for order in draw(after)[0].orders("board_book")
    ]


def test_nothing_else_is_made_from_the_storyboard() -> None:
    """No order of another step has a panel, a sheet or the book among its inputs."""
    desk = ScriptDesk()
    asyncio.run(run_film(make_brief(), desk))
    steps = {
        (order.step, getattr(item.source, "step", ""))
        for order in desk.orders()
        for item in order.inputs
        if getattr(item.source, "step", "") in STEPS
    }
    assert steps == {("board_sheet", "panel"), ("board_book", "panel")}


def test_an_end_card_is_sketched_with_what_it_says() -> None:
    """The end card's panel carries headline, subhead and button as the brief has them."""
    brief = make_brief()
    brief = replace(brief, call=replace(brief.call, headline="Take\n it  home", subhead="", button_text="Go"))
    payload = draw(brief)[0].orders("panel")[-1].payload
    assert isinstance(payload, PanelPayload)
    said = {mark.kind: mark.text for mark in payload.marks}
    assert said["headline"] == "Take it home"
    assert said["button"] == "Go"
    assert "subhead" not in said
