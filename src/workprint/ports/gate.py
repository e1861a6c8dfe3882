"""Gates: pure functions from what is known to a verdict. One file in `gates/` is one gate.

A gate says what it guards: a desk verb (`generate`), a verb and step (`generate:clip`), `spend`, or a stage
(`stage:make_master`). It is asked before each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from workprint.film.brief import Brief
from workprint.film.ledger import Balance
from workprint.film.lineage import Lock
from workprint.film.money import NOTHING, Money
from workprint.film.order import Order
from workprint.film.people import Policy
from workprint.film.verdict import Verdict

Noun = TypeVar("Noun")


@dataclass(frozen=True)
class GateView:
    """What a gate may look at. `nouns` holds what the stages have made so far, by type."""

    brief: Brief
    policy: Policy
    nouns: Mapping[type, object]
    locks: Mapping[str, Lock]
    balance: Balance = field(default_factory=Balance)
    order: Order | None = None
    price: Money = NOTHING

    def noun(self, kind: type[Noun]) -> Noun:
        """What a stage made; raises KeyError when no stage made it."""
        found = self.nouns[kind]
        assert isinstance(found, kind)
        return found


@dataclass(frozen=True)
class Gate:
    """A gate as the catalogue knows it: what it guards, its judge, and one line of what it is about.

    `reads_order` is False for a gate that looks at brief, policy and nouns only: one answer serves every order.
    """

    name: str
    guards: tuple[str, ...]
    judge: Callable[[GateView], Verdict]
    about: str
    reads_order: bool = True


def gate(
    *, name: str, guards: tuple[str, ...], reads_order: bool = True
) -> Callable[[Callable[[GateView], Verdict]], Gate]:
    """Make a gate of a pure function. The first line of its docstring says what it is about."""

    def build(judge: Callable[[GateView], Verdict]) -> Gate:
        about = (judge.__doc__ or "").strip().splitlines()[0]
        return Gate(name, guards, judge, about, reads_order)

    return build
