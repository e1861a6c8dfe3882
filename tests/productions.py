"""Real productions for tests: a small project folder with pictures of its own, and the command line run on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import skia

COLOURS = ((214, 140, 60), (70, 120, 160), (150, 90, 130), (90, 140, 90))

SHORT_BRIEF = """\
schema: workprint/brief@1
contract: {{format: short-film, cap_usd: {cap}}}
project: {{name: {name}, platform: web, aspect: "{aspect}", duration_s: 2, fps: 30}}
product:
  name: {product}
  key_benefit: keeps its promise
  price_text: "$5"
  brand_colors: ["{ground}", "#E8A33D"]
  no_logo: true
call_to_action: {{headline: {headline}, button_text: Go}}
audio: {{mode: {mode}, bpm: 120}}
assets: {{reference_images: [{pictures}]}}
scenes:
  - {{id: one, start_s: 0, end_s: 1, type: lifestyle, intent: {intent}, pictures: [assets/p1.png]}}
  - {{id: two, start_s: 1, end_s: 2, type: endcard, intent: At rest, pictures: [assets/p0.png], voice: {voice}}}
"""


def quote(text: str) -> str:
    """A text as a YAML double-quoted scalar; JSON strings are one."""
    return json.dumps(text, ensure_ascii=False)


def draw_picture(path: Path, colour: tuple[int, int, int], *, cut_out: bool = False, side: int = 256) -> None:
    """A small picture with a bright round thing in it, on a ground or cut out."""
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(skia.ColorTRANSPARENT if cut_out else skia.Color(*(part // 2 + 20 for part in colour)))
    bright = skia.Color(*(min(255, part + 60) for part in colour))
    shader = skia.GradientShader.MakeRadial(
        skia.Point(side * 0.42, side * 0.4), side * 0.4, [bright, skia.Color(*colour)]
    )
    canvas.drawCircle(side / 2, side / 2, side * 0.36, skia.Paint(Shader=shader, AntiAlias=True))
    for step in range(6):
        paint = skia.Paint(Color=skia.Color(30 + step * 30, 40, 50), AntiAlias=True)
        canvas.drawRect(
            skia.Rect.MakeXYWH(side * 0.3 + step * side * 0.07, side * 0.45, side * 0.03, side * 0.2), paint
        )
    surface.makeImageSnapshot().save(str(path), skia.kPNG)


def write_short_project(
    root: Path,
    *,
    name: str = "Short",
    product: str = "Thing",
    headline: str = "Take it home",
    intent: str = "A round thing in the evening",
    ground: str = "#12211D",
    aspect: str = "16:9",
    cap: str = "0",
    pictures: int = 3,
    approve: str = "auto",
    prices: str = "",
    short_side: int = 144,
    voice: str = "",
) -> Path:
    """A two-second project at a small size; everything a full production does, in a few seconds."""
    assets = root / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for number in range(pictures):
        path = assets / f"p{number}.png"
        if not path.exists():
            draw_picture(path, COLOURS[number % len(COLOURS)], cut_out=number == 0)
    names = ", ".join(f"assets/p{number}.png" for number in range(pictures))
    brief = SHORT_BRIEF.format(
        name=quote(name),
        product=quote(product),
        headline=quote(headline),
        intent=quote(intent),
        ground=ground,
        aspect=aspect,
        cap=cap,
        pictures=names,
        mode="both" if voice else "music",
        voice=quote(voice),
    )
    (root / "brief.yaml").write_text(brief, encoding="utf-8")
    toml = f'[people]\napprove = "{approve}"\n[prices]\n{prices}\n[render]\nshort_side = {short_side}\n'
    (root / "project.toml").write_text(toml, encoding="utf-8")
    return root


def command(*arguments: str) -> list[str]:
    """The command line of this very installation."""
    return [sys.executable, "-m", "workprint", *arguments]


def run_cli(*arguments: str, cwd: Path | None = None, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def read_events(output: str) -> list[dict[str, object]]:
    """The JSON lines of a `--json` run."""
    return [json.loads(line) for line in output.splitlines() if line.strip()]


def made_steps(output: str) -> list[tuple[str, str]]:
    """(step, name) of everything a `--json` produce made, in order."""
    return [
        (str(event["step"]), str(event["subject"])) for event in read_events(output) if event["type"] == "order-made"
    ]


def kept_steps(output: str) -> list[tuple[str, str]]:
    """(step, name) of everything a `--json` produce kept."""
    return [
        (str(event["step"]), str(event["subject"])) for event in read_events(output) if event["type"] == "order-kept"
    ]


def plan_lines(output: str) -> list[dict[str, object]]:
    """The lines of a `plan --json`."""
    return [event for event in read_events(output) if event["type"] == "plan-line"]


def film_path(output: str) -> Path:
    """Where a `--json` produce says the film is."""
    return Path(str(next(event["path"] for event in read_events(output) if event["type"] == "film")))
