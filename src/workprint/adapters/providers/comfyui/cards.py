"""Open-weight models that run on one's own ComfyUI: what each workflow can do; nothing is charged (providers.md 13)."""

from __future__ import annotations

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind
from workprint.film.request import GenerationRequest, Medium, Role

NAME = "comfyui"
SOURCE = "ComfyUI server.py 2025-10-11, its route pages 2026-08 (providers.md 13)"
FIRST = InputLimit(Role.FIRST_FRAME, 1)
NEEDED = InputLimit(Role.FIRST_FRAME, 1, least=1)
LAST = InputLimit(Role.LAST_FRAME, 1)
WAN_SIZES = (
    ("16:9", "480p", 832, 480),
    ("9:16", "480p", 480, 832),
    ("1:1", "480p", 624, 624),
    ("16:9", "720p", 1280, 720),
    ("9:16", "720p", 720, 1280),
    ("1:1", "720p", 960, 960),
)
LTX_SIZES = (
    ("16:9", "480p", 832, 480),
    ("9:16", "480p", 480, 832),
    ("1:1", "480p", 640, 640),
    ("16:9", "720p", 1280, 704),
    ("9:16", "720p", 704, 1280),
    ("1:1", "720p", 960, 960),
)


def _local(
    model: str,
    fps: int,
    durations: Durations,
    sizes: tuple[tuple[str, str, int, int], ...],
    inputs: tuple[InputLimit, ...],
    *unsure: str,
    takes_negatives: bool = True,
) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(Price(PriceUnit.CALL, 0),),
        durations=durations,
        aspects=tuple(dict.fromkeys(aspect for aspect, _, _, _ in sizes)),
        resolutions=tuple(dict.fromkeys(resolution for _, resolution, _, _ in sizes)),
        fps=fps,
        inputs=inputs,
        takes_negatives=takes_negatives,
        seed=SeedKind.EXACT,
        frame_sizes=sizes,
        typical_s=600,
        strengths=("local", "draft"),
        unsure=("names of the weights on your machine", *unsure),
    )  # fmt: skip


MODELS = (
    _local("wan2.2-t2v", 16, Durations(low=1000, high=5000), WAN_SIZES, ()),
    _local("wan2.2-i2v", 16, Durations(low=1000, high=5000), WAN_SIZES, (NEEDED, LAST)),
    _local("ltx", 24, Durations(low=1000, high=10_000), LTX_SIZES, (FIRST,)),
    _local(
        "cogvideox", 8, Durations(choices=(6000,)), (("3:2", "480p", 720, 480),), (), "inputs of the custom nodes"
    ),
    _local(
        "svd", 6, Durations(choices=(4000,)), (("16:9", "576p", 1024, 576),), (NEEDED,), takes_negatives=False
    ),
)  # fmt: skip


def choose_workflow(request: GenerationRequest) -> str:
    """The template that carries out a request: by model, and by the frames it is given."""
    model = request.native_model
    if model == "wan2.2-i2v":
        return "wan2.2-first-last" if request.of_role(Role.LAST_FRAME) else "wan2.2-i2v"
    if model == "ltx":
        return "ltx-i2v" if request.of_role(Role.FIRST_FRAME) else "ltx-t2v"
    return {"wan2.2-t2v": "wan2.2-t2v", "cogvideox": "cogvideox-t2v", "svd": "svd-i2v"}[model]
