"""What Comfy Router is sent: the makers' own bodies, the same to the byte for the same attempt."""

from __future__ import annotations

import re
from typing import Any

from workprint.adapters.providers.comfy_router.cards import FRAMES, MODELS
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, Issue, PreparedInput

TYPES = {Role.REFERENCE_VIDEO: "video_url", Role.REFERENCE_AUDIO: "audio_url"}
"""Kinds of content that are no picture."""

SETTING_IN_PROMPT = re.compile(r"(?:^|\s)--[a-z]")
"""Seedance's older models read `--duration 12` in the text as a setting: that would change what is paid for."""


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The body of a run. Only the request and its attempt decide it: a replay with another body is refused."""
    content: list[dict[str, Any]] = [{"type": "text", "text": request.prompt}]
    for item in prepared:
        kind = TYPES.get(item.role, "image_url")
        content.append({"type": kind, kind: {"url": item.handle}, "role": item.role.value})
    body: dict[str, Any] = {
        "content": content,
        "resolution": request.resolution,
        "duration": _to_seconds(request),
        "ratio": _choose_ratio(request),
        "seed": key.seed if request.seed is None else request.seed,
    }
    if is_seedance(request):
        body |= {"generate_audio": request.audio, "return_last_frame": True, "watermark": False}
    return {**body, **request.knobs}


def is_seedance(request: GenerationRequest) -> bool:
    """Whether the maker is ByteDance; else it is MiniMax."""
    return request.native_model.startswith("byteplus/")


def _choose_ratio(request: GenerationRequest) -> str:
    """H3 and Seedance 2.5 follow their frames."""
    follows = request.of_role(*FRAMES) and "seedance-2-0" not in request.native_model
    return "adaptive" if follows else request.aspect


def check_request(request: GenerationRequest) -> list[Issue]:
    """What speaks against a request beyond its card."""
    issues = []
    if is_seedance(request) and request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
        issues.append(Issue("last-frame-alone", "Seedance takes a last frame only together with a first one."))
    heard, seen = request.of_role(Role.REFERENCE_AUDIO), request.of_role(Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)
    if heard and not seen and "seedance-2-5" not in request.native_model:
        issues.append(Issue("sound-alone", "This model takes a sound only with a picture or video beside it."))
    if is_seedance(request) and SETTING_IN_PROMPT.search(request.prompt):
        message = "The prompt holds `--` before a word, which Seedance may read as a setting that changes the price."
        issues.append(Issue("setting-in-prompt", message, "write a dash, or leave it out"))
    return issues


def _to_seconds(request: GenerationRequest) -> int:
    durations = next(card.durations for card in MODELS if card.model == request.native_model)
    return (durations.slot(request.duration_ms) or durations.longest) // 1000
