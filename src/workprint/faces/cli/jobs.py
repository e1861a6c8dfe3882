"""`jobs`: what runs, ran or hangs at providers, and what a person decides about it."""

from __future__ import annotations

import argparse
import asyncio
import secrets

from workprint.engine.buying.resolving import Resolver, find_attempt
from workprint.engine.cost_report import AttemptCost, describe_attempt, list_attempt_costs, medium_of
from workprint.engine.journal import Journal
from workprint.engine.rulings import Acting
from workprint.engine.run import Parts
from workprint.faces.cli.screen import JsonStream, make_printable, paint, put, say, to_json
from workprint.faces.library import Project, ignore_event, open_project
from workprint.film.errors import Remedy, UsageError
from workprint.film.money import parse_money

COLOURS = {
    "delivered": "green",
    "held": "red",
    "lost": "red",
    "failed": "yellow",
    "moderated": "yellow",
    "running": "cyan",
}


def run_jobs(arguments: argparse.Namespace) -> int:
    """List, show, resolve or cancel."""
    project = open_project(arguments.project, arguments.brief)
    with project.parts() as parts:
        if arguments.deed == "list":
            return _list(parts, arguments)
        if not arguments.job:
            raise UsageError(f"Which job is to {arguments.deed}?", remedy=Remedy("see them", "workprint jobs"))
        deeds = {"show": _show, "resolve": _resolve, "cancel": _cancel}
        return deeds[arguments.deed](project, parts, arguments)


def _list(parts: Parts, arguments: argparse.Namespace) -> int:
    costs = list_attempt_costs(parts.records, parts.records.entries())
    if arguments.json:
        stream = JsonStream()
        for cost in costs:
            stream.send("job", **describe_attempt(cost))
        stream.send("jobs", count=len(costs))
        return 0
    if not costs:
        put("Nothing was bought here.")
    for cost in costs:
        put(_format(cost))
    held = [cost for cost in costs if cost.word == "held"]
    for cost in held:
        _explain_held(cost)
    return 0


def _format(cost: AttemptCost) -> str:
    word = paint(f"{cost.word:<10}", COLOURS.get(cost.word, "dim"))
    money = f"{cost.spent} USD" if not cost.attempt.is_open else f"{cost.reserved} USD reserved"
    where = f"{cost.attempt.model} {cost.attempt.ticket}".strip()
    medium = medium_of(cost.attempt)
    return f"{word} {medium:<6} {cost.attempt.name:<32} {money:>20}  {make_printable(where)}  {cost.attempt.id}"


def _explain_held(cost: AttemptCost) -> None:
    attempt = cost.attempt
    say(f"{attempt.name}: a paid request to {attempt.provider} got no answer. {attempt.reserved} USD stay reserved.")
    say("  Look at the provider's own list for the time of this attempt, then say what became of it:")
    say(f"    workprint jobs resolve {attempt.id} --taken TICKET   it is there: fetch it, pay once")
    say(f"    workprint jobs resolve {attempt.id} --not-taken      it is not there: give the reservation back")
    say(f"    workprint jobs resolve {attempt.id} --write-off      nobody knows: book it as charged, try again")


def _show(project: Project, parts: Parts, arguments: argparse.Namespace) -> int:
    attempt = find_attempt(parts.records, arguments.job)
    costs = list_attempt_costs(parts.records, parts.records.entries())
    cost = next(cost for cost in costs if cost.attempt.id == attempt.id)
    data = {**describe_attempt(cost), "request": attempt.request}
    if arguments.json:
        JsonStream().send("job", **data)
        return 0
    put(to_json(data, indent=2))
    if cost.word == "held":
        _explain_held(cost)
    return 0


def _resolve(project: Project, parts: Parts, arguments: argparse.Namespace) -> int:
    acting = Acting(parts.records, parts.clock, project.workspace.settings().person, secrets.token_hex(8))
    resolver = Resolver(acting, Journal(parts.records, parts.clock, acting.trace, ignore_event))
    attempt, reason = find_attempt(parts.records, arguments.job), arguments.reason
    if arguments.taken:
        resolver.say_taken(attempt, arguments.taken)
        told = f"{attempt.id} runs under {arguments.taken}; the next run fetches its result"
    elif arguments.not_taken:
        resolver.say_not_taken(attempt, reason)
        told = f"{attempt.id} was not taken; {attempt.reserved} USD are given back"
    elif arguments.write_off:
        resolver.write_off(attempt, reason)
        told = f"{attempt.id} is booked as charged: {attempt.reserved} USD"
    elif arguments.again:
        resolver.allow_again(attempt, reason)
        told = f"{attempt.name} may be bought once more"
    elif arguments.charge is not None:
        charge = parse_money(arguments.charge)
        resolver.correct_charge(attempt, charge, reason or "corrected")
        told = f"{attempt.id} cost {charge} USD"
    else:
        remedy = Remedy("say one of --taken TICKET, --not-taken, --write-off, --again, --charge USD")
        raise UsageError("What became of it?", remedy=remedy)
    if arguments.json:
        JsonStream().send("job-resolved", attempt=attempt.id, told=told)
        return 0
    put(told)
    say("next: workprint produce")
    return 0


def _cancel(project: Project, parts: Parts, arguments: argparse.Namespace) -> int:
    acting = Acting(parts.records, parts.clock, project.workspace.settings().person, secrets.token_hex(8))
    resolver = Resolver(acting, Journal(parts.records, parts.clock, acting.trace, ignore_event))
    attempt = find_attempt(parts.records, arguments.job)
    counter = parts.buying.shop.counters.get(attempt.provider) if parts.buying is not None else None
    after, told = asyncio.run(resolver.cancel(attempt, counter.provider if counter else None))
    if arguments.json:
        JsonStream().send("job-cancelled", attempt=after.id, told=told)
        return 0
    put(told)
    return 0
