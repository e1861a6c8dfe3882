"""Wan's models on Model Studio as dated data (providers.md 9 and A)."""

from __future__ import annotations

from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "dashscope"
LINK_LIFE_S = 24 * 3600
SOURCE = "dashscope SDK 2.0.2, Alibaba reference of 2026-10-15, litellm prices for Singapore (providers.md 9)"
ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4")
FRAMES = (InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1, beside=(Role.FIRST_FRAME,)))
FIRST_AND_LAST = (Role.FIRST_FRAME, Role.LAST_FRAME)
REFERENCES = (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO, Role.REFERENCE_AUDIO)
PLAIN_SECONDS = (PriceUnit.SECOND,)
ALL_SECONDS = (PriceUnit.SECOND, PriceUnit.INPUT_VIDEO_SECOND)
"""References and edits are billed by the seconds that come in and go out."""

INLINE = "videos and sounds as data URIs"


def _rates(units: tuple[PriceUnit, ...], **dollars: float) -> tuple[Price, ...]:
    """Prices a second by resolution, for each unit: `_720P` is the resolution 720P."""
    return tuple(
        Price(unit, round(rate * 1_000_000), (name.removeprefix("_"),))
        for unit in units
        for name, rate in dollars.items()
    )


def _wan27(model: str, units: tuple[PriceUnit, ...], **fields: Any) -> ModelCard:
    return ModelCard(
        NAME, f"wan2.7-{model}", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=_rates(units, _720P=0.10, _1080P=0.15),
        durations=Durations(low=2000, high=15000),
        aspects=ASPECTS,
        resolutions=("720P", "1080P"),
        fps=30,
        prompt_limit=5000,
        takes_negatives=True,
        seed=SeedKind.EXACT,
        sound=SoundKind.ALWAYS,
        link_life_s=LINK_LIFE_S,
        typical_s=180,
        **{"unsure": ("fps",), **fields},
    )  # fmt: skip


def _wan30(model: str, strengths: tuple[str, ...], **dollars: float) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.NONE,
        prices=_rates(ALL_SECONDS, **dollars),
        durations=Durations(low=2000, high=30000),
        aspects=ASPECTS,
        resolutions=("720P", "480P", "1080P"),
        fps=30,
        inputs=(
            *FRAMES,
            InputLimit(Role.REFERENCE_IMAGE, 10),
            InputLimit(Role.REFERENCE_VIDEO, 5, most_total_ms=15_000),
            InputLimit(Role.REFERENCE_AUDIO, 5, most_total_ms=15_000),
        ),
        exclusive=(FIRST_AND_LAST, REFERENCES),
        prompt_limit=20_000,
        seed=SeedKind.EXACT,
        sound=SoundKind.ALWAYS,
        link_life_s=LINK_LIFE_S,
        typical_s=240,
        strengths=strengths,
        unsure=(INLINE, "how sound is turned off", "whether seconds of reference videos are billed"),
    )  # fmt: skip


MODELS = (
    _wan27(
        "t2v", PLAIN_SECONDS,
        inputs=(InputLimit(Role.REFERENCE_AUDIO, 1),),
        strengths=("motion", "lifestyle"),
        unsure=("fps", INLINE),
    ),
    _wan27(
        "i2v", PLAIN_SECONDS,
        inputs=(
            InputLimit(Role.FIRST_FRAME, 1, least=1), InputLimit(Role.LAST_FRAME, 1),
            InputLimit(Role.REFERENCE_AUDIO, 1),
        ),
        strengths=("motion", "frames"),
        unsure=("fps", INLINE),
    ),
    _wan27(
        "r2v", ALL_SECONDS,
        inputs=(
            InputLimit(Role.FIRST_FRAME, 1),
            InputLimit(Role.REFERENCE_IMAGE, 5, least=1),
            InputLimit(Role.REFERENCE_VIDEO, 3),
        ),
        strengths=("references", "consistency", "people"),
        unsure=("fps", INLINE),
    ),
    _wan30("wan3.0-video", ("long", "references", "dialogue"), _480P=0.05, _720P=0.10, _1080P=0.20),
    _wan30("wan3.0-video-prime", ("cinematic", "long", "references"), _480P=0.068, _720P=0.14, _1080P=0.28),
)  # fmt: skip
"""What can be bought. Left out: wan2.7-videoedit and continuing a clip (their billed lengths are not known for sure),
wan3.0's documents and web pages, wan2.5 and 2.6."""
