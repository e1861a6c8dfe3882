"""Posters, contact sheets and timelines: the exact frame, every panel, and what other editors read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
import skia
from tests.adapters.film_bench import HEIGHT, WIDTH, moving, set_up, write_clip

from workprint.adapters.posters import make_poster, make_sheet
from workprint.adapters.timeline_otio import write_timeline
from workprint.film.cut_orders import PosterPayload, SheetPayload, TimelinePayload
from workprint.film.errors import OrderFailed
from workprint.lab.decode import read_frames
from workprint.lab.encode import to_rgb


def read_picture(path: Path) -> np.ndarray:
    """RGB pixels of a picture file."""
    return skia.Image.open(str(path)).toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, :3]


def test_a_poster_is_that_very_frame(tmp_path: Path) -> None:
    """Every pixel of the poster is the decoded frame's; a frame beyond the end is refused with the film's length."""
    film = write_clip(tmp_path / "film.mp4", 20, moving(speed=4))
    made = make_poster(set_up(PosterPayload(13), tmp_path / "out", film=film))
    assert made.facts == {"frame": 13, "width": WIDTH, "height": HEIGHT}
    wanted = to_rgb(list(read_frames(film))[13])
    assert np.array_equal(read_picture(made.files[0].path), wanted)
    with pytest.raises(OrderFailed, match="it has 20"):
        make_poster(set_up(PosterPayload(20), tmp_path / "out", film=film))


@pytest.mark.parametrize("panels", [1, 7])
def test_a_sheet_shows_every_shot_with_its_caption(tmp_path: Path, panels: int) -> None:
    """Each panel stands in a grid on dark paper, has text below, and two makings are byte-identical."""
    hues = [
        (220, 40, 40),
        (40, 200, 40),
        (40, 60, 230),
        (220, 200, 40),
        (200, 40, 200),
        (40, 200, 200),
        (240, 240, 240),
    ]
    film = write_clip(tmp_path / "film.mp4", 21, lambda n: np.full((HEIGHT, WIDTH, 3), hues[n // 3], np.uint8))
    rows = tuple((f"SC01_SH{n + 1:02d}", f"00:00:00:{n * 3:02d}", n * 3 + 1) for n in range(panels))
    payload = SheetPayload("Lampe «Solvane» مصباح", rows, ("#101820", "#F2A33A"))
    made = make_sheet(set_up(payload, tmp_path / "a", film=film))
    again = make_sheet(set_up(payload, tmp_path / "b", film=film))
    assert Path(made.files[0].path).read_bytes() == Path(again.files[0].path).read_bytes()
    sheet = read_picture(made.files[0].path)
    assert made.facts == {"panels": panels, "width": sheet.shape[1], "height": sheet.shape[0]}
    assert sheet[2, 2].max() < 30
    for hue in hues[:panels]:
        close = np.abs(sheet.astype(int) - hue).max(axis=2) <= 8
        assert close.sum() > 20_000
    assert (sheet[sheet.shape[0] - 200 :].min(axis=2) > 120).sum() > 300


def test_a_label_is_shown_below_its_slate(tmp_path: Path) -> None:
    """When the second text is no timecode the sheet works the timecode out, and stays the same size."""
    film = write_clip(tmp_path / "film.mp4", 4, moving())
    plain = SheetPayload("T", (("SC01_SH01", "00:00:00:02", 2),), ())
    label = SheetPayload("T", (("SC01_SH01", "A very long label " * 30, 2),), ())
    first = read_picture(make_sheet(set_up(plain, tmp_path / "a", film=film)).files[0].path)
    second = read_picture(make_sheet(set_up(label, tmp_path / "b", film=film)).files[0].path)
    assert first.shape == second.shape
    assert not np.array_equal(first, second)


TIMELINE = TimelinePayload(
    title="Täst",
    rate=(30, 1),
    clips=(("SC01_SH01_CLIP_a", 0, 70, "clips/SC01_SH01.mp4"), ("SC01_SH02_CLIP_b", 70, 50, "clips/SC01_SH02.mp4")),
    sounds=(("mix", 0, 120, "sound/mix.wav"), ("line", 10, 20, "sound/line.wav")),
)


def test_a_timeline_is_read_back_as_it_was_meant(tmp_path: Path) -> None:
    """Clips and sounds are in place, to the frame, with their files, from 01:00:00:00."""
    made = write_timeline(set_up(TIMELINE, tmp_path / "out"))
    timeline = otio.adapters.read_from_file(str(made.files[0].path))
    assert timeline.name == "Täst"
    assert timeline.global_start_time == otio.opentime.RationalTime(108_000, 30)
    found = {
        track.name: [
            (clip.name, int(clip.range_in_parent().start_time.value), int(clip.duration().value))
            for clip in track.find_clips()
        ]
        for track in timeline.tracks
    }
    assert found == {
        "V1": [("SC01_SH01_CLIP_a", 0, 70), ("SC01_SH02_CLIP_b", 70, 50)],
        "A1": [("mix", 0, 120)],
        "A2": [("line", 10, 20)],
    }
    urls = [clip.media_reference.target_url for clip in timeline.find_clips()]
    assert urls[:2] == ["clips/SC01_SH01.mp4", "clips/SC01_SH02.mp4"]
    assert made.facts["frames"] == 120


def test_a_timeline_has_the_same_bytes_every_time(tmp_path: Path) -> None:
    """No time and no random id gets into the file."""
    first, second = (write_timeline(set_up(TIMELINE, tmp_path / name)).files[0].path for name in "ab")
    assert Path(first).read_bytes() == Path(second).read_bytes()


def test_overlapping_clips_are_refused(tmp_path: Path) -> None:
    """A picture track cannot hold two clips at once."""
    payload = TimelinePayload("t", (30, 1), (("a", 0, 20, "a.mp4"), ("b", 10, 20, "b.mp4")), ())
    with pytest.raises(ValueError, match="b starts before"):
        write_timeline(set_up(payload, tmp_path / "out"))
