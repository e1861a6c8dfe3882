"""A request in fal's words: the JSON arguments of one model, and whether a listed input is that request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from workprint.adapters.providers.fal.cards import MODELS, SHAPES, Shape
from workprint.film.canonical import Json
from workprint.film.model_card import ModelCard
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import AttemptKey, PreparedInput

PICTURES = (Role.FIRST_FRAME, Role.REFERENCE_IMAGE, Role.LAST_FRAME)


def find_card(request: GenerationRequest) -> ModelCard:
    """The card of a request's model; raises LookupError for one that is not sold here."""
    for card in MODELS:
        if card.model == request.native_model:
            return card
    raise LookupError(f"fal/{request.native_model} is not known")


def build_body(request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey) -> dict[str, Any]:
    """The arguments of a model. Without a seed of the request's own, the attempt's marks it."""
    shape = SHAPES[request.native_model]
    body: dict[str, Any] = {name: value for name in shape.takes for value in _read(name, request, key)}
    body |= _read_duration(shape, request)
    body |= _place_inputs(shape, prepared)
    if "multi_prompt" in body:
        del body["prompt"]
    settings = {name: value for name, value in request.knobs.items() if name != "count"}
    return {**body, **dict(shape.fixed), **settings}


def _read(name: str, request: GenerationRequest, key: AttemptKey) -> Iterator[Json]:
    """The value of a field a model takes; nothing when the request has none."""
    yield from (value for value in (READERS[name](request, key),) if value is not None)


def _seed(request: GenerationRequest, key: AttemptKey) -> Json:
    return key.seed if request.seed is None else request.seed


def _shots(request: GenerationRequest, key: AttemptKey) -> Json:
    shots = [{"prompt": part.prompt, "duration": str(part.duration_ms // 1000)} for part in request.shots]
    return shots or None


def _size(request: GenerationRequest, key: AttemptKey) -> Json:
    width, height = find_card(request).frame_size(request.aspect, request.resolution)
    return {"width": width, "height": height}


READERS: dict[str, Callable[[GenerationRequest, AttemptKey], Json]] = {
    "prompt": lambda request, key: request.prompt,
    "negative_prompt": lambda request, key: ", ".join(request.negatives) or None,
    "seed": _seed,
    "resolution": lambda request, key: request.resolution,
    "aspect_ratio": lambda request, key: request.aspect,
    "generate_audio": lambda request, key: request.audio,
    "multi_prompt": _shots,
    "image_size": _size,
    "num_images": lambda request, key: request.knobs.get("count", 1),
}


def _read_duration(shape: Shape, request: GenerationRequest) -> dict[str, Any]:
    durations = find_card(request).durations
    seconds = (durations.slot(request.duration_ms) or durations.longest) // 1000
    if shape.duration == "transitions":
        return {"transitions": [{"duration": seconds}]}
    if not shape.duration:
        return {}
    return {"duration": str(seconds) if shape.duration == "text" else seconds}


def _place_inputs(shape: Shape, prepared: tuple[PreparedInput, ...]) -> dict[str, Any]:
    single = {Role.FIRST_FRAME: shape.first, Role.LAST_FRAME: shape.last, Role.REFERENCE_AUDIO: shape.sound_in}
    body: dict[str, Any] = {single[item.role]: item.handle for item in prepared if single.get(item.role)}
    pictures = [item.handle for role in PICTURES for item in prepared if item.role is role]
    if shape.pictures and pictures:
        body[shape.pictures] = pictures
    return body


def is_same(request: GenerationRequest, key: AttemptKey, listed: Json) -> bool:
    """Whether a listed input is this attempt: its seed and its prompt both come back as they were sent."""
    if not isinstance(listed, dict) or "seed" not in listed:
        return False
    return bool(listed["seed"] == _seed(request, key) and listed.get("prompt") == request.prompt)
