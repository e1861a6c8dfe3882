"""The plan (I2): what produce would do, line by line, with reasons, price and time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from workprint.film.money import NOTHING, Money


class Action(str, Enum):
    """What happens to one order."""

    CREATE = "create"
    REPLACE = "replace"
    KEEP = "keep"
    DRIFTED = "drifted"
    BLOCKED = "blocked"
    LATER = "later"

    @property
    def makes(self) -> bool:
        """Whether something is made."""
        return self in (Action.CREATE, Action.REPLACE)


@dataclass(frozen=True)
class PlanLine:
    """One order of the plan. `recipe` is "" while an input is not made yet. Seconds are CPU seconds."""

    stage: str
    step: str
    name: str
    action: Action
    reason: str
    price: Money = NOTHING
    seconds: float = 0.0
    recipe: str = ""


@dataclass(frozen=True)
class GateLine:
    """A gate that would stop the production, or speaks up."""

    gate: str
    level: str
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """All lines in the order of the film's making, bound to the inputs by `basis`. `notes` are worth saying aloud."""

    basis: str
    lines: tuple[PlanLine, ...]
    gates: tuple[GateLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def price(self) -> Money:
        """The upper bound of what it costs."""
        return Money(sum(line.price.micros for line in self.lines if line.action.makes))

    @property
    def seconds(self) -> float:
        """CPU seconds of all that would be made."""
        return sum(line.seconds for line in self.lines if line.action.makes)

    def count(self, action: Action) -> int:
        """How many lines have an action."""
        return sum(1 for line in self.lines if line.action is action)
