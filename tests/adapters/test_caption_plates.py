"""Burned-in captions: the words and times of the side files, readable over anything, in the frames they belong to."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.film_bench import Pixels, set_up, write_clip

from workprint.adapters.caption_plates import draw_plates, find_worst
from workprint.adapters.captions import write_captions
from workprint.adapters.segments import make_segment
from workprint.adapters.titles import draw_title
from workprint.adapters.transitions import make_transition
from workprint.film.cut_orders import (
    CaptionCue,
    CaptionPayload,
    CaptionPlatesPayload,
    SegmentPayload,
    TitleLife,
    TitlePayload,
    TransitionPayload,
)
from workprint.lab.decode import read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.safe_areas import find_safe_area
from workprint.lab.text_contrast import LEAST_CONTRAST
from workprint.ports.maker import Bench, BenchInput, Made

TIMES = re.compile(r"(\d\d):(\d\d):(\d\d),(\d{3})")

LINES = {
    "English": "The light comes back slowly, and the whole room is quiet again. Keep it that way, all night long.",
    "Arabic": "يعود الضوء ببطء، وتصبح الغرفة كلها هادئة من جديد. احتفظ بها كذلك طوال الليل.",
    "Japanese": "光がゆっくりと戻り、 部屋はまた静かになります。 一晩中そのままに。",
}

SMALL = (320, 180)


def say(text: str, each_ms: int = 300) -> BenchInput:
    """A take that says a text, one word after another."""
    words = [[word, i * each_ms, (i + 1) * each_ms - 20] for i, word in enumerate(text.split())]
    return BenchInput((), (), {"words": words})


def set_lines(
    folder: Path, texts: Sequence[str], *, line: int = 0, size: tuple[int, int] = SMALL, platform: str = "web"
) -> Made:
    """The plates of one of the lines said in a film, four seconds apart from 0.5 s on."""
    cues = tuple((f"voice.{index}", 500 + 4000 * index) for index in range(len(texts)))
    payload = CaptionPlatesPayload(f"voice.{line}", cues, *size, platform, (30, 1), 600, "modern")
    takes = {role: say(text) for (role, _), text in zip(cues, texts, strict=True)}
    return draw_plates(replace(set_up(payload, folder), inputs=takes))


def hand_over(made: Made) -> BenchInput:
    """What was made, as the input of another maker."""
    return BenchInput(tuple(file.path for file in made.files), (), made.facts)


def letters(text: str) -> str:
    """A text without its white space."""
    return "".join(text.split())


def grey(level: int) -> Pixels:
    """An even picture."""
    return np.full((SMALL[1], SMALL[0], 3), level, np.uint8)


def read_pictures(made: Made) -> list[Pixels]:
    """All frames of a made film, decoded."""
    return [to_rgb(frame) for frame in read_frames(made.files[0].path)]


def bench(payload: object, scratch: Path, clips: dict[str, Path], captions: Made) -> Bench:
    """A bench with clips and the captions of one line."""
    made = set_up(payload, scratch, **clips)
    return replace(made, inputs={**made.inputs, "captions.0": hand_over(captions)})


def test_captions_are_readable_over_any_ground() -> None:
    """Even over white or black, white type on the plate has more than the contrast type must have."""
    assert find_worst() >= LEAST_CONTRAST


@pytest.mark.parametrize(("width", "height", "platform"), [(1080, 1920, "tiktok"), (1920, 1080, "web")])
@pytest.mark.parametrize("language", LINES)
def test_a_line_is_set_whole_inside_the_safe_area(
    tmp_path: Path, language: str, width: int, height: int, platform: str
) -> None:
    """Every letter of a line is in one of its captions, and every plate with its type lies in the platform's area."""
    made = set_lines(tmp_path, [LINES[language]], size=(width, height), platform=platform)
    by_file = {told["file"]: told["text"] for told in made.facts["texts"]}
    assert letters("".join(by_file[file] for file in sorted(by_file))) == letters(LINES[language])
    area = find_safe_area(platform, width, height)
    x, y, across, down = made.facts["box"]
    assert area.x <= x
    assert area.y <= y
    assert x + across <= area.right
    assert y + down <= area.bottom
    assert abs(x + across / 2 - width / 2) <= 2
    for told in made.facts["texts"]:
        left, top, wide, high = told["rect"]
        assert x <= left
        assert y <= top
        assert left + wide <= x + across
        assert top + high <= y + down


def test_the_times_are_those_of_the_side_file(tmp_path: Path) -> None:
    """Each caption stands on the frames its time in the .srt begins and ends on, whatever else the film says."""
    texts = [LINES["English"], "Now. Go on.", "Third."]
    cues = tuple((f"voice.{index}", 500 + 4000 * index) for index in range(3))
    srt = write_captions(
        replace(
            set_up(CaptionPayload("srt", cues), tmp_path / "srt"),
            inputs={role: say(text) for (role, _), text in zip(cues, texts, strict=True)},
        )
    )
    text = Path(srt.files[0].path).read_text(encoding="utf-8")
    marks = [((int(a) * 60 + int(b)) * 60 + int(c)) * 1000 + int(d) for a, b, c, d in TIMES.findall(text)]
    wanted = [math.ceil(mark * 30 / 1000) for mark in marks]
    plates = [set_lines(tmp_path / str(index), texts, line=index).facts["plates"] for index in range(3)]
    assert sorted(frame for told in plates for plate in told for frame in plate[:2]) == sorted(wanted)


def test_a_recording_whose_words_nobody_knows_gives_no_plates(tmp_path: Path) -> None:
    """Nothing is made up for a line without word times."""
    payload = CaptionPlatesPayload("voice.0", (("voice.0", 0),), *SMALL, "web", (30, 1), 60, "modern")
    made = draw_plates(replace(set_up(payload, tmp_path), inputs={"voice.0": BenchInput((), (), {})}))
    assert made.files == ()
    assert made.facts["plates"] == []


@pytest.mark.parametrize("level", [30, 235])
def test_a_segment_shows_a_caption_while_it_is_said_and_no_sooner(tmp_path: Path, level: int) -> None:
    """Decoded: the plain picture before the first word and after the last; between, white ink on a dark plate."""
    captions = set_lines(tmp_path / "plates", ["Light at last."])
    (first, end, x, y), (_, _, across, down) = captions.facts["plates"][0], captions.facts["box"]
    clip = write_clip(tmp_path / "clip.mp4", 60, lambda n: grey(level))
    payload = SegmentPayload(*SMALL, (30, 1), 0, 60, (), "draft", captions=CaptionCue(5, ("captions.0",)))
    frames = read_pictures(make_segment(bench(payload, tmp_path / "s", {"clip": clip}, captions)))
    for number in (first - 5 - 1, end - 5 + 1):
        assert np.abs(frames[number].astype(int) - level).max() <= 8
    plate = frames[(first + end) // 2 - 5][y : y + down, x : x + across].astype(int)
    left, top, wide, high = captions.facts["texts"][0]["rect"]
    ink = frames[(first + end) // 2 - 5][top : top + high, left : left + wide]
    assert plate[2:4, across // 4 : -across // 4].max() <= 80
    assert ink.max() >= 225
    outside = frames[(first + end) // 2 - 5][: y - 2].astype(int)
    assert np.abs(outside - level).max() <= 8


def test_a_caption_stands_on_through_a_transition(tmp_path: Path) -> None:
    """Over the frames of a dissolve its plate is as it is before and after: it lies over both pictures."""
    captions = set_lines(tmp_path / "plates", ["Light at last."])
    (first, _, x, y), across = captions.facts["plates"][0], captions.facts["box"][2]
    clips = {
        role: write_clip(tmp_path / f"{role}.mp4", 30, lambda n, level=level: grey(level))  # type: ignore[misc]
        for role, level in (("outgoing", 40), ("incoming", 200))
    }
    payload = TransitionPayload(
        "dissolve", "left", *SMALL, (30, 1), 12, (10, 12), (0, 12), (), "draft",
        captions=CaptionCue(first - 3, ("captions.0",)),
    )  # fmt: skip
    frames = read_pictures(make_transition(bench(payload, tmp_path / "t", clips, captions)))
    quiet = [frame[y + 2 : y + 4, x + across // 4 : x + across * 3 // 4].mean() for frame in frames]
    left, top, wide, high = captions.facts["texts"][0]["rect"]
    assert quiet[2] > 35
    assert all(level <= 60 for level in quiet[3:])
    assert all(frame[top : top + high, left : left + wide].max() >= 225 for frame in frames[3:])


def test_the_draft_has_the_captions_in_the_same_place(tmp_path: Path) -> None:
    """At another size than they were drawn for, plates stand in the same share of the frame."""
    captions = set_lines(tmp_path / "plates", ["Light at last."], size=(640, 360))
    (first, end, x, y), (_, _, across, down) = captions.facts["plates"][0], captions.facts["box"]
    clip = write_clip(tmp_path / "clip.mp4", 60, lambda n: grey(200))
    payload = SegmentPayload(*SMALL, (30, 1), 0, 60, (), "draft", captions=CaptionCue(0, ("captions.0",)))
    frames = read_pictures(make_segment(bench(payload, tmp_path / "s", {"clip": clip}, captions)))
    rows, columns = np.nonzero(frames[(first + end) // 2].max(axis=2) < 120)
    assert abs(rows.min() * 2 - y) <= 6
    assert abs(rows.max() * 2 - (y + down)) <= 6
    assert abs(columns.min() * 2 - x) <= 6
    assert abs(columns.max() * 2 - (x + across)) <= 6


@pytest.mark.parametrize(("size", "platform"), [((540, 960), "tiktok"), ((960, 540), "web"), ((540, 540), "web")])
@pytest.mark.parametrize("kind", ["endcard", "lower_third", "text"])
def test_titles_keep_clear_of_captions(tmp_path: Path, kind: str, size: tuple[int, int], platform: str) -> None:
    """A title that stands while something is said leaves the captions' place free."""
    captions = set_lines(tmp_path / "plates", [LINES["English"]], size=size, platform=platform)
    lines = {
        "endcard": (
            ("product", "Ember"),
            ("headline", "Bring it home"),
            ("button", "Go"),
            ("legal", "While it lasts."),
        ),
        "lower_third": (("name", "Ines Moreau"), ("role", "Designer")),
        "text": (("text", "Turned brass"),),
    }[kind]
    anchor = {"endcard": "center", "lower_third": "above-captions", "text": "bottom"}[kind]
    payload = TitlePayload(
        kind, lines, anchor, *size, platform, "modern", ("#12211D", "#E8A33D"), TitleLife((30, 1), 90, "none", "none")
    )
    made = draw_title(replace(set_up(payload, tmp_path / "t"), inputs={"mate.0": hand_over(captions)}))
    x, y, across, down = captions.facts["box"]
    for told in made.facts["texts"]:
        left, top, wide, high = told["rect"]
        assert left >= x + across or left + wide <= x or top >= y + down or top + high <= y
