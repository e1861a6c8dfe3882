"""The turnstile in a small SQLite file that all processes of a machine share."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workprint.film.errors import StorageError
from workprint.ports.clock import Clock
from workprint.ports.provider import Limits
from workprint.ports.turnstile import Wait

LEASE_S = 180.0
"""A holder that has not renewed its place for so long has died, or slept: longer than any pause between two polls."""

SEND_WINDOW_S = 60.0

OPENS_AFTER = 5
"""Failures in a row after which a service is left alone."""

FIRST_REST_S = 30.0
LONGEST_REST_S = 600.0

TABLES = """
CREATE TABLE IF NOT EXISTS places (
    account TEXT NOT NULL, holder TEXT NOT NULL, pid INTEGER NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (account, holder)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sends (account TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS sends_by_account ON sends (account, at);
CREATE TABLE IF NOT EXISTS circuits (
    account TEXT PRIMARY KEY NOT NULL, failures INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
"""


class SqliteTurnstile:
    """Implements `workprint.ports.turnstile.Turnstile`. Nothing in it is needed after a crash: it may be deleted."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._page() as page:
            for statement in filter(str.strip, TABLES.split(";")):
                page.execute(statement)

    @contextmanager
    def _page(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous=OFF").close()
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageError(f"The turnstile cannot be used: {error}.", where=str(self._path)) from error

    def _now(self) -> float:
        return self._clock.now().micros / 1e6

    def enter(self, account: str, holder: str, limits: Limits) -> Wait | None:
        """Take a place for a job; None when it is taken."""
        now = self._now()
        with self._page() as page:
            page.execute("DELETE FROM places WHERE until < ?", (now,))
            others = page.execute(
                "SELECT count(*) FROM places WHERE account = ? AND holder <> ?", (account, holder)
            ).fetchone()[0]
            if others >= limits.jobs_at_once:
                return Wait(max(0.2, limits.poll_every_s / 2), f"{others} jobs run on this account, as many as it may")
            page.execute(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", (account, holder, os.getpid(), now + LEASE_S)
            )
        return None

    def pass_send(self, account: str, limits: Limits) -> Wait | None:
        """Ask to send one paid request now; None lets it pass, and counts it."""
        now = self._now()
        with self._page() as page:
            circuit = page.execute("SELECT until FROM circuits WHERE account = ?", (account,)).fetchone()
            if circuit and circuit[0] > now:
                return Wait(circuit[0] - now, "the service failed several times in a row and is left alone for a while")
            page.execute("DELETE FROM sends WHERE at < ?", (now - SEND_WINDOW_S,))
            sent = page.execute("SELECT at FROM sends WHERE account = ? ORDER BY at", (account,)).fetchall()
            if len(sent) >= limits.creates_per_minute:
                return Wait(
                    max(0.05, sent[0][0] + SEND_WINDOW_S - now), "the account's requests of this minute are used up"
                )
            page.execute("INSERT INTO sends VALUES (?, ?)", (account, now))
        return None

    def stay(self, account: str, holder: str) -> None:
        """Renew a place's lease."""
        with self._page() as page:
            page.execute(
                "UPDATE places SET until = ? WHERE account = ? AND holder = ?", (self._now() + LEASE_S, account, holder)
            )

    def leave(self, account: str, holder: str) -> None:
        """Give a place back."""
        with self._page() as page:
            page.execute("DELETE FROM places WHERE account = ? AND holder = ?", (account, holder))

    def report(self, account: str, *, works: bool) -> None:
        """Count failures in a row; each one beyond the limit doubles the rest."""
        with self._page() as page:
            if works:
                page.execute("DELETE FROM circuits WHERE account = ?", (account,))
                return
            row = page.execute("SELECT failures FROM circuits WHERE account = ?", (account,)).fetchone()
            failures = (row[0] if row else 0) + 1
            rest = min(LONGEST_REST_S, FIRST_REST_S * 2 ** (failures - OPENS_AFTER)) if failures >= OPENS_AFTER else 0
            until = self._now() + rest if rest else 0
            page.execute("INSERT OR REPLACE INTO circuits VALUES (?, ?, ?)", (account, failures, until))

    def resting(self) -> tuple[tuple[str, int, float], ...]:
        """Accounts whose service is left alone: name, failures in a row, seconds until it is asked again."""
        now = self._now()
        with self._page() as page:
            rows = page.execute("SELECT account, failures, until - ? FROM circuits WHERE until > ?", (now, now))
            return tuple((str(account), int(failures), float(left)) for account, failures, left in rows.fetchall())
