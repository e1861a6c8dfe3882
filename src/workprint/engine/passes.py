"""The two passes over the stages: planning goes one by one, working goes side by side as needs allow."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from workprint.engine.planning_desk import PlanBook, PlanningDesk
from workprint.engine.run import Run
from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.canonical import encode, to_text
from workprint.film.cut_orders import DocumentPayload
from workprint.film.errors import NotYetKnown, ProviderStopped
from workprint.film.lineage import compose_name
from workprint.film.market import Market
from workprint.film.order import Order, PendingTake, Take
from workprint.film.plan import Action, GateLine, PlanLine
from workprint.film.scope import narrow_board, narrow_brief, narrow_to_shot
from workprint.film.takes import TakeSheet
from workprint.film.verdict import Level
from workprint.ports.desk import Desk, Stage


@dataclass(frozen=True)
class Scope:
    """What part of the film is made: all of it, one scene (by id) as a quick look, or one shot (by slate)."""

    scene: str = ""
    shot: str = ""


def holds_takes(value: object) -> bool:
    """Whether a noun carries made results; what does not is a document."""
    if isinstance(value, (Take, PendingTake)):
        return True
    if isinstance(value, Mapping):
        return any(holds_takes(item) for item in value.values())
    if isinstance(value, tuple):
        return any(holds_takes(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return any(holds_takes(getattr(value, field.name)) for field in dataclasses.fields(value))
    return False


async def keep_document(stage: Stage, noun: object, desk: Desk, nouns: Nouns) -> None:
    """A stage's result, when it is a document, becomes a versioned artifact of its own.

    Of a single shot's takes nothing is filed: what is different about them stands in the take log.
    """
    if nouns.scope.shot or holds_takes(noun):
        return
    text = to_text(encode(noun, whole=True)) + "\n"
    name = compose_name(0, 0, "SPEC", stage.name.replace("_", "-"))
    payload = DocumentPayload("application/json", text)
    await desk.render(Order("document", name, payload, publish=f"documents/{stage.name}.json"))


class Nouns:
    """What the stages have made, narrowed to the scope once there is a board."""

    def __init__(self, brief: Brief, scope: Scope, market: Market, sheet: TakeSheet) -> None:
        self.scope = scope
        self._brief = brief
        self.made: dict[type, object] = {Brief: brief, Market: market, TakeSheet: sheet}

    def add(self, kind: type, noun: object) -> None:
        """Take in what a stage made."""
        if kind is Board and self.scope.scene and isinstance(noun, Board):
            noun = narrow_board(noun, self.scope.scene)
        if kind is Board and self.scope.shot and isinstance(noun, Board):
            noun = narrow_to_shot(noun, self.scope.shot)
        self.made[kind] = noun

    def needs_of(self, stage: Stage) -> dict[str, object]:
        """A stage's arguments. A stage that works from a narrowed board works from the narrowed brief too."""
        kinds = {kind for _, kind in stage.needs}
        narrowed = self.scope.scene and (Board in kinds or any(holds_takes(self.made.get(kind)) for kind in kinds))
        found = {name: self.made[kind] for name, kind in stage.needs}
        if narrowed:
            brief = narrow_brief(self._brief, self.scope.scene)
            found = {name: brief if isinstance(noun, Brief) else noun for name, noun in found.items()}
        return found


async def plan_stages(run: Run, stages: tuple[Stage, ...], nouns: Nouns, plan: PlanBook, *, ask_gates: bool) -> None:
    """Run every stage at a planning desk. A stage that needs a result not made yet is planned as `later`."""
    for stage in stages:
        missing = next((kind for _, kind in stage.needs if kind not in nouns.made), None)
        if missing is not None:
            plan.lines.append(
                PlanLine(stage.name, "stage", stage.name, Action.LATER, f"known after {missing.__name__}")
            )
            continue
        if ask_gates:
            plan_gates(run, stage, plan)
        desk = PlanningDesk(run, stage.name, plan)
        try:
            noun = await stage.function(**nouns.needs_of(stage), desk=desk)
            await keep_document(stage, noun, desk, nouns)
        except NotYetKnown as error:
            plan.lines.append(PlanLine(stage.name, "stage", stage.name, Action.LATER, f"known after {error.after}"))
            continue
        except ProviderStopped as error:
            plan.lines.append(PlanLine(stage.name, "stage", stage.name, Action.BLOCKED, error.message))
            continue
        nouns.add(stage.makes, noun)
        run.gatekeeper.nouns[stage.makes] = nouns.made[stage.makes]


def plan_gates(run: Run, stage: Stage, plan: PlanBook) -> None:
    """Note what the gates before a stage say of what is planned so far."""
    try:
        for stop, passes in run.gatekeeper.stops(
            (f"stage:{stage.name}",), locks=run.book.locks, rulings=run.book.rulings
        ):
            if not passes or stop.verdict.level is Level.WARN:
                plan.note_gate(stop)
    except NotYetKnown as error:
        line = GateLine(f"before {stage.name}", "later", (f"judged after {error.after} is made",), ())
        plan.gates.setdefault((line.gate, ()), line)


async def work_stages(
    stages: tuple[Stage, ...],
    nouns: Nouns,
    make_desk: Callable[[Stage], Desk],
    before: Callable[[Stage], None],
    after: Callable[[Stage], None],
) -> None:
    """Run every stage at a working desk, each as soon as what it needs is there.

    When a stage fails, those that do not need it still finish; then the first failure is raised.
    """
    tasks: dict[type, asyncio.Task[None]] = {}

    async def work(stage: Stage) -> None:
        for _, kind in stage.needs:
            if kind in tasks:
                await asyncio.shield(tasks[kind])
        before(stage)
        desk = make_desk(stage)
        noun = await stage.function(**nouns.needs_of(stage), desk=desk)
        await keep_document(stage, noun, desk, nouns)
        nouns.add(stage.makes, noun)
        after(stage)

    for stage in stages:
        tasks[stage.makes] = asyncio.create_task(work(stage), name=stage.name)
    await _finish(tuple(tasks.values()))


async def _finish(tasks: tuple[asyncio.Task[None], ...]) -> None:
    pending: tuple[Awaitable[None], ...] = tasks
    try:
        results = await asyncio.gather(*pending, return_exceptions=True)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    for result in results:
        if isinstance(result, BaseException):
            raise result
