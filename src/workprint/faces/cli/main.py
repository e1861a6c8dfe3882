"""The door: parse, load the verb, call it, and turn errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import importlib
import io
import sys
from collections.abc import Sequence

from workprint.faces.cli.parser import Command, build_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parser = build_parser()
    parsed = parser.parse_args(arguments)
    if parsed.version:
        from workprint import __version__  # noqa: PLC0415  kept out of the way of --help

        sys.stdout.write(f"workprint {__version__}\n")
        return 0
    if not getattr(parsed, "code", ""):
        parser.print_help(sys.stderr)
        return 2
    return _call(parsed)


def _call(parsed: argparse.Namespace) -> int:
    module, _, name = parsed.code.partition(":")
    errors = importlib.import_module("workprint.film.errors")
    screen = importlib.import_module("workprint.faces.cli.screen")
    try:
        command: Command = getattr(importlib.import_module(f"workprint.faces.cli.{module}"), name)
        return command(parsed)
    except errors.WorkprintError as error:
        screen.show_error(error, parsed)
        code: int = error.exit_code
        return code
    except OSError as error:
        # Standard output is the one file that nobody below writes; it may lie on a full disk like any other.
        if error.errno not in importlib.import_module("workprint.ports.disk").NO_ROOM:
            raise
        full = importlib.import_module("workprint.ports.disk").explain_full("standard output")
        sys.stderr.write(f"error: {full.message}\n  in {full.where}\n  next: {full.remedy.text}\n")
        screen.go_silent()
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 130


def run() -> None:
    """The console script. A reader that went away (`| head`) is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run_to_end()
    except BrokenPipeError:
        importlib.import_module("workprint.faces.cli.screen").go_silent()
        code = 0
    sys.exit(code)


def _run_to_end() -> int | str | None:
    """Everything, with the last byte out: Python would complain about a closed pipe only when it is too late."""
    code: int | str | None
    try:
        code = main()
    except SystemExit as done:
        code = done.code
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    run()
