"""What a person sees: data on standard output, talk on standard error, colour only where it helps."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
import unicodedata
from pathlib import Path
from typing import TextIO
from weakref import WeakSet

from workprint import __version__
from workprint.film.brief import Finding
from workprint.film.canonical import Json
from workprint.film.errors import BriefRejected, WorkprintError
from workprint.film.event import EVENT_SCHEMA

STYLE_SIGN = re.compile("\x1b\\[(?:[0-2]|3[1-6])m")
"""What `paint` writes, and nothing else."""

JOINERS = "\u200c\u200d"
"""Signs that shape letters and emoji in many scripts."""

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def has_colour(stream: TextIO) -> bool:
    """Whether colour is wanted: a terminal, and NO_COLOR not set (no-color.org)."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def paint(text: str, style: str, stream: TextIO | None = None) -> str:
    """The text in a style where the stream can show it."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if has_colour(stream or sys.stdout) else text


def make_printable(text: str) -> str:
    """The text without control characters: what a user wrote must not steer the terminal, or hide in it."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_sly(char) else char for char in text)


def _is_sly(char: str) -> bool:
    """Whether a sign steers instead of showing: controls, line separators, direction overrides; joiners are letters."""
    kind = unicodedata.category(char)
    return kind in ("Cc", "Cs", "Co", "Zl", "Zp") or (kind == "Cf" and char not in JOINERS)


def go_silent() -> None:
    """Write to nowhere from now on: who was reading went away (`| head`), and that is no fault."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say(text: str = "") -> None:
    """A line of talk."""
    sys.stderr.write(_tame(text, sys.stderr) + "\n")


def put(text: str = "") -> None:
    """A line of data."""
    sys.stdout.write(_tame(text, sys.stdout) + "\n")


def _tame(text: str, stream: TextIO) -> str:
    """The text with nothing that steers a terminal but line breaks and our own styles: the last door, whoever wrote."""
    parts = STYLE_SIGN.split(text)
    signs = [*STYLE_SIGN.findall(text), ""] if has_colour(stream) else [""] * len(parts)
    tamed = ("\n".join(make_printable(line) for line in part.split("\n")) for part in parts)
    return "".join(part + sign for part, sign in zip(tamed, signs, strict=True))


def to_json(data: Json, indent: int | None = None) -> str:
    """JSON that keeps every script readable and shows what could steer a terminal, or hide in it, as an escape."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return "".join(_escape(char) if char != "\n" and _is_sly(char) else char for char in text)


def _escape(char: str) -> str:
    return json.dumps(char)[1:-1]


def place_command(command: str, arguments: argparse.Namespace) -> str:
    """A next command that works from where the person stands: with the folder and the brief this one was given."""
    project, brief = getattr(arguments, "project", Path()), getattr(arguments, "brief", "brief.yaml")
    if not command.startswith("workprint ") or command.startswith("workprint new"):
        return command
    folder = f" -C {shlex.quote(str(project))}" if project != Path() else ""
    return command + folder + (f" --brief {shlex.quote(brief)}" if brief != "brief.yaml" else "")


_versioned: WeakSet[TextIO] = WeakSet()
# Outputs that have said their version: an error may follow events on the same one.


class JsonStream:
    """A line of JSON an event. The first says the version, so that a reader can refuse a newer major."""

    def __init__(self) -> None:
        if sys.stdout not in _versioned:
            _versioned.add(sys.stdout)
            self.send("version", schema=EVENT_SCHEMA, workprint=__version__)

    def send(self, kind: str, **data: Json) -> None:
        """Write one event."""
        sys.stdout.write(to_json({"type": kind, **data}) + "\n")
        sys.stdout.flush()


def show_error(error: WorkprintError, arguments: argparse.Namespace) -> None:
    """An error as a person needs it: what happened, where, and the next command."""
    command = place_command(error.remedy.command, arguments) if error.remedy else ""
    if getattr(arguments, "json", False):
        stream = JsonStream()
        findings = error.findings if isinstance(error, BriefRejected) else ()
        stream.send(
            "error",
            code=error.code,
            exit_code=error.exit_code,
            message=error.message,
            where=error.where,
            remedy=error.remedy.text if error.remedy else "",
            command=command,
            findings=[vars(finding) for finding in findings],
        )
        return
    say(f"{paint('error', 'red', sys.stderr)}: {make_printable(error.message)}")
    if error.where:
        say(f"  in {make_printable(error.where)}")
    if isinstance(error, BriefRejected):
        show_findings(tuple(item for item in error.findings if isinstance(item, Finding)))
    if error.remedy is not None:
        text = error.remedy.text.removesuffix(".") if command else error.remedy.text
        shown = f": {paint(make_printable(command), 'cyan', sys.stderr)}" if command else ""
        say(f"  {paint('next', 'bold', sys.stderr)}: {make_printable(text)}{shown}")


FINDING_STYLES = {"error": "red", "warning": "yellow"}
"""The colours of levels; what is neither is a note."""


def show_findings(findings: tuple[Finding, ...]) -> None:
    """Findings, errors first, each with path, message and remedy."""
    for finding in sorted(findings, key=lambda item: item.level != "error"):
        style = FINDING_STYLES.get(finding.level, "dim")
        path = make_printable(finding.path)
        say(f"  {paint(finding.level, style, sys.stderr)} {path}: {make_printable(finding.message)} [{finding.code}]")
        say(f"      {make_printable(finding.remedy)}")


def format_seconds(seconds: float) -> str:
    """A duration as 42 s, 3 min 05 s or 1 h 02 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def format_bytes(size: int) -> str:
    """A size as 812 kB or 12.3 MB (decimal)."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(min(size, 1), round(size / 1000))} kB"
