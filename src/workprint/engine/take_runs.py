"""Takes planned, priced and made beside the film, by the very stages that make the film.

A take is made by running the stages up to the dailies for its shot alone, with that take on the sheet. So its orders
are the film's orders, a plan prices it as any other work, and choosing it later makes nothing again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workprint.engine.catalogue import stages_for
from workprint.engine.gatekeeper import Gatekeeper
from workprint.engine.passage import Passage
from workprint.engine.passes import Nouns, Scope, plan_gates, plan_stages, work_stages
from workprint.engine.planning_desk import PlanBook, PlanningDesk
from workprint.engine.production import Crew, Production, Request
from workprint.engine.run import Run
from workprint.engine.take_rulings import Shelves, read_shelves
from workprint.engine.take_shelves import SHEETS, name_shelf
from workprint.engine.working_desk import Floor, WorkingDesk
from workprint.film.board import Board, Shot
from workprint.film.dailies import Dailies
from workprint.film.errors import Remedy, UsageError
from workprint.film.ledger import Balance
from workprint.film.order import AnyTake, Take
from workprint.film.plan import Plan
from workprint.film.routing import Route, Routes
from workprint.film.take_orders import order_take_sheet
from workprint.film.takes import ShotTake
from workprint.ports.desk import Desk, Stage

MOST_NAMED = 12
"""Shots an error names before it stops."""


@dataclass(frozen=True)
class TakePass:
    """One take on its way: its direction, the run with its shelf, and what its stages have made.

    `film` is the whole film with this take in it, planned as far as its routes. Its gates are asked before the stages
    of the take: so what a person has let pass for the film passes for a take of it too, and the other way round.
    """

    take: ShotTake
    run: Run
    nouns: Nouns
    film: Run


@dataclass(frozen=True)
class TakesMade:
    """What a run of takes did: the clips of the takes asked for, by number; what was made; where the sheet is shown."""

    clips: dict[int, Take]
    made: tuple[tuple[str, str], ...]
    sheet: str
    seconds: float


@dataclass(frozen=True)
class ShotPlace:
    """A shot as the board and the router have it: where it stands, and who makes it."""

    shot: Shot
    route: Route
    board: Board


class TakeProduction(Production):
    """The production of takes of one shot at a time."""

    async def find_shot(self, text: str) -> ShotPlace:
        """The shot a person means: its slate, a name that begins with it, or a scene of one shot. Makes nothing.

        Raises UsageError when there is none, or the board cannot be planned yet.
        """
        run, _, nouns = self._open_film()
        board, routes = await self._plan_routes(run, nouns)
        slate = find_slate_among(board.shots, text)
        shot = next(shot for shot in board.shots if shot.slate == slate)
        return ShotPlace(shot, routes.of(slate), board)

    async def _plan_routes(self, run: Run, nouns: Nouns) -> tuple[Board, Routes]:
        """The film as far as its routes; nothing is made, and the run's gatekeeper knows what was planned."""
        stages = stages_for(self._parts.stages, Routes)
        await plan_stages(run, stages, nouns, PlanBook(self._read_balance()), ask_gates=False)
        board, routes = nouns.made.get(Board), nouns.made.get(Routes)
        if not isinstance(board, Board) or not isinstance(routes, Routes):
            raise UsageError("The board cannot be planned yet.", remedy=Remedy("see why", "workprint plan"))
        return board, routes

    async def plan_takes(self, slate: str, takes: tuple[ShotTake, ...]) -> Plan:
        """What making these takes would make, and cost, without making any."""
        run, stages, passes = await self._open_passes(slate, takes)
        plan = PlanBook(self._read_balance())
        for one in passes:
            for stage in stages:
                plan_gates(one.film, stage, plan)
            await plan_stages(one.run, stages, one.nouns, plan, ask_gates=False)
        shelf = replace(run, book=run.book.on_shelf(SHEETS))
        await self._lay_out(PlanningDesk(shelf, "take_sheet", plan), slate, passes)
        return Plan(self._basis(run, Request()), tuple(plan.lines), tuple(plan.gates.values()))

    async def make_takes(self, slate: str, takes: tuple[ShotTake, ...], crew: Crew) -> TakesMade:
        """Make takes side by side, and the sheet that shows all takes of the shot.

        When one fails the others finish first; then the first failure is raised.
        """
        plan = await self.plan_takes(slate, takes)
        run, stages, passes = await self._open_passes(slate, takes)
        with self._open_floor(run, plan, f"takes of {slate}", crew) as floor:
            for one in passes:
                one.run.fingerprints = run.fingerprints
            work = (self._make_one(floor, slate, stages, one) for one in passes)
            results = await asyncio.gather(*work, return_exceptions=True)
            shelf = replace(run, book=run.book.on_shelf(SHEETS))
            beside = floor.beside(shelf, "")
            await self._lay_out(WorkingDesk(beside, "take_sheet"), slate, passes)
            for result in results:
                if isinstance(result, BaseException):
                    raise result
        clips = {one.take.number: clip for one in passes if isinstance(clip := find_made(one, slate), Take)}
        return TakesMade(clips, tuple(floor.made), next(iter(beside.published.values()), ""), floor.seconds)

    async def _make_one(self, floor: Floor, slate: str, stages: tuple[Stage, ...], one: TakePass) -> None:
        beside = floor.beside(one.run, f"takes/{slate}/take-{one.take.number:02d}/")

        passage = Passage(one.film, floor.journal)

        def before(stage: Stage) -> None:
            passage.pass_gates((f"stage:{stage.name}",))
            floor.journal.mention("stage-started", stage.name)

        def after(stage: Stage) -> None:
            one.run.gatekeeper.nouns[stage.makes] = one.nouns.made[stage.makes]

        await work_stages(stages, one.nouns, lambda stage: WorkingDesk(beside, stage.name), before, after)

    async def _open_passes(
        self, slate: str, takes: Iterable[ShotTake]
    ) -> tuple[Run, tuple[Stage, ...], tuple[TakePass, ...]]:
        run, stages, _ = self._open_film()
        return run, stages_for(stages, Dailies), tuple([await self._open_pass(run, slate, take) for take in takes])

    async def _open_pass(self, run: Run, slate: str, take: ShotTake) -> TakePass:
        """One take beside the film: a shelf of the same book, and a sheet with that take of the shot alone on it."""
        parts, shelves = self._parts, self._shelves()
        start = shelves.log(slate).starts.get(take.number, "")
        starts = {key: known for key, known in parts.takes.starts.items() if key != slate}
        if start:
            starts[slate] = shelves.known[start].take
        sheet = replace(parts.takes, takes={**parts.takes.takes, slate: take}, starts=starts, only=slate)
        beside = replace(run, book=run.book.on_shelf(name_shelf(take.number)), gatekeeper=self._open_gates(run))
        film = replace(run, gatekeeper=self._open_gates(run))
        await self._plan_routes(film, Nouns(run.brief, Scope(), parts.market, replace(sheet, only="")))
        return TakePass(take, beside, Nouns(run.brief, Scope(shot=slate), parts.market, sheet), film)

    def _open_gates(self, run: Run) -> Gatekeeper:
        return Gatekeeper(self._parts.gates, run.brief, self._settings.policy)

    def _shelves(self) -> Shelves:
        return read_shelves(self._parts.records)

    async def _lay_out(self, desk: Desk, slate: str, passes: tuple[TakePass, ...]) -> None:
        """The sheet of all takes that are there or on their way; those given up are left out."""
        boards = [one.nouns.made.get(Board) for one in passes]
        board = next((board for board in boards if isinstance(board, Board)), None)
        if board is None:
            return
        shelves, log = self._shelves(), self._shelves().log(slate)
        fresh = {one.take.number: (one.take, find_made(one, slate)) for one in passes}
        takes = {**log.takes, **{number: take for number, (take, _) in fresh.items()}}
        rows: list[tuple[ShotTake, AnyTake]] = []
        for number in sorted(number for number in takes if number not in log.dropped):
            known = shelves.clip(slate, number)
            clip = fresh[number][1] if number in fresh else known.take if known is not None else None
            if clip is not None:
                rows.append((takes[number], clip))
        if rows:
            shot = next(shot for shot in board.shots if shot.slate == slate)
            await desk.render(order_take_sheet(self._brief, shot, rows))

    def _read_balance(self) -> Balance:
        with self._parts.records.page() as page:
            return page.balance()


def find_made(one: TakePass, slate: str) -> AnyTake | None:
    """The clip a pass made or plans; None when it did not come that far."""
    dailies = one.nouns.made.get(Dailies)
    return dailies.clips.get(slate) if isinstance(dailies, Dailies) else None


def find_slate_among(shots: tuple[Shot, ...], text: str) -> str:
    """The slate a person means. Raises UsageError for none, or for a scene of several shots."""
    wanted = text.strip().upper()
    found = [shot.slate for shot in shots if wanted == shot.slate or wanted.startswith(f"{shot.slate}_")]
    found = found or [shot.slate for shot in shots if wanted in name_scene(shot)]
    if len(found) == 1:
        return found[0]
    some = found or [shot.slate for shot in shots]
    names = ", ".join(some[:MOST_NAMED]) + (", ..." if len(some) > MOST_NAMED else "")
    what = f"`{text}` is a scene of {len(found)} shots." if found else f"There is no shot `{text}`."
    raise UsageError(what, remedy=Remedy(f"name one of {names}"))


def name_scene(shot: Shot) -> tuple[str, str, str]:
    """What a person may call the scene of a shot."""
    return f"S{shot.scene_number:02d}", f"SC{shot.scene_number:02d}", shot.scene.upper()
