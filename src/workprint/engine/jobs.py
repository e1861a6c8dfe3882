"""Durable jobs: a thin facade over DBOS, embedded on its own SQLite file. Nothing else imports dbos.

The engine promises completion, never single payment: what is made and what is paid for is recorded by us. So a
job carries a recipe digest only, and the file can be deleted between runs without loss. Jobs of an earlier run
that nobody asks for any more are set aside, not carried out.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from workprint.film.errors import Remedy, StorageError
from workprint.ports.disk import explain_full

WORKFLOW_VERSION = "carry-out-1"
"""Pinned by hand: a hash of the sources would leave every job of an older program pending for ever."""

QUEUE = "local"
LAST_IN_LINE = 1_000_000_000
"""The priority of work of no length; lower numbers go first, and 2,147,483,647 is the highest (DBOS 3.4)."""

POLL_SECONDS = 0.1
"""Between two looks into the queue, each of which costs 3 ms CPU. One job more is in flight than there are workers, so
none stands idle meanwhile."""

SET_ASIDE = "set aside"
CARRIED_OUT = "carried out"

REFUSALS = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
)
"""Primary result codes after which the workflow database will not do another write (sqlite.org/rescode.html)."""

Work = Callable[[], Awaitable[None]]


def _hush() -> None:
    """Keep the engine's own log off the screen once a run ends or is refused: we say what matters, in our words."""
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "coroutine 'execute_dequeued_workflow", RuntimeWarning)


class _Bureau:
    """What the running jobs need to find: the loop that owns the desks, and the work that is wanted, by recipe."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.wanted: dict[str, Work] = {}


_bureau = _Bureau()
# DBOS is one per process and its workflows are module functions, so what they look up is here too.


async def _perform(recipe: str) -> str:
    # Taken out, not looked up: a job recovered from an earlier run may ask for the same recipe at the same time.
    work = _bureau.wanted.pop(recipe, None)
    if work is None or _bureau.loop is None:
        return SET_ASIDE
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_await(work), _bureau.loop))
    return CARRIED_OUT


async def _await(work: Work) -> None:
    await work()


@DBOS.workflow(name="carry_out_order", max_recovery_attempts=None)
async def carry_out_order(recipe: str) -> str:
    """The durable job of one order: perform it, or set it aside when this run has no use for it."""
    return await DBOS.run_step_async({"name": "perform", "retries_allowed": False}, _perform, recipe)


class DurableJobs:
    """Runs work as durable jobs on a queue. Launched at the first job, so a run with nothing to do pays nothing."""

    def __init__(self, file: Path, make_engine: Callable[[Path], Engine], width: int) -> None:
        self._file = file
        self._make_engine = make_engine
        self._width = width
        self._launching: asyncio.Task[None] | None = None
        self._engine: Engine | None = None
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._refusal: StorageError | None = None

    async def carry_out(self, recipe: str, trace: str, work: Work, seconds: float = 0.0) -> None:
        """Have the work of a recipe done as a durable job; raises what the work raised.

        Of what waits, the work of the most `seconds` is taken up first: a long one begun last leaves cores idle.
        """
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        doing: list[asyncio.Task[Any]] = []

        async def do() -> None:
            self._waiting.pop(recipe, None)
            doing.extend(task for task in [asyncio.current_task()] if task is not None)
            try:
                await work()
            except BaseException as error:  # the waiting desk must hear of it whatever it is
                if not outcome.done():
                    outcome.set_exception(error)
                return
            if not outcome.done():
                outcome.set_result(None)

        _bureau.wanted[recipe] = do
        self._waiting[recipe] = outcome
        try:
            await self._ask_for(recipe, trace, max(1, LAST_IN_LINE - round(1000 * seconds)))
            await outcome
        except asyncio.CancelledError:
            # The work runs in a task of the engine's: it must have ended before its reservation is given back.
            for task in doing:
                task.cancel()
            await asyncio.gather(*doing, return_exceptions=True)
            raise
        finally:
            self._waiting.pop(recipe, None)
            _bureau.wanted.pop(recipe, None)

    async def _ask_for(self, recipe: str, trace: str, priority: int) -> None:
        """Put a job into the queue; raises DiskFull or StorageError when its database refuses."""
        try:
            await self._launch()
            with SetWorkflowID(f"{recipe}-{trace}"), SetEnqueueOptions(priority=priority):
                await DBOS.enqueue_workflow_async(QUEUE, carry_out_order, recipe)
        except Exception as error:
            if self._refusal is not None:
                raise self._refusal from error
            raise

    def _hear_refusal(self, context: ExceptionContext) -> None:
        """Take note when the workflow database cannot be written.

        The queue works in a thread of its own and only logs its errors: jobs would wait for ever.
        """
        code = getattr(context.original_exception, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code not in REFUSALS:
            return
        _hush()
        where = str(self._file)
        remedy = Remedy("delete this file, nothing is lost with it; then run it again", "workprint produce")
        unusable = StorageError(
            f"The workflow database cannot be used: {context.original_exception}.", where=where, remedy=remedy
        )
        self._refusal = explain_full(where) if code == sqlite3.SQLITE_FULL else unusable
        if _bureau.loop is not None and not _bureau.loop.is_closed():
            _bureau.loop.call_soon_threadsafe(self._fail_waiting, self._refusal)

    def _fail_waiting(self, refusal: StorageError) -> None:
        for outcome in self._waiting.values():
            if not outcome.done():
                outcome.set_exception(refusal)

    async def _launch(self) -> None:
        if self._launching is None:
            self._launching = asyncio.create_task(self._start())
        await asyncio.shield(self._launching)

    async def _start(self) -> None:
        _bureau.loop = asyncio.get_running_loop()
        logging.getLogger("dbos").setLevel(logging.ERROR)
        engine = self._engine = self._make_engine(self._file)
        event.listen(engine, "handle_error", self._hear_refusal)
        config: Any = DBOSConfig(
            name="workprint",
            system_database_engine=engine,
            application_version=WORKFLOW_VERSION,
            executor_id="local",
            max_executor_threads=8,
            serializer=DBOSPortableJSONSerializer(),
            log_level="ERROR",
        )
        DBOS(config=config)
        await asyncio.to_thread(DBOS.launch)
        await DBOS.register_queue_async(QUEUE, worker_concurrency=self._width, polling_interval_sec=POLL_SECONDS)

    def close(self) -> None:
        """Stop the engine. Jobs under way stay recorded as pending and are picked up, or set aside, next time."""
        if self._launching is not None:
            # Its queue may just be taking up a job that nobody wants any more.
            _hush()
            DBOS.destroy()
            self._launching = None
            _bureau.wanted.clear()
            _bureau.loop = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
