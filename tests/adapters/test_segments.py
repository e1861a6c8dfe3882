"""Segments: the right frames of the clip, titles where they belong, exact lengths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.film_bench import HEIGHT, WIDTH, moving, set_up, write_clip, write_title

from workprint.adapters.segments import MAKERS, make_segment
from workprint.adapters.titles import draw_title
from workprint.film.cut_orders import SegmentPayload, TitleCue, TitleLife, TitlePayload
from workprint.film.errors import OrderFailed
from workprint.film.grade import Grade
from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import PRESETS, to_rgb
from workprint.ports.maker import BenchInput


def order(**changes: object) -> SegmentPayload:
    """A plain segment of 20 frames from frame 5."""
    fields: dict[str, object] = {
        "width": WIDTH,
        "height": HEIGHT,
        "rate": (30, 1),
        "start": 5,
        "frames": 20,
        "titles": (),
        "encode": "master",
    }
    return SegmentPayload(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_segment_holds_exactly_the_frames_asked_for(tmp_path: Path) -> None:
    """Frames 5 to 24 of the clip, and no other, in order."""
    pan = moving(speed=3)
    clip = write_clip(tmp_path / "clip.mp4", 30, pan)
    made = make_segment(set_up(order(), tmp_path / "out", clip=clip))
    assert made.facts == {"frames": 20, "width": WIDTH, "height": HEIGHT, "duration_ms": 667}
    frames = [to_rgb(frame) for frame in read_frames(made.files[0].path)]
    assert len(frames) == 20
    for number in (0, 9, 19):
        errors = [np.abs(frames[number].astype(int) - pan(n)).mean() for n in range(30)]
        assert int(np.argmin(errors)) == number + 5


def test_the_same_order_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two makings are byte-identical, titles and all."""
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    title = write_title(tmp_path / "t.png", WIDTH, HEIGHT, (10, 50, 60, 20))
    payload = order(titles=(TitleCue("title", 2, 18, "pop", "wipe"),))
    made = [make_segment(set_up(payload, tmp_path / name, clip=clip, title=title)) for name in ("a", "b")]
    first, second = (Path(one.files[0].path).read_bytes() for one in made)
    assert first == second


def test_titles_stand_on_their_frames_only(tmp_path: Path) -> None:
    """A title of frames 4 to 11 is there on those frames and on no others, over the picture below."""
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    title = write_title(tmp_path / "t.png", WIDTH, HEIGHT, (40, 30, 80, 40), "#0030FF")
    payload = order(titles=(TitleCue("title", 4, 12, "none", "none"),))
    made = make_segment(set_up(payload, tmp_path / "out", clip=clip, title=title))
    pixels = [to_rgb(frame)[50, 80].astype(int) for frame in read_frames(made.files[0].path)]
    shown = [int(pixel[2] - pixel[0]) > 150 for pixel in pixels]
    assert shown == [4 <= n < 12 for n in range(20)]


def test_later_titles_lie_over_earlier_ones(tmp_path: Path) -> None:
    """Titles are drawn back to front in the order of the payload."""
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    below = write_title(tmp_path / "a.png", WIDTH, HEIGHT, (0, 0, 160, 90), "#FF0000")
    above = write_title(tmp_path / "b.png", WIDTH, HEIGHT, (40, 30, 80, 40), "#00FF00")
    payload = order(titles=(TitleCue("below", 0, 20, "none", "none"), TitleCue("above", 0, 20, "none", "none")))
    made = make_segment(set_up(payload, tmp_path / "out", clip=clip, below=below, above=above))
    picture = to_rgb(list(read_frames(made.files[0].path))[10])
    assert picture[50, 80].tolist() == pytest.approx([0, 255, 0], abs=12)
    assert picture[10, 10].tolist() == pytest.approx([255, 0, 0], abs=12)


def test_a_draft_is_scaled(tmp_path: Path) -> None:
    """A segment smaller than its clip keeps the picture and the title's place."""
    pan = moving()
    clip = write_clip(tmp_path / "clip.mp4", 30, lambda n: pan(n).repeat(2, 0).repeat(2, 1))
    title = write_title(tmp_path / "t.png", 2 * WIDTH, 2 * HEIGHT, (160, 90, 160, 90), "#FFFFFF")
    payload = order(encode="draft", titles=(TitleCue("title", 0, 20, "none", "none"),))
    made = make_segment(set_up(payload, tmp_path / "out", clip=clip, title=title))
    assert (probe(made.files[0].path).width, probe(made.files[0].path).height) == (WIDTH, HEIGHT)
    picture = to_rgb(list(read_frames(made.files[0].path))[10])
    assert picture[70, 120].min() > 235
    assert np.abs(picture[:40].astype(int) - pan(15)[:40]).mean() < 12


def test_what_does_not_fit_is_refused_with_a_reason(tmp_path: Path) -> None:
    """Too short a clip, another rate and another shape are errors that say so."""
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    with pytest.raises(OrderFailed, match="5 frames too early"):
        make_segment(set_up(order(start=15), tmp_path / "a", clip=clip))
    with pytest.raises(OrderFailed, match="frames a second"):
        make_segment(set_up(order(rate=(24, 1)), tmp_path / "b", clip=clip))
    with pytest.raises(OrderFailed, match="another shape"):
        make_segment(set_up(order(width=90, height=160), tmp_path / "c", clip=clip))


def test_drafts_and_masters_share_the_maker() -> None:
    """Both steps are served, and their fingerprint names the encoder settings."""
    assert [card.step for card in MAKERS] == ["draft_segment", "segment"]
    assert all(f"master=faster/{PRESETS['master'].crf}" in card.fingerprint() for card in MAKERS)


def test_a_title_comes_part_by_part_and_then_stands_as_set(tmp_path: Path) -> None:
    """Drawn by the title maker, laid by the segment maker: the last word comes last; the next shot goes on at rest."""
    drawn = tmp_path / "title"
    drawn.mkdir()
    life = TitleLife((30, 1), 40, "letters", "none")
    lines = (("text", "Wake up now"),)
    payload = TitlePayload("text", lines, "center", 2 * WIDTH, 2 * HEIGHT, "web", "bold", (), life)
    title = draw_title(set_up(payload, drawn))
    given = BenchInput(tuple(file.path for file in title.files), (), title.facts)
    clip = write_clip(tmp_path / "clip.mp4", 60, lambda _: np.full((HEIGHT, WIDTH, 3), 120, np.uint8))
    boxes = [[round(side / 2) for side in box] for box in title.facts["parts"]["words"]]
    shots = []
    for number, entrance in enumerate(("letters", "none")):
        cue = TitleCue("title", 0, 40, entrance, "none")
        bench = set_up(order(start=0, frames=40, titles=(cue,)), tmp_path / str(number), clip=clip)
        made = make_segment(replace(bench, inputs={**bench.inputs, "title": given}))
        shots.append([to_rgb(frame).astype(int) for frame in read_frames(made.files[0].path)])
    coming, resting = shots
    arrived = [
        next(n for n, frame in enumerate(coming) if frame[y : y + height, x : x + width].max() > 200)
        for x, y, width, height in boxes
    ]
    assert arrived == sorted(arrived)
    assert arrived[0] < arrived[-1] <= 24
    assert np.abs(coming[-1] - resting[0]).mean() < 2


def test_a_grade_lies_under_the_titles(tmp_path: Path) -> None:
    """Footage takes the look and the table, the title over it keeps its own colour; frames stay as they are in time."""
    steps = [f"{r} {g * 0.4} {b * 0.4}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    lut = tmp_path / "red.cube"
    lut.write_text("LUT_3D_SIZE 2\n" + "\n".join(steps) + "\n", encoding="ascii")
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    title = write_title(tmp_path / "t.png", WIDTH, HEIGHT, (40, 30, 80, 40), "#0030FF")
    cue = (TitleCue("title", 0, 20, "none", "none"),)
    plain = make_segment(set_up(order(titles=cue), tmp_path / "a", clip=clip, title=title))
    grade = Grade("vivid", "warm", ("#12211D", "#E8A33D"), has_lut=True)
    graded = make_segment(set_up(order(titles=cue, grade=grade), tmp_path / "b", clip=clip, title=title, lut=lut))
    frames = [[to_rgb(frame).astype(int) for frame in read_frames(made.files[0].path)] for made in (plain, graded)]
    for before, after in zip(*frames, strict=True):
        assert np.abs(after[40:60, 60:100] - before[40:60, 60:100]).mean() < 2
        assert (after[:20, :, 1:] < 0.6 * before[:20, :, 1:] + 8).mean() > 0.98


def test_a_missing_or_broken_table_is_refused(tmp_path: Path) -> None:
    """The error says what to do; nothing is made ungraded."""
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    payload = order(grade=Grade("none", "", (), has_lut=True))
    with pytest.raises(OrderFailed, match="not on the bench"):
        make_segment(set_up(payload, tmp_path / "a", clip=clip))
    lut = tmp_path / "x.cube"
    lut.write_text("LUT_3D_SIZE 2\n0 0 0\n", encoding="ascii")
    with pytest.raises(OrderFailed, match="1 lines of values instead of 8"):
        make_segment(set_up(payload, tmp_path / "b", clip=clip, lut=lut))
