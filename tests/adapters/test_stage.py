"""The stage: what renders is exact, repeatable and safe. Skipped where `workprint[stage]` is not installed."""

from __future__ import annotations

import json
import math
import multiprocessing
from pathlib import Path

import av
import numpy as np
import pytest
from tests.adapters.stage_bench import (
    digest_files,
    film,
    film_passes,
    make_passes,
    recipe,
    set_bench,
    write_product,
)

from workprint.film.brief import CameraMove, StagePass
from workprint.film.errors import OrderFailed
from workprint.film.stage_orders import (
    FrameSpan,
    SceneRecipe,
    StageKeyPayload,
    StageQuality,
    StageSpanPayload,
    name_key_role,
)
from workprint.film.stage_shots import choose_keys
from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.pictures import load
from workprint.lab.stage_extra import has_stage
from workprint.ports.maker import Made

pytestmark = pytest.mark.skipif(not has_stage(), reason="needs the extra: pip install 'workprint[stage]'")


def render(folder: Path, **changes: object):  # type: ignore[no-untyped-def]
    """One key frame of the tiny product."""
    from workprint.adapters.stage.work import render_key  # noqa: PLC0415

    inputs = {"product": write_product(folder)}
    frame = changes.pop("frame", 0)
    return render_key(set_bench("stage_key", StageKeyPayload(recipe(**changes), frame), inputs, folder / "s"))  # type: ignore[arg-type]


def test_a_shot_is_the_same_to_the_bit_in_another_process(tmp_path: Path) -> None:
    """Every key frame, the still, the spans, the clip and every pass have the same bytes in two fresh processes."""
    shot = recipe(width=320, height=180)
    keys = choose_keys(shot.camera, 6, StageQuality.FINAL)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        runs = [pool.apply(film, (tmp_path / str(run), shot, keys)) for run in range(2)]
        passes = [pool.apply(film_passes, (tmp_path / f"passes{run}", shot, keys)) for run in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == len(runs[0])
    assert passes[0] == passes[1]
    assert set(passes[0]) == {of.value for of in StagePass}


def test_a_scene_kept_open_gives_the_same_bits(tmp_path: Path) -> None:
    """A worker that has filmed other frames and another shot before makes the same key as one that has not."""
    first = digest_files(render(tmp_path / "a"))
    assert digest_files(render(tmp_path / "a", frame=5)) != first
    assert digest_files(render(tmp_path / "a", samples=3)) != first
    assert digest_files(render(tmp_path / "a")) == first


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
    from workprint.adapters.stage.shoot import open_shoot  # noqa: PLC0415
    from workprint.adapters.stage.work import draw_frames, read_key, render_key  # noqa: PLC0415

    shot = recipe(width=128, height=96, samples=16)
    inputs = {"product": write_product(tmp_path)}
    for frame in (0, 3, 5):
        bench = set_bench("stage_key", StageKeyPayload(shot, frame), inputs, tmp_path / str(frame))
        inputs[name_key_role(frame)] = Path(render_key(bench).files[0].path)
    span = FrameSpan(0, 6, (0, 5))
    bench = set_bench("stage_span", StageSpanPayload(shot, span, "draft"), inputs, tmp_path / "span")
    drawn = list(draw_frames(bench, open_shoot(bench, shot), span))[3]
    error = np.clip(drawn, 0, 1) - np.clip(read_key(bench, 3), 0, 1)
    assert -10 * np.log10(np.mean(error**2)) > 26


def read_exr(path: Path) -> np.ndarray:  # type: ignore[type-arg]
    """An EXR file through FFmpeg's own decoder: (h, w) or (h, w, 3), channels red, green, blue."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    kind = np.float32 if frame.format.name.endswith("f32le") else np.float16
    assert frame.format.name in ("grayf32le", "grayf16le", "gbrpf32le", "gbrpf16le")
    planes = [
        np.frombuffer(bytes(plane), kind).reshape(frame.height, -1)[:, : frame.width].astype(np.float32)
        for plane in frame.planes
    ]
    return planes[0] if len(planes) == 1 else np.dstack([planes[2], planes[0], planes[1]])


def list_frames(made: list[Made]) -> list[Path]:
    """The files of a pass that are frames, in order."""
    return [Path(file.path) for one in made if "pass" in one.facts for file in one.files if file.name != "parts.json"]


def test_depth_is_metres_from_the_camera(tmp_path: Path) -> None:
    """Read by another program: one float32 file a frame; the box's front lies where the camera's distance says."""
    from workprint.adapters.stage.camera import place_camera  # noqa: PLC0415
    from workprint.adapters.stage.product import read_product  # noqa: PLC0415

    shot = recipe(move=CameraMove.DOLLY_IN)
    paths = list_frames(make_passes(tmp_path, shot, (0, 5), StagePass.DEPTH))
    assert [path.name for path in paths] == [f"depth.{frame:04d}.exr" for frame in range(6)]
    middles = []
    for frame, path in enumerate(paths):
        depth = read_exr(path)
        assert depth.shape == (48, 64)
        pose = place_camera(shot, read_product(write_product(tmp_path), tmp_path), frame)
        # The middle of the picture shows the front of a box 10 cm deep that stands over the origin.
        far = float(np.linalg.norm(np.subtract(pose.origin, pose.target)))
        assert depth[24, 32] == pytest.approx(far - 0.05, abs=0.02)
        middles.append(float(depth[24, 32]))
    assert middles == sorted(middles, reverse=True)
    assert middles[0] > middles[-1]


def test_masks_and_normals_tell_what_is_where(tmp_path: Path) -> None:
    """Masks show every part in the colour its legend names and nothing else; normals have unit length."""
    made = make_passes(tmp_path / "m", recipe(), (0, 5), StagePass.MASKS)
    legend = json.loads(Path(made[0].files[0].path).read_text())
    assert {name.rsplit("/", 1)[1] for name in legend.values()} == {"Body", "Cap"}
    pixels = load(list_frames(made)[3])[..., :3].reshape(-1, 3)
    shown = {f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in pixels.tolist()}
    assert shown == {*legend, "#000000"}
    normals = read_exr(list_frames(make_passes(tmp_path / "n", recipe(), (0, 5), StagePass.NORMALS))[3])
    assert np.allclose(np.linalg.norm(normals, axis=-1), 1, atol=0.01)


def place_points(shot: SceneRecipe, folder: Path, frame: int, depth: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Where the pixels of a depth frame lie, (h, w, 3) in metres, by the camera alone."""
    from workprint.adapters.stage.camera import find_axes, place_camera  # noqa: PLC0415
    from workprint.adapters.stage.product import read_product  # noqa: PLC0415

    pose = place_camera(shot, read_product(write_product(folder), folder), frame)
    height, width = depth.shape
    reach = 2 * math.tan(math.radians(pose.fov_deg) / 2) / max(width, height)
    down, right = ((np.arange(size) + 0.5 - size / 2) * reach for size in (height, width))
    axes = find_axes(pose)
    ways = right[None, :, None] * axes[0] + down[:, None, None] * axes[1] + axes[2]
    return np.array(pose.origin) + ways * depth[..., None]


def test_depth_masks_and_normals_describe_one_world(tmp_path: Path) -> None:
    """Points placed by depth lie on the box where a mask says so and nowhere else, the floor lies at zero height and
    comes nearer row by row, and every surface faces the way it was built."""
    shot = recipe()
    depth, masks, normals = (
        list_frames(make_passes(tmp_path / of.value, shot, (0, 5), of))[2]
        for of in (StagePass.DEPTH, StagePass.MASKS, StagePass.NORMALS)
    )
    far, facing = read_exr(depth), read_exr(normals)
    points = place_points(shot, tmp_path, 2, far)
    on_box = load(masks)[..., :3].max(axis=-1) > 0
    is_inside = (np.abs(points[..., :2]) < 0.0505).all(axis=-1) & (points[..., 2] > 0.001) & (points[..., 2] < 0.2605)
    assert np.array_equal(on_box, is_inside)
    assert 0.05 < on_box.mean() < 0.5
    on_floor = ~on_box & (points[..., 1] < 0.2)
    assert on_floor.sum() > 300
    assert np.abs(points[on_floor][:, 2]).max() < 1e-3
    assert np.allclose(facing[on_floor], (0, 0, 1), atol=2e-3)
    column = far[:, 2][on_floor[:, 2]]
    assert (np.diff(column) < 0).all()
    on_front = on_box & (np.abs(points[..., 1] + 0.05) < 1e-3) & (points[..., 2] < 0.199)
    assert on_front.sum() > 50
    assert np.allclose(facing[on_front], (0, -1, 0), atol=2e-3)


def test_the_shadow_lies_on_the_sweep_alone(tmp_path: Path) -> None:
    """Between none and all of the light is left, some of it is missing beside the product, nothing on it."""
    shot = recipe(width=128, height=96, samples=8)
    shadow = read_exr(list_frames(make_passes(tmp_path / "s", shot, (0, 5), StagePass.SHADOW))[0])
    masks = load(list_frames(make_passes(tmp_path / "m", shot, (0, 5), StagePass.MASKS))[0])[..., :3].max(axis=-1)
    assert shadow.min() >= 0
    assert shadow.max() <= 1
    assert shadow[masks == 0].min() < 0.8
    assert np.median(shadow[masks > 0]) == 1


def test_the_beauty_pass_is_the_light_of_the_key(tmp_path: Path) -> None:
    """Where a key was rendered, the pass holds its light: 30 dB or nearer, outlines being mixed anew."""
    made = make_passes(tmp_path, recipe(), (0, 5), StagePass.BEAUTY)
    key, frame = read_exr(Path(made[0].files[0].path)), read_exr(list_frames(made)[0])
    assert -10 * np.log10(np.mean((np.clip(key, 0, 1) - np.clip(frame, 0, 1)) ** 2)) > 30


def test_a_still_camera_needs_one_key(tmp_path: Path) -> None:
    """A static shot is one key frame shown for as long as it lasts."""
    digests = film(tmp_path, recipe(move=CameraMove.STATIC), (0,))
    assert len(digests) == 4


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
