"""Writes the pages of docs/ that say what the program is; `--check` exits 1 when one of them is no longer true.

Whole pages: brief, findings, commands, gates, checks. Blocks between `<!-- made: NAME -->` and `<!-- /made -->` in
pages a person writes: the acts in README.md, floors, stages and makers in architecture.md, the tables of
dependencies.md, and providers, models and prices in providers.md. Sizes come from the packages installed beside this
interpreter, so `--check` leaves them out.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from installed_packages import make_table, write_base, write_dev, write_provided, write_sizes
from provider_pages import write_overview, write_providers, write_variables
from workprint.adapters.brief_yaml.codes import CODES
from workprint.adapters.brief_yaml.schema import json_schema
from workprint.engine.catalogue import find_gates, find_stages
from workprint.faces.cli.parser import EPILOG, build_parser
from workprint.film.errors import WorkprintError
from workprint.lab.metrics import METRICS
from workprint.wiring import find_makers

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `python tools/build_docs.py`. Do not edit: change the source it reads. -->\n"
REBUILD = "python tools/build_docs.py"
BLOCK = re.compile(r"(<!-- made: ([a-z]+) -->\n).*?(<!-- /made -->)", re.DOTALL)
MEASURED = re.compile(r"<!-- measured -->.*?<!-- /measured -->|\d+\.\d MB", re.DOTALL)
"""What differs from machine to machine and is left out of the comparison."""


TYPE_NAMES = {"string": "text", "boolean": "true or false", "integer": "whole number"}
"""JSON Schema types by the words a person uses."""


def find_first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


# --- brief.md -------------------------------------------------------------------------------------------------------


def write_brief() -> str:
    """Every key of brief.yaml, from its JSON Schema."""
    schema = json_schema()
    parts = [
        f"# brief.yaml\n\n{NOTE}\nEvery key of the brief, from `docs/schema/brief.schema.json`. "
        "An editor that knows YAML schemas completes and checks it while you type. "
        "Keys marked **must** have no default. Unknown keys are refused, with a suggestion. "
        "What can be wrong is listed in [findings.md](findings.md). What belongs to the project and not to the film "
        "(who approves, who may be bought from, house prices) stands in [project.toml](project.md).\n"
    ]
    parts += list(_write_section(schema, schema, ""))
    return "\n".join(parts)


def _write_section(schema: dict[str, Any], part: dict[str, Any], path: str) -> Iterator[str]:
    rows: list[tuple[str, ...]] = []
    below: list[tuple[dict[str, Any], str]] = []
    for key, value in part["properties"].items():
        kind, is_list = _resolve(schema, value)
        name = f"{path}.{key}" if path else key
        if "properties" in kind:
            below.append((kind, name + ("[]" if is_list else "")))
        must = " **must**" if key in part.get("required", []) else ""
        about = value.get("description") or find_first_sentence(kind.get("description"))
        rows.append((f"`{key}`{must}", about, _describe_type(schema, value), _say_default(value)))
    title = f"## `{path}`\n\n{find_first_sentence(part.get('description'))}\n" if path else "## The whole file\n"
    yield f"{title}\n{make_table(('key', 'meaning', 'value', 'default'), rows)}"
    for kind, name in below:
        yield from _write_section(schema, kind, name)


def _resolve(schema: dict[str, Any], value: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What a value is once its reference is followed, and whether it is a list of that."""
    is_list = value.get("type") == "array"
    given = next((choice for choice in value.get("anyOf", ()) if "$ref" in choice), value)
    inner = given["items"] if is_list else given
    name = inner.get("$ref", "").rpartition("/")[2]
    return (schema["$defs"][name] if name else inner), is_list


def _describe_type(schema: dict[str, Any], value: dict[str, Any]) -> str:
    if "anyOf" in value:
        return " or ".join(_describe_type(schema, item) for item in value["anyOf"] if item.get("type") != "null")
    kind, is_list = _resolve(schema, value)
    if is_list:
        most = f", at most {value['maxItems']}" if "maxItems" in value else ""
        return f"list of {_describe_type(schema, value['items'])}{most}"
    if "properties" in kind:
        return "section"
    if "enum" in kind:
        return ", ".join(f"`{item}`" for item in kind["enum"])
    return TYPE_NAMES.get(kind["type"], str(kind["type"])) + _say_bounds(kind)


def _say_bounds(kind: dict[str, Any]) -> str:
    low, high = kind.get("minimum"), kind.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if "exclusiveMinimum" in kind:
        return f" above {kind['exclusiveMinimum']}"
    return f", at most {kind['maxLength']} characters" if "maxLength" in kind else ""


def _say_default(value: dict[str, Any]) -> str:
    default = value.get("default")
    is_plain = isinstance(default, (str, int, float, bool)) and default != ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`" if is_plain else ""


# --- findings.md, commands.md, gates.md, checks.md ------------------------------------------------------------------


def write_findings() -> str:
    """Every finding code with its meaning."""
    table = make_table(("code", "meaning"), [(f"`{code}`", meaning) for code, meaning in CODES.items()])
    return (
        f"# Findings\n\n{NOTE}\nAll findings about a brief come at once. Each has a path such as `scenes[2].end_s`, "
        "the line it stands on, a code and a remedy. An error ends the command with exit code 2; "
        "nothing is written. A warning stops nothing. Codes are stable: scripts may match on them. There are "
        f"{len(CODES)}.\n\n{table}"
    )


def write_commands() -> str:
    """Every verb with its arguments, from the parser, and every exit code, from the tree of errors."""
    parser = build_parser()
    verbs = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    about = {item.dest: item.help or "" for item in verbs._choices_actions}
    parts = [
        f"# Commands\n\n{NOTE}\nData goes to standard output, talk to standard error. `--json` prints a line of JSON "
        "an event; the first line says the version. `NO_COLOR` is honoured. "
        "A command that stops says what to do next.\n",
        make_table(("verb", "what it does"), [(f"[`{name}`](#{name})", about[name]) for name in verbs.choices]),
    ]
    parts += [
        f"## {name}\n\n{about[name][0].upper()}{about[name][1:]}.\n\n{_write_arguments(verb)}"
        for name, verb in verbs.choices.items()
    ]
    parts.append(f"## Examples and exit codes\n\n```text\n{EPILOG}```\n\n{_write_exit_codes()}")
    return "\n".join(parts)


def _write_arguments(parser: argparse.ArgumentParser) -> str:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        shown = ", ".join(action.option_strings) or action.dest
        value = action.metavar or "|".join(map(str, action.choices or ())) if action.nargs != 0 else ""
        rows.append((f"`{shown} {value}`".replace(" `", "`"), (action.help or "") + (", required" * action.required)))
    return make_table(("argument", "meaning"), rows)


def _write_exit_codes() -> str:
    found = sorted(_list_errors(WorkprintError), key=lambda kind: (kind.exit_code, kind.code))
    rows = [(str(kind.exit_code), f"`{kind.code}`", find_first_sentence(kind.__doc__)) for kind in found]
    return make_table(("exit code", "code in `--json`", "meaning"), rows)


def _list_errors(kind: type[WorkprintError]) -> Iterator[type[WorkprintError]]:
    for below in kind.__subclasses__():
        yield from (below, *_list_errors(below))


def write_gates() -> str:
    """Every gate, from the catalogue."""
    rows = [
        (f"`{gate.name}`", ", ".join(f"`{point}`" for point in gate.guards), gate.about.partition(" Raises ")[0])
        for gate in find_gates()
    ]
    return (
        f"# Gates\n\n{NOTE}\nA gate is a pure function from what is known to a verdict. It is asked before the "
        "points it guards: a desk verb (`generate`), a verb and step (`generate:clip`), money (`spend`) or a stage "
        "(`stage:make_master`).\n\n" + make_table(("gate", "guards", "what must hold"), rows) + "\n"
        "## What a verdict does\n\n"
        "- `pass`: go on. `warn`: go on, and say why it may be unwise.\n"
        '- `wait`: nothing is wrong; a person is due. With `approve = "auto"` in [project.toml](project.md) the '
        'program approves and records itself as `auto`. With `"person"`, produce ends with exit code 5 and '
        "`workprint approve` passes it.\n"
        "- `soft`: something is wrong that a person may accept: `workprint approve GATE`. Never approved by `auto`.\n"
        '- `hard`: only an admin passes it: `workprint override GATE --reason "..."`.\n\n'
        "A ruling holds for what was judged, named by its digest. When that changes, the gate asks again. "
        "Budget stops end with exit code 6, quality stops with 7.\n"
    )


def write_checks() -> str:
    """Every metric, from the table the checks grade by."""
    rows = [
        (f"`{name}`", ", ".join(metric.measured_on), metric.grade, metric.holds) for name, metric in METRICS.items()
    ]
    return (
        f"# Checks\n\n{NOTE}\nEvery clip is measured before it is cut, and the master after it is written: the file "
        "itself, decoded. A reading has a value, its limit and a verdict: `ok`, `fault`, or `not_run` with the reason. "
        "What is known of a film is no fault: cuts, transitions, titles that come and go, shots that may stand still. "
        "A fault stops the production at the [gates](gates.md) `dailies` and `final_check`, where a person may accept "
        "it.\n\n" + make_table(("metric", "of a", "best grade", "what must hold"), rows) + "\n"
        "The grade is A without a fault, else the worst its faults allow. Origins of the limits stand beside them in "
        "`lab/`.\n"
    )


# --- blocks ---------------------------------------------------------------------------------------------------------


def write_floors() -> str:
    """The floors from the top, with what each says about itself."""
    contract = next(c for c in _read_contracts() if c["type"] == "layers")
    rows = []
    for layer in contract["layers"]:
        for name in (part.strip() for part in layer.split("|")):
            about = find_first_sentence(importlib.import_module(f"workprint.{name}").__doc__)
            rows.append((f"`{name}`" + (" (one floor with the next)" if layer.startswith(f"{name} |") else ""), about))
    return make_table(("floor", "what it holds"), rows)


def _read_contracts() -> list[dict[str, Any]]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = data["tool"]["importlinter"]["contracts"]
    return contracts


def write_stages() -> str:
    """Every stage in the order it runs."""
    rows = [
        (
            f"`{stage.name}`",
            stage.module.split(".")[2],
            ", ".join(kind.__name__ for _, kind in stage.needs),
            stage.makes.__name__,
        )
        for stage in find_stages()
    ]
    return make_table(("stage", "act", "needs", "makes"), rows)


def write_makers() -> str:
    """Every step with who makes it."""
    rows = [
        (
            f"`{step}`",
            f"`{maker.entry.partition(':')[0].removeprefix('workprint.')}`",
            "yes" if maker.is_durable else "",
        )
        for step, maker in sorted(find_makers().items())
    ]
    return make_table(("step", "made in", "durable job"), rows)


def write_acts() -> str:
    """The acts in story order, each with the gates that stand before its stages or orders."""
    acts: dict[str, list[str]] = {}
    for stage in find_stages():
        acts.setdefault(stage.module.split(".")[2], []).append(stage.name)
    lines: list[str] = []
    for act, stages in acts.items():
        about = find_first_sentence(importlib.import_module(f"workprint.acts.{act}").__doc__).partition(": ")[2]
        points = {f"stage:{name}" for name in stages}
        gates = [f"`{gate.name}`" for gate in find_gates() if points & set(gate.guards)]
        title = act.partition("_")[2]
        lines.append(
            f"{len(lines) + 1}. **{title}**: {about}" + (f" Gates: {', '.join(gates)}." if gates else "") + "\n"
        )
    anywhere = [f"`{g.name}`" for g in find_gates() if not any(point.startswith("stage:") for point in g.guards)]
    return "".join(lines) + f"\nGates before single orders: {', '.join(anywhere)}.\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/brief.md": write_brief,
    "docs/findings.md": write_findings,
    "docs/commands.md": write_commands,
    "docs/gates.md": write_gates,
    "docs/checks.md": write_checks,
}
BLOCKS: Mapping[str, Callable[[], str]] = {
    "floors": write_floors,
    "stages": write_stages,
    "makers": write_makers,
    "acts": write_acts,
    "base": write_base,
    "dev": write_dev,
    "provided": write_provided,
    "sizes": write_sizes,
    "overview": write_overview,
    "variables": write_variables,
    "providers": write_providers,
}
HAND_WRITTEN = ("README.md", "docs/architecture.md", "docs/dependencies.md", "docs/providers.md")


def build_pages() -> dict[str, str]:
    """The text every page should have, by its path in the repository."""
    pages = {path: write() for path, write in PAGES.items()}
    for path in HAND_WRITTEN:
        text = (ROOT / path).read_text(encoding="utf-8")
        pages[path] = BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}{found[3]}", text)
    return pages


def find_stale(pages: Mapping[str, str]) -> Iterator[str]:
    """A diff of every page that is not what it should be; what a machine measures is left out."""
    for path, wanted in pages.items():
        file = ROOT / path
        found = MEASURED.sub("", file.read_text(encoding="utf-8")) if file.is_file() else ""
        lines = difflib.unified_diff(
            found.splitlines(), MEASURED.sub("", wanted).splitlines(), path, f"{path} as built", lineterm="", n=0
        )
        if diff := "\n".join(lines):
            yield diff


def main() -> int:
    """Write the pages, or with `--check` say which are stale."""
    parser = argparse.ArgumentParser(description="Write the generated pages of docs/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    pages = build_pages()
    if parser.parse_args().check:
        stale = list(find_stale(pages))
        sys.stderr.write("".join(f"{diff}\n" for diff in stale) + (f"next: {REBUILD}\n" if stale else ""))
        return 1 if stale else 0
    for path, text in pages.items():
        (ROOT / path).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
