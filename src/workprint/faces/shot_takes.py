"""The takes of one shot, for command line and library: plan, make, choose, give up, list."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from workprint.engine import take_rulings
from workprint.engine.footage import Footage, take_in
from workprint.engine.journal import Listener
from workprint.engine.production import Crew
from workprint.engine.rulings import Acting
from workprint.engine.run import Parts
from workprint.engine.sidecars import to_iso
from workprint.engine.take_lengths import check_extension
from workprint.engine.take_report import list_decisions, list_takes
from workprint.engine.take_rulings import read_shelves
from workprint.engine.take_runs import ShotPlace, TakeProduction, TakesMade
from workprint.engine.take_styles import check_style
from workprint.faces.library import Project, ignore_event, require_brief
from workprint.film.brief import Brief
from workprint.film.canonical import Json
from workprint.film.errors import Remedy, UsageError
from workprint.film.plan import Plan
from workprint.film.takes import ShotTake


class ShotTakes:
    """One shot of a project, by what a person calls it: SC01_SH02, a clip's name, or a scene of one shot."""

    def __init__(self, project: Project, shot: str) -> None:
        self.project = project
        self._workspace = project.workspace
        brief = require_brief(self._workspace.check_brief(), self._workspace)
        self._film_seed = brief.seed
        with self._open(stored=False) as (_, production):
            self.place: ShotPlace = asyncio.run(production.find_shot(shot))
        self.slate = self.place.shot.slate

    @contextmanager
    def _open(self, *, stored: bool) -> Iterator[tuple[Parts, TakeProduction]]:
        workspace = self._workspace
        with self.project.parts() as parts:
            checked = workspace.import_brief(workspace.vault()) if stored else workspace.check_brief()
            yield parts, TakeProduction(parts, require_brief(checked, workspace), workspace.settings())

    @contextmanager
    def _act(self) -> Iterator[Acting]:
        with self.project.parts() as parts:
            yield Acting(parts.records, parts.clock, self._workspace.settings().person, secrets.token_hex(8))

    def rows(self) -> list[dict[str, Json]]:
        """Every take, as `engine.take_report.list_takes` describes it."""
        with self.project.parts() as parts:
            return list_takes(parts.records, parts.vault, self.slate)

    def history(self) -> list[dict[str, Json]]:
        """What was decided about the shot, oldest first."""
        with self.project.parts() as parts:
            return list_decisions(parts.records, self.slate)

    def unmade(self) -> tuple[ShotTake, ...]:
        """Takes asked for before and not made yet: a run was stopped."""
        with self.project.parts() as parts:
            return read_shelves(parts.records).unmade(self.slate)

    def varied(self, count: int, seed: int | None) -> tuple[ShotTake, ...]:
        """More takes with other seeds, not asked for yet."""
        with self.project.parts() as parts:
            shelves = read_shelves(parts.records)
            self._need_clip(shelves)
            return take_rulings.plan_varied(
                shelves.log(self.slate), self.slate, count=count, seed=seed, film_seed=self._film_seed
            )

    def _need_clip(self, shelves: take_rulings.Shelves) -> None:
        log = shelves.log(self.slate)
        if shelves.clip(self.slate, log.in_use) is None:
            remedy = Remedy("make the shot first", "workprint produce")
            raise UsageError(f"{self.slate} has no clip yet to make another take of.", remedy=remedy)

    def plan(self, takes: tuple[ShotTake, ...]) -> Plan:
        """What making takes would make and cost. Writes nothing."""
        with self._open(stored=False) as (_, production):
            return asyncio.run(production.plan_takes(self.slate, takes))

    async def make(
        self,
        takes: tuple[ShotTake, ...],
        *,
        is_new: bool,
        why: str = "",
        listener: Listener = ignore_event,
        command: str = "python",
    ) -> TakesMade:
        """Write down takes that are new, and make them beside the film. What is made already is kept."""
        with self._open(stored=True) as (parts, production):
            now, person = parts.clock.now(), self._workspace.settings().person
            with self._workspace.own(command, to_iso(now)):
                trace = secrets.token_hex(8)
                if is_new:
                    take_rulings.ask(Acting(parts.records, parts.clock, person, trace), self.slate, takes, why)
                crew = Crew(trace, listener, self._workspace.workshop, self._workspace.jobs())
                return await production.make_takes(self.slate, takes, crew)

    def restyled(self, style: str, palette: str, grade: str) -> ShotTake:
        """The take in the film in another style, not asked for yet. Raises UsageError for one that changes nothing."""
        with self.project.parts() as parts:
            shelves = read_shelves(parts.records)
            self._need_clip(shelves)
            brief = require_brief(self._workspace.check_brief(), self._workspace)
            wish = check_style(brief, self.place, style, palette, grade)
            return take_rulings.plan_restyled(
                shelves.log(self.slate), self.slate, style=wish.style, palette=wish.palette, grade=wish.grade
            )

    def extended(self, seconds: float, *, on_screen: bool) -> ShotTake:
        """The take in the film with a tail, not asked for yet. Raises UsageError when there is no room for it."""
        with self.project.parts() as parts:
            shelves = read_shelves(parts.records)
            self._need_clip(shelves)
            brief = require_brief(self._workspace.check_brief(), self._workspace)
            frames = check_extension(brief, self.place, seconds, on_screen=on_screen)
            return take_rulings.plan_extended(shelves.log(self.slate), self.slate, frames=frames, on_screen=on_screen)

    async def replace(self, file: Path, why: str, command: str = "python") -> tuple[ShotTake, Footage]:
        """Take a person's own footage in, and put it into the film in the shot's place."""
        workspace = self._workspace
        with self._open(stored=True) as (parts, _), workspace.own(command, to_iso(parts.clock.now())):
            brief = self._size_brief()
            person = workspace.settings().person
            take_rulings.check_lock(parts.records, read_shelves(parts.records), self.slate)
            footage = await take_in(
                file,
                brief,
                self.place.shot,
                vault=parts.vault,
                check=workspace.incoming_check,
                make_workshop=workspace.workshop,
            )
            acting = Acting(parts.records, parts.clock, person, secrets.token_hex(8))
            log = read_shelves(parts.records).log(self.slate)
            take = take_rulings.plan_replaced(log, self.slate, footage.file)
            take_rulings.ask(acting, self.slate, (take,), why)
            take_rulings.choose(acting, self.slate, take.number, why)
        return take, footage

    def _size_brief(self) -> Brief:
        """The brief at the size the project is made at."""
        brief = require_brief(self._workspace.check_brief(), self._workspace)
        return replace(brief, short_side=self._workspace.settings().short_side)

    def choose(self, number: int, why: str) -> bool:
        """Put a take into the film; False when it is there already. Nothing is made before the next produce."""
        with self._act() as acting:
            return take_rulings.choose(acting, self.slate, number, why)

    def drop(self, number: int, why: str) -> None:
        """Give a take up."""
        with self._act() as acting:
            take_rulings.drop(acting, self.slate, number, why)
