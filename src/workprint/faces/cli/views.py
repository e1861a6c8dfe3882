"""`status`, `show`, `watch` and `cost`: what there is, what runs, what it cost."""

from __future__ import annotations

import argparse
import csv
import sys
import time

from workprint.engine.cost_report import medium_of, sum_bought
from workprint.engine.report import describe_status, find_asset, sum_costs
from workprint.engine.sidecars import to_iso
from workprint.faces.cli.progress import Progress
from workprint.faces.cli.screen import JsonStream, make_printable, paint, place_command, put, say, to_json
from workprint.faces.library import open_project
from workprint.film.canonical import Json, encode
from workprint.film.errors import Remedy, UsageError
from workprint.film.event import Event

RUN_ENDS = ("run-finished", "run-stopped")
WATCH_SECONDS = 0.5
"""How often `watch` looks for new events: the book allows many readers, but each look is a query."""


def run_status(arguments: argparse.Namespace) -> int:
    """Scenes, shots, locks, gates, money, and what to do next."""
    project = open_project(arguments.project, arguments.brief)
    brief, findings = project.workspace.check_brief()
    with project.parts() as parts:
        status = describe_status(parts.records, parts.vault, brief)
    owner = project.workspace.owner()
    if arguments.json:
        JsonStream().send("status", owner=owner, findings=[vars(item) for item in findings], **status)
        return 0
    put(paint(make_printable(brief.name if brief else str(project.root)), "bold"))
    if owner:
        put(f"producing now: process {owner['pid']}, since {owner['started']}; follow it with `workprint watch`")
    for shot in status["shots"]:
        lock = f"  locked by {shot['locked_by']}" if shot["locked_by"] else ""
        grade = f"  grade {shot['grade']}" if shot["grade"] else ""
        about = f" ({make_printable(shot['about'])})" if shot["in_film"] > 1 else ""
        take = f"  take {shot['in_film']} of {shot['takes']}{about}" if shot["takes"] > 1 else ""
        put(f"  {shot['slate']}  clip v{shot['version']}{take}{grade}{lock}")
    for gate in status["waiting"]:
        put(f"{paint('gate', 'yellow')} {gate['gate']} ({gate['level']}): {make_printable('; '.join(gate['reasons']))}")
        verb = "override" if gate["level"] == "hard" else "approve"
        reason = ' --reason "..."' if verb == "override" else ""
        put("      " + place_command(f"workprint {verb} {gate['gate']}{reason}", arguments))
    for job in status["jobs"]:
        colour = "red" if job["state"] == "held" else "cyan"
        where = make_printable(f"{job['provider']} {job['ticket']}".strip())
        put(f"{paint(job['state'], colour)} {job['name']} at {where}, {job['reserved']} USD reserved  {job['attempt']}")
    money = status["money"]
    put(f"spent {money['spent']}, reserved {money['reserved']}, cap {money['cap'] or 'not set'} (USD)")
    errors = sum(1 for item in findings if item.level == "error")
    put(f"next: {'mend the brief: ' + str(errors) + ' findings' if errors else status['next']}")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Everything known about an asset."""
    project = open_project(arguments.project, arguments.brief)
    with project.parts() as parts:
        found = find_asset(parts.records, parts.vault, arguments.name)
    if not found:
        raise UsageError(f"Nothing is called `{arguments.name}`.", remedy=Remedy("see the names", "workprint status"))
    if arguments.json:
        stream = JsonStream()
        for item in found:
            stream.send("asset", **item)
        return 0
    put(to_json(found if len(found) > 1 else found[0], indent=2))
    return 0


def run_cost(arguments: argparse.Namespace) -> int:
    """The ledger."""
    project = open_project(arguments.project, arguments.brief)
    brief, _ = project.workspace.check_brief()
    with project.parts() as parts:
        entries = parts.records.entries()
        report = sum_costs(entries, parts.records, brief)
        attempts = {attempt.id: attempt for attempt in parts.records.attempts()}
        bought = sum_bought(parts.records, entries, brief) if attempts else None
    if arguments.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(
            ["when", "kind", "step", "name", "usd", "reservation", "run", "note", "model", "ticket", "medium"]
        )
        for entry in entries:
            row = [to_iso(entry.when), entry.kind.value, entry.step, entry.name, str(entry.amount)]
            attempt = attempts.get(entry.reservation.partition("-correction-")[0])
            where = [attempt.model, attempt.ticket, medium_of(attempt)] if attempt else ["", "", ""]
            writer.writerow([*row, entry.reservation, entry.trace, make_printable(entry.note), *where])
        return 0
    if arguments.json:
        JsonStream().send("cost", **report, **({"bought": bought} if bought else {}))
        return 0
    for step in report["steps"]:
        put(f"  {step['step']:<14} {step['orders']:>4} made  {step['usd']:>10} USD  {step['seconds']:>8.1f} CPU-s")
    put(f"spent {report['spent']}, reserved {report['reserved']}, cap {report['cap'] or 'not set'} (USD)")
    put(f"per finished minute {report['per_finished_minute'] or 'known when the film is finished'}")
    if bought:
        _show_bought(bought)
    return 0


def _show_bought(bought: dict[str, Json]) -> None:
    put(paint("bought", "bold"))
    for shot in bought["shots"]:
        reserved = f", {shot['reserved']} reserved" if shot["reserved"] != "0.00" else ""
        put(
            f"  {shot['name']:<14} {shot['usd']:>8} USD  {shot['delivered']} of {shot['attempts']} tries came{reserved}"
        )
    for medium in bought["media"]:
        put(f"  {medium['name']:<14} {medium['usd']:>8} USD  {medium['delivered']} of {medium['attempts']}")
    for model in bought["models"]:
        put(f"  {model['name']:<34} {model['usd']:>8} USD  {model['delivered']} of {model['attempts']}")
    put(f"  failed or refused {bought['failed']}, put aside {bought['rejected']}, held {bought['held']} (USD)")
    put(f"  an approved second costs {bought['per_approved_second'] or 'nothing yet'} (USD)")


def run_watch(arguments: argparse.Namespace) -> int:
    """Follow a run of another process until it ends."""
    project = open_project(arguments.project, arguments.brief)
    if not project.workspace.owner():
        say("Nobody is producing here; this is the last run.")
    stream = JsonStream() if arguments.json else None
    progress = Progress(stream)
    with project.parts() as parts:
        seen = _find_start(list(parts.records.events()), bool(project.workspace.owner()))
        while True:
            running = bool(project.workspace.owner())
            for event in parts.records.events(after=seen):
                progress.hear(event)
                seen = event.number
                if event.kind in RUN_ENDS:
                    made = encode(event.data.get("made", 0))
                    say(f"{event.kind.replace('-', ' ')}: {made} made, {len(event.data.get('kept', []))} kept")
                    return 0
            if not running:
                say("It ended without finishing; what it made is kept. Go on with: workprint produce")
                return 0
            time.sleep(WATCH_SECONDS)


def _find_start(events: list[Event], is_running: bool) -> int:
    """The number of the event before the run to follow: the last one, or one that is only about to begin."""
    starts = [event.number for event in events if event.kind == "run-started"]
    if not starts:
        return 0
    has_ended = any(event.kind in RUN_ENDS for event in events if event.number > starts[-1])
    return events[-1].number if is_running and has_ended else starts[-1] - 1
