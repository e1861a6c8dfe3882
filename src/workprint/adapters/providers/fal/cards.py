"""What fal sells that is bought here: dated cards, and which field of its request each model knows things by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workprint.film.canonical import Json
from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SeedKind, SoundKind
from workprint.film.request import Medium, Role

NAME = "fal"
AS_OF = "2026-11-21"
SOURCE = "fal.ai docs, SDK fal_client 1.0.3 (providers.md 2)"
PIKA_SOURCE = f"{SOURCE}; fal.ai/models/fal-ai/pika/v2.2 (providers.md 11)"
KLING_SOURCE = f"{SOURCE}; fal.ai/models/fal-ai/kling-video/v3 llms.txt"
WAN_SOURCE = f"{SOURCE}; fal.ai/models/fal-ai/wan-25-preview llms.txt"
FLUX_SOURCE = f"{SOURCE}; fal.ai/models/fal-ai/flux/dev and flux-2-pro"
LINK_LIFE_S = 7 * 24 * 3600
"""Media stay on the CDN for at least seven days by default (from memory)."""

FROM_MEMORY = ("link_life_s",)


@dataclass(frozen=True)
class Shape:
    """How a model wants to be asked: the names of its fields; "" for what it does not take.

    `first` and `last` hold one address each; `pictures` holds a list of all given pictures in order; `duration` is the
    type it wants ("text", "number", "transitions"); `fixed` is sent as it is, and any knob may replace it.
    """

    first: str = ""
    last: str = ""
    pictures: str = ""
    sound_in: str = ""
    duration: str = ""
    takes: tuple[str, ...] = ()
    fixed: tuple[tuple[str, Json], ...] = ()


FIRST = InputLimit(Role.FIRST_FRAME, 1, least=1)
LAST = InputLimit(Role.LAST_FRAME, 1)
PIKA_PRICES = (
    Price(PriceUnit.SECOND, 40_000, resolutions=("720p",)),
    Price(PriceUnit.SECOND, 90_000, resolutions=("1080p",)),
)
"""0.20 USD for 5 s of 720p, 0.45 for 1080p; one page says 0.06 a second for 1080p: the dearer one is the bound."""

PIKA_ASPECTS = ("16:9", "9:16", "1:1", "4:5", "5:4", "3:2", "2:3")
PIKA_TAKES = ("prompt", "negative_prompt", "seed", "resolution")


def _pika(end: str, **parts: Any) -> ModelCard:
    settings: dict[str, Any] = {
        "durations": Durations(choices=(5000, 10000)),
        "aspects": PIKA_ASPECTS,
        "strengths": ("effects", "stylised", "transition"),
        "unsure": (*FROM_MEMORY, "fps", "price of 10 s and of 1080p"),
        **parts,
    }
    return ModelCard(
        NAME, f"fal-ai/pika/v2.2/{end}", Medium.VIDEO, AS_OF, PIKA_SOURCE, Recovery.BY_LIST,
        prices=PIKA_PRICES,
        resolutions=("720p", "1080p"),
        takes_negatives=True,
        seed=SeedKind.EXACT,
        link_life_s=LINK_LIFE_S,
        charges_failures=True,
        **settings,
    )  # fmt: skip


def _kling(tier: str, end: str, resolution: str, micros: tuple[int, int], **parts: Any) -> ModelCard:
    silent, sounding = micros
    return ModelCard(
        NAME, f"fal-ai/kling-video/v3/{tier}/{end}", Medium.VIDEO, AS_OF, KLING_SOURCE, Recovery.BY_WEBHOOK,
        prices=(Price(PriceUnit.SECOND, sounding, audio=True), Price(PriceUnit.SECOND, silent, audio=False)),
        durations=Durations(low=3000, high=15000),
        aspects=("16:9", "9:16", "1:1"),
        resolutions=(resolution,),
        prompt_limit=2500,
        takes_negatives=True,
        most_shots=6,
        sound=SoundKind.OPTIONAL,
        link_life_s=LINK_LIFE_S,
        charges_failures=True,
        strengths=("motion", "cinematic", "dialogue", "multi_shot"),
        unsure=(*FROM_MEMORY, "prompt_limit", "resolution of each tier"),
        **parts,
    )  # fmt: skip


def _wan(end: str, **parts: Any) -> ModelCard:
    return ModelCard(
        NAME, f"fal-ai/wan-25-preview/{end}", Medium.VIDEO, AS_OF, WAN_SOURCE, Recovery.BY_LIST,
        prices=tuple(
            Price(PriceUnit.SECOND, micros, resolutions=(size,))
            for size, micros in (("480p", 50_000), ("720p", 100_000), ("1080p", 150_000))
        ),
        durations=Durations(choices=(5000, 10000)),
        aspects=("16:9", "9:16", "1:1"),
        resolutions=("480p", "720p", "1080p"),
        prompt_limit=800,
        takes_negatives=True,
        seed=SeedKind.EXACT,
        link_life_s=LINK_LIFE_S,
        charges_failures=True,
        strengths=("realism", "draft"),
        unsure=(*FROM_MEMORY, "fps", "whether it adds sound of its own"),
        **parts,
    )  # fmt: skip


MUSIC_IN = InputLimit(Role.REFERENCE_AUDIO, 1, most_total_ms=30_000)

STILL_SIZES = {"16:9": (1312, 736), "9:16": (736, 1312), "1:1": (992, 992), "4:3": (1152, 864), "3:4": (864, 1152),
               "4:5": (832, 1040)}  # fmt: skip
"""Just below one million pixels: one megapixel by either reading of the word. 2k has twice the sides, four of them."""

SIZES = tuple(
    (aspect, word, width * factor, height * factor)
    for word, factor in (("1k", 1), ("2k", 2))
    for aspect, (width, height) in STILL_SIZES.items()
)


def _flux(end: str, micros: dict[str, int], *more: Price, **parts: Any) -> ModelCard:
    return ModelCard(
        NAME, f"fal-ai/{end}", Medium.IMAGE, AS_OF, FLUX_SOURCE, Recovery.BY_LIST,
        prices=(*(Price(PriceUnit.IMAGE, price, resolutions=(word,)) for word, price in micros.items()), *more),
        aspects=tuple(STILL_SIZES),
        resolutions=tuple(micros),
        seed=SeedKind.EXACT,
        frame_sizes=SIZES,
        link_life_s=LINK_LIFE_S,
        charges_failures=True,
        typical_s=15,
        **parts,
    )  # fmt: skip


MODELS = (
    _pika("text-to-video"),
    _pika("image-to-video", inputs=(FIRST,)),
    _pika(
        "pikaframes",
        durations=Durations(low=5000, high=10000),
        inputs=(FIRST, InputLimit(Role.LAST_FRAME, 1, least=1)),
        strengths=("transition", "morph"),
    ),
    _pika("pikascenes", inputs=(InputLimit(Role.REFERENCE_IMAGE, 5, least=1),), strengths=("product", "references")),
    _kling("standard", "text-to-video", "720p", (84_000, 126_000)),
    _kling("standard", "image-to-video", "720p", (84_000, 126_000), inputs=(FIRST, LAST)),
    _kling("pro", "text-to-video", "1080p", (112_000, 168_000)),
    _kling("pro", "image-to-video", "1080p", (112_000, 168_000), inputs=(FIRST, LAST)),
    _wan("text-to-video", inputs=(MUSIC_IN,)),
    _wan("image-to-video", inputs=(FIRST, MUSIC_IN)),
    _flux("flux/dev", {"1k": 25_000}, strengths=("draft", "still"), unsure=FROM_MEMORY),
    _flux(
        "flux-2-pro", {"1k": 30_000, "2k": 75_000},
        strengths=("still", "realism"),
        unsure=(*FROM_MEMORY, "price beyond 1 megapixel"),
    ),
    _flux(
        "flux-2-pro/edit", {"1k": 45_000, "2k": 90_000}, Price(PriceUnit.INPUT_IMAGE, 15_000, above_count=1),
        inputs=(InputLimit(Role.REFERENCE_IMAGE, 4, least=1),),
        strengths=("still", "product", "references"),
        unsure=(*FROM_MEMORY, "price of input pictures", "most references"),
    ),
)  # fmt: skip

KLING_TAKES = ("prompt", "negative_prompt", "generate_audio", "multi_prompt")
WAN_TAKES = ("prompt", "negative_prompt", "seed", "resolution")
WAN_FIXED = (("enable_prompt_expansion", False),)
"""Our prompts are written out; a rewriter would change what was approved."""

FLUX_TAKES = ("prompt", "seed", "image_size")
PNG = ("output_format", "png")
SHAPES = {
    "fal-ai/pika/v2.2/text-to-video": Shape(duration="number", takes=(*PIKA_TAKES, "aspect_ratio")),
    "fal-ai/pika/v2.2/image-to-video": Shape(first="image_url", duration="number", takes=PIKA_TAKES),
    "fal-ai/pika/v2.2/pikaframes": Shape(pictures="image_urls", duration="transitions", takes=PIKA_TAKES),
    "fal-ai/pika/v2.2/pikascenes": Shape(
        pictures="image_urls",
        duration="number",
        takes=(*PIKA_TAKES, "aspect_ratio"),
        fixed=(("ingredients_mode", "precise"),),
    ),
    **{
        f"fal-ai/kling-video/v3/{tier}/{end}": shape
        for tier in ("standard", "pro")
        for end, shape in (
            ("text-to-video", Shape(duration="text", takes=(*KLING_TAKES, "aspect_ratio"))),
            ("image-to-video", Shape("start_image_url", "end_image_url", duration="text", takes=KLING_TAKES)),
        )
    },
    "fal-ai/wan-25-preview/text-to-video": Shape(
        sound_in="audio_url", duration="text", takes=(*WAN_TAKES, "aspect_ratio"), fixed=WAN_FIXED
    ),
    "fal-ai/wan-25-preview/image-to-video": Shape(
        first="image_url", sound_in="audio_url", duration="text", takes=WAN_TAKES, fixed=WAN_FIXED
    ),
    "fal-ai/flux/dev": Shape(takes=(*FLUX_TAKES, "num_images"), fixed=(PNG,)),
    "fal-ai/flux-2-pro": Shape(takes=FLUX_TAKES, fixed=(PNG,)),
    "fal-ai/flux-2-pro/edit": Shape(pictures="image_urls", takes=FLUX_TAKES, fixed=(PNG,)),
}
"""By native id. Kling on fal takes no seed: nothing that its list gives back marks an attempt."""
