"""Rows about whole films: from nothing, and again with nothing changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.encoding import time_encoding, unpack
from bench.measure import Measured, run, workprint
from bench.table import Row, describe_load

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "solvane"

ENCODE_RATIO_BAR = 4.0
"""A film may take at most so many times what encoding its frames alone takes (`encoding.BASELINE`). A goal of ours
without a source: drawing the pictures, titles, the draft, sound and checks together should cost less than three more
encodes."""

WALL_BAR = 3.0
"""Seconds a second of film may take from an empty project to its package: 45 s for a film of 15 s, a goal of the
project's issue 3."""

PEAK_BAR_MB = 1200
"""Makes a film on a machine with 2 GB: a goal of the project's issue 3."""

UNCHANGED_RATIO_BAR = 0.1
"""Finding that nothing changed takes at most a tenth of making the film."""

HELP_BAR_S = 0.3
"""Python itself takes a tenth of it; a person notices a quarter of a second."""


def measure_film(name: str, brief: str, folder: Path) -> Iterator[Row]:
    """A film of the example from an empty project, against encoding its frames; then produce once more."""
    if not (EXAMPLE / brief).is_file():
        yield Row(name, brief, "this brief does not exist")
        return
    root = folder / name
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".workprint", "out", "source"))
    keep_off_stage(root / brief)
    command = workprint("produce", "--json", "--brief", brief)
    cold = run(command, root).require()
    film = _read_film(cold)
    frames = unpack(Path(str(film["path"])), folder / f"{name}.yuv")
    encode = time_encoding(frames)
    frames.path.unlink()
    what = f"{film['duration_s']} s film {film['width']}x{film['height']}, cold"
    for kind, took, alone in (("wall", cold.wall, encode[0]), ("CPU", cold.cpu, encode[1])):
        yield Row(
            f"{name} {kind}",
            what,
            f"{took:.1f} s {kind}",
            f"{alone:.1f} s to encode its frames",
            f"{took / alone:.2f}",
            f"<= {ENCODE_RATIO_BAR:g}",
            took / alone <= ENCODE_RATIO_BAR,
        )
    share = cold.wall / float(str(film["duration_s"]))
    yield Row(
        f"{name} start to finish",
        what,
        f"{cold.wall:.1f} s wall",
        f"{film['duration_s']} s of film",
        f"{share:.2f}",
        f"<= {WALL_BAR:g}",
        share <= WALL_BAR,
    )
    yield Row(
        f"{name} memory",
        "peak of all processes together",
        f"{cold.peak_mb:.0f} MB",
        bar=f"<= {PEAK_BAR_MB} MB",
        passed=0 < cold.peak_mb <= PEAK_BAR_MB,
    )
    again = run(command, root).require()
    share = again.wall / cold.wall
    yield Row(
        f"{name} again",
        f"nothing changed: {_read_film(again)['made']} made, {_read_film(again)['kept']} kept",
        f"{again.wall:.2f} s wall",
        f"{cold.wall:.1f} s cold",
        f"{share:.3f}",
        f"<= {UNCHANGED_RATIO_BAR:g}",
        share <= UNCHANGED_RATIO_BAR and _read_film(again)["made"] == 0,
    )
    yield Row(f"{name} work", _tell_steps(cold), describe_load())
    shutil.rmtree(root)


def keep_off_stage(brief: Path) -> None:
    """Have the packshot made from pictures here too where the stage is installed: its own row measures that."""
    lines = brief.read_text(encoding="utf-8").splitlines(keepends=True)
    brief.write_text("".join(line for line in lines if "product_usd:" not in line), encoding="utf-8")


def measure_help(folder: Path) -> Iterator[Row]:
    """`--help`, the best of five, against Python doing nothing."""
    help_s = min(run(workprint("--help"), folder, memory=False).require().wall for _ in range(5))
    nothing = [workprint()[0], "-c", "pass"]
    python_s = min(run(nothing, folder, memory=False).require().wall for _ in range(5))
    yield Row(
        "help",
        "--help",
        f"{help_s:.3f} s",
        f"{python_s:.3f} s for an empty Python",
        f"{help_s / python_s:.1f}",
        f"<= {HELP_BAR_S} s",
        help_s <= HELP_BAR_S,
    )


def _tell_steps(measured: Measured, most: int = 6) -> str:
    """Where the time went: worker seconds by step, the largest first."""
    seconds: dict[str, float] = {}
    for line in measured.output.splitlines():
        event = json.loads(line)
        if event["type"] == "order-made":
            seconds[event["step"]] = seconds.get(event["step"], 0.0) + event["seconds"]
    largest = sorted(seconds.items(), key=lambda item: -item[1])[:most]
    return ", ".join(f"{step} {took:.0f} s" for step, took in largest)


def _read_film(measured: Measured) -> dict[str, object]:
    """What `produce --json` says of the film it made."""
    film: dict[str, object] = json.loads(measured.output.splitlines()[-1])
    return film
