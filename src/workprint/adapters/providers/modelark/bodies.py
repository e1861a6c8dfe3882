"""What ModelArk is sent: content lists for Seedance in its three exclusive modes, flat bodies for Seedream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workprint.adapters.providers.modelark.cards import FRAMES, MODELS, REFERENCES
from workprint.film.model_card import ModelCard
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, Issue, PreparedInput

TYPES = {Role.REFERENCE_VIDEO: "video_url", Role.REFERENCE_AUDIO: "audio_url"}
"""Kinds of content that are no picture."""

SETTING_IN_PROMPT = re.compile(r"(?:^|\s)--[a-z]")
"""Older Seedance models read `--duration 12` in the text as a setting: that would change what is paid for."""

MOST_STILLS = 15
"""Reference pictures and results together."""


def mark(request: GenerationRequest, key: AttemptKey) -> dict[str, Any]:
    """What an attempt is found by in the list: its own seed; where the request brings one, the safety identifier."""
    return {"seed": key.seed} if request.seed is None else {"safety_identifier": key.id}


def build_video(
    request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
) -> dict[str, Any]:
    """The body of a task. The last frame is always asked for: it costs nothing, and the next shot may begin with it."""
    content = [{"type": "text", "text": request.prompt}, *(_write_input(item) for item in prepared)]
    card = find_card(request)
    body: dict[str, Any] = {
        "model": request.native_model,
        "content": content,
        "resolution": request.resolution,
        "ratio": _choose_ratio(request),
        "duration": (card.durations.slot(request.duration_ms) or card.durations.longest) // 1000,
        "generate_audio": request.audio,
        "return_last_frame": True,
        "watermark": False,
    }
    if request.seed is not None:
        body["seed"] = request.seed
    if callback:
        body["callback_url"] = callback
    # The mark stands last: no setting of a model may replace what an attempt is found by.
    return {**body, **request.knobs, **mark(request, key)}


def _write_input(item: PreparedInput) -> dict[str, Any]:
    kind = TYPES.get(item.role, "image_url")
    return {"type": kind, kind: {"url": item.handle}, "role": item.role.value}


def _choose_ratio(request: GenerationRequest) -> str:
    """Seedance 2.5 follows its frames and reference videos, and refuses another ratio."""
    follows = request.of_role(*FRAMES, Role.REFERENCE_VIDEO)
    return "adaptive" if "seedance-2-5" in request.native_model and follows else request.aspect


def build_image(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    """The body of a picture, or of several that belong together: `count` is how many at most."""
    width, height = find_card(request).frame_size(request.aspect, request.resolution)
    count = count_images(request.knobs)
    body: dict[str, Any] = {
        "model": request.native_model,
        "prompt": request.prompt,
        "size": f"{width}x{height}",
        "response_format": "url",
        "watermark": False,
        "sequential_image_generation": "auto" if count > 1 else "disabled",
    }
    if count > 1:
        body["sequential_image_generation_options"] = {"max_images": count}
    if prepared:
        body["image"] = [item.handle for item in prepared]
    if request.seed is not None:
        body["seed"] = request.seed
    return {**body, **{name: value for name, value in request.knobs.items() if name != "count"}}


def count_images(knobs: Mapping[str, Any]) -> int:
    """How many pictures are asked for."""
    return int(knobs.get("count", 1))


def check_video(request: GenerationRequest) -> list[Issue]:
    """What speaks against a video beyond its card."""
    issues = []
    if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
        issues.append(Issue("last-frame-alone", "Seedance takes a last frame only together with a first one."))
    if request.of_role(*FRAMES) and request.of_role(*REFERENCES):
        message = "Seedance takes frames or references, not both."
        issues.append(
            Issue("modes-exclusive", message, "describe the frame in the prompt, or leave the references out")
        )
    heard = request.of_role(Role.REFERENCE_AUDIO)
    seen = request.of_role(Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)
    if heard and not seen and "seedance-2-0" in request.native_model:
        issues.append(Issue("sound-alone", "Seedance 2.0 takes a sound only with a picture or video beside it."))
    if SETTING_IN_PROMPT.search(request.prompt):
        message = "The prompt holds `--` before a word, which Seedance may read as a setting that changes the price."
        issues.append(Issue("setting-in-prompt", message, "write a dash, or leave it out"))
    return issues


def check_image(request: GenerationRequest) -> list[Issue]:
    """What speaks against a picture beyond its card."""
    if count_images(request.knobs) + len(request.inputs) <= MOST_STILLS:
        return []
    return [Issue("too-many-pictures", f"Seedream takes and makes {MOST_STILLS} pictures at most, together.")]


def find_card(request: GenerationRequest) -> ModelCard:
    """The card of a request's model."""
    return next(card for card in MODELS if card.model == request.native_model)
