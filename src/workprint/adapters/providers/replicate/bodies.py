"""A request in the words of each model on Replicate, and whether a listed input is that request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from workprint.adapters.providers.replicate.cards import FRAMES, MEGAPIXELS, MODELS, MODES
from workprint.film.model_card import SeedKind
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, PreparedInput


def build_input(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The input of a prediction in the model's own words."""
    card = next(card for card in MODELS if card.model == request.native_model)
    body = BUILDERS[card.model](request, prepared)
    if card.seed is not SeedKind.NONE:
        body["seed"] = key.seed if request.seed is None else request.seed
    if card.durations.longest:
        body["duration"] = (card.durations.slot(request.duration_ms) or card.durations.longest) // 1000
    if card.takes_negatives and request.negatives:
        body["negative_prompt"] = ", ".join(request.negatives)
    return {**body, **{name: value for name, value in request.knobs.items() if name != "count"}}


def _one(prepared: tuple[PreparedInput, ...], **fields: Role) -> dict[str, Any]:
    return {name: item.handle for name, role in fields.items() for item in prepared if item.role is role}


def _many(prepared: tuple[PreparedInput, ...], **fields: Role) -> dict[str, Any]:
    lists = {name: [item.handle for item in prepared if item.role is role] for name, role in fields.items()}
    return {name: handles for name, handles in lists.items() if handles}


def _ask_wan(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    # A rewriter would change what was approved.
    body = {"prompt": request.prompt, "resolution": request.resolution, "enable_prompt_expansion": False}
    return {**body, "aspect_ratio": request.aspect, **_one(prepared, image=Role.FIRST_FRAME)}


def _ask_seedance(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    # With frames the aspect is theirs, and the model insists on the word.
    aspect = "adaptive" if request.of_role(*FRAMES) else request.aspect
    body: dict[str, Any] = {"prompt": request.prompt, "resolution": request.resolution, "aspect_ratio": aspect}
    body |= {"generate_audio": request.audio, "watermark": False}
    frames = _one(prepared, image=Role.FIRST_FRAME, last_frame_image=Role.LAST_FRAME)
    return body | frames | _many(prepared, reference_images=Role.REFERENCE_IMAGE, reference_videos=Role.REFERENCE_VIDEO)


def _ask_kling(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    body: dict[str, Any] = {"prompt": request.prompt, "mode": MODES[request.resolution], "aspect_ratio": request.aspect}
    body |= {"generate_audio": request.audio}
    if request.shots:
        shots = [{"prompt": part.prompt, "duration": part.duration_ms // 1000} for part in request.shots]
        body["multi_prompt"] = json.dumps(shots)
    return body | _one(prepared, start_image=Role.FIRST_FRAME, end_image=Role.LAST_FRAME)


def _ask_flux(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    body = {"prompt": request.prompt, "aspect_ratio": request.aspect, "resolution": MEGAPIXELS[request.resolution]}
    return body | {"output_format": "png"} | _many(prepared, input_images=Role.REFERENCE_IMAGE)


BUILDERS: dict[str, Callable[[GenerationRequest, tuple[PreparedInput, ...]], dict[str, Any]]] = {
    "alibaba/wan-3": _ask_wan,
    "bytedance/seedance-2.5": _ask_seedance,
    "kwaivgi/kling-v3-video": _ask_kling,
    "black-forest-labs/flux-2-pro": _ask_flux,
}


def is_same(sent: Mapping[str, Any], listed: Mapping[str, Any]) -> bool:
    """Whether a listed input is the one sent: every value but the addresses of files, which Replicate may rewrite."""
    return all(name in listed and listed[name] == value for name, value in sent.items())
