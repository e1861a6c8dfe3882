"""Rows about endurance: kill -9 at random moments of productions, run again until every film is finished."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import av

from bench.films import EXAMPLE
from bench.table import Row
from workprint.testing.crash_harness import Production, Run, crash_many

KILLS = 50
SEED = 20_260

TOML = "[prices]\nclip = 0.01\nmusic = 0.001\n[render]\nshort_side = 144\n"
"""Clips and music cost something, so that reservations count; small pictures, so that most of the time is ours."""

BRIEF = """\
schema: workprint/brief@1
contract: {format: short-film, cap_usd: 100}
project: {name: Short, platform: web, aspect: "16:9", duration_s: 2, fps: 30}
product: {name: Thing, key_benefit: keeps its promise, brand_colors: ["#12211D", "#E8A33D"], no_logo: true}
call_to_action: {headline: Take it home, button_text: Go}
audio: {mode: both, bpm: 120}
assets: {reference_images: [assets/ember-cutout.png, assets/ember-evening.jpg, assets/ember-above.jpg]}
scenes:
  - {id: one, start_s: 0, end_s: 1, type: lifestyle, intent: A lamp in the evening, voice: Keep the light.}
  - {id: two, start_s: 1, end_s: 2, type: endcard, intent: The lamp at rest}
"""


def write_short_project(root: Path) -> Path:
    """A two-second film with a voice, from the example's pictures."""
    (root / "assets").mkdir(parents=True)
    for name in ("ember-cutout.png", "ember-evening.jpg", "ember-above.jpg"):
        (root / "assets" / name).write_bytes((EXAMPLE / "assets" / name).read_bytes())
    (root / "brief.yaml").write_text(BRIEF, encoding="utf-8")
    (root / "project.toml").write_text(TOML, encoding="utf-8")
    return root


def digest_film(run: Run) -> str:
    """The sha256 of a film's bytes and of its decoded frames."""
    path = Path(next(str(event["path"]) for event in run.events if event["type"] == "film"))
    summary = hashlib.sha256(path.read_bytes())
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            summary.update(frame.to_ndarray().tobytes())
    return summary.hexdigest()


def measure_crashes(folder: Path, kills: int = KILLS) -> Iterator[Row]:
    """Kill so many times, and compare every finished film with one that nobody disturbed."""
    calm = Production("produce", "--json", "--yes", cwd=write_short_project(folder / "calm")).finish()
    if calm.code:
        raise RuntimeError(f"the undisturbed run ended with {calm.code}: {calm.errors}{calm.events[-1:]}")
    wanted = digest_film(calm)
    films: list[str] = []

    def check(root: Path, last: Run) -> Iterator[str]:
        if last.code == 0:
            films.append(digest_film(last))
            if films[-1] != wanted:
                yield "the film differs from the undisturbed one"

    report = crash_many(write_short_project, folder, kills, SEED, check)
    for fault in report.faults:
        sys.stderr.write(f"  fault: {fault}\n")
    made = sum(len(run.named("order-made")) for run in report.runs)
    kept = sum(len(run.named("order-kept")) for run in report.runs)
    same = sum(digest == wanted for digest in films)
    yield Row(
        "kills",
        f"kill -9 at random moments of a 2 s film, {len(report.runs)} runs",
        f"{report.kills} kills, {same} of {len(films)} films the same, {made} made, {kept} kept",
        ratio=f"{len(report.faults)} faults",
        bar="0 faults",
        passed=not report.faults and report.kills >= kills and same == len(films) > 0,
    )
