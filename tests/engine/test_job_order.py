"""The order in which durable jobs are taken up."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import text

from workprint.adapters.records_sqlite import make_engine
from workprint.engine.jobs import DurableJobs, Work


def count_waiting(file: Path) -> int:
    """How many jobs wait in the queue of a workflow database."""
    engine = make_engine(file)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM workflow_status WHERE status = 'ENQUEUED'")).scalar_one()
    engine.dispose()
    return int(found)


def test_the_longest_of_what_waits_goes_first(tmp_path: Path) -> None:
    """Jobs that came while all hands were busy are taken up by length, not in the order they came."""
    file, taken = tmp_path / "workflows.sqlite", []

    async def work_all() -> None:
        jobs, begun, everyone_waits = DurableJobs(file, make_engine, 1), asyncio.Event(), asyncio.Event()

        def note(name: str) -> Work:
            async def work() -> None:
                taken.append(name)
                begun.set()
                await everyone_waits.wait()

            return work

        running = [asyncio.create_task(jobs.carry_out("first", "run", note("first"), 1.0))]
        try:
            await begun.wait()
            for name, seconds in (("short", 0.5), ("long", 9.0), ("middle", 4.0)):
                running.append(asyncio.create_task(jobs.carry_out(name, "run", note(name), seconds)))
            while await asyncio.to_thread(count_waiting, file) < 3:
                pass
            everyone_waits.set()
            await asyncio.gather(*running)
        finally:
            jobs.close()

    asyncio.run(work_all())
    assert taken == ["first", "long", "middle", "short"]
