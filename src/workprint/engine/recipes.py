"""Recipes: how an order becomes the digest that names its result, and why two recipes differ."""

from __future__ import annotations

from collections.abc import Iterator

from workprint.film.canonical import Json, encode
from workprint.film.lineage import Recipe
from workprint.film.order import Order
from workprint.ports.maker import Maker

SHOWN_DIFFERENCES = 3
"""How many changed fields a reason names before it says how many more there are."""


def build_recipe(order: Order, maker: Maker, fingerprint: str) -> Recipe:
    """The recipe of an order. Raises NotYetKnown when an input is planned but not made."""
    inputs = {item.role: item.source.digest for item in order.inputs}
    return Recipe(
        step=order.step,
        version=maker.version,
        payload=encode(order.payload),
        inputs=inputs,
        model=order.model,
        seed=order.seed,
        maker=fingerprint,
    )


def explain_change(old: Recipe, new: Recipe) -> str:
    """Why the new recipe is not the old one, field by field, in words a person can act on."""
    reasons: list[str] = []
    if old.version != new.version:
        reasons.append(f"{new.step} has a new version")
    if old.maker != new.maker:
        reasons.append("its tools changed")
    if old.model != new.model:
        reasons.append(f"model {old.model} -> {new.model}")
    if old.seed != new.seed:
        reasons.append("seed changed")
    reasons += [_explain_field(path, was, now) for path, was, now in _differences(old.payload, new.payload, "")]
    for role in sorted({*old.inputs, *new.inputs}):
        if old.inputs.get(role) != new.inputs.get(role):
            reasons.append(f"{role} changed" if role in old.inputs and role in new.inputs else f"{role} is new or gone")
    more = len(reasons) - SHOWN_DIFFERENCES
    shown = "; ".join(reasons[:SHOWN_DIFFERENCES])
    return shown + (f"; and {more} more" if more > 0 else "") or "its recipe changed"


def _differences(old: Json, new: Json, path: str) -> Iterator[tuple[str, Json, Json]]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from _differences(was, now, f"{path}[{index}]")
    else:
        yield path, old, new


def _explain_field(path: str, old: Json, new: Json) -> str:
    return f"{path}: {_shorten(old)} -> {_shorten(new)}"


def _shorten(value: Json) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."
