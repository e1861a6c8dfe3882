"""Tries a stranger's font in a process of its own, so that one that breaks a native parser takes nothing else down.

As a program: `python -m workprint.lab.font_trial FILE` reads the signs it is to draw from standard input and prints a
line when it can begin, then, as JSON, which of them the font has.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path, PurePath

import skia

from workprint.lab.font_headers import FontRefused
from workprint.lab.fonts import adopt_font, is_ignorable
from workprint.lab.shaping import TypeStyle, find_ink, lay_out

PATIENCE_S = 20
"""CPU seconds a font has to set its signs; an honest one needs one, with the start of the process."""

WALL_S = 3 * PATIENCE_S
"""Seconds by the clock after which a trial is given up: a busy machine may take three times as long."""

MOST_MEMORY = 3 * 1024**3
"""Bytes of address space of the trial; Skia and its data map under one."""

READY = "ready"
"""The first line a trial prints: limits are set, a shipped font was drawn. What fails before is no font's fault."""

STOPPED = (-signal.SIGKILL, -signal.SIGXCPU)
"""Exit codes of a trial that its limit of CPU time, or a machine short of memory, has ended."""

PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONUSERBASE")
"""Environment variables a trial is given, beside LC_* and PYTHONPATH; keys of providers are none of its business."""

LINE = 60
"""Signs set in one line of the trial."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
"""Set whatever the brief says: what a font is most likely to be asked for next."""


def try_font(path: PurePath, digest: str, signs: str) -> tuple[str, ...]:
    """The signs, of those given, that a font lacks. Raises FontRefused (font-damaged, font-empty, font-untried)."""
    found = _try_font(os.path.abspath(path), digest, "".join(dict.fromkeys(signs)))
    if isinstance(found, FontRefused):
        raise FontRefused(found.code, found.message)
    return found


@lru_cache(maxsize=32)
def _try_font(path: str, digest: str, signs: str) -> tuple[str, ...] | FontRefused:
    """The same file is tried once in a process: `digest` stands for its bytes. Only verdicts on the font are kept: a
    trial that came to none raises.
    """
    done = _run_trial(path, signs)
    first, _, rest = done.stdout.partition(b"\n")
    if first != READY.encode():
        raise FontRefused("font-untried", "the process that was to try it could not set type in a font of our own")
    if done.returncode in STOPPED:
        message = f"its trial was stopped: it wanted more CPU time than it is given ({PATIENCE_S} s at most), or memory"
        raise FontRefused("font-untried", message)
    try:
        told = json.loads(rest) if done.returncode == 0 else None
    except ValueError:
        told = None
    if told is None:
        return FontRefused("font-damaged", "type cannot be set in it: the trial did not end as it should")
    if not told["drawn"]:
        return FontRefused("font-empty", "it draws none of the letters of this brief")
    return tuple(told["missing"])


def _run_trial(path: str, signs: str) -> subprocess.CompletedProcess[bytes]:
    """Run this module as a program on a font. Raises FontRefused (font-untried)."""
    # Without -P the working folder would come first where modules are looked for: a project's json.py would be run.
    command = [sys.executable, "-P", "-m", "workprint.lab.font_trial", path]
    try:
        with tempfile.TemporaryDirectory(prefix="workprint-font-") as empty:
            return subprocess.run(
                command,
                input=signs.encode(),
                capture_output=True,
                timeout=WALL_S,
                check=False,
                cwd=empty,
                env=list_environment(),
            )
    except subprocess.TimeoutExpired as error:
        raise FontRefused("font-untried", f"its trial was given up after {WALL_S} seconds") from error
    except OSError as error:
        raise FontRefused("font-untried", f"its trial could not be started ({error.strerror})") from error


def list_environment() -> dict[str, str]:
    """The environment of a trial: what Python and the system's libraries need, and nothing else."""
    passed = {name: value for name, value in os.environ.items() if name in PASSED_ON or name.startswith("LC_")}
    # The trial works in another folder, so relative entries would be lost; an empty one means the working folder.
    entries = [os.path.abspath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    return {**passed, "PYTHONPATH": os.pathsep.join(entries)} if entries else passed


def limit(kind: int, wanted: int) -> None:
    """Limit a resource of this process, in its own unit; a machine that allows less stays at what it allows."""
    _, hard = resource.getrlimit(kind)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (most, most))


def main(path: str) -> int:
    """Set all signs in the font, and print what it has."""
    limit(resource.RLIMIT_CPU, PATIENCE_S)
    limit(resource.RLIMIT_AS, MOST_MEMORY)
    limit(resource.RLIMIT_CORE, 0)
    if not set_line(ALPHABET, "sans"):
        return 1
    print(READY, flush=True)
    signs = sys.stdin.buffer.read().decode("utf-8", "replace")
    font = adopt_font(Path(path))
    wanted = [sign for sign in signs if not is_ignorable(sign)]
    has = [sign for sign in wanted if font.face.unicharToGlyph(ord(sign))]
    family = f"{font.name}/sans"
    letters = [*has, *(sign for sign in ALPHABET if font.face.unicharToGlyph(ord(sign)))]
    drawn = sum(set_line("".join(letters[start : start + LINE]), family) for start in range(0, len(letters), LINE))
    print(json.dumps({"drawn": drawn, "missing": [sign for sign in wanted if sign not in has]}))
    return 0


def set_line(text: str, family: str) -> bool:
    """Shape and draw a line as titles do; whether it leaves ink."""
    style = TypeStyle(family, "bold", 48, align="left")
    paragraph = lay_out(text, style, 1e6)
    surface = skia.Surface(max(1, min(8000, int(paragraph.LongestLine) + 48)), 160)
    paragraph.paint(surface.getCanvas(), 8, 8)
    return find_ink(surface.toarray()[:, :, 3]) is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
