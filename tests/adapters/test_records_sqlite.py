"""The book in SQLite keeps the records contract, through kills, full disks, tampering and two writers."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords, connection, make_engine, migrations, schema
from workprint.film.errors import ArtifactDamaged, DiskFull, StorageError
from workprint.film.ledger import EntryKind
from workprint.film.time import Instant
from workprint.ports.records import Records
from workprint.testing.records_contract import CHECKS, make_entry, make_known

WRITER = Path(__file__).with_name("records_writer.py")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteRecords]:
    """A new book at tmp_path/records.sqlite."""
    records = SqliteRecords(tmp_path / "records.sqlite", SystemClock())
    yield records
    records.close()


def fill(records: Records, count: int) -> None:
    """Write a page for each number: a result, an event and a settled reservation."""
    for number in range(1, count + 1):
        with records.page() as page:
            page.add_result(make_known(number))
            page.add_event("run-1", Instant(number), "made", f"s{number}", {"number": number})
            page.add_entry(make_entry(EntryKind.RESERVE, f"r{number}", 5))
            page.add_entry(make_entry(EntryKind.SETTLE, f"r{number}", 4))


def fill_one_page(records: Records, first: int, last: int) -> None:
    """Write many results in one transaction."""
    with records.page() as page:
        for number in range(first, last):
            page.add_result(make_known(number))


def start_writer(path: Path, name: str, first: int, count: int) -> subprocess.Popen[str]:
    """A process that writes pages and prints each committed number."""
    command = [sys.executable, str(WRITER), str(path), name, str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_sqlite_records_keep_the_contract(check: Callable[[Records], None], book: SqliteRecords) -> None:
    """Every promise of the records port holds, and the book is sound after each."""
    check(book)

    assert book.check() == ()


def test_every_connection_is_set_up(tmp_path: Path) -> None:
    """Each of several connections at once has the durable settings, whichever SQLite is linked."""
    engine = make_engine(tmp_path / "records.sqlite")
    names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "trusted_schema", "mmap_size")
    safe_journal = "wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "truncate"

    open_at_once = [engine.connect() for _ in range(3)]
    found = [tuple(link.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names) for link in open_at_once]
    for link in open_at_once:
        link.close()

    assert found == [(safe_journal, 2, 10_000, 1, 0, 0)] * 3


def test_the_tables_are_those_the_code_sees(book: SqliteRecords, tmp_path: Path) -> None:
    """After all migrations the file has exactly the tables and columns of the schema module."""
    inspector = sa.inspect(make_engine(tmp_path / "records.sqlite"))
    found = {name: [column["name"] for column in inspector.get_columns(name)] for name in inspector.get_table_names()}

    assert found == {name: [column.name for column in table.columns] for name, table in schema.TABLES.tables.items()}


def test_records_survive_reopening(tmp_path: Path) -> None:
    """What was written is there when the book is opened again."""
    path = tmp_path / "records.sqlite"
    first = SqliteRecords(path, SystemClock())
    fill(first, 3)
    first.close()
    again = SqliteRecords(path, SystemClock())

    assert len(again.all_known()) == 3
    assert len(again.entries()) == 6
    assert again.check() == ()
    again.close()


def test_a_long_log_is_read_in_parts(book: SqliteRecords) -> None:
    """A log longer than one part is read to its end, in order."""
    with book.page() as page:
        for number in range(2500):
            page.add_event("run-1", Instant(number), "tick", "", {})

    assert [event.number for event in book.events(100)] == list(range(101, 2501))


def test_killed_writers_lose_no_acknowledged_page(tmp_path: Path) -> None:
    """Over 20 processes killed at random moments no committed page is lost, none is half there, the book is sound."""
    path = tmp_path / "records.sqlite"
    SqliteRecords(path, SystemClock()).close()
    dice = random.Random(11)
    acknowledged: list[int] = []
    for life in range(20):
        writer = start_writer(path, "writer", 1 + life * 1000, 1000)
        assert writer.stdout is not None
        for _ in range(dice.randrange(1, 6)):
            acknowledged.append(int(writer.stdout.readline()))
        # What it does between its last line and the kill is left to chance: a page may be half written.
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
    records = SqliteRecords(path, SystemClock())

    made = {int(known.take.cost.micros) for known in records.all_known().values()}
    assert set(acknowledged) <= made
    assert len(acknowledged) >= 20
    assert len(list(records.events())) == len(made)
    assert len(records.entries()) == 2 * len(made)
    assert records.check() == ()
    records.close()


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    """Two processes that write at the same time both get every page in, on one sound chain of events."""
    path = tmp_path / "records.sqlite"
    SqliteRecords(path, SystemClock()).close()
    writers = [start_writer(path, name, first, 25) for name, first in (("a", 1), ("b", 1001))]
    outputs = [writer.communicate()[0].split() for writer in writers]
    records = SqliteRecords(path, SystemClock())

    assert [len(output) for output in outputs] == [25, 25]
    assert len(records.all_known()) == 50
    assert len(list(records.events())) == 50
    assert len(records.entries()) == 100
    assert [version.number for version in records.versions("a")] == list(range(1, 26))
    assert records.check() == ()
    records.close()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE events SET subject = 'other' WHERE number = 2",
        "DELETE FROM events WHERE number = 3",
        "INSERT OR REPLACE INTO events SELECT number, trace, at, kind, 'other', data, chain FROM events LIMIT 1",
        "UPDATE ledger SET amount = 0",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT number, kind, reservation, step, name, 0, at, trace, note FROM ledger",
    ],
)
def test_events_and_ledger_refuse_change(attack: str, book: SqliteRecords, tmp_path: Path) -> None:
    """The file itself refuses to change or remove a line of the log or the ledger, for any program."""
    fill(book, 3)
    other = sqlite3.connect(tmp_path / "records.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(attack)
    other.close()

    assert book.check() == ()


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        ("UPDATE events SET subject = 'other' WHERE number = 2", "Event 2 was changed"),
        ("UPDATE events SET at = at + 1 WHERE number = 3", "Event 3 was changed"),
        ("DELETE FROM events WHERE number = 2", "Rows of events are missing"),
        ("DELETE FROM events WHERE number = 3", "Rows of events are missing"),
        ("UPDATE ledger SET amount = 1 WHERE kind = 'settle'", "The ledger adds up to"),
        ("DELETE FROM ledger WHERE number = 6", "Rows of ledger are missing"),
        ("UPDATE ledger SET reservation = 'x' WHERE number = 4", "without an open reservation"),
        ("UPDATE current SET recipe = (SELECT min(recipe) FROM results), step = 'other'", "none of its versions"),
        ("DELETE FROM versions WHERE number = 2", "not numbered without a gap"),
        ("UPDATE results SET take = '{}' WHERE seconds > 0", "cannot be read"),
        ("DELETE FROM results", "refers to a row of results"),
    ],
)
def test_tampering_is_found(attack: str, words: str, book: SqliteRecords, tmp_path: Path) -> None:
    """Someone who takes the guards away and edits rows is found out by the check."""
    fill(book, 3)
    other = sqlite3.connect(tmp_path / "records.sqlite")
    for name in ("update", "delete", "insert"):
        other.execute(f"DROP TRIGGER events_refuses_{name}")
        other.execute(f"DROP TRIGGER ledger_refuses_{name}")
    other.execute(attack)
    other.commit()
    other.close()

    assert any(words in fault for fault in book.check()), book.check()


def test_a_full_disk_is_clear_and_undone(tmp_path: Path) -> None:
    """With no room left a page raises DiskFull and leaves nothing; with room again it goes through."""
    engine = make_engine(tmp_path / "records.sqlite")
    records = SqliteRecords(tmp_path / "records.sqlite", SystemClock(), engine)
    fill(records, 2)
    limit = {"pages": 0}
    sa.event.listen(
        engine, "checkout", lambda link, *_: link.execute(f"PRAGMA max_page_count={limit['pages'] or 10**6}")
    )
    limit["pages"] = 1

    with pytest.raises(DiskFull) as caught:
        fill_one_page(records, 3, 300)
    assert caught.value.where
    assert caught.value.remedy
    assert len(records.all_known()) == 2
    assert records.check() == ()

    limit["pages"] = 0
    with records.page() as page:
        page.add_result(make_known(3))
    assert len(records.all_known()) == 3
    assert records.check() == ()
    records.close()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """A book of a newer major format is not touched, and the error says to update."""
    path = tmp_path / "records.sqlite"
    SqliteRecords(path, SystemClock()).close()
    other = sqlite3.connect(path)
    other.execute("UPDATE meta SET value = '2' WHERE key = 'major'")
    other.commit()
    other.close()
    before = path.read_bytes()

    with pytest.raises(StorageError, match="newer Workprint") as caught:
        SqliteRecords(path, SystemClock())
    assert caught.value.remedy
    assert "Update" in caught.value.remedy.text
    assert path.read_bytes() == before


def test_a_migration_runs_once_after_a_backup(tmp_path: Path) -> None:
    """An older book is copied beside itself, then upgraded; a failing migration leaves it as it was."""
    path = tmp_path / "records.sqlite"
    records = SqliteRecords(path, SystemClock())
    fill(records, 2)
    records.close()
    engine = make_engine(path)
    known, last = migrations.MIGRATIONS, migrations.MIGRATIONS[-1].number
    good = migrations.Migration(last + 1, ("CREATE TABLE extra (id INTEGER)", "INSERT INTO extra VALUES (1)"))
    bad = migrations.Migration(last + 2, ("CREATE TABLE more (id INTEGER)", "INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(StorageError):
        migrations.upgrade(engine, path, Instant(1), (*known, good, bad))
    assert not sa.inspect(engine).has_table("extra"), "all or nothing"
    for _ in range(2):
        migrations.upgrade(engine, path, Instant(1), (*known, good))

    with engine.connect() as link:
        assert link.exec_driver_sql("SELECT count(*) FROM extra").scalar() == 1
    engine.dispose()
    backup = SqliteRecords(tmp_path / f"records.sqlite.before-{last + 1}", SystemClock())
    assert len(backup.all_known()) == 2
    assert backup.check() == ()
    backup.close()


def test_what_is_no_book_is_refused(tmp_path: Path) -> None:
    """A file that is no database, and a place that cannot hold one, give a clear error."""
    (tmp_path / "records.sqlite").write_bytes(b"this is no database " * 100)
    with pytest.raises(ArtifactDamaged) as caught:
        SqliteRecords(tmp_path / "records.sqlite", SystemClock())
    assert caught.value.remedy

    with pytest.raises(StorageError):
        SqliteRecords(tmp_path / "missing" / "records.sqlite", SystemClock())


def test_a_damaged_page_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    """A book with an overwritten page fails its check with a sentence."""
    path = tmp_path / "records.sqlite"
    records = SqliteRecords(path, SystemClock())
    fill(records, 30)
    records.close()
    data = bytearray(path.read_bytes())
    data[3 * 4096 : 9 * 4096] = bytes([0xA5]) * (6 * 4096)
    path.write_bytes(bytes(data))
    damaged = SqliteRecords(path, SystemClock())

    assert damaged.check() != ()
    damaged.close()


def test_a_snapshot_is_a_book_of_its_own(book: SqliteRecords, tmp_path: Path) -> None:
    """A snapshot is one whole file that opens as a book and does not follow later writing."""
    fill(book, 3)
    (tmp_path / "copy.sqlite").write_bytes(b"an older copy")
    book.snapshot(tmp_path / "copy.sqlite")
    with book.page() as page:
        page.add_result(make_known(9))
    copy = SqliteRecords(tmp_path / "copy.sqlite", SystemClock())

    assert len(copy.all_known()) == 3
    assert copy.check() == ()
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite"]
    copy.close()


def test_a_write_ahead_log_needs_a_sound_sqlite() -> None:
    """The write-ahead log is used exactly where the linked SQLite is past its corruption bug."""
    assert (connection.JOURNAL_MODE == "WAL") == (sqlite3.sqlite_version_info >= (3, 51, 3))
