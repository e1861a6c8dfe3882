"""Reports read from the book: status, assets, costs."""

from __future__ import annotations

from collections.abc import Iterable

from workprint.engine.rulings import find_waiting, list_clips
from workprint.engine.sidecars import describe_asset, to_iso
from workprint.engine.take_report import count_takes, list_decisions, list_takes
from workprint.film.attempt import Attempt, word_of
from workprint.film.brief import Brief
from workprint.film.canonical import Json
from workprint.film.ledger import Entry, EntryKind, balance_of
from workprint.film.money import Money
from workprint.film.shot_names import CLIP_STEPS, find_slate
from workprint.ports.records import Known, Records
from workprint.ports.vault import Vault


def describe_status(records: Records, vault: Vault, brief: Brief | None) -> dict[str, Json]:
    """Shots with version, grade and lock; waiting gates; money; the next command."""
    current = records.current()
    known = records.all_known()
    locks = records.locks()
    grades = {
        find_slate(name): known[recipe].take.facts.get("grade", "")
        for (step, name), recipe in current.items()
        if step == "check"
    }
    takes = count_takes(records)
    shots = [
        {
            "slate": find_slate(name),
            "name": name,
            "version": len(
                [
                    item
                    for item in records.versions(name)
                    if item.recipe in known and known[item.recipe].take.step in CLIP_STEPS
                ]
            ),
            "grade": grades.get(find_slate(name), ""),
            "locked_by": locks[name].who if name in locks else "",
            "stored": vault.has(known[recipe].take.file.digest),
            **takes.get(find_slate(name), {"takes": 1, "in_film": 1, "about": ""}),
        }
        for name, recipe in sorted(list_clips(records))
    ]
    waiting = [
        {"gate": stop.gate, "level": stop.level, "reasons": list(stop.reasons), "subject": stop.subject}
        for stop in find_waiting(records).values()
    ]
    balance = balance_of(records.entries())
    cap = brief.contract.cap if brief else None
    jobs = [describe_open(attempt) for attempt in records.attempts() if attempt.is_open]
    done = any(step == "master" for step, _ in current)
    return {
        "shots": shots,
        "waiting": waiting,
        "jobs": jobs,
        "money": {
            "spent": str(balance.spent),
            "reserved": str(balance.reserved),
            "cap": str(cap) if cap is not None else "",
        },
        "next": _next_command(waiting, jobs, done),
    }


def describe_open(attempt: Attempt) -> dict[str, Json]:
    """A job at a provider that is not over: where it is, and what is reserved for it."""
    return {
        "attempt": attempt.id,
        "name": attempt.name,
        "state": word_of(attempt.state),
        "provider": attempt.provider,
        "ticket": attempt.ticket,
        "reserved": str(attempt.reserved),
    }


def _next_command(waiting: list[dict[str, Json]], jobs: list[dict[str, Json]], done: bool) -> str:
    held = next((job for job in jobs if job["state"] == "held"), None)
    if held is not None:
        return f"workprint jobs resolve {held['attempt']} --taken TICKET, or --not-taken; then workprint produce"
    if jobs:
        return "workprint produce, which fetches what runs and pays nothing more for it"
    if waiting:
        first = waiting[0]
        is_hard = first["level"] == "hard"
        ruling = f'override {first["gate"]} --reason "..."' if is_hard else f"approve {first['gate']}"
        return f"workprint {ruling}, then workprint produce"
    return "workprint deliver, or change the brief and plan again" if done else "workprint plan, then workprint produce"


def find_asset(records: Records, vault: Vault, text: str) -> list[dict[str, Json]]:
    """Every asset a person means by a whole name, a slate (SC01_SH02) or a scene (S01), with all its versions."""
    wanted = text.strip().upper()
    known = records.all_known()
    found = []
    for (_, name), recipe in sorted(records.current().items()):
        slate = find_slate(name).upper()
        if wanted in (name.upper(), slate, slate.split("_")[0], slate.split("_")[0].replace("SC", "S")):
            found.append(_describe(known[recipe], records, vault, name))
    return found


def _describe(known: Known, records: Records, vault: Vault, name: str) -> dict[str, Json]:
    lock = records.locks().get(name)
    asset = describe_asset(known, lock.who if lock else "")
    asset["paths"] = [str(vault.path(file.digest)) for file in known.take.files if vault.has(file.digest)]
    asset["seconds"] = known.seconds
    if known.take.step in CLIP_STEPS:
        asset["takes"] = list_takes(records, vault, find_slate(name))
        asset["decisions"] = list_decisions(records, find_slate(name))
    results = records.all_known()
    asset["versions"] = [
        {"number": version.number, "recipe": version.recipe, "when": to_iso(version.when)}
        for version in records.versions(name)
        if version.recipe in results and results[version.recipe].take.step == known.take.step
    ]
    return asset


def sum_costs(entries: Iterable[Entry], records: Records, brief: Brief | None) -> dict[str, Json]:
    """Spent and reserved by step, and per finished minute once there is a master."""
    entries = tuple(entries)
    balance = balance_of(entries)
    known = records.all_known()
    seconds: dict[str, float] = {}
    for item in known.values():
        seconds[item.take.step] = seconds.get(item.take.step, 0.0) + item.seconds
    steps: dict[str, list[int]] = {}
    for entry in entries:
        if entry.kind is EntryKind.SETTLE:
            count_and_micros = steps.setdefault(entry.step, [0, 0])
            count_and_micros[0] += 1
            count_and_micros[1] += entry.amount.micros
    cap = brief.contract.cap if brief else None
    finished = any(step == "master" for step, _ in records.current())
    minute = ""
    if finished and brief is not None:
        minute = str(Money(int(balance.spent.micros * 60 / float(brief.rate.seconds(brief.frames)))))
    return {
        "spent": str(balance.spent),
        "reserved": str(balance.reserved),
        "cap": str(cap) if cap is not None else "",
        "per_finished_minute": minute,
        "steps": [
            {"step": step, "orders": count, "usd": str(Money(micros)), "seconds": round(seconds.get(step, 0.0), 1)}
            for step, (count, micros) in sorted(steps.items())
        ],
    }
