"""What is installed: each dependency with its purpose, licence, version and size, as tables of docs/dependencies.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Dependency:
    """What a direct dependency is for, the licence its metadata leaves out, and what to know about it."""

    purpose: str
    licence: str = ""
    note: str = ""


DEPENDENCIES: Mapping[str, Dependency] = {
    "av": Dependency(
        "decode, encode and mux; its built-in filters measure loudness (`ebur128`)",
        note="The wheel carries FFmpeg with x264 and x265, which are GPL-2.0-or-later.",
    ),
    "dbos": Dependency("durable jobs", note="It brings psycopg (LGPL-3.0), which is not used with SQLite."),
    "espeakng-loader": Dependency(
        "the scratch voice: carries the eSpeak NG library and its data",
        "none in its metadata",
        "eSpeak NG is GPL-3.0-or-later. It is loaded only in a process of its own.",
    ),
    "numpy": Dependency("pictures and sound as arrays"),
    "opentimelineio": Dependency("the .otio timeline"),
    "httpx": Dependency("talks to providers: time-outs by phase tell whether a paid request can have arrived"),
    "cryptography": Dependency("signatures of webhooks (Ed25519)"),
    "websockets": Dependency("progress of a ComfyUI server"),
    "pydantic": Dependency("the shape of brief.yaml and its JSON Schema"),
    "pyyaml": Dependency("reads brief.yaml"),
    "skia-python": Dependency("draws pictures, shapes and sets text", "BSD-3-Clause"),
    "sqlalchemy": Dependency("the records: SQL and connections"),
    "hypothesis": Dependency("property tests"),
    "import-linter": Dependency("checks that an import never goes up a floor"),
    "jsonschema": Dependency("tests the published schema of brief.yaml"),
    "mypy": Dependency("types"),
    "pytest": Dependency("tests"),
    "pytest-xdist": Dependency("tests on all cores"),
    "ruff": Dependency("format and lint"),
    "types-PyYAML": Dependency("types of PyYAML"),
    "types-jsonschema": Dependency("types of jsonschema"),
}


def make_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def write_base() -> str:
    """What the base install asks for."""
    return _write_direct(read_project()["dependencies"])


def write_dev() -> str:
    """What the dev extra adds."""
    return _write_direct(read_project()["optional-dependencies"]["dev"])


def write_provided() -> str:
    """What the extra for providers adds."""
    return _write_direct(read_project()["optional-dependencies"]["providers"])


def write_sizes() -> str:
    """Totals, fonts, and what the base brings along; all of it measured here, so it is left out of the comparison."""
    project = read_project()
    base, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    fonts = sum(path.stat().st_size for path in (ROOT / "src/workprint/lab/font_files").iterdir())
    rows = [
        ("base install", _format_size(sum(map(find_size, find_all(base))))),
        ("with the dev extra", _format_size(sum(map(find_size, find_all([*base, *dev]))))),
        ("fonts in this repository", _format_size(fonts)),
    ]
    totals = make_table(("what", "size"), rows)
    return (
        f"<!-- measured -->\n{totals}\nBrought along by the base install:\n\n{_write_brought(base)}<!-- /measured -->\n"
    )


def read_project() -> dict[str, Any]:
    """The [project] table of pyproject.toml."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def read_pins() -> dict[str, str]:
    """The exact versions of constraints.txt, by canonical name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name): pinned.strip() for name, pinned in pairs}


def find_all(requirements: list[str]) -> tuple[str, ...]:
    """The names of everything that requirements bring, themselves included, as far as it is installed."""
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), extra) for text in requirements for extra in ("", *Requirement(text).extras)]
    while waiting:
        requirement, extra = waiting.pop()
        key = (canonicalize_name(requirement.name), extra)
        found = _find(requirement.name)
        if key in seen or found is None:
            continue
        seen.add(key)
        for below in map(Requirement, found.requires or ()):
            if below.marker is None or below.marker.evaluate({"extra": extra}):
                waiting += [(below, wanted) for wanted in ("", *below.extras)]
    return tuple(sorted({name for name, _ in seen}))


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def find_size(name: str) -> int:
    """Bytes of an installed package's files, compiled caches left out; 0 when it is not installed."""
    found = _find(name)
    files = (found.files or []) if found else []
    paths = (Path(str(file.locate())) for file in files if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())


def find_licence(name: str) -> str:
    """The licence an installed package states about itself; "" when it states none."""
    found = _find(name)
    if found is None:
        return ""
    stated = next((text for key in ("License-Expression", "License") for text in found.metadata.get_all(key, [])), "")
    classes = [line.rpartition(":: ")[2] for line in found.metadata.get_all("Classifier", []) if "License ::" in line]
    return stated if 0 < len(stated) < 80 else ", ".join(classes)


def _write_direct(requirements: list[str]) -> str:
    pins, rows = read_pins(), []
    for name in (Requirement(text).name for text in requirements):
        known = DEPENDENCIES[name]
        licence = known.licence or find_licence(name)
        version = pins.get(canonicalize_name(name), "not pinned")
        rows.append((f"`{name}`", known.purpose, licence, version, _format_size(find_size(name)), known.note))
    return make_table(("package", "what for", "licence", "version", "size", "note"), rows)


def _write_brought(requirements: list[str]) -> str:
    direct = {canonicalize_name(Requirement(text).name) for text in requirements}
    rows = [
        (f"`{name}`", find_licence(name), _format_size(find_size(name)))
        for name in find_all(requirements)
        if name not in direct
    ]
    return make_table(("package", "licence", "size"), rows)


def _format_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
