"""`approve`, `override`, `lock`, `unlock`: what a person decides."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable

from workprint.engine import rulings
from workprint.engine.rulings import Acting
from workprint.engine.run import Parts
from workprint.faces.cli.screen import JsonStream, place_command, put, say
from workprint.faces.library import open_project
from workprint.film.people import Person


def run_approve(arguments: argparse.Namespace) -> int:
    """Let a waiting gate pass."""
    return _rule(arguments, "approve")


def run_override(arguments: argparse.Namespace) -> int:
    """Let a blocking gate pass."""
    return _rule(arguments, "override")


def _rule(arguments: argparse.Namespace, kind: str) -> int:
    project = open_project(arguments.project, arguments.brief)
    person = project.workspace.settings().person
    trace = secrets.token_hex(8)
    with project.parts() as parts:
        stop = rulings.rule(Acting(parts.records, parts.clock, person, trace), arguments.gate, kind, arguments.reason)
    if arguments.json:
        JsonStream().send(f"gate-{kind}", gate=stop.gate, who=person.name, subject=stop.subject)
        return 0
    put(f"{stop.gate}: {kind} by {person.name}" + (f", {len(stop.pins)} locked" if stop.pins else ""))
    say(f"next: {place_command('workprint produce', arguments)}")
    return 0


def run_lock(arguments: argparse.Namespace) -> int:
    """Pin clips."""
    return _pin(arguments, "locked", rulings.lock)


def run_unlock(arguments: argparse.Namespace) -> int:
    """Release pins."""
    return _pin(arguments, "unlocked", rulings.unlock)


def _pin(arguments: argparse.Namespace, word: str, change: Callable[..., tuple[str, ...]]) -> int:
    project = open_project(arguments.project, arguments.brief)
    person: Person = project.workspace.settings().person
    with project.parts() as parts:
        names = _change(parts, change, person, arguments)
    if arguments.json:
        JsonStream().send(word, names=list(names), who=person.name)
        return 0
    for name in names:
        put(f"{word} {name}")
    return 0


def _change(
    parts: Parts, change: Callable[..., tuple[str, ...]], person: Person, arguments: argparse.Namespace
) -> tuple[str, ...]:
    acting = Acting(parts.records, parts.clock, person, secrets.token_hex(8))
    return change(acting, arguments.name, arguments.reason)
