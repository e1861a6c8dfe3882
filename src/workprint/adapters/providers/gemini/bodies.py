"""What the Gemini API is sent: interactions for video, generateContent for pictures."""

from __future__ import annotations

from typing import Any

from workprint.adapters.providers.gemini.cards import find_card
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, PreparedInput

LABEL = "workprint-attempt"
"""Key of the label and of the webhook's metadata that say which attempt it is."""

OWN_KNOBS = ("delivery", "task")
"""Knobs with a place of their own in an interaction."""

TASKS = {
    Role.SOURCE_VIDEO: "edit",
    Role.REFERENCE_IMAGE: "reference_to_video",
    Role.REFERENCE_VIDEO: "reference_to_video",
    Role.FIRST_FRAME: "image_to_video",
    Role.LAST_FRAME: "image_to_video",
}


def build_interaction(
    request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
) -> dict[str, Any]:
    """The body of a background interaction that makes a video."""
    knobs = request.knobs
    slot = find_card(request.native_model).durations.slot(request.duration_ms)
    task = next((TASKS[role] for role in TASKS if request.of_role(role)), "text_to_video")
    settings: dict[str, Any] = {
        "seed": key.seed if request.seed is None else request.seed,
        "video_config": {"task": str(knobs.get("task", task))},
    }
    body: dict[str, Any] = {
        "model": request.native_model,
        "input": [*map(_to_content, prepared), {"type": "text", "text": request.prompt}],
        "background": True,
        "store": True,
        "response_format": {
            "type": "video",
            "aspect_ratio": request.aspect,
            "resolution": request.resolution,
            "duration": f"{(slot or request.duration_ms) / 1000:g}s",
            "delivery": str(knobs.get("delivery", "uri")),
        },
        "generation_config": settings,
        # Labels allow small letters, digits, dashes and underscores only.
        "labels": {LABEL: key.id.lower()},
    }
    if callback:
        body["webhook_config"] = {"uris": [callback], "user_metadata": {LABEL: key.id}}
    return body | {name: value for name, value in knobs.items() if name not in OWN_KNOBS}


def _to_content(item: PreparedInput) -> dict[str, Any]:
    kind = item.media_type.partition("/")[0]
    return {"type": kind, "mime_type": item.media_type, "data": item.handle, "name": item.role.value}


def build_picture(
    request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey
) -> tuple[str, dict[str, Any]]:
    """Path and body of a picture."""
    parts: list[dict[str, Any]] = [
        {"inlineData": {"mimeType": item.media_type, "data": item.handle}} for item in prepared
    ]
    settings: dict[str, Any] = {
        "responseModalities": ["IMAGE"],
        "imageConfig": {"aspectRatio": request.aspect, "imageSize": request.resolution},
        "seed": key.seed if request.seed is None else request.seed,
        **request.knobs,
    }
    contents = [{"role": "user", "parts": [*parts, {"text": request.prompt}]}]
    return f"/v1beta/models/{request.native_model}:generateContent", {
        "contents": contents,
        "generationConfig": settings,
    }
