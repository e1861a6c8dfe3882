"""`workprint rehearse`: a whole 30 second ad bought at fakes with things going wrong, and every cent accounted for."""

from __future__ import annotations

import asyncio
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import av
import pytest
from tests.faces.inside import run_inside
from tests.productions import COLOURS, draw_picture, read_events

from workprint.engine.cost_report import sum_bought
from workprint.faces.library import Project, ignore_event
from workprint.film.money import parse_money
from workprint.testing.provider_contract import find_fakes
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


def write_ad(root: Path) -> Path:
    """The ad, small, with the previz of its rehearsal made: what every mood starts from."""
    (root / "assets").mkdir(parents=True)
    for number, colour in enumerate(COLOURS):
        draw_picture(root / "assets" / f"p{number}.png", colour, cut_out=number == 0)
    (root / "brief.yaml").write_text(BRIEF, encoding="utf-8")
    (root / "project.toml").write_text("[render]\nshort_side = 144\n", encoding="utf-8")
    asyncio.run(open_staged(root).produce_async(listener=ignore_event, command="a test"))
    return root


def open_staged(root: Path) -> Project:
    """The project as a rehearsal has it."""
    return Project(Workspace(root, staging=Staging("rehearsal", cap=parse_money(60))))


def rehearse(root: Path, mood: str) -> tuple[dict[str, dict[str, str]], Path]:
    """What book and bills say about each provider, and the film."""
    result = run_inside("rehearse", "--mood", mood, "--json", cwd=root)
    assert result.returncode == 0, result.stderr[-2000:] + result.stdout[-3000:]
    told: Any = next(event for event in read_events(result.stdout) if event["type"] == "rehearsal")
    return told["providers"], Path(told["film"])


@pytest.mark.slow
def test_an_ad_bought_on_three_providers_ends_as_a_film_with_the_bill_to_the_cent(tmp_path: Path) -> None:
    """Clips of three providers, stills, voice, music and effects, on a usual and on a rough day: whatever went wrong,
    a film of 30 seconds is there, nothing is held, and book and bills agree exactly."""
    previz = write_ad(tmp_path / "previz")
    for mood in ("usual", "rough"):
        root = Path(shutil.copytree(previz, tmp_path / mood, symlinks=True))
        providers, film = rehearse(root, mood)
        assert set(providers) == {*CLIP_SELLERS, "elevenlabs"}
        assert all(Decimal(row["billed"]) > 0 for row in providers.values())
        assert all(row["booked"] == row["billed"] for row in providers.values())
        with av.open(str(film)) as opened:
            assert opened.streams.video[0].frames == 720
            assert opened.streams.audio[0].duration is not None
        staged = open_staged(root)
        with staged.parts() as parts:
            attempts = parts.records.attempts()
            report = sum_bought(parts.records, parts.records.entries(), staged.workspace.check_brief()[0])
        assert Decimal(report["total"]) == sum(Decimal(row["billed"]) for row in providers.values())
        assert {row["name"] for row in report["media"]} == {"video", "image", "voice", "music", "effect"}
        assert {attempt.provider for attempt in attempts if attempt.step == "bought_clip"} == set(CLIP_SELLERS)
        assert report["held"] == report["running"] == "0.00"
        tries, came = (sum(row[name] for row in report["media"]) for name in ("attempts", "delivered"))
        assert tries > came, "nothing went wrong"


def test_a_cast_nobody_plays_is_refused_with_those_there_are(tmp_path: Path) -> None:
    """The names that can be given are listed."""
    (tmp_path / "brief.yaml").write_text(BRIEF, encoding="utf-8")
    result = run_inside("rehearse", "--providers", "kling,nobody", cwd=tmp_path)
    assert result.returncode == 2
    assert "Nobody plays nobody" in result.stderr
    assert all(name in result.stderr for name in find_fakes())
