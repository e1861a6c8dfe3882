"""The plan says what produce does: any brief, any change, every line, every cent; and it scales."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.cheap_studio import Studio
from tests.strategies import INTENTS, TEXTS, briefs, change_scene, make_brief, make_scene

from workprint.engine.production import Outcome, Request
from workprint.film.brief import Brief, Overlays, SceneType, TextBlock, TextPosition
from workprint.film.ledger import EntryKind, balance_of
from workprint.film.money import Money
from workprint.film.plan import Action, Plan

FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PRICES = {"still": 1_300, "clip": 7_700, "voice": 100, "music": 90, "title": 5}


@contextmanager
def open_studio(**changes: object) -> Iterator[Studio]:
    """A studio in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder), **changes)  # type: ignore[arg-type]
        try:
            yield studio
        finally:
            studio.close()


def ready(brief: Brief) -> Brief:
    """The brief with a contract that lets it be generated, however few pictures it has."""
    return replace(brief, contract=replace(brief.contract, cap=Money(10**12), references=3))


def planned(plan: Plan) -> Counter[tuple[str, str]]:
    """(step, name) of all a plan makes, with how often."""
    return Counter((line.step, line.name) for line in plan.lines if line.action.makes)


def made(outcome: Outcome) -> Counter[tuple[str, str]]:
    """(step, name) of all that was made, with how often."""
    return Counter(outcome.made)


CHANGES: tuple[Callable[[Brief, str], Brief], ...] = (
    lambda brief, text: replace(brief, call=replace(brief.call, headline=text)),
    lambda brief, text: change_scene(brief, 1, intent=text),
    lambda brief, text: change_scene(brief, len(brief.scenes), intent="golden hour, " + text),
    lambda brief, text: change_scene(brief, 1, voice=text),
    lambda brief, text: replace(brief, product=replace(brief.product, name=text)),
    lambda brief, text: replace(brief, product=replace(brief.product, brand_colors=("#101010", "#F0F0F0"))),
    lambda brief, text: replace(brief, seed=brief.seed + 1),
    lambda brief, text: replace(brief, audio=replace(brief.audio, bpm=61)),
    lambda brief, text: replace(brief, name=text),
    lambda brief, text: change_scene(
        brief, 1, overlays=Overlays(text_blocks=(TextBlock(text, TextPosition.TOP),), show_price=True)
    ),
)


@FEW
@given(briefs().map(ready))
def test_a_fresh_plan_is_the_work_done(brief: Brief) -> None:
    """On a fresh project produce makes just what the plan makes, at just the price; a second time it makes nothing."""
    with open_studio(prices=PRICES) as studio:
        plan = studio.plan(brief)
        outcome = studio.produce(brief)
        assert made(outcome) == planned(plan)
        entries = studio.entries()
        assert balance_of(entries).spent == plan.price
        assert balance_of(entries).reserved == Money(0)
        settled = [entry for entry in entries if entry.kind is EntryKind.SETTLE]
        assert len(settled) == len(outcome.made)
        again = studio.plan(brief)
        assert {line.action for line in again.lines} == {Action.KEEP}
        assert again.gates == ()
        assert studio.produce(brief).made == ()
        assert balance_of(studio.entries()).spent == plan.price


@FEW
@given(briefs().map(ready), st.sampled_from(CHANGES), TEXTS | INTENTS)
def test_after_a_change_nothing_is_made_that_was_not_planned(
    brief: Brief, change: Callable[[Brief, str], Brief], text: str
) -> None:
    """After a change the work lies within the plan; what it spares hung on a result that came out equal."""
    with open_studio(prices=PRICES) as studio:
        studio.produce(brief)
        changed = change(brief, text)
        plan = studio.plan(changed)
        outcome = studio.produce(changed)
        assert not made(outcome) - planned(plan)
        spared = planned(plan) - made(outcome)
        reasons = {line.reason for line in plan.lines if (line.step, line.name) in spared and line.action.makes}
        assert all(reason.startswith("made from ") and reason.endswith("which is made again") for reason in reasons)
        assert studio.produce(changed).made == ()
        assert studio.produce(brief).made == (), "what was made once is known for ever"


@FEW
@given(briefs().map(ready), st.booleans())
def test_a_quick_look_is_planned_too(brief: Brief, draft: bool) -> None:
    """A look at one scene makes what its plan says, and leaves nothing for the film's own plan to complain of."""
    with open_studio() as studio:
        studio.produce(brief)
        request = Request(brief.scenes[-1].id, draft)
        plan = studio.plan(brief, request)
        assert made(studio.produce(brief, request)) == planned(plan)
        assert {line.action for line in studio.plan(brief).lines} == {Action.KEEP}


def test_a_prompt_that_changes_no_picture_spares_what_is_cut_from_it() -> None:
    """Still and clip are made again with a new prompt and come out equal: checks, segments and film are kept."""
    brief = ready(make_brief())
    with open_studio() as studio:
        studio.produce(brief)
        changed = replace(brief, contract=replace(brief.contract, style_notes="shot on a rainy day"))
        plan = studio.plan(changed)
        outcome = studio.produce(changed)
        assert {step for step, _ in outcome.made} == {"document", "still", "clip"}
        spared = {step for step, _ in planned(plan) - made(outcome)}
        assert spared >= {"check", "segment", "draft_segment", "draft", "master", "film_check", "poster", "sheet"}


def test_missing_files_are_made_again() -> None:
    """A stored file that is gone is planned with that reason and made; what hung on it is kept."""
    brief = ready(make_brief())
    with open_studio() as studio:
        studio.produce(brief)
        recipe = studio.records.current()["clip", "SC02_SH01_CLIP_lifestyle"]
        known = studio.records.known(recipe)
        assert known is not None
        del studio.vault.files[known.take.file.digest]
        lines = {(line.step, line.name): line for line in studio.plan(brief).lines if line.action.makes}
        assert lines["clip", "SC02_SH01_CLIP_lifestyle"].reason == "its stored file is missing"
        assert studio.produce(brief).made == (("clip", "SC02_SH01_CLIP_lifestyle"),)


# -- size ------------------------------------------------------------------------------------------


def say(text: str) -> Overlays:
    """One text over a scene."""
    return Overlays(text_blocks=(TextBlock(text, TextPosition.TOP),))


def make_long_brief(scenes: int) -> Brief:
    """A film of scenes of three seconds each, every kind in turn, with texts and lines of their own."""
    kinds = (SceneType.LIFESTYLE, SceneType.PACKSHOT, SceneType.MONTAGE)
    made = tuple(
        make_scene(
            number, kinds[number % 3], 90 * (number - 1), 90, f"View {number}, soft light", say(f"Solid {number}")
        )
        for number in range(1, scenes + 1)
    )
    return ready(replace(make_brief(), scenes=made, frames=90 * scenes))


def count_steps(work: Callable[[], Plan]) -> tuple[Plan, int]:
    """The plan, and how many function calls it took: a measure of work that no other process disturbs."""
    calls = 0

    def note(frame: object, kind: str, argument: object) -> None:
        nonlocal calls
        calls += 1

    gc.disable()
    sys.setprofile(note)
    try:
        plan = work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return plan, calls


def test_planning_grows_with_the_film_and_no_faster() -> None:
    """Four times the scenes: four times the lines, four times the function calls, one look at each maker's tools."""
    with open_studio() as studio:
        count_steps(lambda: studio.plan(make_long_brief(4)))  # what is loaded once is loaded now
        small, few = count_steps(lambda: studio.plan(make_long_brief(60)))
        studio.calls.clear()
        large, many = count_steps(lambda: studio.plan(make_long_brief(240)))
    shots = [sum(line.step == "clip" for line in plan.lines) for plan in (small, large)]
    assert shots[1] == pytest.approx(4 * shots[0], rel=0.02)
    per_shot = (len(large.lines) - len(small.lines)) / (shots[1] - shots[0])
    assert len(large.lines) == pytest.approx(per_shot * shots[1], rel=0.02)
    assert many / shots[1] < 1.1 * few / shots[0], f"{few / shots[0]:.0f} calls a shot became {many / shots[1]:.0f}"
    assert studio.calls["estimate"] <= 2 * len(large.lines)
    assert studio.calls["fingerprint"] <= 3 * len(studio.makers)


def test_a_film_of_a_thousand_shots_can_be_planned() -> None:
    """A thousand shots and more are planned whole: a line for every still, clip, check and segment."""
    with open_studio() as studio:
        plan = studio.plan(make_long_brief(630))
    counts = Counter(line.step for line in plan.lines)
    assert counts["clip"] >= 1000
    assert counts["still"] == counts["clip"] == counts["check"] == counts["segment"] == counts["draft_segment"]
    assert plan.count(Action.CREATE) == len(plan.lines)
