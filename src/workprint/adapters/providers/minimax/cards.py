"""MiniMax's models as dated data (providers.md 10 and A)."""

from __future__ import annotations

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "minimax"
LINK_LIFE_S = 3600
"""Addresses live for a time that is not told; asking again gives a fresh one."""

SOURCE = "platform.minimax.io v2 pages, inference-sh/grid, litellm (providers.md 10)"
ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
FRAMES = (Role.FIRST_FRAME, Role.LAST_FRAME)
SEEN = (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)
FREE_PICTURES = 5


def _rate(unit: PriceUnit, dollars: float, resolution: str) -> Price:
    return Price(unit, round(dollars * 1_000_000), (resolution,))


def _call(dollars: float, resolution: str, duration_ms: int) -> Price:
    return Price(PriceUnit.CALL, round(dollars * 1_000_000), (resolution,), durations_ms=(duration_ms,))


MODELS = (
    ModelCard(
        NAME, "MiniMax-H3", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_WEBHOOK,
        prices=(
            _rate(PriceUnit.SECOND, 0.08, "768P"), _rate(PriceUnit.SECOND, 0.13, "2K"),
            # A reference video costs what as many seconds of the result cost (an aggregator's copy of the price page).
            _rate(PriceUnit.INPUT_VIDEO_SECOND, 0.08, "768P"), _rate(PriceUnit.INPUT_VIDEO_SECOND, 0.13, "2K"),
            Price(PriceUnit.INPUT_IMAGE, 40_000, above_count=FREE_PICTURES),
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
        unsure=("price of reference videos", "how their seconds are rounded", "frames in pixels"),
    ),
    ModelCard(
        NAME, "MiniMax-H3-Max", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_WEBHOOK,
        prices=(_rate(PriceUnit.SECOND, 0.05, "480P"), _rate(PriceUnit.SECOND, 0.08, "768P")),
        durations=Durations(low=5000, high=15000),
        aspects=ASPECTS,
        resolutions=("768P", "480P"),
        inputs=(InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1)),
        prompt_limit=7000,
        seed=SeedKind.WEAK,
        sound=SoundKind.ALWAYS,
        link_life_s=LINK_LIFE_S,
        typical_s=30,
        strengths=("draft", "fast"),
        unsure=("durations", "what a seed does", "frames in pixels"),
    ),
    ModelCard(
        NAME, "MiniMax-Hailuo-02", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_WEBHOOK,
        prices=(_call(0.28, "768P", 6000), _call(0.56, "768P", 10000), _call(0.49, "1080P", 6000)),
        durations=Durations(choices=(6000, 10000)),
        aspects=("16:9",),
        resolutions=("768P", "1080P"),
        inputs=(InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1, beside=(Role.FIRST_FRAME,))),
        prompt_limit=2000,
        link_life_s=LINK_LIFE_S,
        typical_s=240,
        strengths=("motion", "camera"),
        unsure=("price", "frames in pixels"),
    ),
)  # fmt: skip
"""What can be bought. The clip follows its first frame's shape. Hailuo-02 at 1080P makes six seconds only."""
