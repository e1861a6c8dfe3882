"""The stage: what renders is exact, repeatable and safe. Skipped where `workprint[stage]` is not installed."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.stage_bench import digest_files, film, recipe, set_bench, write_product

from workprint.film.brief import CameraMove
from workprint.film.errors import OrderFailed
from workprint.film.stage_orders import (
    StageClipPayload,
    StageKeyPayload,
    StageQuality,
    StageReplicator,
    name_key_role,
)
from workprint.film.stage_shots import choose_keys
from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.pictures import load
from workprint.lab.stage_extra import has_stage

pytestmark = pytest.mark.skipif(not has_stage(), reason="needs the extra: pip install 'workprint[stage]'")

ALL = StageReplicator(depth=True, masks=True, normals=True, shadow=True)


def render(folder: Path, **changes: object):  # type: ignore[no-untyped-def]
    """One key frame of the tiny product."""
    from workprint.adapters.stage.work import render_key  # noqa: PLC0415

    inputs = {"product": write_product(folder)}
    frame = changes.pop("frame", 0)
    return render_key(set_bench("stage_key", StageKeyPayload(recipe(**changes), frame), inputs, folder / "s"))  # type: ignore[arg-type]


def test_a_shot_is_the_same_to_the_bit_in_another_process(tmp_path: Path) -> None:
    """Every key frame, the still and the clip have the same bytes when two fresh processes make them."""
    keys = choose_keys(CameraMove.ORBIT, 6, StageQuality.FINAL)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        runs = [pool.apply(film, (tmp_path / str(run), recipe(), keys)) for run in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == len(runs[0])


def test_a_clip_has_its_frames_and_moves(tmp_path: Path) -> None:
    """Six frames of the size ordered, each a lit picture; the first and the last differ as the camera moves."""
    film(tmp_path, recipe(), (0, 5))
    path = tmp_path / "clip" / "clip.mp4"
    facts = probe(path)
    frames = [to_rgb(frame).astype(float) for frame in read_frames(path)]
    assert (facts.width, facts.height, len(frames)) == (64, 48, 6)
    assert all(frame.max() > 120 and frame.std() > 8 for frame in frames)
    assert np.abs(frames[0] - frames[5]).mean() > 0.5


def test_a_reprojected_frame_is_close_to_the_rendered_one(tmp_path: Path) -> None:
    """In the middle between two keys the picture comes within 26 dB (peak signal to noise) of the true one."""
    from workprint.adapters.stage.work import draw_frames, open_shoot, read_key, render_key  # noqa: PLC0415

    shot = recipe(width=128, height=96, samples=16)
    inputs = {"product": write_product(tmp_path)}
    for frame in (0, 3, 5):
        bench = set_bench("stage_key", StageKeyPayload(shot, frame), inputs, tmp_path / str(frame))
        inputs[name_key_role(frame)] = Path(render_key(bench).files[0].path)
    bench = set_bench("stage_clip", StageClipPayload(shot, (0, 5), "draft"), inputs, tmp_path / "clip")
    drawn = list(draw_frames(bench, open_shoot(bench, shot), (0, 5)))[3]
    error = np.clip(drawn, 0, 1) - np.clip(read_key(bench, 3), 0, 1)
    assert -10 * np.log10(np.mean(error**2)) > 26


def test_labels_tell_what_is_where(tmp_path: Path) -> None:
    """Depth is the camera's distance, masks name every part, the shadow darkens the sweep and nothing else."""
    from workprint.adapters.stage.labels import read_light  # noqa: PLC0415

    made = render(tmp_path, replicator=ALL)
    files = {Path(file.path).name: Path(file.path) for file in made.files}
    assert set(files) == {"key.exr", "depth.exr", "normals.exr", "masks.png", "shadow.exr"}
    assert {part.rsplit("/", 1)[1] for part in made.facts["masks"].values()} == {"Body", "Cap"}
    pixels = load(files["masks.png"])[..., :3].reshape(-1, 3)
    shown = {f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in pixels.tolist()}
    assert shown & set(made.facts["masks"])
    assert np.allclose(np.linalg.norm(read_light(files["normals.exr"]), axis=-1), 1, atol=0.01)


def test_a_still_camera_needs_one_key(tmp_path: Path) -> None:
    """A static shot is one key frame shown for as long as it lasts."""
    digests = film(tmp_path, recipe(move=CameraMove.STATIC), (0,))
    assert len(digests) == 3


TRIANGLE = """def Mesh "B" {{
    int[] faceVertexCounts = [3]
    int[] faceVertexIndices = [0, 1, {last}]
    point3f[] points = [(0, 0, 0), ({far}, 0, 0), (0, 1, 0)]
}}"""


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ('def "A" (references = @/etc/passwd@) {}', "usd-reference"),
        ('def "A" (references = @../other.usda@) {}', "usd-reference"),
        ('def "A" (payload = @https://example.com/x.usd@) {}', "usd-reference"),
        ('def "A"\n{\n asset inputs:file = @/etc/passwd@\n}', "usd-reference"),
        (TRIANGLE.format(last=99, far=1), "usd-damaged"),
        (TRIANGLE.format(last=2, far=1e9), "usd-size"),
    ],
)
def test_a_hostile_product_is_refused(tmp_path: Path, extra: str, code: str) -> None:
    """A USD file that points elsewhere, or whose faces lie, ends in an error a person understands."""
    from workprint.adapters.stage.product import read_product  # noqa: PLC0415

    with pytest.raises(OrderFailed, match=code):
        read_product(write_product(tmp_path, extra), tmp_path)


@pytest.mark.parametrize("data", [b"", b"hello", b"PXR-USDC" + bytes(64), b"#usda 1.0\n{", b"PK\x03\x04" + bytes(64)])
def test_a_file_that_is_no_usd_is_refused(tmp_path: Path, data: bytes) -> None:
    """Empty, damaged and packed files are refused, whatever they begin with."""
    from workprint.adapters.stage.product import read_product  # noqa: PLC0415

    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(OrderFailed, match="usd-"):
        read_product(path, tmp_path)


def test_a_sublayer_is_refused(tmp_path: Path) -> None:
    """A layer below the file's own would be another file."""
    from workprint.adapters.stage.product import read_product  # noqa: PLC0415

    path = write_product(tmp_path)
    path.write_text(path.read_text().replace("#usda 1.0\n(", "#usda 1.0\n(\n    subLayers = [@./b.usda@]"))
    with pytest.raises(OrderFailed, match="usd-reference"):
        read_product(path, tmp_path)


def test_another_light_is_another_picture(tmp_path: Path) -> None:
    """Two frames of a move differ, and so do two sample counts: nothing of the recipe is ignored."""
    first = digest_files(render(tmp_path / "a"))
    assert digest_files(render(tmp_path / "b", frame=5)) != first
    assert digest_files(render(tmp_path / "c", samples=3)) != first
