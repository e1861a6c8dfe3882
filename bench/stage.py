"""Rows about the stage: CPU seconds of a key frame and of a frame between keys, and a packshot, draft and final."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.films import EXAMPLE
from bench.measure import Measured, run, workprint
from bench.table import Row, describe_load
from workprint.lab.stage_extra import has_stage

PACKSHOT_BARS = {"draft": 90.0, "final": 600.0}
"""Wall seconds a packshot of three seconds may take on two cores: at 540p as a draft, at 1080p in final quality."""

PEAK_BAR_MB = 3000
"""Two workers hold a scene and a picture each; made for machines with 4 GB."""

BRIEF = """\
schema: workprint/brief@1
contract: {format: short-film, cap_usd: 0}
project: {name: Packshot, platform: web, aspect: "16:9", duration_s: 3, fps: 30}
product: {name: Thing, key_benefit: keeps its promise, brand_colors: ["#12211D", "#E8A33D"], no_logo: true}
call_to_action: {headline: Take it home}
audio: {mode: music, bpm: 120}
assets:
  product_usd: assets/ember.usdc
  reference_images: [assets/ember-cutout.png, assets/ember-evening.jpg, assets/ember-above.jpg]
scenes:
  - id: hero
    start_s: 0
    end_s: 3
    type: packshot
    intent: The lamp alone on a dark sweep
    camera: {move: dolly_in, focal_length_mm: 70}
    provider_hint: stage
"""


def measure_stage(folder: Path) -> Iterator[Row]:
    """A three-second packshot of the example's lamp from an empty project, as a draft and in final quality."""
    if not has_stage():
        yield Row("stage", "packshot on the stage", "skipped: pip install 'workprint[stage]'")
        return
    for quality, arguments in (("draft", ("--draft",)), ("final", ())):
        root = write_packshot(folder / quality)
        done = run(workprint("produce", "--json", "--only", "hero", *arguments), root).require()
        yield from _tell(quality, done)


def write_packshot(root: Path) -> Path:
    """A project of nothing but a packshot on the stage."""
    (root / "assets").mkdir(parents=True)
    for name in ("ember.usdc", "ember-cutout.png", "ember-evening.jpg", "ember-above.jpg"):
        (root / "assets" / name).write_bytes((EXAMPLE / "assets" / name).read_bytes())
    (root / "brief.yaml").write_text(BRIEF, encoding="utf-8")
    return root


def _tell(quality: str, done: Measured) -> Iterator[Row]:
    made = [event for event in map(json.loads, done.output.splitlines()) if event["type"] == "order-made"]
    keys = [event["seconds"] for event in made if event["step"] == "stage_key"]
    spans = [event for event in made if event["step"] == "stage_span"]
    frames = sum(count_frames(event["subject"]) for event in spans)
    between = sum(event["seconds"] for event in spans) / frames
    size = "540p" if quality == "draft" else "1080p"
    yield Row(
        f"stage {quality} key", f"a key frame at {size}, {len(keys)} of them", f"{sum(keys) / len(keys):.1f} CPU-s"
    )
    yield Row(f"stage {quality} frame", f"a frame between keys at {size}, {frames} of them", f"{between:.2f} CPU-s")
    bar = PACKSHOT_BARS[quality]
    yield Row(
        f"stage {quality}",
        f"3 s packshot at {size}, cold",
        f"{done.wall:.0f} s wall",
        f"{done.cpu:.0f} CPU-s, half of them {done.cpu / 2:.0f} s; {describe_load()}",
        f"{done.wall / bar:.2f}",
        f"<= {bar:g} s",
        done.wall <= bar,
    )
    yield Row(
        f"stage {quality} memory",
        "peak of all processes together",
        f"{done.peak_mb:.0f} MB",
        bar=f"<= {PEAK_BAR_MB} MB",
        passed=0 < done.peak_mb <= PEAK_BAR_MB,
    )


def count_frames(name: str) -> int:
    """The frames of a span, from its name: ...-frames-0012-0023."""
    first, last = name.rsplit("-", 2)[1:]
    return int(last) - int(first) + 1
