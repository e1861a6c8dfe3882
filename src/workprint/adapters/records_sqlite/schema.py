"""The tables of the book, as the code sees them; how a file gets them is in `migrations`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

TABLES = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(name, TABLES, *columns)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer)


meta = _table("meta", _text("key"), _text("value"))
"""Facts of the file itself: schema version, when it was made and last changed."""

results = _table(
    "results",
    _text("recipe"),
    _text("document"),
    _text("take"),
    _whole("made_at"),
    _text("trace"),
    sa.Column("seconds", sa.Float),
    _text("step"),
    _text("name"),
)
"""One row a recipe: the recipe in full, the take it made. Times everywhere are microseconds UTC."""

versions = _table(
    "versions", _whole("id"), _text("step"), _text("name"), _whole("number"), _text("recipe"), _whole("at")
)
"""Every version a (step, name) has had, counted from 1."""

current = _table("current", _text("step"), _text("name"), _text("recipe"))
"""The version of a (step, name) that counts now."""

locks = _table(
    "locks",
    _whole("id"),
    _text("name"),
    _text("recipe"),
    _text("who"),
    _whole("at"),
    _text("why"),
    _text("released_by"),
    _whole("released_at"),
    _text("released_why"),
)
"""Pins, in force while `released_at` is null."""

rulings = _table(
    "rulings",
    _whole("id"),
    _text("gate"),
    _text("subject"),
    _text("kind"),
    _text("who"),
    _whole("at"),
    _text("reason"),
)
"""What people decided at gates."""

take_log = _table(
    "take_log",
    _whole("number"),
    _text("slate"),
    _text("deed"),
    _text("document"),
    _text("who"),
    _whole("at"),
    _text("why"),
)
"""What was decided about the takes of shots, append-only; `document` is the line's take and start."""

ledger = _table(
    "ledger",
    _whole("number"),
    _text("kind"),
    _text("reservation"),
    _text("step"),
    _text("name"),
    _whole("amount"),
    _whole("at"),
    _text("trace"),
    _text("note"),
)
"""The ledger, append-only; amounts in micro-dollars."""

reservations = _table("reservations", _text("reservation"), _whole("amount"), _whole("entry"))
"""Reservations still open: what the ledger adds up to, kept so that a balance costs no walk through it."""

purse = _table("purse", _whole("id"), _whole("spent"))
"""One row: all settled amounts added up, for the same reason."""

events = _table(
    "events",
    _whole("number"),
    _text("trace"),
    _whole("at"),
    _text("kind"),
    _text("subject"),
    _text("data"),
    _text("chain"),
)
"""The event log, append-only; `chain` is the sha256 of the row before's chain and this row's content."""

attempts = _table(
    "attempts",
    _text("id"),
    _text("recipe"),
    _whole("generation"),
    _text("step"),
    _text("name"),
    _text("model"),
    _text("provider"),
    _text("request"),
    _whole("reserved"),
    _whole("opened_at"),
    _text("trace"),
    _text("state"),
    _text("word"),
    _text("ticket"),
    _whole("changed_at"),
    _whole("sends"),
    _text("note"),
)
"""Tries to have a provider make something; `state` is the state in full, `word` and `ticket` repeat parts of it."""

hooks = _table(
    "hooks", _whole("id"), _text("provider"), _text("message"), _text("ticket"), _text("attempt"), _whole("at")
)
"""Webhooks that were verified, each message of a provider once."""
