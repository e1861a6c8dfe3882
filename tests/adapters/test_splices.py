"""Clips made longer by tails: the joined clip passes the check its parts pass, and tells what they tell."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.adapters.film_bench import moving, set_up, write_clip
from tests.adapters.previz_bench import draw_bottle, draw_photo, look, set_bench

from workprint.adapters.clip_check import check_clip
from workprint.adapters.conform import conform, conform_tail
from workprint.adapters.previz import shoot_clip, shoot_tail
from workprint.adapters.splices import splice
from workprint.adapters.titles.subjects import read_presence
from workprint.film.brief import CameraMove
from workprint.film.buy_orders import ConformPayload
from workprint.film.picture_orders import ClipCheckPayload, ClipPayload
from workprint.film.tail_orders import ClipTailPayload, ConformTailPayload, SplicePayload
from workprint.lab.decode import read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.subjects import NEAR
from workprint.ports.maker import BenchInput, Made

CLIP_FRAMES, TAIL_FRAMES = 90, 30
"""Of a film at 30 fps."""


def join(folder: Path, parts: list[Made], rate: tuple[int, int] = (30, 1)) -> Made:
    """The parts as one clip."""
    frames = sum(int(part.facts["frames"]) for part in parts)
    bench = set_up(SplicePayload(rate, frames), folder)
    inputs = {
        f"part.{number:02d}": BenchInput((part.files[0].path,), ("video/mp4",), part.facts)
        for number, part in enumerate(parts)
    }
    return splice(replace(bench, inputs=inputs))


def read_duplicates(folder: Path, made: Made, facts: Any) -> str:
    """What the check says of repeated frames in a clip with these facts."""
    payload = ClipCheckPayload(160, 90, (30, 1), int(made.facts["frames"]), stillness_allowed=False)
    bench = set_up(payload, folder)
    inputs = {"clip": BenchInput((made.files[0].path,), ("video/mp4",), facts)}
    readings = check_clip(replace(bench, inputs=inputs)).facts["readings"]
    return str(next(reading["verdict"] for reading in readings if reading["metric"] == "duplicates"))


def buy(folder: Path, rate: tuple[int, int], tails: int) -> list[Made]:
    """A clip and tails as they come at a rate, each tail from the last picture before it, made to fit the film."""
    folder.mkdir(exist_ok=True)
    payload = ConformPayload(160, 90, (30, 1), CLIP_FRAMES, "intermediate")
    came = CLIP_FRAMES * rate[0] // (30 * rate[1])
    pan = moving()
    made = [conform(set_up(payload, folder / "clip", clip=write_clip(folder / "c.mp4", came, pan, rate=rate)))]
    last = came - 1
    for number in range(tails):
        length = (TAIL_FRAMES + 1) * rate[0] // (30 * rate[1]) + 1
        path = write_clip(folder / f"t{number}.mp4", length, lambda n, first=last: pan(first + n), rate=rate)
        tail = ConformTailPayload(replace(payload, frames=TAIL_FRAMES + 1), 1)
        made.append(conform_tail(set_up(tail, folder / f"tail{number}", clip=path)))
        last += length - 1
    return made


@pytest.mark.parametrize("tails", [1, 2])
def test_24_frames_a_second_made_longer_in_a_film_of_30_pass_the_check(tails: int, tmp_path: Path) -> None:
    """What the clip and its tails repeat to reach the rate is known of the joined clip; more than that is a fault."""
    parts = buy(tmp_path / "bought", (24, 1), tails)
    assert read_duplicates(tmp_path / "one", parts[0], parts[0].facts) == "ok"
    longer = join(tmp_path / "longer", parts)
    assert longer.facts["repeats"] == sum(int(part.facts["repeats"]) for part in parts)
    assert read_duplicates(tmp_path / "two", longer, longer.facts) == "ok"
    assert read_duplicates(tmp_path / "three", longer, {**longer.facts, "repeats": 0}) == "fault"


@pytest.mark.parametrize("rate", [(24, 1), (24_000, 1001), (25, 1), (30, 1), (60, 1)], ids=str)
def test_the_told_repeats_are_those_in_the_picture(rate: tuple[int, int], tmp_path: Path) -> None:
    """Counted in the decoded joined clip: as many frames hardly differ from the one before as the facts say."""
    parts = buy(tmp_path / "bought", rate, 1)
    longer = join(tmp_path / "longer", parts)
    pictures = [to_rgb(frame).astype(int) for frame in read_frames(Path(longer.files[0].path))]
    steps = [float(np.abs(after - before).mean()) for before, after in pairwise(pictures)]
    # A pan by a pixel changes these blocks by 3 levels and more on average, another encode of a picture by less than 1.
    assert sum(step < 1 for step in steps) == longer.facts["repeats"]


LAYOUTS = ("hero_sweep", "levitate", "orbit_stage", "cascade", "split", "full_bleed")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_longer_previz_clip_tells_of_its_subjects_as_before(layout: str, tmp_path: Path) -> None:
    """Its rows over the first part are the clip's own; a title anywhere over that part finds the same boxes."""
    is_cutout = layout in LAYOUTS[:3]
    size, frames = (192, 108), 30
    wanted = look(layout=layout, frames=frames, move=CameraMove.PAN, picture_has_alpha=is_cutout)
    pictures = (draw_bottle(),) if is_cutout else tuple(draw_photo(seed=seed) for seed in range(5))
    parts = [shoot_clip(set_bench(ClipPayload(wanted, "", "intermediate"), tmp_path, pictures))]
    for first, length in ((frames, 20), (frames + 20, 9)):
        payload = ClipTailPayload(wanted, "", "intermediate", first, length)
        parts.append(shoot_tail(set_bench(payload, tmp_path / str(first), pictures)))
    told, longer = parts[0].facts["subjects"], join(tmp_path / "longer", parts, (24, 1)).facts["subjects"]
    assert [[row for row in track if row[0] < frames] for track in longer] == told
    for start in range(0, frames, 3):
        for length in {1, frames - start}:
            stretch = (start, length)
            assert read_presence(longer, stretch, (), size) == read_presence(told, stretch, (), size)
    if told:
        assert read_presence(longer, (frames + NEAR + 8, 9), (), size).is_told
        assert all(later[0] > earlier[0] for track in longer for earlier, later in pairwise(track))


def test_a_tail_tells_where_its_own_pictures_show_the_subject(tmp_path: Path) -> None:
    """Counted from its own first frame to its last, in the place where a longer shoot of the same look shows it."""
    wanted, picture = look(frames=12), (draw_bottle(),)
    tail = shoot_tail(set_bench(ClipTailPayload(wanted, "", "intermediate", 12, 8), tmp_path, picture))
    (track,) = tail.facts["subjects"]
    assert (track[0][0], track[-1][0]) == (0, 7)
    (before,) = shoot_clip(set_bench(ClipPayload(wanted, "", "intermediate"), tmp_path, picture)).facts["subjects"]
    assert max(abs(now - then) for now, then in zip(track[0][1:], before[-1][1:], strict=True)) <= 3
