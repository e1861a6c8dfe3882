"""`workprint rehearse`: a whole 30 second ad bought at fakes with things going wrong, and every cent accounted for."""

from __future__ import annotations

import asyncio
import shutil
from decimal import Decimal
from pathlib import Path

import av
import pytest
from tests.faces.inside import run_inside
from tests.productions import COLOURS, draw_picture, read_events

from workprint.engine.cost_report import sum_bought
from workprint.faces.library import Project, ignore_event
from workprint.film.money import parse_money
from workprint.testing.provider_contract import find_fakes
from workprint.testing.rehearsal import MISHAPS
from workprint.wiring import Staging, Workspace

BRIEF = """\
schema: workprint/brief@1
contract: {format: ad, cap_usd: 60}
project: {name: Thirty, platform: web, aspect: "16:9", duration_s: 30, fps: 24}
product: {name: Thing, key_benefit: lasts, price_text: "$5", brand_colors: ["#12211D", "#E8A33D"], no_logo: true}
call_to_action: {headline: Take it home, button_text: Go}
audio: {mode: both, bpm: 100, mood: warm}
assets: {reference_images: [assets/p0.png, assets/p1.png, assets/p2.png, assets/p3.png]}
scenes:
  - {id: open, start_s: 0, end_s: 5, type: packshot, intent: The thing at dawn, voice: A quiet thing begins the day.}
  - {id: life, start_s: 5, end_s: 12, type: lifestyle, intent: A hand reaches for it, voice: It is there for you.}
  - {id: many, start_s: 12, end_s: 18, type: montage, intent: Details of its edge}
  - {id: hero, start_s: 18, end_s: 25, type: packshot, intent: The thing at dusk, voice: "Yours for $5, for good."}
  - {id: card, start_s: 25, end_s: 30, type: endcard, intent: At rest, voice: Take it home today.}
"""
CLIP_SELLERS = ("kling", "fal", "modelark")


@pytest.fixture(scope="module")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ad, small, with the previz of its rehearsal made: what every mood starts from."""
    root = tmp_path_factory.mktemp("films") / "thirty"
    (root / "assets").mkdir(parents=True)
    for number, colour in enumerate(COLOURS):
        draw_picture(root / "assets" / f"p{number}.png", colour, cut_out=number == 0)
    (root / "brief.yaml").write_text(BRIEF, encoding="utf-8")
    (root / "project.toml").write_text("[render]\nshort_side = 144\n", encoding="utf-8")
    staged = Project(Workspace(root, staging=Staging("rehearsal", cap=parse_money(60))))
    asyncio.run(staged.produce_async(listener=ignore_event, command="a test"))
    return root


@pytest.mark.slow
@pytest.mark.parametrize("mood", ["usual", "rough"])
def test_an_ad_bought_on_three_providers_ends_as_a_film_with_the_bill_to_the_cent(
    mood: str, previewed: Path, tmp_path: Path
) -> None:
    """Clips of three providers, stills, voice, music and effects; whatever went wrong, book and bills agree exactly."""
    root = Path(shutil.copytree(previewed, tmp_path / "project", symlinks=True))
    result = run_inside("rehearse", "--mood", mood, "--json", cwd=root)
    assert result.returncode == 0, result.stderr[-2000:] + result.stdout[-3000:]
    told = next(event for event in read_events(result.stdout) if event["type"] == "rehearsal")
    providers: dict[str, dict[str, str]] = told["providers"]  # type: ignore[assignment]
    assert set(providers) == {*CLIP_SELLERS, "elevenlabs"}
    assert all(Decimal(row["billed"]) > 0 and row["booked"] == row["billed"] for row in providers.values())
    with av.open(str(told["film"])) as film:
        assert film.streams.video[0].frames == 720
        assert film.streams.audio[0].duration is not None
    staged = Project(Workspace(root, staging=Staging("rehearsal", cap=parse_money(60))))
    brief, _ = staged.workspace.check_brief()
    with staged.parts() as parts:
        attempts = parts.records.attempts()
        report = sum_bought(parts.records, parts.records.entries(), brief)
    assert Decimal(report["total"]) == sum(Decimal(row["billed"]) for row in providers.values())
    assert {row["name"] for row in report["media"]} == {"video", "image", "voice", "music", "effect"}
    clips = {attempt.provider for attempt in attempts if attempt.step == "bought_clip"}
    assert clips == set(CLIP_SELLERS)
    assert report["held"] == report["running"] == "0.00"
    tries = sum(row["attempts"] for row in report["media"])
    came = sum(row["delivered"] for row in report["media"])
    assert tries > came
    assert len(MISHAPS[mood]) >= 5


def test_a_cast_nobody_plays_is_refused_with_those_there_are(tmp_path: Path) -> None:
    """The names that can be given are listed."""
    (tmp_path / "brief.yaml").write_text(BRIEF, encoding="utf-8")
    result = run_inside("rehearse", "--providers", "kling,nobody", cwd=tmp_path)
    assert result.returncode == 2
    assert "Nobody plays nobody" in result.stderr
    assert all(name in result.stderr for name in find_fakes())
