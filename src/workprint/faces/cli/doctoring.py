"""`doctor`: this machine, this installation, and the providers a project names, asked without spending."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import replace

from workprint.engine.buying.checkup import LONGEST_S, KeyReport, KeyWord, check_providers
from workprint.faces.cli.screen import JsonStream, format_seconds, make_printable, paint, put
from workprint.film.errors import MissingKey, WorkprintError
from workprint.film.settings import ProviderSettings
from workprint.lab.optional_packages import find_missing
from workprint.ports.provider import Provider, ProviderCard
from workprint.wiring import Check, Workspace, examine_machine, find_cards, find_resting, turnstile_file

STATES = {
    KeyWord.WORKS: "ok",
    KeyWord.REFUSED: "fault",
    KeyWord.NOT_SET: "fault",
    KeyWord.UNREACHED: "note",
    KeyWord.UNCLEAR: "note",
}
"""A key that is refused, or not set although its provider is in use, stops a production before it has bought anything.
One that cannot be tried from here says nothing of itself."""


def run_doctor(arguments: argparse.Namespace) -> int:
    """Check this machine and installation; in a project that names providers, them too. Exit code 1 for a fault."""
    checks = [*examine_machine(arguments.project), *examine_buying(Workspace(arguments.project.resolve()))]
    faults = sum(1 for check in checks if check.state == "fault")
    if arguments.json:
        stream = JsonStream()
        for check in checks:
            stream.send("check", **vars(check))
        return 1 if faults else 0
    for check in checks:
        style = {"ok": "green", "note": "yellow", "fault": "red"}[check.state]
        put(f"{paint(check.state, style):<6} {check.name:<18} {make_printable(check.detail)}")
        if check.remedy:
            put(f"       next: {check.remedy}")
    put(f"{faults} faults")
    return 1 if faults else 0


def examine_buying(workspace: Workspace, longest_s: float = LONGEST_S) -> tuple[Check, ...]:
    """What a project needs to buy: known providers, keys that work, packages, and services that are not resting."""
    try:
        wishes = workspace.settings().providers
    except WorkprintError as error:
        return (Check("project.toml", "fault", error.message, "workprint plan says what is wrong with it"),)
    if not wishes.use:
        return ()
    known = find_cards()
    cards = tuple(known[name] for name in wishes.use if name in known)
    checks = [
        Check(f"provider {name}", "fault", "nobody has written it", f"known are {', '.join(known)}")
        for name in wishes.use
        if name not in known
    ]
    checks += [_describe_key(report, workspace) for report in _ask(workspace, cards, longest_s)]
    checks += [check for card in cards for check in find_package_checks(card, wishes)]
    return (*checks, *_describe_others(workspace, known, wishes), _describe_turnstile(), *_describe_resting())


def _describe_others(workspace: Workspace, known: dict[str, ProviderCard], wishes: ProviderSettings) -> Iterator[Check]:
    """Providers that are not in use, with the keys they would want: a note, as nothing asks for them."""
    has = workspace.secrets().has
    told = []
    for name, card in known.items():
        if name not in wishes.use and card.secrets:
            unset = [key for key in card.secrets if not has(key)]
            told.append(f"{name} ({', '.join(unset)} not set)" if unset else f"{name} (its key is set)")
    if told:
        yield Check("other providers", "note", f"not in use: {', '.join(told)}")


def _ask(workspace: Workspace, cards: tuple[ProviderCard, ...], longest_s: float) -> tuple[KeyReport, ...]:
    secrets = workspace.secrets()
    unset = {card.name: tuple(name for name in card.secrets if not secrets.has(name)) for card in cards}
    opened: dict[str, Provider] = {}
    broken: list[KeyReport] = []
    for card in cards:
        try:
            opened |= _open_alone(workspace, card)
        except MissingKey as error:  # set, and no key: the others are asked all the same
            broken.append(KeyReport(card, KeyWord.REFUSED, error.message))
    sound = tuple(card for card in cards if card not in [report.card for report in broken])
    return (*broken, *asyncio.run(check_providers(sound, opened, unset, longest_s=longest_s)))


def _open_alone(workspace: Workspace, card: ProviderCard) -> dict[str, Provider]:
    """The provider of a card, opened, by its name; empty when its key is not set."""
    settings = workspace.settings()
    alone = replace(settings, providers=replace(settings.providers, use=(card.name,), prices={}))
    return {name: counter.provider for name, counter in workspace.shop(alone).counters.items()}


def _describe_key(report: KeyReport, workspace: Workspace) -> Check:
    detail = workspace.secrets().scrub(report.detail)
    remedies = {
        KeyWord.REFUSED: f"look at {report.keys} in the environment or .env, or make a new one there",
        KeyWord.NOT_SET: f"set {report.detail} in the environment, or write it into .env",
        KeyWord.UNREACHED: "try again when the network is there; nothing is wrong with the key as far as is known",
    }
    shown = f"{report.word.value}: {report.keys if report.word is not KeyWord.NOT_SET else report.detail}"
    if report.word is not KeyWord.NOT_SET and detail:
        shown += f" ({detail})"
    return Check(f"provider {report.card.name}", STATES[report.word], shown, remedies.get(report.word, ""))


def find_package_checks(card: ProviderCard, wishes: ProviderSettings) -> Iterator[Check]:
    """Optional packages a provider wants. One that webhooks are verified with must be there where webhooks come."""
    missing = find_missing(card)
    for package in card.packages:
        if package not in missing:
            yield Check(f"package {package.module}", "ok", f"there, {card.title} uses it {package.purpose}")
            continue
        stops = package.checks_hooks and bool(wishes.hooks_url)
        yield Check(
            f"package {package.module}",
            "fault" if stops else "note",
            f"absent, {card.title} would use it {package.purpose}",
            package.install,
        )


def _describe_turnstile() -> Check:
    path = turnstile_file()
    what = "limits of accounts, shared by all projects of this machine; may be deleted"
    return Check("turnstile", "ok", f"{path} ({what if path.is_file() else 'not made yet'})")


def _describe_resting() -> Iterator[Check]:
    """Services that failed several times in a row and are left alone: the account's name without its digest."""
    for account, failures, seconds in find_resting():
        name = account.rpartition("-")[0] or account
        detail = f"failed {failures} times in a row; asked again in {format_seconds(seconds)}"
        yield Check(f"circuit {name}", "note", detail, "look at the provider's status page")
