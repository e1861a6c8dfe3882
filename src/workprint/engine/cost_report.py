"""The cost of bought work (J6): by shot, model and approved second; what brought nothing is listed apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from workprint.film.attempt import Attempt, word_of
from workprint.film.brief import Brief
from workprint.film.buy_orders import MEDIA
from workprint.film.canonical import Json
from workprint.film.ledger import Entry, EntryKind
from workprint.film.money import Money
from workprint.film.request import Medium
from workprint.film.shot_names import find_slate
from workprint.ports.records import Records

FRUITLESS = ("failed", "moderated", "cancelled", "lost", "abandoned")
"""States in which money may have gone and nothing came."""


@dataclass(frozen=True)
class AttemptCost:
    """One attempt as the ledger books it: what was settled for it, corrections included, and what is still reserved."""

    attempt: Attempt
    spent: Money
    reserved: Money

    @property
    def word(self) -> str:
        """The state's word."""
        return word_of(self.attempt.state)


def list_attempt_costs(records: Records, entries: Iterable[Entry]) -> tuple[AttemptCost, ...]:
    """Every attempt with what the ledger says about it."""
    spent: dict[str, int] = {}
    for entry in entries:
        if entry.kind is EntryKind.SETTLE:
            owner = entry.reservation.partition("-correction-")[0]
            spent[owner] = spent.get(owner, 0) + entry.amount.micros
    return tuple(
        AttemptCost(item, Money(spent.get(item.id, 0)), item.reserved if item.is_open else Money(0))
        for item in records.attempts()
    )


def sum_bought(records: Records, entries: Iterable[Entry], brief: Brief | None) -> dict[str, Json]:
    """What was bought: totals by shot, model and medium, fruitless and held apart.

    An approved second is one of picture; all that was bought for the film is counted into what it costs.
    """
    costs = list_attempt_costs(records, entries)
    rejected = _find_rejected(records, costs)
    approved = [cost.attempt for cost in costs if cost.word == "delivered" and cost not in rejected]
    approved_ms = sum(_length_ms(attempt) for attempt in approved if medium_of(attempt) == Medium.VIDEO.value)
    total = sum(cost.spent.micros for cost in costs)
    return {
        "total": str(Money(total)),
        "shots": _group(costs, lambda cost: find_slate(cost.attempt.name)),
        "models": _group(costs, lambda cost: cost.attempt.model),
        "media": _group(costs, lambda cost: medium_of(cost.attempt)),
        "failed": str(Money(sum(cost.spent.micros for cost in costs if cost.word in FRUITLESS))),
        "rejected": str(Money(sum(cost.spent.micros for cost in rejected))),
        "held": str(Money(sum(cost.reserved.micros for cost in costs if cost.word == "held"))),
        "running": str(
            Money(sum(cost.reserved.micros for cost in costs if cost.word in ("sending", "running", "intended")))
        ),
        "assumed": str(
            Money(sum(cost.spent.micros for cost in costs if getattr(cost.attempt.state, "assumed", False)))
        ),
        "per_approved_second": str(Money(total * 1000 // approved_ms)) if approved_ms else "",
        "attempts": len(costs),
    }


def _find_rejected(records: Records, costs: tuple[AttemptCost, ...]) -> list[AttemptCost]:
    """Delivered takes that are not the current ones any more: paid, made, and put aside."""
    current = {recipe for (_, name), recipe in records.current().items() if "/" not in name}
    return [cost for cost in costs if cost.word == "delivered" and cost.attempt.recipe not in current]


def medium_of(attempt: Attempt) -> str:
    """What an attempt buys: video, image, voice, music or effect."""
    return MEDIA[attempt.step].value


def _length_ms(attempt: Attempt) -> int:
    return int(attempt.request.get("duration_ms", 0) or 0)


def _group(costs: tuple[AttemptCost, ...], key: Callable[[AttemptCost], str]) -> list[Json]:
    groups: dict[str, list[AttemptCost]] = {}
    for cost in costs:
        groups.setdefault(key(cost), []).append(cost)
    return [
        {
            "name": name,
            "attempts": len(items),
            "delivered": sum(item.word == "delivered" for item in items),
            "usd": str(Money(sum(item.spent.micros for item in items))),
            "reserved": str(Money(sum(item.reserved.micros for item in items))),
        }
        for name, items in sorted(groups.items())
    ]


def describe_attempt(cost: AttemptCost) -> dict[str, Json]:
    """One attempt as plain data for a person or a program."""
    attempt = cost.attempt
    told: Mapping[str, Json] = {
        field: str(getattr(attempt.state, field))
        for field in ("trouble", "message", "why", "code")
        if getattr(attempt.state, field, "")
    }
    return {
        "attempt": attempt.id,
        "name": attempt.name,
        "medium": medium_of(attempt),
        "model": attempt.model,
        "state": cost.word,
        "ticket": attempt.ticket,
        "generation": attempt.generation,
        "sends": attempt.sends,
        "spent": str(cost.spent),
        "reserved": str(cost.reserved),
        "assumed": bool(getattr(attempt.state, "assumed", False)),
        **told,
    }
