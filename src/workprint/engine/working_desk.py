"""The working desk: every request crosses may, cache, budget, limit, perform, record, in this order.

The cache comes before the budget because what is kept costs nothing; a gate comes before everything.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workprint.engine import ledger
from workprint.engine.bought_orders import make_purchase, open_buyer
from workprint.engine.gatekeeper import Stop
from workprint.engine.jobs import DurableJobs
from workprint.engine.journal import Entry as JournalEntry
from workprint.engine.journal import Journal
from workprint.engine.passage import Passage
from workprint.engine.run import Run, points_of
from workprint.engine.take_shelves import follow_film
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.canonical import Json, encode
from workprint.film.errors import ProviderRefused, ProviderStopped, Remedy, StorageError
from workprint.film.lineage import FileRef, Recipe
from workprint.film.money import Money
from workprint.film.order import AnyTake, Order, Take
from workprint.film.shot_names import find_slate
from workprint.ports.desk import Item, Made
from workprint.ports.maker import Estimate, Maker
from workprint.ports.maker import Made as MadeByMaker
from workprint.ports.records import Known
from workprint.ports.workshop import Workshop


@dataclass(frozen=True)
class Job:
    """One order on its way through the chain: recipe and digest, who makes it, what it may cost, its reservation."""

    order: Order
    recipe: Recipe
    digest: str
    maker: Maker
    estimate: Estimate
    reservation: str


class Floor:
    """What the working desks of one run share: who works, what is being made right now, what was kept."""

    def __init__(self, run: Run, journal: Journal, workshop: Workshop, jobs: DurableJobs, passage: Passage) -> None:
        self.run = run
        self.journal = journal
        self.trace = journal.trace
        self.workshop = workshop
        self.jobs = jobs
        self.passage = passage
        self.making: dict[str, asyncio.Future[Take]] = {}
        self.made: list[tuple[str, str]] = []
        self.kept: list[tuple[str, str]] = []
        self.published: dict[tuple[str, str], str] = {}
        self.publish_prefix = ""
        self.seconds = 0.0
        self.buyer = open_buyer(run, journal, passage, workshop)

    def beside(self, run: Run, prefix: str) -> Floor:
        """The same floor for what is made at the same time under another view, and shown below another folder."""
        floor = copy.copy(self)
        floor.run, floor.publish_prefix, floor.published = run, prefix, {}
        floor.passage = Passage(run, self.journal)
        floor.buyer = open_buyer(run, self.journal, floor.passage, self.workshop)
        return floor


class WorkingDesk:
    """Carries out a stage's requests."""

    def __init__(self, floor: Floor, stage: str) -> None:
        self._floor = floor
        self._run = floor.run
        self._stage = stage

    async def ask(self, order: Order) -> AnyTake:
        """A language model's answer."""
        return await self._work("ask", order)

    async def generate(self, order: Order) -> AnyTake:
        """An image, a clip, a voice, music or an effect."""
        return await self._work("generate", order)

    async def measure(self, order: Order) -> AnyTake:
        """Metrics of something made."""
        return await self._work("measure", order)

    async def render(self, order: Order) -> AnyTake:
        """An encode, a composite, a mix, a document."""
        return await self._work("render", order)

    async def each(self, items: Iterable[Item], work: Callable[[Item], Awaitable[Made]]) -> tuple[Made, ...]:
        """The work done on every item side by side. When one fails the others finish first: nothing begun is lost."""
        results = await asyncio.gather(*(work(item) for item in items), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return tuple(result for result in results if not isinstance(result, BaseException))

    async def _work(self, verb: str, order: Order) -> Take:
        maker = self._run.maker(order)
        self._floor.passage.pass_gates(points_of(verb, order), order)
        recipe = self._run.recipe(order, maker)
        digest = recipe.digest
        take = self._run.find_shown(order) or self._run.book.locked_take(order.name, order.step)
        if take is None:
            known = self._run.book.find(digest)
            take = known.take if known else None
        if take is None and digest in self._floor.making:
            take = await asyncio.shield(self._floor.making[digest])
        if take is not None:
            self._keep(order, take)
            return take
        job = Job(order, recipe, digest, maker, self._run.estimate(order, maker), f"{digest[:16]}-{self._floor.trace}")
        take = await self._make_once(job)
        self._publish(order, take)
        return take

    def _keep(self, order: Order, take: Take) -> None:
        book = self._run.book
        key = (order.step, book.version_name(order.name))
        # The same content under another name, or an earlier version come back: it becomes current without work.
        moves = {} if book.current.get(key) == take.recipe else {key: take.recipe}
        moves |= self._follow_film(order, take.recipe)
        if moves:
            with self._floor.journal.entry() as entry:
                for (step, name), recipe in moves.items():
                    entry.page.point(step, name, recipe, entry.now())
            book.current |= moves
        self._floor.kept.append((order.step, order.name))
        self._floor.journal.mention("order-kept", order.name, step=order.step, stage=self._stage)
        self._publish(order, take)

    def _follow_film(self, order: Order, recipe: str) -> dict[tuple[str, str], str]:
        """What moves on the shelf of the take that is in the film; what is made beside the film moves nothing."""
        if self._run.book.view:
            return {}
        number = self._run.parts.takes.of(find_slate(order.name)).number
        return follow_film(self._run.book.current, number, order.step, order.name, recipe)

    async def _make_once(self, job: Job) -> Take:
        """Make a result that two orders of this run may ask for at the same time."""
        future: asyncio.Future[Take] = asyncio.get_running_loop().create_future()
        self._floor.making[job.digest] = future
        try:
            take = await self._make(job)
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # mark it as seen: nobody else may be waiting
            raise
        else:
            future.set_result(take)
            return take
        finally:
            self._floor.making.pop(job.digest, None)

    async def _make(self, job: Job) -> Take:
        if job.order.step in BOUGHT_STEPS.values():
            return await self._buy(job)
        self._reserve(job)
        made: list[Take] = []

        async def perform() -> None:
            made.append(await self._perform(job))

        try:
            if job.maker.is_durable:
                await self._floor.jobs.carry_out(job.digest, self._floor.trace, perform, job.estimate.seconds)
            else:
                await perform()
        except asyncio.CancelledError:
            self._give_back(job, "order-stopped", "the run was stopped")
            raise
        except BaseException as error:
            self._give_back(job, "order-failed", str(error) or type(error).__name__)
            raise
        return made[0]

    async def _buy(self, job: Job) -> Take:
        """Buy it. What was begun at a provider outlives this run: nothing is given back because we stop waiting."""
        buyer, order, journal = self._floor.buyer, job.order, self._floor.journal
        if buyer is None:
            remedy = Remedy("name providers in project.toml, [providers] use", "workprint plan")
            raise ProviderRefused("Nothing is bought in this project.", where=order.name, remedy=remedy)
        began = journal.clock.monotonic()
        written: list[Known] = []

        def refuse(entry: JournalEntry, price: Money) -> Stop | None:
            return ledger.refuse_spend(self._run, entry, order, price)

        def record(entry: JournalEntry, files: tuple[FileRef, ...], facts: Mapping[str, Json], charge: Money) -> Take:
            take = Take(job.digest, order.step, order.name, files, facts, charge)
            written.append(self._write_result(entry, job, take, round(journal.clock.monotonic() - began, 3)))
            return take

        journal.mention("order-started", order.name, step=order.step, stage=self._stage)
        try:
            take = await buyer.buy(make_purchase(self._run, order, job.digest, refuse, record))
        except ProviderStopped as error:
            why = error.message[:500]
            journal.tell("order-failed", order.name, step=order.step, stage=self._stage, why=why, attempt=error.attempt)
            raise
        for known in written:
            self._run.book.learn(known)
        self._floor.made.append((order.step, order.name))
        return take

    def _reserve(self, job: Job) -> None:
        """Reserve the price where there is one; the budget gates are asked in the same transaction."""
        journal, order, price = self._floor.journal, job.order, job.estimate.price
        if not (job.maker.is_durable or price.micros):
            journal.mention("order-started", order.name, step=order.step, stage=self._stage)
            return
        with journal.entry() as entry:
            stop = ledger.refuse_spend(self._run, entry, order, price) if price.micros else None
            if stop is None:
                if price.micros:
                    ledger.reserve(entry, job.reservation, order, price)
                entry.tell("order-started", order.name, step=order.step, stage=self._stage, price=str(price))
        if stop is not None:
            self._floor.passage.halt(stop)

    def _give_back(self, job: Job, kind: str, why: str) -> None:
        order = job.order
        # A disk too full to say so leaves the reservation to the next run, which gives it back as it begins.
        with suppress(StorageError), self._floor.journal.entry() as entry:
            for reserved in entry.page.open_reservations():
                if reserved.reservation == job.reservation:
                    ledger.release(entry, reserved, why[:500])
            entry.tell(kind, order.name, step=order.step, stage=self._stage, why=why[:500])

    async def _perform(self, job: Job) -> Take:
        vault = self._run.parts.vault
        scratch = vault.scratch()
        try:
            bench = self._bench(job.order, job.maker)
            made, seconds = await self._floor.workshop.run(job.maker.entry, bench, scratch)
            return self._record(job, made, seconds)
        finally:
            vault.discard(scratch)

    def _bench(self, order: Order, maker: Maker) -> dict[str, object]:
        inputs = {item.role: self._input(item.source) for item in order.inputs}
        kind = maker.payload
        return {
            "step": order.step,
            "name": order.name,
            "payload_type": f"{kind.__module__}:{kind.__qualname__}",
            "payload": encode(order.payload, whole=True),
            "inputs": inputs,
            "seed": order.seed,
        }

    def _input(self, source: FileRef | AnyTake) -> dict[str, object]:
        files = (source,) if isinstance(source, FileRef) else source.files
        facts = {} if isinstance(source, FileRef) else dict(source.facts)
        return {
            "paths": [str(self._run.parts.vault.path(file.digest)) for file in files],
            "media_types": [file.media_type for file in files],
            "facts": facts,
        }

    def _record(self, job: Job, made: MadeByMaker, seconds: float) -> Take:
        """Files first, safe on disk; then one transaction says what was made and what it cost."""
        vault, journal, order = self._run.parts.vault, self._floor.journal, job.order
        files = tuple(vault.put(Path(file.path), file.media_type, file.name) for file in made.files)
        price = job.estimate.price
        take = Take(job.digest, order.step, order.name, files, made.facts, price)
        with journal.entry() as entry:
            if not price.micros:
                ledger.reserve(entry, job.reservation, order, price)
            ledger.settle(entry, job.reservation, order, price)
            known = self._write_result(entry, job, take, round(seconds, 3))
        self._run.book.learn(known)
        self._floor.made.append((order.step, order.name))
        return take

    def _write_result(self, entry: JournalEntry, job: Job, take: Take, seconds: float) -> Known:
        """Write a result as the newest version of its name, in the transaction that says what it cost.

        The book learns of it only when that has committed.
        """
        order, book = job.order, self._run.book
        known = Known(job.recipe, take, entry.now(), entry.trace, seconds)
        number = entry.page.add_result(known, book.version_name(order.name))
        for (step, name), recipe in self._follow_film(order, take.recipe).items():
            entry.page.point(step, name, recipe, entry.now())
        entry.tell(
            "order-made",
            order.name,
            step=order.step,
            stage=self._stage,
            version=number,
            seconds=seconds,
            estimate_s=round(job.estimate.seconds, 3),
            cost=str(take.cost),
        )
        return known

    def _publish(self, order: Order, take: Take) -> None:
        if not order.publish:
            return
        outbox, place = self._run.parts.outbox, self._floor.publish_prefix + order.publish
        if place.endswith("/"):
            for file in take.files:
                outbox.publish(file, place + file.name)
            path = outbox.location(place)
        else:
            path = outbox.publish(take.file, place)
        self._floor.published[(take.step, take.name)] = path
