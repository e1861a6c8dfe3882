"""`new`, `plan` and `produce`: from a sentence to a film."""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from workprint.engine.buying.endings import tell_open
from workprint.engine.journal import Listener
from workprint.faces.cli.progress import Progress
from workprint.faces.cli.screen import (
    JsonStream,
    format_bytes,
    format_seconds,
    go_silent,
    make_printable,
    paint,
    put,
    say,
    show_findings,
)
from workprint.faces.library import Film, Project, open_project
from workprint.faces.new_project import write_project
from workprint.film.brief import Finding
from workprint.film.canonical import decode, encode
from workprint.film.errors import Interrupted, Remedy, UsageError
from workprint.film.event import Event
from workprint.film.plan import Action, Plan

Made = TypeVar("Made")

PLAN_SCHEMA = "workprint/plan@1"

SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.REPLACE: ("~", "yellow"),
    Action.KEEP: ("=", "dim"),
    Action.DRIFTED: ("!", "yellow"),
    Action.BLOCKED: ("x", "red"),
    Action.LATER: ("?", "cyan"),
}


def run_new(arguments: argparse.Namespace) -> int:
    """Make a project folder."""
    made = write_project(
        arguments.into or None,
        arguments.sentence,
        pictures=arguments.pictures,
        cap_usd=arguments.cap,
        approve=arguments.approve,
    )
    if arguments.json:
        JsonStream().send("project-made", path=str(made.root), assumed=list(made.assumed))
        return 0
    put(str(made.root))
    for note in made.assumed:
        say(f"  assumed: {make_printable(note)}")
    say(f"{paint('next', 'bold', sys.stderr)}: look at brief.yaml, then: cd {made.root} && workprint plan")
    return 0


def run_plan(arguments: argparse.Namespace) -> int:
    """Show the plan."""
    project = open_project(arguments.project, arguments.brief)
    plan = project.plan(arguments.only, draft=arguments.draft)
    if arguments.output:
        save_plan(plan, arguments.only, arguments.draft, arguments.output)
    if arguments.json:
        send_plan(plan, JsonStream())
    else:
        show_findings(_warnings(project))
        show_plan(plan, everything=arguments.all)
        if arguments.output:
            say(f"saved; {paint('next', 'bold', sys.stderr)}: workprint produce {arguments.output}")
    changes = any(line.action.makes for line in plan.lines)
    return 3 if arguments.detailed_exitcode and changes else 0


def send_plan(plan: Plan, stream: JsonStream) -> None:
    """The plan as events."""
    for line in plan.lines:
        stream.send("plan-line", **encode(line, whole=True))
    for gate in plan.gates:
        stream.send("plan-gate", **encode(gate, whole=True))
    facts = {"basis": plan.basis, "price_usd": str(plan.price), "cpu_seconds": round(plan.seconds, 1)}
    stream.send("plan-summary", **facts, **({"notes": list(plan.notes)} if plan.notes else {}))


def show_plan(plan: Plan, *, everything: bool) -> None:
    """The plan line by line, what is kept only when everything is wanted."""
    stage = ""
    for line in plan.lines:
        if line.action is Action.KEEP and not everything:
            continue
        if line.stage != stage:
            stage = line.stage
            put(paint(stage, "bold"))
        sign, style = SIGNS[line.action]
        price = f"  {line.price}" if line.price.micros else ""
        put(f"  {paint(sign, style)} {line.step:<14} {line.name:<44}{price}  {make_printable(line.reason)}")
    for gate in plan.gates:
        put(f"{paint('gate', 'yellow')} {gate.gate} ({gate.level}): {make_printable('; '.join(gate.reasons))}")
        for remedy in gate.remedies:
            put(f"      {make_printable(remedy)}")
    for note in plan.notes:
        put(make_printable(note))
    put(_summarise(plan))


def _summarise(plan: Plan) -> str:
    counts = [
        f"{plan.count(action)} to {action.value}" if action.makes else f"{plan.count(action)} {word}"
        for action, word in (
            (Action.CREATE, ""),
            (Action.REPLACE, ""),
            (Action.KEEP, "kept"),
            (Action.DRIFTED, "drifted"),
            (Action.BLOCKED, "blocked"),
            (Action.LATER, "known later"),
        )
        if plan.count(action) or action in (Action.CREATE, Action.KEEP)
    ]
    time = f"about {format_seconds(plan.seconds / 2)} on two cores" if plan.seconds else "nothing to do"
    return f"{', '.join(counts)}. Cost at most {plan.price} USD, {time}."


def save_plan(plan: Plan, scene: str, draft: bool, path: Path) -> None:
    """Write a plan to a file; raises UsageError when it cannot be written."""
    data = {"schema": PLAN_SCHEMA, "scene": scene, "draft": draft, "plan": encode(plan, whole=True)}
    try:
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The plan cannot be written: {error.strerror}.", where=str(path)) from error


def load_plan(path: Path) -> tuple[Plan, str, bool]:
    """A saved plan with its scope; raises UsageError when the file is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != PLAN_SCHEMA:
            raise UsageError(f"`{path}` was saved by another version of Workprint.", remedy=Remedy("plan again"))
        return decode(Plan, data["plan"]), str(data["scene"]), bool(data["draft"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = Remedy("make one", "workprint plan -o FILE")
        raise UsageError(f"`{path}` is not a saved plan.", where=str(path), remedy=remedy) from error


def run_produce(arguments: argparse.Namespace) -> int:
    """Make the film."""
    project = open_project(arguments.project, arguments.brief)
    saved, scene, draft = None, arguments.only, arguments.draft
    if arguments.plan is not None:
        if scene or draft:
            raise UsageError("A saved plan has its own scope; leave out --only and --draft.")
        saved, scene, draft = load_plan(arguments.plan)
    elif not arguments.yes:
        _ask_before_spending(project, scene, draft)
    stream = open_stream() if arguments.json else None
    if stream is None:
        show_findings(_warnings(project))
    progress = Progress(stream)
    command = "workprint " + " ".join(sys.argv[1:])
    work = functools.partial(
        project.produce_async, scene, draft=draft, saved=saved, listener=outlive(progress.hear), command=command[:200]
    )
    film = asyncio.run(run_stoppable(work, project))
    show_film(film, stream, project.root)
    return 0


async def run_stoppable(start: Callable[[], Coroutine[Any, Any, Made]], project: Project) -> Made:
    """Work, and stop cleanly at the first Ctrl-C; the second one stops at once."""
    loop = asyncio.get_running_loop()
    work = asyncio.ensure_future(start())
    presses: list[int] = []

    def stop(number: int) -> None:
        presses.append(number)
        if len(presses) > 1:
            os._exit(130)
        say("\nStopping; press Ctrl-C again to stop at once.")
        work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    try:
        return await work
    except asyncio.CancelledError as error:
        remedy = Remedy("go on where it stopped", "workprint produce")
        kept = "Stopped. Everything made so far is kept; nothing is made twice."
        raise Interrupted(f"{kept} {_tell_open(project)}".strip(), remedy=remedy) from error
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _tell_open(project: Project) -> str:
    """What runs on at providers although this run has stopped: stopping here stops nothing there."""
    with project.parts() as parts:
        return tell_open(parts.records.attempts())


def open_stream() -> JsonStream:
    """A stream of events for a run, which goes on when its reader went away."""
    try:
        return JsonStream()
    except BrokenPipeError:
        go_silent()
        return JsonStream()


def outlive(hear: Listener) -> Listener:
    """A listener for work that goes on when nobody listens any more.

    It is told after a transaction has committed: its fault would end the run between a sending that is written down and
    the request itself.
    """

    def listen(event: Event) -> None:
        try:
            hear(event)
        except BrokenPipeError:
            go_silent()

    return listen


def _warnings(project: Project) -> tuple[Finding, ...]:
    """Findings that stop nothing; errors are raised, and shown once."""
    return tuple(finding for finding in project.check() if finding.level != "error")


def _ask_before_spending(project: Project, scene: str, draft: bool) -> None:
    ask_consent(project.plan(scene, draft=draft), "say yes to this price, or produce a saved plan", "produce --yes")


def ask_consent(plan: Plan, words: str, command: str) -> None:
    """Ask before a plan's price is spent. Raises UsageError where nobody is there to ask, Interrupted on a no."""
    if not plan.price.micros:
        return
    if not sys.stdin.isatty():
        remedy = Remedy(words, f"workprint {command}")
        raise UsageError(f"This would cost up to {plan.price} USD, and nobody is here to ask.", remedy=remedy)
    say(_summarise(plan))
    say("Spend it? Type yes: ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Interrupted("Nothing was made and nothing spent.")


def show_film(film: Film, stream: JsonStream | None, root: Path) -> None:
    """What was made, in a few lines."""
    if stream is not None:
        data = {key: str(value) if isinstance(value, Path) else value for key, value in vars(film).items()}
        data["cost"] = str(film.cost)
        stream.send("film", **data)
        return
    say(f"{film.made} made, {film.kept} kept, in {format_seconds(film.seconds)}")
    rows = (
        ("film", _shorten(film.path)),
        ("duration", f"{film.duration_s:.2f} s, {film.frames} frames"),
        ("picture", f"{film.width}x{film.height}, {film.fps:g} fps, {format_bytes(film.size_bytes)}"),
        ("sound", f"{film.lufs:.1f} LUFS, true peak {film.true_peak_dbtp:.1f} dBTP"),
        ("cost", f"{film.cost} USD"),
        ("time", format_seconds(film.seconds)),
        ("contact sheet", _shorten(film.contact_sheet) if film.contact_sheet else ""),
    )
    for name, value in rows:
        if value:
            put(f"{name:<14}{value}")


def _shorten(path: Path) -> str:
    """The path from here when it lies below here, else in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
