"""What MiniMax is sent: content lists of its V2 API, flat bodies of V1."""

from __future__ import annotations

from typing import Any

from workprint.adapters.providers.minimax.cards import FRAMES, MODELS
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, Issue, PreparedInput

TYPES = {Role.REFERENCE_VIDEO: "video_url", Role.REFERENCE_AUDIO: "audio_url"}
"""Kinds of content that are no picture."""

V1_FRAMES = {Role.FIRST_FRAME: "first_frame_image", Role.LAST_FRAME: "last_frame_image"}


def is_first_api(request: GenerationRequest) -> bool:
    """Whether the model is asked through V1."""
    return request.native_model == "MiniMax-Hailuo-02"


def build_body(
    request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
) -> dict[str, Any]:
    """The body of a task. The callback stands last: no setting of a model may replace what tells of an attempt."""
    body = _build_first(request, prepared) if is_first_api(request) else _build_second(request, prepared, key)
    return {**body, **request.knobs, **({"callback_url": callback} if callback else {})}


def _build_second(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": request.prompt}]
    for item in prepared:
        kind = TYPES.get(item.role, "image_url")
        content.append({"type": kind, kind: {"url": item.handle}, "role": item.role.value})
    return {
        "model": request.native_model,
        "content": content,
        "resolution": request.resolution,
        "duration": _to_seconds(request),
        "ratio": "adaptive" if request.of_role(*FRAMES) else request.aspect,
        "seed": key.seed if request.seed is None else request.seed,
    }


def _build_first(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    """V1 rewrites prompts unless it is told not to: what was approved is what is sent."""
    frames = {V1_FRAMES[item.role]: item.handle for item in prepared if item.role in V1_FRAMES}
    return {
        "model": request.native_model,
        "prompt": request.prompt,
        "duration": _to_seconds(request),
        "resolution": request.resolution,
        "prompt_optimizer": False,
        **frames,
    }


def check_request(request: GenerationRequest) -> list[Issue]:
    """What speaks against a request beyond its card."""
    issues = []
    if is_first_api(request) and request.resolution == "1080P" and _to_seconds(request) > 6:
        message = "Hailuo-02 makes at most six seconds at 1080P."
        issues.append(Issue("too-long-for-1080", message, "ask for 768P, or for six seconds"))
    if is_first_api(request) and request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
        issues.append(Issue("last-frame-alone", "Hailuo-02 takes a last frame only together with a first one."))
    heard, seen = request.of_role(Role.REFERENCE_AUDIO), request.of_role(Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)
    if heard and not seen:
        issues.append(Issue("sound-alone", "MiniMax takes a sound only with a picture or video beside it."))
    short = [item for item in request.of_role(Role.REFERENCE_VIDEO) if not 2000 <= item.duration_ms <= 15_000]
    if short:
        issues.append(Issue("reference-length", "A reference video of MiniMax H3 lasts 2 to 15 seconds."))
    return issues


def _to_seconds(request: GenerationRequest) -> int:
    durations = next(card.durations for card in MODELS if card.model == request.native_model)
    return (durations.slot(request.duration_ms) or durations.longest) // 1000
