"""What everybody who buys works with: records, journal, shop, turnstile, clock, and whoever watches named points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workprint.engine.buying.shop import Shop
from workprint.engine.journal import Journal
from workprint.ports.clock import Clock
from workprint.ports.records import Records
from workprint.ports.turnstile import Turnstile


def ignore_point(name: str) -> None:
    """Nobody waits at named points."""


POINTS = (
    "intent",
    "sending",
    "answered",
    "unanswered",
    "ticket",
    "over",
    "broke-off",
    "fetched",
    "stored",
    "recorded",
)
"""Every named point of a purchase, in the order it is reached: where a crash could strike, and tests make it strike."""


@dataclass(frozen=True)
class Means:
    """Shared by the sender, the follower and the receiver of one run. `reached` is told the names in POINTS."""

    records: Records
    journal: Journal
    shop: Shop
    turnstile: Turnstile
    clock: Clock
    reached: Callable[[str], None] = ignore_point
