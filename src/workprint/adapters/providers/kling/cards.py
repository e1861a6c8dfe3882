"""Kling's models as dated data (providers.md 5 and A)."""

from __future__ import annotations

from typing import Any

from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery, SoundKind
from workprint.film.request import Medium, Role

NAME = "kling"
LINK_LIFE_S = 24 * 3600
"""Addresses are signed; the results behind them are deleted after 30 days. How long a signature lives is not said."""

MOST_SHOTS = 6
SOURCE = "Kling API pages mirrored in inference-sh/grid, ComfyUI kling.py, Comfy pricing / 211 (providers.md 5)"
ASPECTS = ("16:9", "9:16", "1:1")


def _rate(dollars: float, resolution: str, **conditions: Any) -> Price:
    return Price(PriceUnit.SECOND, round(dollars * 1_000_000), resolutions=(resolution,), **conditions)


FRAMES = (InputLimit(Role.FIRST_FRAME, 1), InputLimit(Role.LAST_FRAME, 1))
REFERENCES = InputLimit(Role.REFERENCE_IMAGE, 7)


def _retired(model: str) -> ModelCard:
    """A model that is gone since 2026-09-15 (Comfy-Org docs): known by name, so that it is refused by name."""
    return ModelCard(
        NAME, model, Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(_rate(0.056, "720p"), _rate(0.098, "1080p")),
        durations=Durations(choices=(5000, 10000)),
        aspects=ASPECTS,
        resolutions=("720p", "1080p"),
        inputs=FRAMES,
        prompt_limit=2500,
        takes_negatives=True,
        ends_on="2026-09-15",
        unsure=("price",),
    )  # fmt: skip


MODELS = (
    ModelCard(
        NAME, "kling-v3", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(
            _rate(0.126, "720p", audio=True), _rate(0.084, "720p", audio=False),
            _rate(0.168, "1080p", audio=True), _rate(0.112, "1080p", audio=False),
            _rate(0.42, "4k"),
        ),
        durations=Durations(low=3000, high=15000),
        aspects=ASPECTS,
        resolutions=("720p", "1080p", "4k"),
        inputs=FRAMES,
        prompt_limit=2500,
        takes_negatives=True,
        most_shots=MOST_SHOTS,
        sound=SoundKind.OPTIONAL,
        link_life_s=LINK_LIFE_S,
        typical_s=180,
        strengths=("motion", "people", "dialogue", "multi_shot"),
        unsure=("the word for mode 4k", "life of signed links"),
    ),
    ModelCard(
        NAME, "kling-v3-omni", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(
            _rate(0.112, "720p", audio=True), _rate(0.084, "720p", audio=False),
            _rate(0.14, "1080p", audio=True), _rate(0.112, "1080p", audio=False),
            _rate(0.42, "4k"),
        ),
        durations=Durations(low=3000, high=15000),
        aspects=ASPECTS,
        resolutions=("720p", "1080p", "4k"),
        inputs=(*FRAMES, REFERENCES),
        exclusive=((Role.LAST_FRAME,), (Role.REFERENCE_IMAGE,)),
        prompt_limit=2500,
        most_shots=MOST_SHOTS,
        sound=SoundKind.OPTIONAL,
        link_life_s=LINK_LIFE_S,
        typical_s=240,
        strengths=("consistency", "references", "multi_shot", "people"),
        unsure=("the word for mode 4k", "life of signed links"),
    ),
    ModelCard(
        NAME, "kling-video-o1", Medium.VIDEO, "2026-11-21", SOURCE, Recovery.BY_KEY,
        prices=(_rate(0.084, "720p"), _rate(0.112, "1080p")),
        durations=Durations(choices=(5000, 10000)),
        aspects=ASPECTS,
        resolutions=("720p", "1080p"),
        inputs=(*FRAMES, REFERENCES),
        exclusive=((Role.LAST_FRAME,), (Role.REFERENCE_IMAGE,)),
        prompt_limit=2500,
        link_life_s=LINK_LIFE_S,
        typical_s=240,
        strengths=("references", "consistency"),
        unsure=("life of signed links",),
    ),
    _retired("kling-v2-1"),
    _retired("kling-v1-6"),
    _retired("kling-v1-5"),
)  # fmt: skip
"""What can be bought. Videos as input are left out: Kling reads them from public addresses only, and takes no upload.

No model takes a seed. kling-video-o1 also makes 3 to 10 s from references; its two plain slots are offered.
"""
