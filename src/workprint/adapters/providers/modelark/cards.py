"""Seedance and Seedream as dated data (providers.md 6 and A)."""

from __future__ import annotations

from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "modelark"
LINK_LIFE_S = 24 * 3600
SOURCE = "byteplus-python-sdk-v2 3.0.63, ComfyUI and litellm price data (providers.md 6)"
FRAME_RATE = 24

ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
HD = {
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "1:1": (960, 960),
    "4:3": (1112, 834),
    "3:4": (834, 1112),
    "21:9": (1470, 630),
}
"""Frames at 720p, as ffprobe read them; 1080p and 4k are these times 1.5 and 3."""

SD = {
    "16:9": (864, 496),
    "9:16": (496, 864),
    "1:1": (640, 640),
    "4:3": (752, 560),
    "3:4": (560, 752),
    "21:9": (992, 432),
}
"""Frames at 480p."""

SIZES = (
    *((aspect, "480p", *SD[aspect]) for aspect in ASPECTS),
    *((aspect, "720p", *HD[aspect]) for aspect in ASPECTS),
    *((aspect, "1080p", HD[aspect][0] * 3 // 2, HD[aspect][1] * 3 // 2) for aspect in ASPECTS),
    *((aspect, "4k", HD[aspect][0] * 3, HD[aspect][1] * 3) for aspect in ASPECTS),
)
SIZES_25 = (("16:9", "480p", 854, 480), ("9:16", "480p", 480, 854), *SIZES)
"""Seedance 2.5 makes smaller 480p frames at the two common aspects; the first line that fits counts."""

FRAMES = (Role.FIRST_FRAME, Role.LAST_FRAME)
REFERENCES = (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO, Role.REFERENCE_AUDIO)


def _tokens(dollars_a_million: float, *resolutions: str, **conditions: Any) -> Price:
    """A price a million tokens, as micro-dollars a thousand: the same digits times 1,000."""
    micros = round(dollars_a_million * 1000)
    return Price(PriceUnit.THOUSAND_TOKENS, micros, resolutions=resolutions, frame_rate=FRAME_RATE, **conditions)


def _both(plain: float, with_video: float, *resolutions: str) -> tuple[Price, Price]:
    """With and without a reference video. One source gives the cheap rate for pictures, too: the dear one holds."""
    return _tokens(with_video, *resolutions, with_input=(Role.REFERENCE_VIDEO,)), _tokens(plain, *resolutions)


def _video(
    model: str, prices: tuple[Price, ...], resolutions: tuple[str, ...], strengths: tuple[str, ...], **limits: Any
) -> ModelCard:
    images, sounds, longest = limits["images"], limits["sounds"], limits["longest"]
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_LIST,
        prices=prices,
        durations=Durations(low=4000, high=longest),
        aspects=ASPECTS,
        resolutions=resolutions,
        inputs=(
            InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1),
            InputLimit(Role.REFERENCE_IMAGE, images),
            InputLimit(Role.REFERENCE_AUDIO, sounds, most_total_ms=limits["sound_ms"], beside=limits.get("beside", ())),
        ),
        exclusive=(FRAMES, REFERENCES),
        seed=SeedKind.WEAK,
        sound=SoundKind.OPTIONAL,
        frame_sizes=limits.get("sizes", SIZES),
        link_life_s=LINK_LIFE_S,
        typical_s=limits.get("typical_s", 180),
        strengths=strengths,
        unsure=("limit of the prompt", "1080p and 4k frames but for 16:9", "whether a queued task tells its seed"),
    )  # fmt: skip


TWO = {
    "images": 9, "sounds": 3, "sound_ms": 15_100, "longest": 15_000,
    "beside": (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO),
}  # fmt: skip
STILL_ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
STILLS = {
    "1K": ((1280, 720), (720, 1280), (1024, 1024), (1152, 864), (864, 1152), (1512, 648)),
    "2K": ((2560, 1440), (1440, 2560), (2048, 2048), (2304, 1728), (1728, 2304), (3024, 1296)),
}
"""Sizes of pictures asked for, in the order of `STILL_ASPECTS`."""


def _still(model: str, prices: dict[str, float], most_inputs: int, strengths: tuple[str, ...]) -> ModelCard:
    return ModelCard(
        NAME, model, Medium.IMAGE, "2026-11-21", SOURCE, Recovery.NONE,
        prices=tuple(Price(PriceUnit.IMAGE, round(1e6 * dollars), (size,)) for size, dollars in prices.items()),
        aspects=STILL_ASPECTS,
        resolutions=tuple(prices),
        inputs=(InputLimit(Role.REFERENCE_IMAGE, most_inputs),),
        seed=SeedKind.WEAK,
        frame_sizes=tuple(
            (aspect, size, *STILLS[size][place]) for size in prices for place, aspect in enumerate(STILL_ASPECTS)
        ),
        link_life_s=LINK_LIFE_S,
        typical_s=20,
        strengths=strengths,
        unsure=("sizes in pixels", "price is Comfy's list / 211"),
    )  # fmt: skip


MODELS = (
    _video(
        "dreamina-seedance-2-0-260128",
        (*_both(7.0, 4.3, "480p", "720p"), *_both(7.7, 4.7, "1080p"), *_both(4.0, 2.4, "4k")),
        ("720p", "480p", "1080p", "4k"),
        ("cinematic", "motion", "references", "dialogue", "consistency"),
        **TWO,
    ),
    _video(
        "dreamina-seedance-2-0-fast-260128", _both(5.6, 3.3, "480p", "720p"), ("720p", "480p"),
        ("motion", "references", "draft"), typical_s=90, **TWO,
    ),
    _video(
        "dreamina-seedance-2-0-mini", _both(3.5, 2.1, "480p", "720p"), ("720p", "480p"), ("draft", "references"),
        typical_s=60, **TWO,
    ),
    _video(
        "dreamina-seedance-2-5-260628", _both(10.7, 6.4, "480p", "720p"), ("720p", "480p"),
        ("cinematic", "long", "references", "dialogue", "consistency"),
        images=30, sounds=10, sound_ms=30_100, longest=30_000, sizes=SIZES_25,
    ),
    _still("seedream-4-5-251128", {"2K": 0.04}, 10, ("product", "still")),
    _still("seedream-5-0-260128", {"2K": 0.035}, 14, ("still", "draft")),
    _still("seedream-5-0-pro-260628", {"2K": 0.09, "1K": 0.045}, 10, ("product", "still", "text")),
    _still("seedream-4-0-250828", {"2K": 0.03}, 10, ("still",)),
)  # fmt: skip
"""What can be bought. Left out: reference videos as input (read from public addresses or registered assets only),
Seedance 2.5 at 1080p (made, but no price is known), Volcengine's names of the same models."""
