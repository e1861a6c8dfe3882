"""What Model Studio is sent: `input` and `parameters` of Wan 2.7 and Wan 3.0."""

from __future__ import annotations

from typing import Any

from workprint.adapters.providers.dashscope.cards import FIRST_AND_LAST, MODELS
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, Issue, PreparedInput

LONGEST_NEGATIVE = 500
MOST_REFERENCES = 5
LONGEST_WITH_VIDEO_MS = 10_000
"""wan2.7-r2v: references of both kinds together, and its longest clip when a video is among them."""


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The body of a task. Nothing in it can be found again: the list of tasks gives back no input."""
    words: dict[str, Any] = {"prompt": request.prompt}
    if request.negatives and not _is_third(request):
        words["negative_prompt"] = ", ".join(request.negatives)[:LONGEST_NEGATIVE]
    parameters: dict[str, Any] = {
        "resolution": request.resolution,
        "duration": _to_seconds(request),
        "watermark": False,
        "seed": key.seed if request.seed is None else request.seed,
    }
    ratio = _choose_ratio(request)
    if ratio:
        parameters["ratio"] = ratio
    if not _is_third(request):
        # What was approved is what is sent: without this, Wan 2.7 rewrites the prompt.
        parameters["prompt_extend"] = False
    return {
        "model": request.native_model,
        "input": {**words, **_write_media(request, prepared)},
        "parameters": {**parameters, **request.knobs},
    }


def _choose_ratio(request: GenerationRequest) -> str:
    """Frames decide the shape: Wan 3.0 is told to follow them, Wan 2.7's picture models take no ratio then."""
    if not request.of_role(*FIRST_AND_LAST):
        return request.aspect
    return "adaptive" if _is_third(request) else ""


def _write_media(request: GenerationRequest, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    """Media in the order given: it decides what "Image 1" is in the prompt. Text-only models take a sound apart."""
    if request.native_model == "wan2.7-t2v":
        return {"audio_url": prepared[0].handle} if prepared else {}
    listed = [{"type": _name_type(request, item.role), "url": item.handle} for item in prepared]
    return {"media": listed} if listed else {}


def _name_type(request: GenerationRequest, role: Role) -> str:
    if role is Role.REFERENCE_AUDIO and request.native_model == "wan2.7-i2v":
        return "driving_audio"
    return role.value


def check_request(request: GenerationRequest) -> list[Issue]:
    """What speaks against a request beyond its card."""
    issues = []
    if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
        issues.append(Issue("last-frame-alone", "Wan takes a last frame only together with a first one."))
    if len(", ".join(request.negatives)) > LONGEST_NEGATIVE and not _is_third(request):
        message = f"Wan reads {LONGEST_NEGATIVE} characters of what is not wanted; the rest is left out."
        issues.append(Issue("negatives-long", message, "shorten the list", stops=False))
    if request.native_model == "wan2.7-r2v":
        issues += _check_references(request)
    return issues


def _check_references(request: GenerationRequest) -> list[Issue]:
    issues = []
    videos = request.of_role(Role.REFERENCE_VIDEO)
    if len(videos) + len(request.of_role(Role.REFERENCE_IMAGE)) > MOST_REFERENCES:
        issues.append(Issue("too-many-references", f"wan2.7-r2v takes {MOST_REFERENCES} references in all."))
    if videos and request.duration_ms > LONGEST_WITH_VIDEO_MS:
        message = "wan2.7-r2v makes at most 10 s with a reference video."
        issues.append(Issue("too-long-with-video", message, "shorten the shot, or use pictures only"))
    return issues


def _is_third(request: GenerationRequest) -> bool:
    return request.native_model.startswith("wan3.0")


def _to_seconds(request: GenerationRequest) -> int:
    durations = next(card.durations for card in MODELS if card.model == request.native_model)
    return (durations.slot(request.duration_ms) or durations.longest) // 1000
