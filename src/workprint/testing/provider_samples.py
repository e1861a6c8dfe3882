"""Requests and input files that fit any model card, made from the card alone: what the contract suite asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workprint.film.canonical import digest_bytes
from workprint.film.lineage import FileRef
from workprint.film.model_card import ModelCard, SoundKind
from workprint.film.request import GenerationRequest, MediaInput, Medium, Role
from workprint.ports.provider import LocalInput
from workprint.testing.fakes.media import make_media

PROMPTS = {
    Medium.VIDEO: "A brass table lamp on a walnut desk at dusk, slow dolly in, warm light.",
    Medium.IMAGE: "A brass table lamp on a walnut desk at dusk, warm light.",
    Medium.VOICE: "Bring the evening with you.",
    Medium.EFFECT: "A soft whoosh that ends in a low hit.",
    Medium.MUSIC: "A calm piano bed with brushed drums, 96 bpm.",
}
KINDS = {
    Role.REFERENCE_VIDEO: ("video", "mp4"),
    Role.SOURCE_VIDEO: ("video", "mp4"),
    Role.CONTROL_DEPTH: ("video", "mp4"),
    Role.CONTROL_EDGE: ("video", "mp4"),
    Role.CONTROL_SEGMENTATION: ("video", "mp4"),
    Role.REFERENCE_AUDIO: ("audio", "wav"),
}
"""Roles that are no pictures."""

INPUT_MS = 2000


def plain_request(card: ModelCard) -> GenerationRequest:
    """The simplest request a card allows: its shortest slot, first aspect and resolution, only the inputs it needs."""
    shortest = card.durations.slot(1) if card.durations.longest else None
    request = GenerationRequest(
        medium=card.medium,
        model=card.name,
        prompt=PROMPTS[card.medium],
        duration_ms=(shortest or 4000) if card.medium is not Medium.IMAGE and card.medium is not Medium.VOICE else 0,
        aspect=card.aspects[0] if card.aspects else "",
        resolution=card.resolutions[0] if card.resolutions else "",
        audio=card.sound is SoundKind.ALWAYS,
    )
    needed = tuple(item for limit in card.inputs for item in [make_input(limit.role)] * limit.least)
    return replace(request, inputs=needed)


def full_requests(card: ModelCard) -> Iterator[GenerationRequest]:
    """The plain request, one for every role the card takes, one per aspect and resolution, and the longest slot."""
    plain = plain_request(card)
    yield plain
    for limit in card.inputs:
        if limit.most > limit.least and not _clashes(card, plain, limit.role):
            extra: tuple[MediaInput, ...] = (make_input(limit.role),)
            if limit.role is Role.LAST_FRAME and not plain.of_role(Role.FIRST_FRAME):
                extra = (make_input(Role.FIRST_FRAME), *extra)
            if limit.beside and not plain.of_role(*limit.beside):
                extra = (make_input(limit.beside[0]), *extra)
            yield replace(plain, inputs=(*plain.inputs, *extra))
    for aspect in card.aspects[1:]:
        yield replace(plain, aspect=aspect)
    for resolution in card.resolutions[1:]:
        yield replace(plain, resolution=resolution)
    if card.durations.longest and plain.duration_ms:
        yield replace(plain, duration_ms=card.durations.longest)


def _clashes(card: ModelCard, request: GenerationRequest, role: Role) -> bool:
    roles = {role, *(item.role for item in request.inputs)}
    return sum(1 for group in card.exclusive if roles.intersection(group)) > 1


def make_input(role: Role) -> MediaInput:
    """An input of a role: a small real picture, clip or sound."""
    kind, suffix = KINDS.get(role, ("image", "png"))
    data, media_type = _bytes_of(kind)
    file = FileRef(digest_bytes(data), media_type, len(data), f"{role.value}.{suffix}")
    return MediaInput(role, file, INPUT_MS if kind != "image" else 0)


def lay_out_inputs(request: GenerationRequest, folder: Path) -> tuple[LocalInput, ...]:
    """The request's sample inputs as files in a folder, as a provider gets them."""
    laid: list[LocalInput] = []
    for item in request.inputs:
        data, _ = _bytes_of(KINDS.get(item.role, ("image", "png"))[0])
        path = folder / f"{item.file.digest[:16]}-{item.file.name}"
        path.write_bytes(data)
        laid.append(
            LocalInput(item.role, path, item.file.media_type, item.file.digest, item.file.name, item.duration_ms)
        )
    return tuple(laid)


def _bytes_of(kind: str) -> tuple[bytes, str]:
    return make_media(kind, 320, 180, INPUT_MS, seed=5)
