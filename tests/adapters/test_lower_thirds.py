"""What lower thirds promise: six forms, whole and readable in every script and shape, clear of texts and captions."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.brief_project import build_project, good_copy, read_project, write_data
from tests.strategies import change_scene, make_brief

from workprint.acts.act5_cut.title_plan import ABOVE_CAPTIONS, plan_overlays
from workprint.adapters.titles import draw_title
from workprint.adapters.titles.lower_thirds import CAPTION_BAND
from workprint.film.board import Chain
from workprint.film.brief import AudioMode, LowerThird, Overlays, SceneType, TextBlock, TextPosition
from workprint.film.cut_orders import TitleLife, TitlePayload
from workprint.film.time import Span
from workprint.lab.pictures import load
from workprint.lab.safe_areas import find_safe_area
from workprint.ports.maker import Bench, Made

SYSTEMS = ("modern", "elegant", "bold", "editorial", "technical", "poster")
SIZES = {"wide": (640, 360), "tall": (360, 640), "square": (360, 360), "upright": (360, 450)}
PEOPLE = (
    ("Annalena Vogt", "Lighting designer"),
    ("佐藤 美咲", "照明デザイナー"),
    ("ليلى الحسيني", "مصممة إضاءة"),
    ("Maximiliane Freifrau von Hohenstein-Waldburg zu Rosenau", "Geschäftsführerin und Leiterin der Entwicklung"),
)


def draw(folder: Path, system: str, size: tuple[int, int], person: tuple[str, str], anchor: str) -> Made:
    """A lower third as its maker makes it."""
    lines = tuple((role, text) for role, text in zip(("name", "role"), person, strict=True) if text)
    payload = TitlePayload(
        "lower_third", lines, anchor, *size, "tiktok", system, ("#14213D", "#FCA311"),
        TitleLife((30, 1), 60, "lines", "fade"),
    )  # fmt: skip
    return draw_title(Bench("title", "SC01_SH00_TEXT_lower-third", payload, {}, 0, folder, lambda _: None))


@pytest.mark.parametrize("person", PEOPLE, ids=("latin", "japanese", "arabic", "long"))
@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("system", SYSTEMS)
def test_name_and_role_stand_whole(tmp_path: Path, system: str, shape: str, person: tuple[str, str]) -> None:
    """Both are there, at 4.5 or more, inside the safe area and above where captions stand, and come line by line."""
    width, height = SIZES[shape]
    made = draw(tmp_path, system, (width, height), person, ABOVE_CAPTIONS)
    safe = find_safe_area("tiktok", width, height)
    x, y, across, down = made.facts["box"]
    assert safe.x - 2 <= x
    assert x + across <= safe.right + 2
    assert y >= safe.y
    assert y + down <= min(safe.bottom, (1 - CAPTION_BAND) * height) + 2
    assert made.facts["contrast"] >= 4.5
    told: dict[str, str] = {text["kind"]: "".join(text["text"].split()) for text in made.facts["texts"]}
    wanted = tuple("".join(part.split()).casefold() for part in person)
    assert (told["name"].casefold(), told["role"].casefold()) == wanted
    assert len(made.facts["parts"]["lines"]) >= 2


def test_the_six_forms_differ(tmp_path: Path) -> None:
    """No two type systems draw the same lower third, in shape alone."""
    masks = []
    for system in SYSTEMS:
        made = draw(tmp_path, system, SIZES["wide"], PEOPLE[0], "safe-lower-third")
        masks.append(load(made.files[0].path)[:, :, 3] > 127)
    for one, other in combinations(masks, 2):
        assert (one != other).sum() > 0.1 * min(one.sum(), other.sum())


def test_right_to_left_stands_at_the_right(tmp_path: Path) -> None:
    """An Arabic name begins at the right side of the frame, a Latin one at the left."""
    sides = []
    for person in (PEOPLE[0], PEOPLE[2]):
        x, _, width, _ = draw(tmp_path, "modern", SIZES["wide"], person, "safe-lower-third").facts["box"]
        sides.append(x + width / 2 < 320)
    assert sides == [True, False]


def test_a_name_needs_no_role(tmp_path: Path) -> None:
    """A name alone is drawn, in every form."""
    for system in SYSTEMS:
        made = draw(tmp_path, system, SIZES["wide"], ("Annalena Vogt", ""), "safe-lower-third")
        assert {text["kind"] for text in made.facts["texts"]} == {"name"}
        assert np.any(load(made.files[0].path)[:, :, 3])


@pytest.mark.parametrize(("mode", "anchor"), [(AudioMode.MUSIC, "safe-lower-third"), (AudioMode.BOTH, ABOVE_CAPTIONS)])
def test_it_takes_turns_with_texts_of_its_zone(mode: AudioMode, anchor: str) -> None:
    """A lower third comes before a text asked for in the same place, never with it; with a voice it clears captions."""
    blocks = (TextBlock("Light that follows you", TextPosition.LOWER_THIRD),)
    brief = make_brief()
    brief = replace(brief, audio=replace(brief.audio, mode=mode))
    brief = change_scene(brief, 2, overlays=Overlays(text_blocks=blocks, lower_third=LowerThird("Mia Lang", "Maker")))
    scene = brief.scenes[1]
    chain = Chain(scene.id, 2, SceneType.LIFESTYLE, "", Span(0, 150), scene.overlays, ())
    third, text = plan_overlays(brief, chain)
    assert (third.kind, third.anchor) == ("lower_third", anchor)
    assert third.lines == (("name", "Mia Lang"), ("role", "Maker"))
    assert third.span.end <= text.span.start


def test_the_brief_says_who_is_seen(tmp_path: Path) -> None:
    """Name and role are read; on an end card they are warned of; banned words are found in them."""
    project = build_project(tmp_path / "project")
    data = good_copy()
    data["scenes"][0]["overlays"] = {"lower_third": {"name": "Mia Lang", "role": "Maker"}}
    write_data(project, data)
    brief, findings = read_project(project)
    assert findings == ()
    assert brief is not None
    assert brief.scenes[0].overlays.lower_third == LowerThird("Mia Lang", "Maker")
    data["scenes"][0]["overlays"]["lower_third"]["role"] = "Miracle maker"
    data["scenes"][2]["overlays"]["lower_third"] = {"name": "Mia Lang"}
    write_data(project, data)
    _, findings = read_project(project)
    assert {(found.code, found.path) for found in findings} == {
        ("banned-term", "scenes[0].overlays.lower_third.role"),
        ("lower-third-unused", "scenes[2].overlays.lower_third"),
    }
