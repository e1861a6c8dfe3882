"""A tiny product as text USD, scene recipes and benches for tests of the stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from tests.productions import write_short_project

from workprint.film.brief import CameraMove, StagePass
from workprint.film.lineage import FileRef
from workprint.film.order import Input, Order
from workprint.film.stage_orders import (
    PASSES_FROM_KEYS,
    SceneRecipe,
    StageCamera,
    StageClipPayload,
    StageKeyPayload,
    StageLighting,
    StagePassPayload,
    StageRender,
    StageSpanPayload,
    StageStillPayload,
    name_key_role,
    name_span_role,
)
from workprint.film.stage_shots import cut_spans
from workprint.ports.maker import Bench, BenchInput, Made

RECIPE = SceneRecipe(
    camera=StageCamera(CameraMove.ORBIT, 70, 2.0, 0.6, 10.0, 0.0, 1.0),
    lighting=StageLighting("soft_top"),
    render=StageRender(64, 48, (30, 1), 6, 2, denoise=True),
    ground="#12211D",
)
"""A shot as small as they come."""

CUBE = """#usda 1.0
(
    defaultPrim = "Thing"
    metersPerUnit = 0.01
    upAxis = "Z"
)
def Xform "Thing"
{
    def Mesh "Body"
    {
        int[] faceVertexCounts = [4, 4, 4, 4, 4, 4]
        int[] faceVertexIndices = [0,3,2,1, 4,5,6,7, 0,1,5,4, 1,2,6,5, 2,3,7,6, 3,0,4,7]
        point3f[] points = [(-5,-5,0),(5,-5,0),(5,5,0),(-5,5,0),(-5,-5,20),(5,-5,20),(5,5,20),(-5,5,20)]
        color3f[] primvars:displayColor = [(0.8,0.5,0.2)]
        uniform token subdivisionScheme = "none"
        custom token workprint:kind = "brass"
    }
    def Mesh "Cap"
    {
        int[] faceVertexCounts = [3, 3, 3, 3]
        int[] faceVertexIndices = [0,1,4, 1,2,4, 2,3,4, 3,0,4]
        point3f[] points = [(-5,-5,20),(5,-5,20),(5,5,20),(-5,5,20),(0,0,26)]
        color3f[] primvars:displayColor = [(1,0.6,0.2),(1,0.3,0.1),(1,0.6,0.2),(1,0.3,0.1),(1,0.8,0.5)] (
            interpolation = "vertex"
        )
        uniform token subdivisionScheme = "none"
        custom token workprint:kind = "opal"
        custom float workprint:emission = 2
    }
EXTRA
}
"""
"""A box of 10 x 10 x 20 cm with a lit pyramid on it; EXTRA stands where a test adds something."""


def write_product(folder: Path, extra: str = "", name: str = "9f3a") -> Path:
    """The product as a file without an ending, as the vault keeps it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(CUBE.replace("EXTRA", extra), encoding="utf-8")
    return path


def write_stage_project(root: Path, hint: str, passes: str = "") -> Path:
    """A short project whose first scene is a packshot with a product to film, and passes of it."""
    project = write_short_project(root)
    write_product(project / "assets", name="thing.usda")
    brief = project / "brief.yaml"
    text = brief.read_text().replace(
        "assets: {", f"assets: {{stage_passes: [{passes}], product_usd: assets/thing.usda, "
    )
    text = text.replace("type: lifestyle,", f"type: packshot, provider_hint: {hint},")
    brief.write_text(text)
    return project


def recipe(**changes: object) -> SceneRecipe:
    """The recipe with fields of its render replaced or `move`."""
    made = RECIPE
    if "move" in changes:
        made = replace(made, camera=replace(made.camera, move=changes.pop("move")))  # type: ignore[arg-type]
    return replace(made, render=replace(made.render, **changes))  # type: ignore[arg-type]


def set_bench(step: str, payload: object, inputs: Mapping[str, Path], scratch: Path) -> Bench:
    """A bench with files under their roles and a scratch folder of its own."""
    scratch.mkdir(parents=True, exist_ok=True)
    given = {role: BenchInput((path,), ("",), {}) for role, path in inputs.items()}
    return Bench(step, "SC01_SH01_CLIP_packshot", payload, given, 7, scratch, lambda fraction: None)


def make_order(step: str, payload: object) -> Order:
    """An order as the acts make it."""
    product = FileRef("0" * 64, "model/vnd.usd", 1)
    return Order(step, "SC01_SH01_CLIP_packshot", payload, (Input("product", product),), seed=7)


def digest_files(made: Made) -> list[str]:
    """Digests of what was made."""
    return [sha256(Path(file.path).read_bytes()).hexdigest() for file in made.files]


def film(folder: Path, shot: SceneRecipe, keys: tuple[int, ...]) -> list[str]:
    """Digests of every key, the still and the clip of a shot, made in whatever process calls this."""
    from workprint.adapters.stage.work import develop_still, film_span, join_clip, render_key  # noqa: PLC0415

    inputs = {"product": write_product(folder)}
    digests = []
    for frame in keys:
        bench = set_bench("stage_key", StageKeyPayload(shot, frame), inputs, folder / f"key{frame}")
        made = render_key(bench)
        digests += digest_files(made)
        inputs[name_key_role(frame)] = Path(made.files[0].path)
    digests += digest_files(develop_still(set_bench("stage_still", StageStillPayload(shot), inputs, folder / "still")))
    spans: dict[str, Path] = {}
    for number, span in enumerate(cut_spans(keys, shot.render.frames)):
        made = film_span(
            set_bench("stage_span", StageSpanPayload(shot, span, "draft"), inputs, folder / f"span{number}")
        )
        digests += digest_files(made)
        spans[name_span_role(number)] = Path(made.files[0].path)
    clip = join_clip(set_bench("stage_clip", StageClipPayload(shot, len(spans), "draft"), spans, folder / "clip"))
    return digests + digest_files(clip)


def film_passes(folder: Path, shot: SceneRecipe, keys: tuple[int, ...]) -> dict[str, list[str]]:
    """Digests of every file of every pass of a shot, by pass, made in whatever process calls this."""
    return {
        of.value: [digest for made in make_passes(folder / of.value, shot, keys, of) for digest in digest_files(made)]
        for of in StagePass
    }


def make_passes(folder: Path, shot: SceneRecipe, keys: tuple[int, ...], of: StagePass) -> list[Made]:
    """What is made for one pass of a shot: its key frames where it has some, then every span."""
    from workprint.adapters.stage.labels import make_pass  # noqa: PLC0415
    from workprint.adapters.stage.work import render_key  # noqa: PLC0415

    inputs, made = {"product": write_product(folder)}, []
    for frame in keys if of in PASSES_FROM_KEYS else ():
        key = render_key(set_bench("stage_key", StageKeyPayload(shot, frame, of), inputs, folder / f"key{frame}"))
        inputs[name_key_role(frame)] = Path(key.files[0].path)
        made.append(key)
    for number, span in enumerate(cut_spans(keys, shot.render.frames)):
        payload = StagePassPayload(shot, span, of)
        made.append(make_pass(set_bench("stage_pass", payload, inputs, folder / f"span{number}")))
    return made
