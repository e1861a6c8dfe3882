"""Rows about planning: how the time of a plan grows with the shots of the film."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.films import EXAMPLE
from bench.measure import run, workprint
from bench.table import Row

FEWEST, FEW, MANY = 10, 100, 1000
SHOT_S = 4
TRIES = 3
"""The best of so many: the time of a small plan is mostly start-up, and start-up varies."""

GROWTH_BAR = 1.5
"""A shot more costs the same in a long film as in a short one (ratio 1); half as much again is left to the machine."""

PLAN_BAR_S = 30.0
"""A person waits half a minute for the plan of a feature film, not longer."""

BRIEF = """\
schema: workprint/brief@1
contract: {{format: episode, cap_usd: 0}}
project: {{name: Long, platform: web, aspect: "16:9", duration_s: {duration}, fps: 30}}
product: {{name: Thing, key_benefit: keeps its promise, brand_colors: ["#12211D", "#E8A33D"], no_logo: true}}
call_to_action: {{headline: Take it home}}
audio: {{mode: music, bpm: 120}}
assets: {{reference_images: [{pictures}]}}
scenes:
"""

SCENE = '  - {{id: s{number}, start_s: {start}, end_s: {end}, type: {kind}, intent: "Scene {number} in the evening"}}\n'


def write_long_project(root: Path, shots: int) -> Path:
    """A project with so many scenes of one shot each."""
    pictures = []
    (root / "assets").mkdir(parents=True)
    for source in sorted((EXAMPLE / "assets").glob("ember-*")):
        (root / "assets" / source.name).write_bytes(source.read_bytes())
        pictures.append(f"assets/{source.name}")
    scenes = "".join(
        SCENE.format(
            number=number,
            start=number * SHOT_S,
            end=(number + 1) * SHOT_S,
            kind="endcard" if number == shots - 1 else "lifestyle",
        )
        for number in range(shots)
    )
    head = BRIEF.format(duration=shots * SHOT_S, pictures=", ".join(pictures))
    (root / "brief.yaml").write_text(head + scenes, encoding="utf-8")
    return root


def measure_plans(folder: Path) -> Iterator[Row]:
    """Plans of a hundred and of a thousand shots, and what one more shot costs in each."""
    seconds = {}
    for shots in (FEWEST, FEW, MANY):
        root = write_long_project(folder / f"plan-{shots}", shots)
        plan = min((run(workprint("plan", "--json"), root).require() for _ in range(TRIES)), key=lambda done: done.wall)
        lines = [json.loads(line) for line in plan.output.splitlines()]
        orders = [line["step"] for line in lines if line["type"] == "plan-line"]
        seconds[shots] = plan.wall
        yield Row(
            f"plan{shots}",
            f"plan of {orders.count('clip')} shots, {len(orders)} orders",
            f"{plan.wall:.2f} s wall, {plan.peak_mb:.0f} MB",
            bar=f"<= {PLAN_BAR_S:g} s",
            passed=plan.wall <= PLAN_BAR_S and orders.count("clip") == shots,
        )
    near = (seconds[FEW] - seconds[FEWEST]) / (FEW - FEWEST)
    far = (seconds[MANY] - seconds[FEW]) / (MANY - FEW)
    yield Row(
        "plan growth",
        f"a shot more between {FEW} and {MANY} shots",
        f"{far * 1000:.2f} ms",
        f"{near * 1000:.2f} ms between {FEWEST} and {FEW}",
        f"{far / near:.2f}",
        f"<= {GROWTH_BAR:g}",
        0 < far / near <= GROWTH_BAR,
    )
