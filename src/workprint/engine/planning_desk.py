"""The planning desk: the same requests as the working desk, answered with what would happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from workprint.engine.buying.endings import explain
from workprint.engine.gatekeeper import Stop
from workprint.engine.recipes import explain_change
from workprint.engine.run import Run, points_of
from workprint.film.attempt import Attempt, Delivered, Held, Intended, Lost, Moderated, Running, Sending, word_of
from workprint.film.buy_orders import BOUGHT_STEPS, complete_request
from workprint.film.errors import NotYetKnown, ProviderStopped
from workprint.film.ledger import Balance
from workprint.film.lineage import FileRef, Recipe
from workprint.film.money import NOTHING
from workprint.film.order import AnyTake, Order, PendingTake
from workprint.film.plan import Action, GateLine, PlanLine
from workprint.film.route_words import tell_choice
from workprint.film.routing import Routes
from workprint.film.verdict import Level
from workprint.ports.desk import Item, Made
from workprint.ports.maker import Estimate


class PlanBook:
    """What a plan gathers over all stages: lines, gate lines, recipes it will make, money it would commit."""

    def __init__(self, balance: Balance) -> None:
        self.lines: list[PlanLine] = []
        self.gates: dict[tuple[str, tuple[str, ...]], GateLine] = {}
        self.recipes: set[str] = set()
        self.balance = balance

    def note_gate(self, stop: Stop) -> None:
        """Keep a gate's answer once."""
        verdict = stop.verdict
        remedies = tuple(remedy.command or remedy.text for remedy in verdict.remedies)
        line = GateLine(stop.gate.name, verdict.level.value, verdict.reasons, remedies)
        self.gates.setdefault((line.gate, line.reasons), line)


class PlanningDesk:
    """Answers a stage's requests with kept takes or pending ones, and writes a plan line for each."""

    def __init__(self, run: Run, stage: str, plan: PlanBook) -> None:
        self._run = run
        self._stage = stage
        self._plan = plan

    async def ask(self, order: Order) -> AnyTake:
        """Plan a question to a language model."""
        return self._decide("ask", order)

    async def generate(self, order: Order) -> AnyTake:
        """Plan a generation."""
        return self._decide("generate", order)

    async def measure(self, order: Order) -> AnyTake:
        """Plan a measurement."""
        return self._decide("measure", order)

    async def render(self, order: Order) -> AnyTake:
        """Plan a render."""
        return self._decide("render", order)

    async def each(self, items: Iterable[Item], work: Callable[[Item], Awaitable[Made]]) -> tuple[Made, ...]:
        """Plan the work on every item; one that needs an unknown result, or is refused, does not hide the others.

        The working desk finishes the others too: what they cost must stand in the plan. The first refusal is raised.
        """
        made: list[Made] = []
        unknown: NotYetKnown | None = None
        refused: ProviderStopped | None = None
        for item in items:
            try:
                made.append(await work(item))
            except NotYetKnown as error:
                unknown = unknown or error
            except ProviderStopped as error:
                if refused is not None:
                    place = error.where or self._stage
                    self._plan.lines.append(PlanLine(self._stage, "order", place, Action.BLOCKED, error.message))
                refused = refused or error
        if refused is not None:
            raise refused
        if unknown is not None:
            raise unknown
        return tuple(made)

    def _decide(self, verb: str, order: Order) -> AnyTake:
        maker = self._run.maker(order)
        estimate = self._run.estimate(order, maker)
        shown = self._run.find_shown(order)
        if shown is not None:
            self._line(order, Action.KEEP, "bought for the film", estimate, shown.recipe)
            return shown
        blocked = self._blocking_reason(points_of(verb, order), order)
        if blocked:
            return self._line(order, Action.BLOCKED, blocked, estimate)
        try:
            recipe = self._run.recipe(order, maker)
        except NotYetKnown:
            return self._plan_making(order, self._pending_reason(order), estimate, "")
        known = self._run.book.find(recipe.digest)
        locked = self._run.book.locked_take(order.name, order.step)
        if known is not None and (locked is None or locked.recipe == recipe.digest):
            self._line(order, Action.KEEP, "unchanged", estimate, recipe.digest)
            return known.take
        attempt = self._run.attempts.get(recipe.digest)
        if attempt is not None and locked is None:
            return self._plan_attempt(order, attempt, estimate, recipe.digest)
        return self._plan_making(order, self._changed_reason(order, recipe), estimate, recipe.digest)

    def _plan_attempt(self, order: Order, attempt: Attempt, estimate: Estimate, recipe: str) -> AnyTake:
        """Plan an order that was tried at a provider before: gone on with for nothing more, or stopped by what it was.

        Raises ProviderModerated as buying it would, so that the plan goes the stage's own way round.
        """
        match attempt.state:
            case Running() | Sending() | Intended():
                paid = Estimate(NOTHING, estimate.seconds)
                why = f"under way at {attempt.provider}, its price is reserved"
                return self._line(order, Action.CREATE, why, paid, recipe)
            case Moderated() if not self._run.may_buy_again(attempt):
                raise explain(attempt)
            case Held() | Lost() | Delivered() if not self._run.may_buy_again(attempt):
                return self._line(order, Action.BLOCKED, explain(attempt).message, estimate, recipe)
            case _:
                reason = f"tried before: {word_of(attempt.state)} at {attempt.provider}"
                return self._plan_making(order, reason, estimate, recipe)

    def _plan_making(self, order: Order, reason: str, estimate: Estimate, recipe: str) -> AnyTake:
        locked = self._run.book.locked_take(order.name, order.step)
        if locked is not None:
            self._line(order, Action.DRIFTED, f"locked, its inputs changed: {reason}", estimate, locked.recipe)
            return locked
        if recipe and recipe in self._plan.recipes:
            return self._line(order, Action.KEEP, "same recipe as another order of this plan", estimate, recipe)
        if self._run.parts.buying is not None and order.step in BOUGHT_STEPS.values():
            self._run.parts.buying.shop.require_fit(complete_request(order), order.name)
        spend = self._blocking_reason(("spend",), order, estimate)
        if spend:
            return self._line(order, Action.BLOCKED, spend, estimate)
        self._plan.recipes.add(recipe)
        balance = self._plan.balance
        self._plan.balance = Balance(balance.spent, balance.reserved + estimate.price)
        had = self._run.book.current_of(order.step, order.name) is not None
        why = f"{reason}; {self._tell_choice(order)}".removesuffix("; ")
        return self._line(order, Action.REPLACE if had else Action.CREATE, why, estimate, recipe)

    def _tell_choice(self, order: Order) -> str:
        """Who it is bought from and why that one; "" for what is made here."""
        routes = self._run.gatekeeper.nouns.get(Routes)
        return tell_choice(routes, order) if isinstance(routes, Routes) else ""

    def _blocking_reason(self, points: tuple[str, ...], order: Order, estimate: Estimate | None = None) -> str:
        if estimate is not None and not estimate.price.micros:
            return ""
        book = self._run.book
        reasons = []
        for stop, passes in self._run.gatekeeper.stops(
            points,
            locks=book.locks,
            rulings=book.rulings,
            order=order,
            price=estimate.price if estimate else self._run.estimate(order, self._run.maker(order)).price,
            balance=self._plan.balance,
        ):
            if not passes or stop.verdict.level is Level.WARN:
                self._plan.note_gate(stop)
            if not passes:
                reasons.append(f"{stop.gate.name}: {'; '.join(stop.verdict.reasons)}")
        return " | ".join(reasons)

    def _pending_reason(self, order: Order) -> str:
        if self._run.book.current_of(order.step, order.name) is None:
            return "new"
        made = [item.role for item in order.inputs if isinstance(item.source, PendingTake)]
        names = [
            item.source.name for item in order.inputs if not isinstance(item.source, FileRef) and item.role in made
        ]
        more = f" and {len(names) - 2} more" if len(names) > 2 else ""
        return f"made from {', '.join(names[:2])}{more}, which is made again"

    def _changed_reason(self, order: Order, recipe: Recipe) -> str:
        before = self._run.book.current_of(order.step, order.name)
        if before is None:
            return "new"
        if before.take.recipe == recipe.digest:
            return "its stored file is missing"
        return explain_change(before.recipe, recipe)

    def _line(self, order: Order, action: Action, reason: str, estimate: Estimate, recipe: str = "") -> PendingTake:
        price, seconds = estimate.price, round(estimate.seconds, 2)
        self._plan.lines.append(PlanLine(self._stage, order.step, order.name, action, reason, price, seconds, recipe))
        return PendingTake(order.step, order.name)
