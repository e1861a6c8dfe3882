"""The desk: the only way a stage touches the world, and the mark that makes a function a stage.

A stage is an async function of film nouns and a desk. Its parameters name, by type, the nouns it needs; its
return type names the noun it makes. Run at the planning desk it yields the plan, at the working desk it works.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from workprint.film.order import AnyTake, Order

Item = TypeVar("Item")
Made = TypeVar("Made")


class Desk(Protocol):
    """What a stage may ask of the world. Every request crosses: may, budget, cache, limit, perform, record.

    A request returns the kept take when its recipe is known, and makes it otherwise. At the planning desk a
    result that is not made yet comes back as a PendingTake.
    """

    async def ask(self, order: Order) -> AnyTake:
        """A language model's answer."""
        ...

    async def generate(self, order: Order) -> AnyTake:
        """An image, a clip, a voice, music or an effect."""
        ...

    async def measure(self, order: Order) -> AnyTake:
        """Metrics of something made."""
        ...

    async def render(self, order: Order) -> AnyTake:
        """An encode, a composite, a mix, a document."""
        ...

    async def each(self, items: Iterable[Item], work: Callable[[Item], Awaitable[Made]]) -> tuple[Made, ...]:
        """The work done on every item, as wide as the engine allows; results in the order of the items."""
        ...


@dataclass(frozen=True)
class Stage:
    """A stage as the catalogue knows it: its function, what it needs and makes (types), its version and place."""

    name: str
    version: int
    function: Callable[..., Awaitable[object]]
    needs: tuple[tuple[str, type], ...]
    makes: type
    module: str


def stage(*, version: int) -> Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[Any]]]:
    """Mark an async function as a stage. Raise the version when the same inputs should give another result."""

    def mark(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        function.stage_version = version  # type: ignore[attr-defined]
        return function

    return mark


def describe_stage(function: Callable[..., Awaitable[Any]]) -> Stage:
    """The catalogue entry of a marked function, read from its signature.

    Raises TypeError when the signature is not `(nouns..., desk: Desk) -> Noun`.
    """
    hints = typing.get_type_hints(function)
    makes = hints.pop("return", None)
    needs = tuple((name, hints[name]) for name in inspect.signature(function).parameters if name != "desk")
    makes_noun = isinstance(makes, type) and makes is not type(None)
    if hints.get("desk") is not Desk or not makes_noun or not inspect.iscoroutinefunction(function):
        raise TypeError(f"{function.__module__}.{function.__name__} is not `async (nouns..., desk: Desk) -> Noun`")
    version: int = function.stage_version  # type: ignore[attr-defined]
    return Stage(function.__name__, version, function, needs, makes, function.__module__)
