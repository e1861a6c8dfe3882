"""What Kling is sent: one body for text, pictures and omni requests, with one shot or several."""

from __future__ import annotations

from typing import Any

from workprint.adapters.providers.kling.cards import MODELS
from workprint.film.model_card import ModelCard, SoundKind
from workprint.film.request import GenerationRequest, Role
from workprint.lab.data_uris import strip_prefix
from workprint.ports.provider import AttemptKey, Issue, PreparedInput

SHOT_PROMPT = 512
"""Characters of one shot's prompt."""

OMNI = "omni-video"
MODES = {"720p": "std", "1080p": "pro", "4k": "4k"}
"""`mode` by resolution."""


def choose_kind(request: GenerationRequest) -> str:
    """The last part of the path: by model, then by what comes in."""
    if request.native_model in ("kling-v3-omni", "kling-video-o1"):
        return OMNI
    return "image2video" if request.of_role(Role.FIRST_FRAME, Role.LAST_FRAME) else "text2video"


def build_body(
    request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
) -> dict[str, Any]:
    """The body of a task. With several shots the prompt is left out: Kling reads each shot's own instead."""
    kind, seconds = choose_kind(request), _to_seconds(request)
    body: dict[str, Any] = {
        "model_name": request.native_model,
        "mode": MODES[request.resolution],
        "duration": str(seconds),
    }
    body |= _write_shots(request, seconds) if request.shots else {"prompt": request.prompt}
    if _card(request).sound is SoundKind.OPTIONAL:
        body["sound"] = "on" if request.audio else "off"
    if request.negatives and kind != OMNI:
        body["negative_prompt"] = ", ".join(request.negatives)
    if not request.of_role(Role.FIRST_FRAME):
        body["aspect_ratio"] = request.aspect
    # Our id stands last: no setting of a model may replace what an attempt is found by.
    marks = {"external_task_id": key.id, **({"callback_url": callback} if callback else {})}
    return {**body, **_write_pictures(prepared, kind), **request.knobs, **marks}


def _write_pictures(prepared: tuple[PreparedInput, ...], kind: str) -> dict[str, Any]:
    if kind == OMNI:
        types = {Role.FIRST_FRAME: "first_frame", Role.LAST_FRAME: "end_frame"}
        listed = [
            {"image_url": strip_prefix(item.handle), **({"type": types[item.role]} if item.role in types else {})}
            for item in prepared
        ]
        return {"image_list": listed} if listed else {}
    names = {Role.FIRST_FRAME: "image", Role.LAST_FRAME: "image_tail"}
    return {names[item.role]: strip_prefix(item.handle) for item in prepared if item.role in names}


def _write_shots(request: GenerationRequest, seconds: int) -> dict[str, Any]:
    """Shots in whole seconds that add up to the slot: each ends at the rounded sum, the last one with the slot."""
    written, end_ms, start_s = [], 0, 0
    for index, shot in enumerate(request.shots, start=1):
        end_ms += shot.duration_ms
        end_s = seconds if index == len(request.shots) else round(end_ms / 1000)
        written.append({"index": index, "prompt": shot.prompt, "duration": str(end_s - start_s)})
        start_s = end_s
    return {"multi_shot": True, "shot_type": "customize", "multi_prompt": written}


def check_shots(request: GenerationRequest) -> list[Issue]:
    """What speaks against a request with several shots."""
    issues = []
    long = [number for number, shot in enumerate(request.shots, start=1) if len(shot.prompt) > SHOT_PROMPT]
    if long:
        message = f"The prompt of shot {long[0]} is longer than {SHOT_PROMPT} characters."
        issues.append(Issue("shot-prompt-long", message, "shorten it"))
    if sum(shot.duration_ms for shot in request.shots) != request.duration_ms:
        issues.append(Issue("shots-do-not-add-up", "The lengths of the shots do not add up to that of the request."))
    if any(int(item["duration"]) < 1 for item in _write_shots(request, _to_seconds(request))["multi_prompt"]):
        issues.append(Issue("shot-too-short", "A shot of less than a second is left.", "make every shot last a second"))
    if request.of_role(Role.LAST_FRAME):
        issues.append(Issue("last-frame-with-shots", "Kling takes no last frame for a request with several shots."))
    return issues


def _card(request: GenerationRequest) -> ModelCard:
    return next(card for card in MODELS if card.model == request.native_model)


def _to_seconds(request: GenerationRequest) -> int:
    durations = _card(request).durations
    return (durations.slot(request.duration_ms) or durations.longest) // 1000
