"""Reads `project.toml`: who approves, who acts, house prices. Every finding at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from workprint.film.brief import Finding
from workprint.film.errors import BriefRejected
from workprint.film.money import parse_money
from workprint.film.people import AUTO, Person, Policy, Role
from workprint.film.settings import Settings

TEMPLATE = """\
# A Workprint project. Everything here is optional.

[people]
# Who approves at gates: "auto" (the program, recorded as such) or "person" (produce stops and waits for you).
approve = "{approve}"
# name = "you"
# role = "owner"              # viewer, editor, admin or owner

[prices]
# House prices in US dollars for one unit of work (a frame of a clip, a millisecond of sound), when your own
# machine time is billed. Nothing is billed for local work unless a price stands here.
# clip = 0.01

[render]
# The shorter side of the master in pixels; smaller is quicker, for tests and thumbnails.
# short_side = 1080
"""

KNOWN = {"people": {"approve", "name", "role"}, "prices": None, "render": {"short_side"}}
SHORT_SIDES = range(144, 1081)


def read_settings(path: Path, user: str) -> Settings:
    """The settings of a project folder; defaults when the file is not there. Raises BriefRejected with all findings."""
    if not path.is_file():
        return Settings(person=Person(user, Role.OWNER))
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        finding = Finding("toml-unreadable", "project.toml", f"It is not TOML: {error}", "mend the line it names")
        raise BriefRejected((finding,), where=str(path)) from error
    findings: list[Finding] = []
    _find_unknown(data, findings)
    people = data.get("people", {}) if isinstance(data.get("people", {}), dict) else {}
    policy = _pick(Policy, people.get("approve", "auto"), "people.approve", findings)
    role = _pick(Role, people.get("role", "owner"), "people.role", findings)
    prices = _read_prices(data.get("prices", {}), findings)
    short_side = _read_short_side(data.get("render", {}), findings)
    name = _read_name(people.get("name", user), findings)
    if findings or policy is None or role is None:
        raise BriefRejected(tuple(findings), where=str(path))
    return Settings(Person(name, role), policy, prices, short_side)


def _read_name(name: object, findings: list[Finding]) -> str:
    """A person's name; the policy's own would make a person's locks the program's."""
    if isinstance(name, str) and name.strip() and name != AUTO.name:
        return name
    message = f"`{name}` cannot be a person's name."
    findings.append(Finding("name-wrong", "people.name", message, f"write a name other than `{AUTO.name}`"))
    return ""


def _read_short_side(table: object, findings: list[Finding]) -> int:
    value = table.get("short_side", 1080) if isinstance(table, dict) else 1080
    if isinstance(value, int) and not isinstance(value, bool) and value in SHORT_SIDES and value % 2 == 0:
        return value
    path, last = "render.short_side", SHORT_SIDES[-1]
    findings.append(Finding("size-wrong", path, f"`{value}` is not a size.", f"use an even number up to {last}"))
    return 1080


def _find_unknown(data: dict[str, Any], findings: list[Finding]) -> None:
    for table, value in data.items():
        allowed = KNOWN.get(table, set())
        if table not in KNOWN:
            findings.append(Finding("key-unknown", table, f"There is no table `{table}`.", f"use {sorted(KNOWN)}"))
        elif not isinstance(value, dict):
            findings.append(Finding("type-wrong", table, "This must be a table.", f"write [{table}]"))
        elif allowed is not None:
            for key in value:
                if key not in allowed:
                    path = f"{table}.{key}"
                    findings.append(Finding("key-unknown", path, f"There is no `{path}`.", f"use {sorted(allowed)}"))


def _pick(kind: Any, text: object, path: str, findings: list[Finding]) -> Any:
    choices = [item.value for item in kind]
    if text in choices:
        return kind(text)
    findings.append(Finding("choice-unknown", path, f"`{text}` is not one of {choices}.", f"use one of {choices}"))
    return None


def _read_prices(table: object, findings: list[Finding]) -> dict[str, int]:
    prices: dict[str, int] = {}
    for step, price in table.items() if isinstance(table, dict) else ():
        try:
            money = parse_money(price if isinstance(price, (int, float, str)) and not isinstance(price, bool) else "?")
        except ValueError:
            money = parse_money(-1)
        if money.micros < 0:
            path = f"prices.{step}"
            findings.append(Finding("price-wrong", path, f"`{price}` is not a price.", "write dollars, such as 0.01"))
        else:
            prices[step] = money.micros
    return prices
