"""What is encoded decodes to the same pictures, with the right tags and times; hostile files stay shut."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.film_bench import moving, texture, write_clip

from workprint.film.errors import OrderFailed
from workprint.lab.decode import count_frames, open_video, probe, read_frames, read_stretch, shrink
from workprint.lab.encode import PRESETS, FilmWriter, describe_presets, from_planes, from_rgb, to_rgb, view_planes


@pytest.mark.parametrize("rate", [(30, 1), (24, 1), (30000, 1001)])
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_frames_stand_exactly_on_the_rate(tmp_path: Path, preset: str, rate: tuple[int, int]) -> None:
    """Every preset writes High profile, BT.709 limited range, and frame n starts at exactly n / rate."""
    path = write_clip(tmp_path / "clip.mp4", 35, moving(), preset, rate)
    facts = probe(path)
    assert (facts.codec, facts.profile, facts.pix_fmt) == ("h264", "High", "yuv420p")
    assert (facts.primaries, facts.transfer, facts.matrix, facts.color_range) == (1, 1, 1, 1)
    assert facts.rate == rate
    assert facts.frames == count_frames(path) == 35
    times = [frame.pts * frame.time_base for frame in read_frames(path)]
    assert times == [Fraction(n * rate[1], rate[0]) for n in range(35)]
    assert facts.duration == Fraction(35 * rate[1], rate[0])


def test_the_same_pictures_give_the_same_bytes(tmp_path: Path) -> None:
    """A film carries no time, path or encoder tag: all writings are byte-identical."""
    # Ten times: what depends on leftover memory differs only now and then.
    names = ("a.mp4", "other name.mp4", *(f"{n}.mp4" for n in range(8)))
    written = {write_clip(tmp_path / name, 12, moving(), "master").read_bytes() for name in names}
    assert len(written) == 1
    assert b"Lavf" not in written.pop()


def test_colors_survive_the_round_trip() -> None:
    """Flat colours come back from BT.709 limited range within two code values, and white is 235."""
    colors = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    picture = colors.repeat(16, 0).repeat(16, 1)
    back = to_rgb(from_rgb(picture))[8::16, 8::16]
    assert np.abs(back.astype(int) - colors).max() <= 3
    white = from_rgb(np.full((16, 16, 3), 255, np.uint8))
    assert [int(plane[4, 4]) for plane in view_planes(white)] == [235, 128, 128]
    red = from_rgb(np.full((16, 16, 3), (255, 0, 0), np.uint8))
    assert [int(plane[4, 4]) for plane in view_planes(red)] == [63, 102, 240]


def test_planes_are_written_as_they_are(tmp_path: Path) -> None:
    """Y, U and V planes handed over directly come back nearly unchanged, in their places."""
    luma = np.tile(np.arange(40, 200, dtype=np.uint8), (90, 1))
    blue, red = np.full((45, 80), 100, np.uint8), np.full((45, 80), 160, np.uint8)
    with FilmWriter(tmp_path / "p.mp4", 160, 90, (30, 1), "intermediate") as film:
        film.write_planes(luma, blue, red)
    frame = next(read_frames(tmp_path / "p.mp4"))
    for plane, wanted in zip(view_planes(frame), (luma, blue, red), strict=True):
        assert np.abs(plane.astype(int) - wanted).mean() < 1.5
    assert np.array_equal(view_planes(from_planes(luma, blue, red))[0], luma)


def test_decoded_frames_do_not_force_their_types(tmp_path: Path) -> None:
    """A clip of key frames that is encoded again gets the group structure of its preset, not of its source."""
    source = write_clip(tmp_path / "a.mp4", 40, moving(), "intermediate")
    with FilmWriter(tmp_path / "b.mp4", 160, 90, (30, 1), "master") as film:
        for frame in read_frames(source):
            film.write_frame(frame)
    with open_video(tmp_path / "b.mp4") as container:
        keys = [packet.is_keyframe for packet in container.demux(video=0) if packet.size]
    assert sum(keys) == 1


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    """Writing a frame that does not fit raises instead of making a broken film."""
    with pytest.raises(ValueError, match="expected"), FilmWriter(tmp_path / "a.mp4", 64, 64, (30, 1), "draft") as film:
        film.write_rgb(texture(width=32, height=32))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_stretch_holds_the_very_frames_that_lie_there(tmp_path: Path, preset: str) -> None:
    """Wherever a stretch begins, its frames are bit for bit those of a film that was decoded from its beginning."""
    path = write_clip(tmp_path / "a.mp4", 130, moving(), preset)
    whole = [[plane.tobytes() for plane in view_planes(frame)] for frame in read_frames(path)]
    for start in (0, 1, 29, 30, 31, 59, 60, 61, 119, 120, 127):
        stretch = [[plane.tobytes() for plane in view_planes(frame)] for frame in read_stretch(path, start, 5)]
        assert stretch == whole[start : start + 5]
    assert list(read_stretch(path, 130, 5)) == []


def test_a_frame_shrunk_for_checks_is_small_and_true(tmp_path: Path) -> None:
    """The proxy has the width asked for, the film's shape, and the mean of the full picture."""
    path = write_clip(tmp_path / "a.mp4", 3, moving())
    full = [view_planes(frame)[0].mean() for frame in read_frames(path)]
    small = [view_planes(shrink(frame, 80))[0] for frame in read_frames(path)]
    assert [plane.shape for plane in small] == [(44, 80)] * 3
    assert np.allclose([plane.mean() for plane in small], full, atol=1.0)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile secret.mp4\n",
        "not a film at all",
        "",
    ],
)
def test_files_that_point_elsewhere_stay_shut(tmp_path: Path, text: str) -> None:
    """A playlist, a concat list or rubbish named .mp4 is refused, and the film beside it is not read."""
    write_clip(tmp_path / "secret.mp4", 2, moving())
    trap = tmp_path / "trap.mp4"
    trap.write_text(text)
    with pytest.raises(OrderFailed, match=r"trap\.mp4"):
        probe(trap)
    with pytest.raises(OrderFailed, match=r"trap\.mp4"):
        list(read_frames(trap))


def test_the_fingerprint_names_versions_and_settings() -> None:
    """Whatever decides encoded bytes stands in the fingerprint."""
    text = describe_presets()
    assert all(f"{preset.name}={preset.speed}/{preset.crf}" in text for preset in PRESETS.values())
    assert "threads=1" in text
