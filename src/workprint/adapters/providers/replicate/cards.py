"""What is bought on Replicate: dated cards of official models, priced by what comes out."""

from __future__ import annotations

from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "replicate"
AS_OF = "2026-11-21"
SOURCE = "replicate SDK 1.0.7 and 2.0.0b4; replicate.com model pages of October 2026 (providers.md 1)"
LINK_LIFE_S = 3600
"""Inputs, outputs and logs are removed an hour after a prediction."""

FRAMES = (Role.FIRST_FRAME, Role.LAST_FRAME)
MEGAPIXELS = {"1k": "1 MP", "2k": "4 MP"}
MODES = {"720p": "standard", "1080p": "pro", "4k": "4k"}
"""Kling's mode, which is its resolution."""


def _seconds(*lines: tuple[int, dict[str, Any]]) -> tuple[Price, ...]:
    return tuple(Price(PriceUnit.SECOND, micros, **conditions) for micros, conditions in lines)


def _at(size: str, **conditions: Any) -> dict[str, Any]:
    return {"resolutions": (size,), **conditions}


BY_VIDEO = {"with_input": (Role.REFERENCE_VIDEO,)}
FIRST, LAST = InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1)
MODELS = (
    ModelCard(
        NAME, "alibaba/wan-3", Medium.VIDEO, AS_OF, SOURCE, Recovery.BY_LIST,
        prices=_seconds((50_000, _at("480p")), (100_000, _at("720p")), (200_000, _at("1080p"))),
        durations=Durations(low=2000, high=30000),
        aspects=("16:9", "9:16", "1:1", "4:3", "3:4"),
        resolutions=("480p", "720p", "1080p"),
        fps=30,
        inputs=(FIRST,),
        takes_negatives=True,
        seed=SeedKind.WEAK,
        sound=SoundKind.ALWAYS,
        link_life_s=LINK_LIFE_S,
        strengths=("long", "draft", "realism"),
        unsure=("fps", "seed"),
    ),
    ModelCard(
        NAME, "bytedance/seedance-2.5", Medium.VIDEO, AS_OF, SOURCE, Recovery.BY_LIST,
        prices=_seconds(
            (430_400, _at("480p", **BY_VIDEO)), (967_600, _at("720p", **BY_VIDEO)),
            (102_800, _at("480p")), (231_200, _at("720p")),
        ),
        durations=Durations(low=4000, high=30000),
        aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "21:9"),
        resolutions=("480p", "720p"),
        inputs=(
            FIRST, LAST,
            InputLimit(Role.REFERENCE_IMAGE, 30), InputLimit(Role.REFERENCE_VIDEO, 10, most_total_ms=30_000),
        ),
        exclusive=(FRAMES, (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)),
        prompt_limit=2000,
        seed=SeedKind.WEAK,
        sound=SoundKind.OPTIONAL,
        link_life_s=LINK_LIFE_S,
        strengths=("references", "product", "long", "dialogue"),
        unsure=("21:9", "price of sound"),
    ),
    ModelCard(
        NAME, "kwaivgi/kling-v3-video", Medium.VIDEO, AS_OF, SOURCE, Recovery.BY_LIST,
        prices=_seconds(
            (126_000, _at("720p", audio=True)), (84_000, _at("720p", audio=False)),
            (168_000, _at("1080p", audio=True)), (112_000, _at("1080p", audio=False)),
            (420_000, _at("4k")),
        ),
        durations=Durations(low=3000, high=15000),
        aspects=("16:9", "9:16", "1:1"),
        resolutions=("720p", "1080p", "4k"),
        inputs=(FIRST, LAST),
        prompt_limit=2500,
        takes_negatives=True,
        most_shots=6,
        sound=SoundKind.OPTIONAL,
        link_life_s=LINK_LIFE_S,
        strengths=("motion", "cinematic", "dialogue", "multi_shot"),
        is_marked=False,
        unsure=("price of silent clips", "price of 4k", "form of multi_prompt"),
    ),
    ModelCard(
        NAME, "black-forest-labs/flux-2-pro", Medium.IMAGE, AS_OF, SOURCE, Recovery.BY_LIST,
        prices=(
            Price(PriceUnit.IMAGE, 30_000, resolutions=("1k",)),
            Price(PriceUnit.IMAGE, 75_000, resolutions=("2k",)),
            Price(PriceUnit.INPUT_IMAGE, 60_000),
        ),
        aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "4:5"),
        resolutions=("1k", "2k"),
        inputs=(InputLimit(Role.REFERENCE_IMAGE, 8),),
        seed=SeedKind.EXACT,
        link_life_s=LINK_LIFE_S,
        typical_s=15,
        strengths=("still", "product", "references"),
        unsure=("frame_sizes", "megapixels that are billed of an input picture: at most four"),
    ),
)  # fmt: skip
"""Flux: 0.015 USD a call, and 0.015 a megapixel that goes in or out."""
