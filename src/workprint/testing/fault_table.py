"""The fault table: every provider against every behaviour of its fake, bought through the real engine, and judged.

A cell is good when the order ends in a terminal or waiting state, is paid at most once (exactly once when delivered),
sends no more than it may, and the ledger says what the fake's bill says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workprint.film.attempt import word_of
from workprint.film.errors import WorkprintError
from workprint.film.order import Take
from workprint.ports.provider import Limits, LocalInput
from workprint.testing.buying_bench import QUICK, BuyingBench
from workprint.testing.fakes.faults import (
    Fault,
    Outcome,
    break_after,
    cut_off,
    delay,
    drop_after,
    drop_before,
    empty,
    garble,
    nest,
    refuse,
    wrap_in_html,
)
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import Pair, open_account
from workprint.testing.provider_samples import lay_out_inputs, plain_request

ANSWER_S = 1.0
LATE_S = 1.4
"""An answer later than the time-out."""

SETTLE_S = 120.0
"""At the bench's pace an eighth of a second."""

APART = (Outcome.SUCCEED, Outcome.STUCK, Outcome.DUPLICATE_ID)
"""Outcomes with tests of their own: they take a clock, or another order."""

WAITING = ("running", "held")
"""States in which nothing is lost: a later run, or a person, goes on."""


@dataclass(frozen=True)
class Behaviour:
    """What a fake is told to do, in the order its calls come."""

    name: str
    wishes: tuple[Fault | Outcome, ...]

    def prepare(self, fake: FakeProvider) -> None:
        """Tell the fake."""
        for wish in self.wishes:
            if isinstance(wish, Fault):
                fake.misbehave(wish)
            else:
                fake.decide(wish)


def _alone(*faults: Fault) -> tuple[Behaviour, ...]:
    return tuple(Behaviour(fault.name, (fault,)) for fault in faults)


BEHAVIOURS: tuple[Behaviour, ...] = (
    Behaviour("all well", ()),
    *_alone(
        refuse("submit", 401),
        refuse("submit", 402),
        refuse("submit", 404),
        refuse("submit", 429, {"retry-after": "2"}),
        refuse("submit", 429),
        refuse("submit", 500),
        refuse("submit", 503),
        drop_before("submit"),
        drop_after("submit"),
        break_after("submit", 500),
        break_after("submit", 502),
        break_after("submit", 504),
        garble("submit"),
        nest("submit"),
        wrap_in_html("submit"),
        empty("submit"),
        cut_off("submit"),
        delay("submit", LATE_S),
        refuse("poll", 401),
        refuse("poll", 429, {"retry-after": "2"}),
        refuse("poll", 500),
        refuse("poll", 503),
        drop_before("poll"),
        garble("poll"),
        nest("poll"),
        wrap_in_html("poll"),
        empty("poll"),
        cut_off("poll"),
        delay("poll", LATE_S),
        refuse("upload", 500),
        drop_before("upload"),
        break_after("media", 500),
        break_after("media", 503),
        drop_before("media"),
        cut_off("media"),
        wrap_in_html("media"),
    ),
    *(Behaviour(outcome.value, (outcome,)) for outcome in Outcome if outcome not in APART),
    Behaviour("lost answer, list fails once", (drop_after("submit"), refuse("list", 500))),
    Behaviour("lost answer, list drops", (drop_after("submit"), drop_before("list"))),
    Behaviour("lost answer, then fails", (drop_after("submit"), Outcome.FAIL)),
    Behaviour("refused five times, then taken", tuple(refuse("submit", 429) for _ in range(5))),
    Behaviour("refused for ever", tuple(refuse("submit", 429) for _ in range(40))),
    Behaviour("fails three times", (Outcome.FAIL, Outcome.FAIL, Outcome.FAIL)),
)
"""What can happen, from the fault list of providers.md C.3 and users-and-trust.md 2.6."""


@dataclass(frozen=True)
class Cell:
    """What came of one behaviour: how the order ended after one or two runs, and every promise that was broken."""

    provider: str
    behaviour: str
    ended: str
    sends: int
    charged: int
    faults: tuple[str, ...]


async def fill_cell(pair: Pair, behaviour: Behaviour, folder: Path) -> Cell:
    """Buy one order under a behaviour; where it waits, run once more, as a person would."""
    assert pair.make_fake is not None
    with pair.make_fake() as fake:
        behaviour.prepare(fake)
        model = pair.card.models[0]
        request = plain_request(model)
        inputs = lay_out_inputs(request, folder)
        limits = Limits(creates_per_minute=10_000, jobs_at_once=4, poll_every_s=2.0, settle_s=SETTLE_S)
        bench = BuyingBench(
            folder / "shop", {pair.card.name: (pair.card, open_account(fake, answer_s=ANSWER_S))}, limits=limits
        )
        ended = await _buy(bench, request, inputs)
        if ended not in ("delivered", "held"):
            ended = f"{ended}, then {await _buy(bench, request, inputs)}"
        cell = _judge(pair, behaviour, bench, fake, ended)
        await bench.close()
    return cell


async def _buy(bench: BuyingBench, request: object, inputs: tuple[LocalInput, ...]) -> str:
    purchase = bench.order(request, inputs)  # type: ignore[arg-type]
    try:
        take = await bench.buy(purchase)
    except WorkprintError as error:
        attempts = bench.records.attempts()
        return word_of(attempts[-1].state) if attempts else error.code
    assert isinstance(take, Take)
    return "delivered"


def _judge(pair: Pair, behaviour: Behaviour, bench: BuyingBench, fake: FakeProvider, ended: str) -> Cell:
    attempts = bench.records.attempts()
    words = [word_of(attempt.state) for attempt in attempts]
    with bench.records.page() as page:
        balance = page.balance()
    paid = [charge for charge in fake.charges if charge.micros]
    last = words[-1] if words else "nothing"
    most = QUICK.sends * QUICK.generations * 2
    checks: tuple[tuple[bool, str], ...] = (
        (len(paid) <= 1 or fake.billed == 0, f"charged {len(paid)} times"),
        (last not in ("intended", "sending"), f"left as {last}"),
        (
            not (last == "delivered" and len(fake.charges) and len(paid) != 1 and fake.billed > 0),
            "delivered, not charged once",
        ),
        (fake.count("submit") <= most, f"sent {fake.count('submit')} times, {most} allowed"),
        (balance.reserved.micros == sum(item.reserved.micros for item in attempts if item.is_open), "reserved wrongly"),
        (
            last in WAITING or balance.spent.micros == fake.billed or last in ("lost",),
            f"spent {balance.spent}, billed {fake.billed}",
        ),
        (last not in WAITING or balance.committed.micros >= fake.billed, "less is held than was billed"),
        (bench.records.check() == (), "the book is not sound"),
    )
    faults = tuple(words for holds, words in checks if not holds)
    return Cell(pair.card.name, behaviour.name, ended, fake.count("submit"), fake.billed, faults)


def format_cells(cells: list[Cell]) -> str:
    """The table: a line a behaviour, how each provider ended."""
    by_name: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        by_name.setdefault(cell.behaviour, {})[cell.provider] = cell
    providers = sorted({cell.provider for cell in cells})
    width = max(len(name) for name in by_name)
    lines = [" ".join([f"{'behaviour':<{width}}", *(f"{name:<18}" for name in providers)])]
    for name, row in by_name.items():
        shown = [_show(row[provider]) if provider in row else "" for provider in providers]
        lines.append(" ".join([f"{name:<{width}}", *(f"{text:<18}" for text in shown)]))
    return "\n".join(line.rstrip() for line in lines)


def _show(cell: Cell) -> str:
    ended = cell.ended.rpartition("then ")[2]
    return f"{ended} {cell.sends}x{' FAULT' if cell.faults else ''}"
