"""Reads `project.toml`: who approves, who acts, house prices. Every finding at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workprint.film.brief import Finding
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.errors import BriefRejected
from workprint.film.model_card import PriceUnit
from workprint.film.money import parse_money
from workprint.film.own_price import OwnPrice
from workprint.film.people import AUTO, Person, Policy, Role
from workprint.film.settings import ProviderSettings, Settings

TEMPLATE = """\
# A Workprint project. Everything here is optional; docs/project.md says what each line does.

[people]
# Who approves at gates: "auto" (the program, recorded as such) or "person" (produce stops and waits for you).
approve = "{approve}"
# name = "you"
# role = "owner"              # viewer, editor, admin or owner

[prices]
# House prices in US dollars for one unit of work (a frame of a clip, a second of sound), when your own
# machine time is billed. Nothing is billed for local work unless a price stands here.
# clip = 0.01

[render]
# The shorter side of the master in pixels; smaller is quicker, for tests and thumbnails.
# short_side = 1080

[providers]
# Who shots may be bought from, the best liked first. Nothing is bought unless a provider stands here and its key is in
# the environment or in .env; `workprint doctor` checks keys without spending. Prices stand in the plan before anything
# is sent.
# use = ["kling", "runway"]
# avoid = []                   # providers or models that are not asked all the same, such as ["runway/gen4_turbo"]
# prefer = "price"             # "price": what an accepted take costs; "quality": declared strengths first
# takes_dearer = false         # whether a dearer model may take over when one refuses the content
# continues_shots = true       # bought neighbours that show the same picture: each starts from the last frame before
# short_side = 720             # pixels asked of a model; the film's own size is reached by scaling
# Stills, voice, music and effects are made here unless one of these names who they may be bought from: "auto" (any of
# the above), a provider, or one of its models. Stills are the first frames of shots that are
# bought; where no shot is, the line does nothing.
# stills = "auto"
# voice = "elevenlabs"
# speaker = ""                 # the provider's id of your brand's voice
# music = "previz"
# effects = "previz"
# media_hosts = []             # further hosts results may lie on, such as ["cdn.example.com", "*.example.net"]
# hooks_url = ""               # the https address that leads to `workprint serve --hooks`, for providers that call back

# What you pay for a model, where that is not what its price sheet says: US dollars for a unit, or a percentage of the
# sheet. The plan shows it as yours.
# [providers.prices."kling/kling-v3"]
# as_of = 2026-11-01
# second = 0.07
# percent = 85
"""

KNOWN = {
    "people": {"approve", "name", "role"},
    "prices": None,
    "render": {"short_side"},
    "providers": {
        *("use", "prefer", "takes_dearer", "continues_shots", "short_side", "avoid", "hooks_url"),
        *("stills", "voice", "music", "effects", "speaker", "media_hosts", "prices"),
    },
}
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
    providers = _read_providers(data.get("providers", {}), findings)
    name = _read_name(people.get("name", user), findings)
    if findings or policy is None or role is None:
        raise BriefRejected(tuple(findings), where=str(path))
    return Settings(Person(name, role), policy, prices, short_side, providers)


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


DAY = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")
HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+")
"""A host, or all below one that has two parts at least; never everything."""

MOST_PERCENT = 1000
PROVIDER_NAME = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9][A-Za-z0-9_./-]*)?")
SPEAKER = re.compile(r"[\w .:-]{0,120}")
WISH = 'previz, "auto", a provider such as "elevenlabs", or one of its models'


def _read_providers(table: object, findings: list[Finding]) -> ProviderSettings:
    """The [providers] table; every wrong value is a finding."""
    given: dict[str, Any] = table if isinstance(table, dict) else {}
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "use": (_is_names, 'a list of provider names, such as ["kling"]'),
        "avoid": (_is_names, 'a list of providers or models, such as ["runway/gen4_turbo"]'),
        "prefer": (lambda value: value in ("price", "quality"), '"price" or "quality"'),
        "takes_dearer": (lambda value: isinstance(value, bool), "true or false"),
        "continues_shots": (lambda value: isinstance(value, bool), "true or false"),
        "short_side": (lambda value: isinstance(value, int) and 240 <= value <= 2160, "a number from 240 to 2160"),
        "hooks_url": (_is_address, "an https address without a slash at its end"),
        **{name: (_is_wish, WISH) for name in ("stills", "voice", "music", "effects")},
        "speaker": (_is_speaker, 'the id of a voice, such as "JBFqnCBsd6RMkjVDRZzb"'),
        "media_hosts": (_is_hosts, 'a list of host names, such as ["cdn.example.com", "*.example.net"]'),
    }
    good: dict[str, Any] = {}
    for key, value in given.items():
        check, wanted = checks.get(key, (lambda value: False, ""))
        if check(value):
            good[key] = tuple(value) if isinstance(value, list) else value
        elif key in checks:
            path = f"providers.{key}"
            findings.append(Finding("provider-setting-wrong", path, f"`{value}` is not {wanted}.", f"write {wanted}"))
    return ProviderSettings(**good, prices=_read_own_prices(given.get("prices", {}), findings))


def _read_own_prices(table: object, findings: list[Finding]) -> dict[str, OwnPrice]:
    """The tables below [providers.prices]; every wrong value is a finding."""
    found: dict[str, OwnPrice] = {}
    if not isinstance(table, dict):
        findings.append(Finding("type-wrong", "providers.prices", "This must be a table.", "write a table a model"))
    for model, lines in table.items() if isinstance(table, dict) else ():
        try:
            found[model] = _read_own_price(lines)
        except ValueError as error:
            path, remedy = f"providers.prices.{model}", "write as_of = 2026-11-01 and second = 0.07, or percent = 85"
            findings.append(Finding("price-wrong", path, f"{error}.", remedy))
    return found


def _read_own_price(lines: object) -> OwnPrice:
    """One model's own price. Raises ValueError with what is wrong with it."""
    if not isinstance(lines, dict) or set(lines) <= {"as_of"}:
        raise ValueError("a price names its day and what a unit costs")
    rest = {**lines}
    as_of = str(rest.pop("as_of", ""))
    if not DAY.fullmatch(as_of):
        raise ValueError(f"`{as_of}` is not the day it was agreed on")
    percent = parse_money(rest.pop("percent", 100))
    if not 0 <= percent.micros <= MOST_PERCENT * 1_000_000:
        raise ValueError(f"percent goes from 0 to {MOST_PERCENT}")
    units = {unit.value for unit in PriceUnit}
    strange = sorted(set(rest) - units)
    if strange:
        raise ValueError(f"`{strange[0]}` is not one of {sorted(units)}, as_of and percent")
    micros = {unit: parse_money(price).micros for unit, price in rest.items() if not isinstance(price, bool)}
    if len(micros) < len(rest) or min(micros.values(), default=0) < 0:
        raise ValueError("a price is US dollars, such as 0.07")
    return OwnPrice(as_of, micros, percent.micros // 100)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and PROVIDER_NAME.fullmatch(name) for name in value)


def _is_wish(value: Any) -> bool:
    return isinstance(value, str) and PROVIDER_NAME.fullmatch(value) is not None


def _is_speaker(value: Any) -> bool:
    return isinstance(value, str) and SPEAKER.fullmatch(value) is not None


def _is_hosts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and HOST.fullmatch(name) for name in value)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and (value == "" or (value.startswith("https://") and not value.endswith("/")))


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
        elif step in BOUGHT_STEPS.values():
            # It would change what the plan says, and not what is reserved and charged.
            message, remedy = f"`{step}` is bought.", 'write what you pay under [providers.prices."MODEL"]'
            findings.append(Finding("price-wrong", f"prices.{step}", message, remedy))
        else:
            prices[step] = money.micros
    return prices
