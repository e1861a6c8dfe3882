"""The canonical form: one text for one value, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import briefs

from workprint.film.brief import Brief
from workprint.film.canonical import decode, digest_of, encode, to_text
from workprint.film.lineage import Recipe
from workprint.film.order import Take
from workprint.film.plan import Action, GateLine, Plan, PlanLine

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


class Colour(str, Enum):
    """A choice."""

    RED = "red"


@dataclass(frozen=True)
class Leaf:
    """A noun with every kind of field."""

    text: str
    count: int
    share: float
    flag: bool
    colour: Colour
    pair: tuple[int, str]
    many: tuple[float, ...]
    roles: Mapping[str, int]
    maybe: Colour | None
    note: str = field(default="", metadata={"digest": False})


LEAVES = st.builds(
    Leaf,
    TEXT,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(Colour),
    st.tuples(st.integers(), TEXT),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3).map(tuple),
    st.dictionaries(TEXT, st.integers(), max_size=3),
    st.none() | st.sampled_from(Colour),
    TEXT,
)


@given(LEAVES)
def test_what_is_encoded_comes_back(leaf: Leaf) -> None:
    """decode(encode(x)) == x, also through text."""
    data = json.loads(to_text(encode(leaf, whole=True)))
    assert decode(Leaf, data) == leaf
    assert digest_of(decode(Leaf, data)) == digest_of(leaf)


@settings(max_examples=30, deadline=None)
@given(briefs())
def test_a_brief_comes_back(brief: Brief) -> None:
    """Any brief survives the way through text and keeps its digest."""
    back = decode(Brief, json.loads(to_text(encode(brief, whole=True))))
    assert back == brief
    assert digest_of(back) == digest_of(brief)


@given(JSON, st.dictionaries(TEXT, JSON, max_size=3))
def test_recipes_and_takes_come_back(payload: object, facts: dict[str, object]) -> None:
    """Recipes with any payload and takes with any facts survive the way through text."""
    recipe = Recipe("clip", 1, encode(payload), {"a": "b"}, "local", 3, "tools")
    take = Take(recipe.digest, "clip", "n", (), {key: encode(value) for key, value in facts.items()})
    for noun in (recipe, take):
        back = decode(type(noun), json.loads(to_text(encode(noun, whole=True))))
        assert back == noun
        assert digest_of(back) == digest_of(noun)


def test_a_plan_comes_back() -> None:
    """A saved plan is the plan."""
    lines = (PlanLine("s", "clip", "n", Action.CREATE, "new", seconds=1.5), PlanLine("s", "x", "m", Action.KEEP, ""))
    plan = Plan("basis", lines, (GateLine("contract", "hard", ("why",), ()),))
    assert decode(Plan, json.loads(json.dumps(encode(plan, whole=True)))) == plan


@given(LEAVES, TEXT)
def test_bookkeeping_is_left_out_of_the_digest(leaf: Leaf, note: str) -> None:
    """Fields marked so change the whole form and not the digest."""
    assert digest_of(replace(leaf, note=note)) == digest_of(leaf)
    assert (encode(replace(leaf, note=note), whole=True) == encode(leaf, whole=True)) is (note == leaf.note)


@given(st.dictionaries(TEXT, JSON, max_size=6))
def test_the_order_of_keys_does_not_matter(data: dict[str, object]) -> None:
    """The same mapping in another order has the same text."""
    turned = dict(reversed(list(data.items())))
    assert to_text(encode(turned)) == to_text(encode(data))


def test_a_whole_float_is_its_integer() -> None:
    """3.0 and 3 are one value; 3.5 stays; what JSON cannot say is refused."""
    assert digest_of([3.0]) == digest_of([3]) != digest_of([3.5])
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_of([float("nan")])
    with pytest.raises(TypeError, match="has no canonical form"):
        digest_of([object()])


@pytest.mark.parametrize(
    "change",
    [
        {"count": "1"},
        {"colour": "blue"},
        {"pair": [1]},
        {"pair": "no list"},
        {"many": [1, "x"]},
        {"unheard": 1},
        {"maybe": "green"},
        {"roles": []},
        {"roles": {"a": "b"}},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object]) -> None:
    """Wrong types, unknown fields and unknown choices raise ValueError, never give a half-right noun."""
    good = {"text": "", "count": 1, "share": 1, "flag": True, "colour": "red", "pair": [1, ""], "many": [], "roles": {}}
    good["maybe"] = None
    assert decode(Leaf, good).share == 1.0
    with pytest.raises(ValueError, match=r"."):
        decode(Leaf, {**good, **change})


def test_a_missing_field_is_refused() -> None:
    """A noun that lacks a field it must have cannot be rebuilt."""
    with pytest.raises(ValueError, match="missing"):
        decode(Leaf, {"text": ""})


@dataclass(frozen=True)
class Grown:
    """A noun that got a field later."""

    text: str
    later: tuple[int, ...] = field(default=(), metadata={"digest": "if-set"})


@dataclass(frozen=True)
class Ungrown:
    """The same noun as it was."""

    text: str


def test_a_field_added_later_counts_only_where_it_is_set() -> None:
    """Unset it leaves every digest as it was; set, it changes it; the whole form always has it, and both come back."""
    assert digest_of(Grown("a")) == digest_of(Ungrown("a"))
    assert digest_of(Grown("a", (1,))) != digest_of(Grown("a"))
    assert encode(Grown("a"), whole=True) == {"text": "a", "later": []}
    for noun in (Grown("a"), Grown("a", (1,))):
        assert decode(Grown, encode(noun)) == decode(Grown, encode(noun, whole=True)) == noun
