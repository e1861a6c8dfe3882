"""The catalogue finds what there is and orders stages by need."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest

from workprint.engine.catalogue import GIVEN, find_gates, find_stages, order_stages, stages_for
from workprint.film.brief import Brief
from workprint.film.edit import Draft, Master
from workprint.ports.desk import Desk, Stage, describe_stage, stage


@dataclass(frozen=True)
class Apple:
    """A noun."""


@dataclass(frozen=True)
class Juice:
    """A noun made from apples."""


@stage(version=1)
async def pick(brief: Brief, desk: Desk) -> Apple:
    """Make apples."""
    return Apple()


@stage(version=4)
async def press(apple: Apple, brief: Brief, desk: Desk) -> Juice:
    """Make juice."""
    return Juice()


@stage(version=1)
async def unpress(juice: Juice, desk: Desk) -> Apple:
    """Make apples of juice."""
    return Apple()


PICK, PRESS, UNPRESS = describe_stage(pick), describe_stage(press), describe_stage(unpress)


def test_a_stage_is_described_by_its_signature() -> None:
    """Needs and result are read from the types of a marked function."""
    assert (PRESS.name, PRESS.version, PRESS.makes) == ("press", 4, Juice)
    assert PRESS.needs == (("apple", Apple), ("brief", Brief))


def test_needs_come_first() -> None:
    """Whatever order they are found in, a stage stands after those that make what it needs."""
    assert order_stages([PRESS, PICK]) == order_stages([PICK, PRESS]) == (PICK, PRESS)


def test_two_makers_of_one_noun_are_refused() -> None:
    """Two stages that make the same noun are named, since nobody could say which counts."""
    with pytest.raises(ValueError, match="unpress and pick both make Apple"):
        order_stages([PICK, PRESS, UNPRESS])


def test_a_circle_is_refused() -> None:
    """Stages that need each other are named, and called a circle."""
    with pytest.raises(ValueError, match="press, unpress: a circle"):
        order_stages([PRESS, UNPRESS])


def test_a_need_nobody_makes_is_refused() -> None:
    """A noun that no stage makes is named."""
    with pytest.raises(ValueError, match=r"nobody makes .'Apple'."):
        order_stages([PRESS])


def test_a_wrong_signature_is_refused() -> None:
    """A stage without a desk, without a result, or that is no coroutine cannot be described."""

    @stage(version=1)
    async def no_desk(brief: Brief) -> Apple:
        return Apple()

    @stage(version=1)
    async def no_result(brief: Brief, desk: Desk) -> None:
        return None

    for function in (no_desk, no_result):
        with pytest.raises(TypeError, match="is not `async"):
            describe_stage(function)


def test_the_film_has_its_stages_in_story_order() -> None:
    """Every stage found needs only what is given and what stages before it make; each is documented."""
    done: set[type] = set(GIVEN)
    for found in find_stages():
        assert {kind for _, kind in found.needs} <= done, found.name
        assert inspect.getdoc(found.function), found.name
        done.add(found.makes)
    assert {Draft, Master} <= done


def test_a_target_needs_only_its_own_line() -> None:
    """For a draft neither the master nor its check and package are needed."""

    def name(stages: tuple[Stage, ...]) -> list[str]:
        return [found.name for found in stages]

    every = find_stages()
    wanted = name(stages_for(every, Draft))
    assert "make_master" not in wanted
    assert "package" not in wanted
    assert wanted == [item for item in name(every) if item in wanted]
    assert name(stages_for((PICK, PRESS), Apple)) == ["pick"]


def test_each_gate_is_found_once() -> None:
    """Gates come in the order of their names, none twice."""
    names = [gate.name for gate in find_gates()]
    assert names == sorted(set(names))
