"""`vary`, `takes`, `choose`: more takes of a shot, what they are, and which one is in the film."""

from __future__ import annotations

import argparse
import asyncio
import functools
import sys
from dataclasses import replace

from workprint.faces.cli.making import ask_consent, open_stream, outlive, run_stoppable, send_plan, show_plan
from workprint.faces.cli.progress import Progress
from workprint.faces.cli.screen import JsonStream, format_seconds, make_printable, paint, place_command, put, say
from workprint.faces.family import make_siblings
from workprint.faces.library import open_project
from workprint.faces.shot_takes import ShotTakes
from workprint.film.canonical import Json
from workprint.film.errors import Remedy, UsageError
from workprint.film.takes import ShotTake

NOTICED = 0.01
"""A share of the picture, or of its size, that a person would notice is gone."""


def open_takes(arguments: argparse.Namespace) -> ShotTakes:
    """The shot a command is about."""
    return ShotTakes(open_project(arguments.project, arguments.brief), arguments.shot)


def run_vary(arguments: argparse.Namespace) -> int:
    """More takes with other seeds."""
    takes = open_takes(arguments)
    unmade = takes.unmade()
    if unmade:
        _check_same(arguments, takes, unmade)
        numbers = ", ".join(str(take.number) for take in unmade)
        say(f"going on with take {numbers} of {takes.slate}, asked for before; ask again for more")
    return make_takes(arguments, takes, unmade or takes.varied(arguments.count, arguments.seed), is_new=not unmade)


def _check_same(arguments: argparse.Namespace, takes: ShotTakes, unmade: tuple[ShotTake, ...]) -> None:
    """What was asked for before comes first; a seed that is none of theirs would be silently forgotten."""
    if arguments.seed is None or any(take.seed == arguments.seed for take in unmade):
        return
    first = unmade[0].number
    remedy = Remedy("make it without --seed first, or give it up", f"workprint takes {takes.slate} --drop {first}")
    raise UsageError(f"Take {first} of {takes.slate} was asked for before and is not made yet.", remedy=remedy)


def run_restyle(arguments: argparse.Namespace) -> int:
    """The take in the film in another style."""
    takes = open_takes(arguments)
    wish = takes.restyled(arguments.style, arguments.palette, arguments.grade)
    return make_takes(arguments, takes, _go_on(takes, wish) or (wish,), is_new=not _go_on(takes, wish))


def run_extend(arguments: argparse.Namespace) -> int:
    """The take in the film, longer."""
    takes = open_takes(arguments)
    wish = takes.extended(arguments.seconds, on_screen=arguments.on_screen)
    return make_takes(arguments, takes, _go_on(takes, wish) or (wish,), is_new=not _go_on(takes, wish))


def _go_on(takes: ShotTakes, wish: ShotTake) -> tuple[ShotTake, ...]:
    """The very take that was asked for before and is not made yet; nothing when there is none like it."""
    return tuple(take for take in takes.unmade() if replace(take, number=wish.number) == wish)


def run_replace(arguments: argparse.Namespace) -> int:
    """Own footage in a shot's place."""
    takes = open_takes(arguments)
    command = "workprint " + " ".join(sys.argv[1:])
    take, footage = asyncio.run(takes.replace(arguments.file, arguments.reason, command[:200]))
    facts = footage.facts
    if arguments.json:
        told = {"cut_away": round(footage.cut_away, 3), "scaled_by": round(footage.scaled_by, 3)}
        JsonStream().send("take-chosen", slate=takes.slate, take=take.number, changed=True, **vars(facts), **told)
        return 0
    put(f"{takes.slate}: take {take.number} goes into the film: {make_printable(footage.file.name)}")
    put(f"  {facts.width}x{facts.height}, {facts.frames} frames")
    if footage.cut_away > NOTICED:
        put(f"  its middle is shown: {footage.cut_away:.0%} of the picture is cut away to reach the film's shape")
    if footage.scaled_by > 1 + NOTICED:
        put(f"  it is enlarged {footage.scaled_by:.2f} times to fill the frame")
    say(f"next: {place_command('workprint produce', arguments)}")
    return 0


def make_takes(arguments: argparse.Namespace, takes: ShotTakes, wanted: tuple[ShotTake, ...], *, is_new: bool) -> int:
    """Show the plan, ask for its price, make the takes, and say what came."""
    plan = takes.plan(wanted)
    stream = open_stream() if arguments.json else None
    if arguments.plan:
        show_plan(plan, everything=False) if stream is None else send_plan(plan, stream)
        return 0
    if stream is None:
        show_plan(plan, everything=False)
    if not arguments.yes:
        ask_consent(plan, "say yes to this price", place_command(f"{arguments.verb} {takes.slate} --yes", arguments))
    progress = Progress(stream)
    command = "workprint " + " ".join(sys.argv[1:])
    work = functools.partial(
        takes.make, wanted, is_new=is_new, why=arguments.reason, listener=outlive(progress.hear), command=command[:200]
    )
    made = asyncio.run(run_stoppable(work, takes.project))
    rows = [row for row in takes.rows() if row["take"] in made.clips]
    if stream is not None:
        stream.send("takes", slate=takes.slate, takes=rows, sheet=made.sheet, made=len(made.made))
        return 0
    for row in rows:
        put(_say_row(row))
    put(f"{'side by side':<14}{made.sheet}")
    say(f"{len(made.made)} made, in {format_seconds(made.seconds)}")
    say(f"{paint('next', 'bold', sys.stderr)}: {place_command(f'workprint choose {takes.slate} TAKE', arguments)}")
    return 0


def _say_row(row: dict[str, Json]) -> str:
    mark = "*" if row["in_film"] else " "
    told = [
        row["state"],
        f"grade {row['grade']}" if row["grade"] else "",
        f"{row['cost_usd']} USD" if row["cost_usd"] else "",
    ]
    facts = ", ".join(part for part in told if part)
    return f"{mark} take {row['take']:<3} {make_printable(row['about'])}  ({facts})"


def run_family(arguments: argparse.Namespace) -> int:
    """Briefs for other shapes, with the paid clips handed over."""
    project = open_project(arguments.project, arguments.brief)
    aspects = tuple(part.strip() for part in arguments.aspects.split(",") if part.strip())
    siblings = make_siblings(project, aspects, arguments.reason)
    if arguments.json:
        stream = JsonStream()
        for one in siblings:
            shots = [{"slate": slate, "cut_away": cut} for slate, cut in one.shots]
            priced = [{"name": name, "price_usd": str(price)} for name, price in one.priced]
            sounds = list(one.sounds)
            stream.send("sibling", brief=one.brief, aspect=one.aspect, shots=shots, sounds=sounds, priced_sounds=priced)
        return 0
    for one in siblings:
        put(f"{one.aspect:<6}{one.brief}")
        for slate, cut in one.shots:
            told = "as handed over before" if cut is None else f"{cut:.0%} of the paid picture is cut away"
            put(f"  {slate}  {told}")
        for name in one.sounds:
            put(f"  {name}  the paid sound is used")
        for name, price in one.priced:
            put(f"  {name}  is another sound in this brief: it would be bought for {price} USD")
        say(f"next: workprint produce --brief {one.brief}")
    return 0


def run_takes(arguments: argparse.Namespace) -> int:
    """The takes of a shot, or its history; or give one up."""
    takes = open_takes(arguments)
    if arguments.drop is not None:
        takes.drop(arguments.drop, arguments.reason)
    rows, history = takes.rows(), takes.history() if arguments.history else []
    if arguments.json:
        JsonStream().send("takes", slate=takes.slate, takes=rows, history=history)
        return 0
    put(paint(takes.slate, "bold"))
    for row in rows:
        put(_say_row(row))
        if row["differs"]:
            put(f"           {make_printable(row['differs'])}")
    for line in history:
        why = f": {make_printable(line['why'])}" if line["why"] else ""
        put(f"  {line['when']}  {line['who']} {line['deed'].replace('_', ' ')} take {line['take']}{why}")
    return 0


def run_choose(arguments: argparse.Namespace) -> int:
    """Put a take into the film."""
    takes = open_takes(arguments)
    changed = takes.choose(arguments.take, arguments.reason)
    if arguments.json:
        JsonStream().send("take-chosen", slate=takes.slate, take=arguments.take, changed=changed)
        return 0
    put(f"{takes.slate}: take {arguments.take} {'goes into the film' if changed else 'is in the film already'}")
    if changed:
        say(f"next: {place_command('workprint produce', arguments)}")
    return 0
