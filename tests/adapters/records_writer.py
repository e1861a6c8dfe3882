"""A process that writes pages without end and says after each commit what it committed; the kill test's victim."""

from __future__ import annotations

import sys
from pathlib import Path

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.film.ledger import EntryKind
from workprint.film.time import Instant
from workprint.testing.records_contract import make_entry, make_known


def write_pages(path: Path, writer: str, first: int, count: int) -> None:
    """Write pages that each hold a result, two ledger lines and an event; print each number once it is committed."""
    records = SqliteRecords(path, SystemClock())
    for number in range(first, first + count):
        with records.page() as page:
            page.add_result(make_known(number, name=writer))
            page.add_entry(make_entry(EntryKind.RESERVE, f"{writer}-{number}", 3))
            page.add_event(writer, Instant(number), "made", f"{writer}-{number}", {"number": number})
            page.add_entry(make_entry(EntryKind.SETTLE, f"{writer}-{number}", 2))
        print(number, flush=True)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
