"""A production: plan it, produce it. The one place where both passes, gates and records come together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

from workprint.engine import ledger
from workprint.engine.book import Book
from workprint.engine.catalogue import stages_for
from workprint.engine.gatekeeper import Gatekeeper
from workprint.engine.jobs import DurableJobs
from workprint.engine.journal import Journal, Listener
from workprint.engine.looks import Bought, find_kept, narrow_market
from workprint.engine.passage import Passage
from workprint.engine.passes import Nouns, Scope, plan_stages, work_stages
from workprint.engine.plan_notes import list_notes, list_strays
from workprint.engine.planning_desk import PlanBook
from workprint.engine.run import Parts, Run
from workprint.engine.sidecars import STEPS_WITH_SIDECAR, describe_asset, describe_film, to_sidecar_text
from workprint.engine.working_desk import Floor, WorkingDesk
from workprint.film.brief import Brief
from workprint.film.canonical import Json, digest_of
from workprint.film.edit import Draft, Master
from workprint.film.errors import PlanIsStale, Remedy, StorageError
from workprint.film.order import Take
from workprint.film.plan import Plan
from workprint.film.routing import Routes
from workprint.film.settings import Settings
from workprint.ports.desk import Stage
from workprint.ports.workshop import Workshop

QUICK_LOOK_SHORT_SIDE = 540
"""Pixels of the shorter side of a quick look: a quarter of the master's area, so about a quarter of its time."""


@dataclass(frozen=True)
class Request:
    """What a person asks to be made: everything, or one scene; at full size or as a draft."""

    scene: str = ""
    draft: bool = False

    @property
    def is_look(self) -> bool:
        """Whether this is a quick look that leaves the film's own versions alone."""
        return bool(self.scene) or self.draft

    @property
    def label(self) -> str:
        """How the look is called in file names: the scene, and `draft`."""
        return "-".join(part for part in (self.scene, "draft" if self.draft else "") if part)


@dataclass(frozen=True)
class Outcome:
    """What a run did: its trace id, what was made and kept, and the nouns its stages made."""

    trace: str
    made: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    nouns: dict[type, object]
    published: dict[tuple[str, str], str]
    seconds: float


@dataclass(frozen=True)
class Crew:
    """Who carries out a run: its trace id, who listens, who opens the workshop, and the durable jobs."""

    trace: str
    listener: Listener
    make_workshop: Callable[[], Workshop]
    jobs: DurableJobs


class Production:
    """One brief with the parts to produce it."""

    def __init__(self, parts: Parts, brief: Brief, settings: Settings) -> None:
        self._parts = parts
        self._brief = brief
        self._settings = settings
        self._shown: Bought | None = None

    async def _open_run(self, request: Request) -> tuple[Run, tuple[Stage, ...], Nouns]:
        film, stages, nouns = self._open_film()
        if not request.is_look:
            return film, stages, nouns
        market, brief = self._parts.market, film.brief
        stages = stages_for(stages, Draft)
        if self._shown is None:
            self._shown = await find_kept(film, stages) if market.is_open else {}
        if request.draft:
            brief = replace(brief, short_side=min(QUICK_LOOK_SHORT_SIDE, brief.short_side))
        run = self._make_run(brief, f"look:{request.label}")
        run.shown = self._shown
        return run, stages, Nouns(brief, Scope(request.scene), narrow_market(market, self._shown), self._parts.takes)

    def _open_film(self) -> tuple[Run, tuple[Stage, ...], Nouns]:
        """A run of the whole film at its full size."""
        brief = replace(self._brief, short_side=self._settings.short_side)
        nouns = Nouns(brief, Scope(), self._parts.market, self._parts.takes)
        return self._make_run(brief, ""), self._parts.stages, nouns

    def _make_run(self, brief: Brief, view: str) -> Run:
        book = Book(self._parts.records, self._parts.vault, view)
        gatekeeper = Gatekeeper(self._parts.gates, brief, self._settings.policy)
        run = Run(self._parts, brief, self._settings, book, gatekeeper)
        if self._parts.buying is not None:
            run.attempts = {attempt.recipe: attempt for attempt in self._parts.records.attempts()}
        return run

    async def plan(self, request: Request) -> Plan:
        """What produce would do, without doing any of it."""
        run, stages, nouns = await self._open_run(request)
        with self._parts.records.page() as page:
            balance = page.balance()
        plan = PlanBook(balance)
        await plan_stages(run, stages, nouns, plan, ask_gates=not request.is_look)
        notes = list_notes(nouns.made.get(Routes), self._parts.market)
        if not request.is_look:
            notes += list_strays(run.attempts.values(), plan.lines)
        return Plan(self._basis(run, request), tuple(plan.lines), tuple(plan.gates.values()), notes)

    def _basis(self, run: Run, request: Request) -> str:
        """What a plan is bound to: change any of it and the saved plan is refused."""
        tools = {step: maker.fingerprint() for step, maker in sorted(self._parts.makers.items())}
        versions = [[stage.name, stage.version] for stage in self._parts.stages]
        # What another look has made changes nothing here: its versions are its own.
        made = sorted(
            [step, name, recipe]
            for (step, name), recipe in run.book.current.items()
            if "/" not in name or name.startswith(f"{run.book.view}/")
        )
        locks = sorted([lock.name, lock.recipe] for lock in run.book.locks.values())
        prices = dict(self._settings.prices)
        # The day, and what was learned since, change no route that a plan holds: who made a take keeps the shot.
        market = replace(self._parts.market, today="", learned={})
        takes = self._parts.takes
        starts = sorted([slate, take.digest] for slate, take in takes.starts.items())
        return digest_of([run.brief, request.label, tools, versions, made, locks, prices, market, takes.takes, starts])

    async def produce(
        self,
        request: Request,
        *,
        trace: str,
        listener: Listener,
        make_workshop: Callable[[], Workshop],
        jobs: DurableJobs,
        saved: Plan | None = None,
    ) -> Outcome:
        """Do what the plan says. A saved plan is checked against what is true now, and refused when stale."""
        plan = await self.plan(request)
        if saved is not None and saved.basis != plan.basis:
            remedy = Remedy("make a new plan and look at it", "workprint plan -o FILE")
            raise PlanIsStale(
                "The plan was made from other inputs than those here now. Nothing was made.", remedy=remedy
            )
        run, stages, nouns = await self._open_run(request)
        crew = Crew(trace, listener, make_workshop, jobs)
        with self._open_floor(run, plan, request.label or "film", crew) as floor:
            floor.publish_prefix = f"looks/{request.label}/" if request.is_look else ""

            def before(stage: Stage) -> None:
                if not request.is_look:
                    floor.passage.pass_gates((f"stage:{stage.name}",))
                floor.journal.mention("stage-started", stage.name)

            def after(stage: Stage) -> None:
                run.gatekeeper.nouns[stage.makes] = nouns.made[stage.makes]

            await work_stages(stages, nouns, lambda stage: WorkingDesk(floor, stage.name), before, after)
            if not request.is_look:
                self._publish_sidecars(run, floor, nouns)
        return Outcome(trace, tuple(floor.made), tuple(floor.kept), nouns.made, floor.published, floor.seconds)

    @contextmanager
    def _open_floor(self, run: Run, plan: Plan, label: str, crew: Crew) -> Iterator[Floor]:
        """The floor of a run, from its first event to its last, whatever happens in between."""
        journal = Journal(self._parts.records, self._parts.clock, crew.trace, crew.listener)
        began = self._parts.clock.monotonic()
        self._begin(journal, plan, label)
        workshop = crew.make_workshop()
        run.fingerprints = {}
        floor = Floor(run, journal, workshop, crew.jobs, Passage(run, journal))
        end = "run-finished"
        try:
            yield floor
        except BaseException:
            end = "run-stopped"
            raise
        finally:
            workshop.close()
            crew.jobs.close()
            floor.seconds = round(self._parts.clock.monotonic() - began, 3)
            kept = [f"{step} {name}" for step, name in floor.kept]
            # When the disk cannot take even this, what stopped the run is the better thing to say.
            with suppress(*((StorageError,) if end == "run-stopped" else ())):
                journal.tell(end, label, made=len(floor.made), kept=kept, seconds=floor.seconds)

    def _begin(self, journal: Journal, plan: Plan, label: str) -> None:
        """Open the run, and give back what an earlier run had reserved for local work and never finished.

        What is reserved for an attempt at a provider stays: it may be running there, or have been charged.
        """
        attempts = {attempt.reservation for attempt in self._parts.records.attempts()}
        with journal.entry() as entry:
            for left in entry.page.open_reservations():
                if left.reservation not in attempts:
                    ledger.release(entry, left, "its run ended before it was made")
            making = sum(1 for line in plan.lines if line.action.makes)
            facts: dict[str, Json] = {"to_make": making, "estimate_s": round(plan.seconds, 1)}
            if plan.notes:
                facts["notes"] = list(plan.notes)
            entry.tell("run-started", label, **facts)

    def _publish_sidecars(self, run: Run, floor: Floor, nouns: Nouns) -> None:
        """Beside the master and every asset: what it is, where it comes from, who made it when, what it cost."""
        outbox, person = self._parts.outbox, self._settings.person
        with self._parts.records.page() as page:
            balance = page.balance()
        master = nouns.made.get(Master)
        if isinstance(master, Master) and isinstance(master.take, Take):
            film = describe_film(self._brief, nouns.made, run.book, person, balance)
            shown = floor.published.get((master.take.step, master.take.name), "film.mp4")
            outbox.publish_text(to_sidecar_text(film), f"{PurePath(shown).stem}.json")
        for step, name in sorted({*floor.made, *floor.kept}):
            known = run.book.current_of(step, name)
            if known is not None and step in STEPS_WITH_SIDECAR:
                sidecar = to_sidecar_text(describe_asset(known, person.name))
                outbox.publish_text(sidecar, f"sidecars/{name}.{step}.json")
