"""What is bought through Comfy Router, as dated data (providers.md 15, 6 and 10)."""

from __future__ import annotations

from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "comfy_router"
REPLAY_LIFE_S = 23 * 3600
"""A key is kept for 24 hours, and a repeat does not begin them anew; an hour is left for clocks and queues. Later the
same key makes a second job, which is paid."""

LINK_LIFE_S = 3600
"""Comfy's own addresses live 12 to 24 hours, and one handed out late may have an hour left."""

SOURCE = "comfy-sdk 0.5.0 and Comfy-Org/docs router pages; prices of the makers (providers.md 15, 6, 10)"
FRAME_RATE = 24
FRAMES = (Role.FIRST_FRAME, Role.LAST_FRAME)
SEEN = (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)
ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
FRAME_SIZES = {
    "480p": ((864, 496), (496, 864), (640, 640), (752, 560), (560, 752), (992, 432)),
    "720p": ((1280, 720), (720, 1280), (960, 960), (1112, 834), (834, 1112), (1470, 630)),
}
"""Seedance's frames in the order of `ASPECTS`."""

SIZES = tuple(
    (aspect, resolution, *sizes[place])
    for resolution, sizes in FRAME_SIZES.items()
    for place, aspect in enumerate(ASPECTS)
)
UNSURE = ("Comfy's mark-up on the makers' prices", "whether a refusal for content is charged")


def _seedance(model: str, dollars_a_million: float, strengths: tuple[str, ...], **limits: Any) -> ModelCard:
    sounds = InputLimit(Role.REFERENCE_AUDIO, limits["sounds"], limits["sound_ms"], beside=limits.get("beside", ()))
    return ModelCard(
        NAME, f"byteplus/{model}", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(Price(PriceUnit.THOUSAND_TOKENS, round(dollars_a_million * 1000), frame_rate=FRAME_RATE),),
        durations=Durations(low=4000, high=limits["longest"]),
        aspects=ASPECTS,
        resolutions=("720p", "480p"),
        inputs=(
            InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1, beside=(Role.FIRST_FRAME,)),
            InputLimit(Role.REFERENCE_IMAGE, limits["images"]), sounds,
        ),
        exclusive=(FRAMES, (*SEEN, Role.REFERENCE_AUDIO)),
        seed=SeedKind.WEAK,
        sound=SoundKind.OPTIONAL,
        frame_sizes=SIZES,
        link_life_s=LINK_LIFE_S,
        typical_s=180,
        strengths=strengths,
        replay_life_s=REPLAY_LIFE_S,
        unsure=("limit of the prompt", *UNSURE),
    )  # fmt: skip


def _rate(unit: PriceUnit, dollars: float, resolution: str) -> Price:
    return Price(unit, round(dollars * 1_000_000), (resolution,))


TWO = {"images": 9, "sounds": 3, "sound_ms": 15_100, "longest": 15_000, "beside": (Role.REFERENCE_IMAGE,)}
MODELS = (
    ModelCard(
        NAME, "minimax/minimax-h3", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(
            _rate(PriceUnit.SECOND, 0.08, "768P"), _rate(PriceUnit.SECOND, 0.13, "2K"),
            _rate(PriceUnit.INPUT_VIDEO_SECOND, 0.08, "768P"), _rate(PriceUnit.INPUT_VIDEO_SECOND, 0.13, "2K"),
            Price(PriceUnit.INPUT_IMAGE, 40_000, above_count=5),
        ),
        durations=Durations(low=5000, high=15000),
        aspects=ASPECTS,
        resolutions=("768P", "2K"),
        inputs=(
            InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1),
            InputLimit(Role.REFERENCE_IMAGE, 9),
            InputLimit(Role.REFERENCE_VIDEO, 3, most_total_ms=15_000),
            InputLimit(Role.REFERENCE_AUDIO, 3, most_total_ms=15_000, beside=SEEN),
        ),
        exclusive=(FRAMES, (*SEEN, Role.REFERENCE_AUDIO)),
        prompt_limit=7000,
        seed=SeedKind.WEAK,
        sound=SoundKind.ALWAYS,
        link_life_s=LINK_LIFE_S,
        typical_s=180,
        strengths=("dialogue", "references", "people", "motion"),
        replay_life_s=REPLAY_LIFE_S,
        unsure=("price of reference videos", "frames in pixels", *UNSURE),
    ),
    _seedance("dreamina-seedance-2-0-260128", 7.0, ("cinematic", "motion", "references", "dialogue"), **TWO),
    _seedance("dreamina-seedance-2-0-fast-260128", 5.6, ("motion", "references", "draft"), **TWO),
    _seedance(
        "dreamina-seedance-2-5-260628", 10.7, ("cinematic", "long", "references", "dialogue"),
        images=30, sounds=10, sound_ms=30_100, longest=30_000,
    ),
)  # fmt: skip
"""Two families whose bodies Router publishes a schema for. Its other models are bought from their makers."""
