"""The command line run inside the test process: the same parser, verbs and exit codes, without a new interpreter."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from pathlib import Path

from workprint.faces.cli.main import main


def run_inside(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; what it printed and its exit code, as `run_cli` gives them."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def list_folder(root: Path) -> dict[str, int]:
    """Every path below a folder with its size, hidden ones too; links are not followed."""
    found = {}
    for folder, names, files in os.walk(root):
        for name in [*names, *files]:
            path = Path(folder) / name
            found[path.relative_to(root).as_posix()] = path.lstat().st_size if path.is_file() else 0
    return found
