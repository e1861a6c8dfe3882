"""`rehearse`: a paid production played through with fake providers: its costs, failures and recovery, for nothing."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace

from workprint.engine.cost_report import list_attempt_costs
from workprint.faces.cli.making import show_film
from workprint.faces.cli.progress import Progress
from workprint.faces.cli.screen import JsonStream, paint, put, say
from workprint.faces.library import Film, Project, open_project
from workprint.film.brief import SceneType
from workprint.film.errors import Remedy, UsageError
from workprint.film.money import Money, parse_money
from workprint.testing.provider_contract import find_fakes
from workprint.testing.rehearsal import DEFAULT_CAST, PACE, SPEAKER, Rehearsal, choose_painter, gather_playback
from workprint.wiring import Staging

BRANCH = "rehearsal"
ROOMY_CAP = parse_money(1000)
"""A cap for briefs that have none to speak of: a rehearsal shows what it would cost, it must not stop at 0."""


def run_rehearse(arguments: argparse.Namespace) -> int:
    """Make the previz, then buy its shots, stills and sound from fakes, and compare their bills with the book."""
    project = open_project(arguments.project, arguments.brief)
    cast = tuple(arguments.providers.split(",")) if arguments.providers else DEFAULT_CAST
    unknown = [name for name in cast if name not in find_fakes()]
    if unknown:
        remedy = Remedy(f"there are {', '.join(sorted(find_fakes()))}")
        raise UsageError(f"Nobody plays {', '.join(unknown)}.", remedy=remedy)
    stream = JsonStream() if arguments.json else None
    cap = parse_money(arguments.cap) if arguments.cap is not None else _choose_cap(project)
    alone = Staging(BRANCH, cap=cap)
    say("first the previz, which the fakes will hand out as their own work")
    _produce(project, alone, Progress(stream))
    with Project(replace(project.workspace, staging=alone)).parts() as parts:
        playback = gather_playback(parts.records, parts.vault)
    wishes = {"stills": choose_painter(cast), **dict.fromkeys(("voice", "music", "effects"), SPEAKER)}
    with Rehearsal(cast, arguments.mood, playback, SPEAKER) as rehearsal:
        use = tuple(rehearsal.fakes)
        staging = Staging(BRANCH, use, rehearsal.accounts, PACE, cap, _spread(project, cast), wishes)
        say(f"now at {', '.join(use)}, played on this machine; what will go wrong:")
        for name, words in rehearsal.mishaps:
            say(f"  {name} {words}")
        film = _produce(project, staging, Progress(stream))
        booked = _sum_booked(project, staging)
        billed = rehearsal.billed
    return _report(film, booked, billed, stream, project)


def _choose_cap(project: Project) -> Money:
    brief, _ = project.workspace.check_brief()
    cap = brief.contract.cap if brief else None
    return cap if cap is not None and cap.micros else ROOMY_CAP


def _produce(project: Project, staging: Staging, progress: Progress) -> Film:
    staged = Project(replace(project.workspace, staging=staging))
    return asyncio.run(staged.produce_async(listener=progress.hear, command="workprint rehearse"))


def _spread(project: Project, cast: tuple[str, ...]) -> Mapping[str, str]:
    """Scenes that leave the choice are dealt out over the cast, so that each of them is seen at work."""
    brief, _ = project.workspace.check_brief()
    scenes = [scene for scene in brief.scenes if scene.type is not SceneType.ENDCARD] if brief else []
    return {scene.id: cast[number % len(cast)] for number, scene in enumerate(scenes)}


def _sum_booked(project: Project, staging: Staging) -> Mapping[str, Money]:
    """What the book says each provider was paid."""
    staged = Project(replace(project.workspace, staging=staging))
    sums: dict[str, int] = {}
    with staged.parts() as parts:
        for cost in list_attempt_costs(parts.records, parts.records.entries()):
            sums[cost.attempt.provider] = sums.get(cost.attempt.provider, 0) + cost.spent.micros
    return {name: Money(micros) for name, micros in sums.items()}


def _report(
    film: Film, booked: Mapping[str, Money], billed: Mapping[str, Money], stream: JsonStream | None, project: Project
) -> int:
    agree = all(booked.get(name, Money(0)) == amount for name, amount in billed.items())
    if stream is not None:
        rows = {name: {"booked": str(booked.get(name, Money(0))), "billed": str(billed[name])} for name in billed}
        stream.send("rehearsal", film=str(film.path), providers=rows, agree=agree)
        return 0 if agree else 1
    show_film(film, None, project.root)
    put(paint("what it would have cost", "bold"))
    for name, amount in billed.items():
        mark = "" if booked.get(name, Money(0)) == amount else "   THE BILL SAYS OTHERWISE"
        put(f"  {name:<16} {booked.get(name, Money(0))!s:>10} USD booked, {amount!s:>10} USD billed{mark}")
    put("nothing was paid: the providers were fakes on this machine")
    say("next: put providers into project.toml and their keys into .env, then: workprint plan")
    return 0 if agree else 1
