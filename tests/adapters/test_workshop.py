"""What the workshop's processes promise to a project folder they did not write: nothing in it is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

POISON = ("socket", "json", "pickle", "signal", "asyncio", "ctypes", "workprint", "numpy")
"""Modules that a worker, or the helper process Python gives it, loads."""

SCRIPT = """
import asyncio, os, sys
from pathlib import Path
from workprint.adapters.workshop_spawn import SpawnWorkshop

if __name__ == "__main__":
    before, shop = dict(os.environ), SpawnWorkshop(1)
    payload = {"first": 3, "frames": 6, "keys": [0, 5]}
    bench = {"step": "s", "name": "n", "payload_type": "workprint.film.stage_orders:FrameSpan", "payload": payload}
    made, _ = asyncio.run(shop.run("builtins:repr", {**bench, "inputs": {}, "seed": 0}, Path(sys.argv[1])))
    shop.close()
    assert os.environ == before
    print(made)
"""
"""Has a worker describe its bench; kept out of the poisoned folder, as the command `workprint` is."""


def test_modules_of_the_working_folder_are_not_run_in_a_worker(tmp_path: Path) -> None:
    """A worker started in a folder with a socket.py does its work, the files are not run, the owner is unchanged."""
    project, scripts = tmp_path / "project", tmp_path / "scripts"
    project.mkdir()
    scripts.mkdir()
    for name in POISON:
        (project / f"{name}.py").write_text(f"open({str(project / name)!r} + '.ran', 'w')\nraise ImportError")
    (scripts / "run.py").write_text(SCRIPT)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    command = [sys.executable, str(scripts / "run.py"), str(tmp_path)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert not list(project.glob("*.ran"))
    assert done.returncode == 0, done.stderr
    assert "FrameSpan(first=3, frames=6" in done.stdout
