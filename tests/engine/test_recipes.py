"""Recipes name results by all that decides them, and say in words why two of them differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workprint.engine.recipes import build_recipe, explain_change
from workprint.film.errors import NotYetKnown
from workprint.film.lineage import FileRef, Recipe
from workprint.film.money import NOTHING
from workprint.film.order import Input, Order, PendingTake, Take
from workprint.film.sound_orders import VoicePayload
from workprint.ports.maker import Estimate, MakerCard

MAKER = MakerCard("voice", 2, VoicePayload, "x:y", True, lambda: "tools 1", lambda order: Estimate(NOTHING, 1.0))
FILE = FileRef("a" * 64, "audio/wav", 10, "mine.wav")
ORDER = Order("voice", "SC01_SH00_AUDIO_voice", VoicePayload("Hello.", "en", 900), (Input("file", FILE),), seed=3)
TAKE = Take("r" * 64, "voice", "SC01_SH00_AUDIO_voice", (FILE,), {"duration_ms": 5})


def recipe_of(order: Order, tools: str = "tools 1") -> Recipe:
    """The recipe of an order at the one maker."""
    return build_recipe(order, MAKER, tools)


def test_all_that_decides_the_bytes_is_in_the_recipe() -> None:
    """Payload, inputs, model, seed, tools and the maker's version each give another recipe."""
    others = (
        recipe_of(replace(ORDER, payload=VoicePayload("Hello!", "en", 900))),
        recipe_of(replace(ORDER, inputs=(Input("file", replace(FILE, digest="b" * 64)),))),
        recipe_of(replace(ORDER, inputs=(Input("voice", FILE),))),
        recipe_of(replace(ORDER, model="elsewhere")),
        recipe_of(replace(ORDER, seed=4)),
        recipe_of(ORDER, "tools 2"),
        build_recipe(ORDER, replace(MAKER, version=3), "tools 1"),
    )
    digests = {recipe.digest for recipe in (recipe_of(ORDER), *others)}
    assert len(digests) == len(others) + 1


def test_bookkeeping_is_not_in_the_recipe() -> None:
    """Name, place in out/, units and the name a person gave a file change nothing about the result."""
    same = replace(
        ORDER,
        name="SC09_SH00_AUDIO_voice",
        publish="elsewhere.wav",
        units=7,
        inputs=(Input("file", replace(FILE, name="yours.wav")),),
    )
    assert recipe_of(same).digest == recipe_of(ORDER).digest


def test_a_take_counts_by_content() -> None:
    """Two takes with the same files and facts give the same recipe, whatever recipe made them; other facts do not."""
    first, again, other = (
        recipe_of(replace(ORDER, inputs=(Input("file", take),)))
        for take in (TAKE, replace(TAKE, recipe="q" * 64, name="n"), replace(TAKE, facts={"duration_ms": 6}))
    )
    assert first.digest == again.digest != other.digest


def test_a_pending_input_has_no_recipe_yet() -> None:
    """An order made from what is only planned raises NotYetKnown, naming it."""
    order = replace(ORDER, inputs=(Input("file", PendingTake("clip", "SC01_SH01_CLIP_wide")),))
    with pytest.raises(NotYetKnown) as caught:
        recipe_of(order)
    assert caught.value.after == "SC01_SH01_CLIP_wide"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 3}, "voice has a new version"),
        ({"maker": "tools 2"}, "its tools changed"),
        ({"model": "cloud"}, "model local -> cloud"),
        ({"seed": 9}, "seed changed"),
        ({"payload": {"a": [1, 5], "b": {"c": "new"}}}, 'a[1]: 2 -> 5; b.c: "old" -> "new"'),
        ({"payload": {"a": [1], "b": {"c": "old"}}}, "a: [1, 2] -> [1]"),
        ({"payload": {"a": [1, 2], "b": {"c": "x" * 90}}}, 'b.c: "old" -> "' + "x" * 36 + "..."),
        ({"payload": {"a": [1, 2]}}, "b: {'c': 'old'} -> None"),
        ({"inputs": {"file": "2"}}, "file changed"),
        ({"inputs": {"file": "1", "extra": "1"}}, "extra is new or gone"),
        ({"inputs": {}}, "file is new or gone"),
        ({}, "its recipe changed"),
    ],
)
def test_a_change_is_explained_field_by_field(change: dict[str, object], words: str) -> None:
    """Each difference of two recipes is named where it lies, with the old and the new value."""
    old = Recipe("voice", 2, {"a": [1, 2], "b": {"c": "old"}}, {"file": "1"}, "local", 1, "tools 1")
    assert explain_change(old, replace(old, **change)) == words  # type: ignore[arg-type]


def test_many_changes_are_counted() -> None:
    """Beyond three differences the rest is a number."""
    old = Recipe("voice", 2, {"a": 1, "b": 2}, {"x": "1", "y": "1"}, "local", 1, "tools")
    new = Recipe("voice", 3, {"a": 2, "b": 3}, {"x": "2", "y": "2"}, "local", 2, "tools")
    assert explain_change(old, new) == "voice has a new version; seed changed; a: 1 -> 2; and 3 more"
