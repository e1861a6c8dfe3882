"""Titles over frames: exact colours, only where there is ink, and eased ways in and out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skia
from tests.adapters.film_bench import texture, write_title

from workprint.film.cut_orders import TitleCue
from workprint.film.time import Rate
from workprint.lab.decode import copy_frame
from workprint.lab.encode import from_planes, from_rgb, to_rgb, view_planes
from workprint.lab.overlay import AT_REST, Box, Pose, Title
from workprint.lab.title_motion import MOTIONS, plan_motion

SIZE = (320, 180)


def ground() -> object:
    """A frame of coloured blocks."""
    return from_rgb(texture(3, *SIZE))


def test_a_title_is_blended_as_its_alpha_says(tmp_path: Path) -> None:
    """Luma and chroma of a half-clear title equal the blend in floating point within 1.6 values."""
    rng = np.random.default_rng(5)
    small = rng.integers(0, 256, (18, 32, 4), dtype=np.uint8)
    pixels = np.ascontiguousarray(small.repeat(10, 0).repeat(10, 1))
    path = tmp_path / "t.png"
    image = skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, alphaType=skia.kUnpremul_AlphaType)
    path.write_bytes(bytes(image.encodeToData(skia.kPNG, 100)))
    luma = np.full((180, 320), 77, np.uint8)
    frame = from_planes(luma, np.full((90, 160), 90, np.uint8), np.full((90, 160), 150, np.uint8))
    Title(path, *SIZE).lay(frame, AT_REST)
    color, alpha = pixels[..., :3] / 255, pixels[..., 3] / 255
    light = color @ [0.2126, 0.7152, 0.0722]
    wanted = 77 * (1 - alpha) + (16 + 219 * light) * alpha
    assert np.abs(view_planes(frame)[0] - wanted).max() < 1.6
    blue = 90 * (1 - alpha) + (128 + 224 * (color[..., 2] - light) / 1.8556) * alpha
    assert np.abs(view_planes(frame)[1] - blue.reshape(90, 2, 160, 2).mean(axis=(1, 3))).max() < 1.6


def test_nothing_changes_outside_the_ink(tmp_path: Path) -> None:
    """Pixels beyond the title's box stay as they were, to the bit."""
    title = Title(write_title(tmp_path / "t.png", *SIZE, (40, 100, 120, 40)), *SIZE)
    assert title.ink == Box(40, 100, 120, 40)
    before = ground()
    after = copy_frame(before)
    title.lay(after, AT_REST)
    changed = view_planes(after)[0] != view_planes(before)[0]
    assert changed[100:140, 40:160].mean() > 0.95
    changed[100:140, 40:160] = False
    assert not changed.any()


def test_a_title_is_scaled_to_the_draft(tmp_path: Path) -> None:
    """A title drawn at master size stands in the same place of a smaller frame."""
    title = Title(write_title(tmp_path / "t.png", 640, 360, (80, 200, 240, 80)), *SIZE)
    assert title.ink is not None
    assert abs(title.ink.x - 40) <= 2
    assert abs(title.ink.width - 120) <= 4
    frame = copy_frame(ground())
    title.lay(frame, AT_REST)
    assert to_rgb(frame)[120, 100].min() > 250


@pytest.mark.parametrize("pose", [Pose(drop=9.5), Pose(scale=1.07), Pose(opacity=0.5), Pose(shown=0.5)])
def test_every_pose_stays_inside_the_frame(tmp_path: Path, pose: Pose) -> None:
    """A title at the frame's corner can move without touching memory or pixels it should not."""
    title = Title(write_title(tmp_path / "t.png", *SIZE, (200, 120, 120, 60)), *SIZE)
    frame = copy_frame(ground())
    title.lay(frame, pose)
    assert not np.array_equal(view_planes(frame)[0], view_planes(ground())[0])
    assert np.array_equal(view_planes(frame)[0][:80], view_planes(ground())[0][:80])


def test_a_wipe_reveals_from_the_left(tmp_path: Path) -> None:
    """Half-way through a wipe the left end is there and the right end is not."""
    title = Title(write_title(tmp_path / "t.png", *SIZE, (40, 60, 240, 60)), *SIZE)
    frame = from_rgb(np.zeros((180, 320, 3), np.uint8))
    title.lay(frame, Pose(shown=0.5))
    row = view_planes(frame)[0][90]
    assert row[44] > 230
    assert row[276] == 16
    assert (np.diff(row[40:280].astype(int)) <= 0).all()


@pytest.mark.parametrize("name", MOTIONS)
def test_entrances_and_exits_are_smooth_and_end_at_rest(name: str) -> None:
    """Twelve frames in and eight out at 30 fps; at rest in between, and never a jump of more than a third."""
    motion = plan_motion(TitleCue("t", 5, 65, name, name), 1080, Rate(30))
    assert motion.pose(4) is None
    assert motion.pose(65) is None
    poses = [motion.pose(frame) for frame in range(5, 65)]
    assert all(pose is not None for pose in poses)
    assert poses[12:52] == [AT_REST] * 40
    strength = [pose.opacity * pose.shown * (1 - pose.hidden) for pose in poses if pose]
    assert max(abs(a - b) for a, b in zip([*strength, strength[-1]], strength[:1] + strength, strict=True)) < 0.35


def test_motion_keeps_its_pace_at_any_rate_and_fits_short_cues() -> None:
    """At 60 fps an entrance has twice the frames; a cue shorter than both ways shares its frames."""
    assert plan_motion(TitleCue("t", 0, 90, "fade", "fade"), 1080, Rate(60)).entrance == 24
    short = plan_motion(TitleCue("t", 0, 10, "rise", "fade"), 1080, Rate(30))
    assert short.entrance + short.exit <= 10
    assert short.entrance >= 1
    with pytest.raises(ValueError, match="spin"):
        plan_motion(TitleCue("t", 0, 10, "spin", "none"), 1080, Rate(30))


def test_an_empty_title_leaves_the_frame_alone(tmp_path: Path) -> None:
    """A picture without ink changes nothing."""
    title = Title(write_title(tmp_path / "t.png", *SIZE, (0, 0, 0, 0)), *SIZE)
    frame = copy_frame(ground())
    title.lay(frame, AT_REST)
    assert np.array_equal(view_planes(frame)[0], view_planes(ground())[0])
