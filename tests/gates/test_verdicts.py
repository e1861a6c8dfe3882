"""Each gate's verdicts: what passes, what stops, how hard, with what exit code and what subject."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.strategies import change_scene, make_brief

from workprint.engine.catalogue import find_gates
from workprint.film.brief import Brief
from workprint.film.canonical import Json
from workprint.film.edit import Edit
from workprint.film.errors import NotYetKnown
from workprint.film.ledger import Balance
from workprint.film.lineage import Lock
from workprint.film.money import NOTHING, Money
from workprint.film.order import Order
from workprint.film.people import AUTO, Policy
from workprint.film.time import Instant
from workprint.film.verdict import Level
from workprint.gates.asset_names import asset_names
from workprint.gates.budget_cap import budget_cap
from workprint.gates.budget_quota import budget_quota
from workprint.gates.contract import contract
from workprint.gates.dailies import dailies
from workprint.gates.final_check import final_check
from workprint.gates.modifier import modifier
from workprint.gates.names import names
from workprint.gates.picture_lock import picture_lock
from workprint.gates.shot_lock import shot_lock
from workprint.ports.gate import Gate, GateView
from workprint.testing.script_desk import PendingDesk, ScriptDesk
from workprint.testing.script_film import run_film

FAULT: Mapping[str, Json] = {
    "readings": [
        {"metric": "black frames", "value": 3, "limit": "0", "verdict": "fault"},
        {"metric": "identity", "value": 0, "limit": "", "verdict": "not_run", "note": "no weights"},
    ]
}
ORDER = Order("clip", "SC01_SH01_CLIP_packshot", "payload")


def look(
    brief: Brief,
    *,
    facts: Mapping[str, Mapping[str, Json]] | None = None,
    policy: Policy = Policy.AUTO,
    locks: Mapping[str, Lock] | None = None,
) -> GateView:
    """What a gate sees after a whole film."""
    nouns = asyncio.run(run_film(brief, ScriptDesk(facts)))
    return GateView(brief, policy, nouns, locks or {})


def planned(brief: Brief) -> GateView:
    """What a gate sees while nothing is made yet."""
    return GateView(brief, Policy.AUTO, asyncio.run(run_film(brief, PendingDesk())), {})


def pin(name: str, recipe: str) -> Lock:
    """A lock by somebody."""
    return Lock(name, recipe, "ann", Instant(0), "approved")


def edit_of(view: GateView) -> Edit:
    """The edit a view holds."""
    return view.noun(Edit)


def test_every_gate_is_found_by_its_name_and_says_what_it_is_about() -> None:
    """Each gate stands in a file of its own, named as the file and explained in a sentence."""
    found = {gate.name: gate for gate in find_gates()}
    budget, locks = {"budget_cap", "budget_quota"}, {"shot_lock", "picture_lock"}
    others = {"contract", "names", "asset_names", "modifier", "route", "spoken_words", "dailies", "final_check"}
    assert set(found) == {*others, *budget, *locks}
    assert all(gate.about.endswith(".") and gate.guards for gate in found.values())


def test_every_verdict_names_its_subject() -> None:
    """A ruling holds for one subject, so even a pass has one."""
    view = replace(look(make_brief()), order=ORDER, price=Money(1))
    assert all(gate.judge(view).subject for gate in find_gates())


@pytest.mark.parametrize(
    ("cap", "references", "level", "reasons"),
    [
        (Money(1), 3, Level.PASS, 0),
        (NOTHING, 3, Level.PASS, 0),
        (None, 3, Level.HARD, 1),
        (Money(1), 2, Level.HARD, 1),
        (None, 0, Level.HARD, 2),
    ],
)
def test_the_contract_gate(cap: Money | None, references: int, level: Level, reasons: int) -> None:
    """Nothing is generated without a cap and three references; a cap of 0 is a cap, and every lack is told."""
    brief = make_brief()
    asked = replace(brief, contract=replace(brief.contract, cap=cap, references=references))
    verdict = contract.judge(GateView(asked, Policy.AUTO, {}, {}))
    assert (verdict.level, len(verdict.reasons), len(verdict.remedies)) == (level, reasons, reasons)


@pytest.mark.parametrize("name", ["clip one", "SC01_SH01_CLIP_packshot\n", "SC1_SH01_CLIP_x"])
def test_the_names_gate(name: str) -> None:
    """An order with a name outside the scheme is a hard block that names it; a good name passes."""
    view = GateView(make_brief(), Policy.AUTO, {}, {}, order=replace(ORDER, name=name))
    verdict = names.judge(view)
    assert verdict.level is Level.HARD
    assert repr(name) in verdict.reasons[0]


@pytest.mark.parametrize(("asset", "bad"), [("", False), ("my desk", True), ("SC02_SH00_LOC_desk", False)])
def test_the_asset_names_gate(asset: str, bad: bool) -> None:
    """An asset with a name outside the scheme is a hard block that names it."""
    verdict = asset_names.judge(look(change_scene(make_brief(), 2, asset_name=asset)))
    assert verdict.level is (Level.HARD if bad else Level.PASS)
    assert [repr(asset) in reason for reason in verdict.reasons] == [True] * bad


def test_the_names_gate_works_before_there_is_a_breakdown() -> None:
    """While no manifest is known, only the order's own name is judged."""
    view = GateView(make_brief(), Policy.AUTO, {}, {}, order=ORDER)
    assert names.judge(view).level is Level.PASS


@pytest.mark.parametrize(
    ("given", "level"), [(None, Level.PASS), ("noir", Level.PASS), ("", Level.SOFT), (" ", Level.SOFT)]
)
def test_the_modifier_gate(given: str | None, level: Level) -> None:
    """A scene without a cinematic modifier blocks softly and is named."""
    brief = make_brief()
    verdict = modifier.judge(look(replace(brief, optics=replace(brief.optics, modifier=given))))
    assert verdict.level is level
    assert len(verdict.reasons) == (4 if level is Level.SOFT else 0)


@pytest.mark.parametrize(("gate", "stop"), [(budget_cap, Level.HARD), (budget_quota, Level.SOFT)], ids=["cap", "quota"])
@pytest.mark.parametrize(
    ("limit", "spent", "reserved", "price", "stops"),
    [
        (100, 0, 0, 100, False),
        (100, 0, 0, 101, True),
        (100, 60, 30, 10, False),
        (100, 60, 30, 11, True),
        (0, 0, 0, 0, False),
        (0, 0, 0, 1, True),
        (100, 200, 0, 0, False),
        (None, 10**9, 0, 10**9, False),
    ],
)
def test_the_budget_gates(
    gate: Gate, stop: Level, limit: int | None, spent: int, reserved: int, price: int, stops: bool
) -> None:
    """Spent, reserved and asked together may reach the limit and not pass it; free work is never refused."""
    money = None if limit is None else Money(limit)
    brief = make_brief()
    brief = replace(brief, contract=replace(brief.contract, cap=money, quota=money))
    balance = Balance(Money(spent), Money(reserved))
    verdict = gate.judge(GateView(brief, Policy.AUTO, {}, {}, balance, ORDER, Money(price)))
    assert verdict.level is (stop if stops else Level.PASS)
    assert not stops or verdict.exit_code == 6


def test_an_override_of_the_cap_holds_for_one_order_at_one_price() -> None:
    """The cap gate's subject changes with order and price, so that one override never opens the purse for all."""
    view = GateView(make_brief(), Policy.AUTO, {}, {}, Balance(), ORDER, Money(9))
    others = (replace(view, price=Money(10)), replace(view, order=replace(ORDER, name="SC01_SH02_CLIP_packshot")))
    assert len({budget_cap.judge(item).subject for item in (view, *others)}) == 3


@pytest.mark.parametrize(
    ("policy", "is_faulty", "level", "exit_code"),
    [
        (Policy.AUTO, False, Level.PASS, 5),
        (Policy.PERSON, False, Level.WAIT, 5),
        (Policy.AUTO, True, Level.SOFT, 7),
        (Policy.PERSON, True, Level.SOFT, 7),
    ],
)
def test_the_dailies_gate(policy: Policy, is_faulty: bool, level: Level, exit_code: int) -> None:
    """A fault blocks softly with its reading; without one a person is waited for, if the policy says so."""
    facts = {"SC02_SH01_CLIP_lifestyle": FAULT} if is_faulty else None
    verdict = dailies.judge(look(make_brief(), facts=facts, policy=policy))
    assert (verdict.level, verdict.exit_code) == (level, exit_code)
    if is_faulty:
        assert verdict.reasons == ("SC02_SH01: black frames is 3, limit 0.",)


def test_the_shot_lock_gate_wants_every_clip_at_its_take() -> None:
    """Unlocked or otherwise locked shots are waited for, whatever the policy, and an approval pins just these."""
    view = look(make_brief())
    clips = {clip.clip.name: clip.clip.recipe for clip in edit_of(view).clips}
    verdict = shot_lock.judge(view)
    assert (verdict.level, dict(verdict.pins)) == (Level.WAIT, clips)
    locks = {name: pin(name, recipe) for name, recipe in clips.items()}
    assert shot_lock.judge(replace(view, locks=locks)).level is Level.PASS
    name = "SC02_SH01_CLIP_lifestyle"
    drifted = shot_lock.judge(replace(view, locks={**locks, name: pin(name, "older")}))
    assert (drifted.level, drifted.reasons) == (Level.WAIT, ("SC02_SH01 is locked at another take.",))
    assert drifted.pins == ((name, clips[name]),)


def test_the_picture_lock_gate_tells_unlocked_from_changed() -> None:
    """No lock, or the policy's own on another edit, is waited for; a person's lock on another edit blocks hard."""
    view = look(make_brief())
    digest = edit_of(view).picture_digest
    waiting = picture_lock.judge(view)
    assert (waiting.level, waiting.pins, waiting.subject) == (Level.WAIT, (("PICTURE", digest),), digest)
    assert picture_lock.judge(replace(view, locks={"PICTURE": pin("PICTURE", digest)})).level is Level.PASS
    changed = picture_lock.judge(replace(view, locks={"PICTURE": pin("PICTURE", "before")}))
    assert changed.level is Level.HARD
    assert "edit has changed" in changed.reasons[0]
    by_policy = Lock("PICTURE", "before", AUTO.name, Instant(0), "auto")
    moved = picture_lock.judge(replace(view, locks={"PICTURE": by_policy}))
    assert (moved.level, moved.pins) == (Level.WAIT, (("PICTURE", digest),))


@pytest.mark.parametrize(("is_faulty", "level"), [(False, Level.PASS), (True, Level.SOFT)])
def test_the_final_gate(is_faulty: bool, level: Level) -> None:
    """A master with a fault does not leave the house without an approval."""
    facts = {"SC00_SH00_CUT_final-check": FAULT} if is_faulty else None
    verdict = final_check.judge(look(make_brief(), facts=facts))
    assert verdict.level is level
    assert not is_faulty or (verdict.exit_code, len(verdict.reasons)) == (7, 1)


@pytest.mark.parametrize("gate", [dailies, shot_lock, picture_lock, final_check], ids=lambda gate: gate.name)
def test_gates_that_judge_results_wait_until_they_are_known(gate: Gate) -> None:
    """While takes are only planned these gates say what they wait for instead of guessing."""
    with pytest.raises(NotYetKnown):
        gate.judge(planned(make_brief()))
