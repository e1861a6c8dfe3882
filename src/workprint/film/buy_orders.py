"""Payloads of orders that are bought, and of what is made locally from what was bought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from workprint.film.lineage import FileRef
from workprint.film.order import Input, Order, PendingTake
from workprint.film.request import GenerationRequest, MediaInput, Medium, Role

BOUGHT_STEPS = {
    Medium.VIDEO: "bought_clip",
    Medium.IMAGE: "bought_image",
    Medium.VOICE: "bought_voice",
    Medium.EFFECT: "bought_effect",
    Medium.MUSIC: "bought_music",
}
"""The step of an order by what it buys."""

MEDIA = {step: medium for medium, step in BOUGHT_STEPS.items()}
"""What an order buys, by its step."""

CONFORM = "conform"
LAST_FRAME = "last_frame"

ORIGIN_ROLE = "origin"
"""The input role of what footage was bought as by another film of the family: it says from whom, not what is shown."""

NOT_MADE = FileRef("0" * 64, "image/png", 0, "not made yet")
"""Stands for an input that is planned: a price depends on how many inputs there are, not on what they show."""


@dataclass(frozen=True)
class BuyPayload:
    """What is asked, without its inputs: those are the order's, under roles `first_frame.0`, `reference_image.1`."""

    request: GenerationRequest


@dataclass(frozen=True)
class ConformPayload:
    """A bought clip made to fit the film: exactly `frames` at `rate`, cropped and scaled to the size, no sound.

    `encode` names an encoder preset. Input roles: `clip`; `origin`, whose facts say where footage came from.
    """

    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    encode: str


@dataclass(frozen=True)
class LastFramePayload:
    """The last frame of a clip as a picture, at a frame number (the end of what the film shows of it)."""

    frame: int


def name_input(role: Role, number: int) -> str:
    """The order's name of a model input."""
    return f"{role.value}.{number}"


def list_inputs(inputs: Iterable[Input]) -> tuple[MediaInput, ...]:
    """A bought order's inputs as the model gets them, in the order of their names; planned ones as NOT_MADE."""
    found = []
    for item in sorted(inputs, key=lambda item: item.role):
        role, _, _ = item.role.partition(".")
        source = item.source
        file = NOT_MADE if isinstance(source, PendingTake) else source if isinstance(source, FileRef) else source.file
        length = 0 if isinstance(source, (FileRef, PendingTake)) else int(source.facts.get("duration_ms", 0) or 0)
        found.append(MediaInput(Role(role), file, length))
    return tuple(found)


def complete_request(order: Order) -> GenerationRequest:
    """The whole request of a bought order, its inputs included."""
    assert isinstance(order.payload, BuyPayload)
    return replace(order.payload.request, inputs=list_inputs(order.inputs))
