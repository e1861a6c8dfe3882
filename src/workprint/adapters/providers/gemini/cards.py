"""Models of the Gemini API: Omni for video, image models of generateContent (providers.md 7a, 7c)."""

from __future__ import annotations

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "gemini"
SOURCE = "google-genai SDK 3.4.0 types; prices litellm 1.106.2 and Comfy (providers.md 7)"
FILE_LIFE_S = 48 * 3600
"""Files of the API are kept for two days."""

OMNI_MICROS = 146_000
"""A second at the dearest published rate; Google bills tokens, Runway sells the same at 0.10 USD."""


def _omni(model: str, longest_ms: int, *unsure: str) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_WEBHOOK,
        prices=(Price(PriceUnit.SECOND, OMNI_MICROS),),
        durations=Durations(low=3000, high=longest_ms),
        aspects=("16:9", "9:16"),
        resolutions=("720p", "360p", "1080p"),
        inputs=(
            InputLimit(Role.FIRST_FRAME, 1),
            InputLimit(Role.LAST_FRAME, 1),
            InputLimit(Role.REFERENCE_IMAGE, 10),
            InputLimit(Role.REFERENCE_VIDEO, 3, most_total_ms=30_000),
            InputLimit(Role.SOURCE_VIDEO, 1, most_total_ms=10_000),
        ),
        exclusive=(
            (Role.FIRST_FRAME, Role.LAST_FRAME),
            (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO),
            (Role.SOURCE_VIDEO,),
        ),
        seed=SeedKind.WEAK,
        sound=SoundKind.ALWAYS,
        link_life_s=FILE_LIFE_S,
        strengths=("realism", "dialogue", "references", "edit"),
        unsure=("fps", "price (tokens)", "price above 720p", "duration text", "how a last frame is named", *unsure),
    )  # fmt: skip


PICTURES = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9")


def _image(model: str, prices: dict[str, int], *strengths: str) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.IMAGE, "2026-11-21", SOURCE, Recovery.NONE,
        prices=tuple(Price(PriceUnit.IMAGE, micros, resolutions=(size,)) for size, micros in prices.items()),
        aspects=PICTURES,
        resolutions=tuple(prices),
        inputs=(InputLimit(Role.REFERENCE_IMAGE, 10),),
        seed=SeedKind.WEAK,
        typical_s=30,
        strengths=strengths,
        unsure=("aspects", "prices by size"),
    )  # fmt: skip


MODELS = (
    _omni("gemini-omni-1.2-flash", 15_000, "longest clip of 15 s"),
    _omni("gemini-omni-1.1-flash", 10_000),
    _image("gemini-3.1-flash-image", {"1K": 67_000}, "still", "edit"),
    _image("gemini-3-pro-image", {"1K": 134_000, "2K": 134_000}, "still", "type", "product"),
    _image("gemini-nano-banana-2.1", {"1K": 34_000}, "still", "draft"),
)
"""4k of Omni is left out: no price of it is known, and what cannot be priced is not bought."""


def find_card(native_model: str) -> ModelCard:
    """The card of a model by the API's own id."""
    return next(card for card in MODELS if card.model == native_model)
