"""The book of records in one SQLite file: results, versions, locks, rulings, ledger and events."""

from workprint.adapters.records_sqlite.connection import connect_hook, make_engine
from workprint.adapters.records_sqlite.records import SqliteRecords

__all__ = ["SqliteRecords", "connect_hook", "make_engine"]
