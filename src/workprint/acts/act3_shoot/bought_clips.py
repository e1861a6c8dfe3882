"""Bought clips: a shot ordered from its route, refused ones handed on, and what came made to fit the film."""

from __future__ import annotations

from workprint.acts.act3_shoot.buying import buy_in_turn, list_wordings
from workprint.film.board import Shot
from workprint.film.brief import Brief
from workprint.film.buy_orders import (
    BOUGHT_STEPS,
    CONFORM,
    LAST_FRAME,
    BuyPayload,
    ConformPayload,
    LastFramePayload,
    name_input,
)
from workprint.film.lineage import FileRef
from workprint.film.order import AnyTake, Input, Order
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.film.routing import Choice, Route
from workprint.film.shot_names import name_shot
from workprint.film.spec import ShotSpec
from workprint.ports.desk import Desk


async def buy_clip(
    desk: Desk,
    brief: Brief,
    shot: Shot,
    *,
    spec: ShotSpec,
    route: Route,
    first_frame: AnyTake,
    frames: int = 0,
    suffix: str = "",
) -> AnyTake:
    """The clip as the provider made it: the first choice of the route that is not refused for its content.

    `frames` other than 0 and a `suffix` of the name are those of a tail.

    A refusal goes to the same model once more with one demand less (O2), then to the next choice that was consented to.
    A model that cannot be asked any more is passed over as soon as its take is not the one that is wanted.
    """

    def list_orders(choice: Choice) -> tuple[Order, ...]:
        prompts = list_wordings(spec.video.prompt, choice)
        return tuple(
            order_clip(brief, shot, choice, prompt, first_frame, frames=frames, suffix=suffix) for prompt in prompts
        )

    return await buy_in_turn(desk, route, list_orders)


def order_clip(
    brief: Brief, shot: Shot, choice: Choice, prompt: str, first_frame: AnyTake, *, frames: int = 0, suffix: str = ""
) -> Order:
    """The order of one clip from a provider.

    The seed is left to the attempt, as it is what a lost one is found by: a take's own seed makes another order, and so
    another attempt with another seed. A seed a person has named is sent as it is.
    """
    request = GenerationRequest(
        medium=Medium.VIDEO,
        model=choice.model,
        prompt=prompt,
        duration_ms=brief.rate.milliseconds(frames or shot.footage),
        aspect=choice.aspect,
        resolution=choice.resolution,
        audio=choice.always_sounds,
        seed=shot.take.seed if shot.take.names_seed else None,
    )
    return Order(
        step=BOUGHT_STEPS[Medium.VIDEO],
        name=name_shot(shot, "CLIP", suffix),
        payload=BuyPayload(request),
        inputs=(Input(name_input(Role.FIRST_FRAME, 0), first_frame),) if choice.takes_first_frame else (),
        model=choice.model,
        seed=shot.take.seed or 0,
        units=-(-choice.billed_ms // 1000),
        publish=f"clips/bought/{shot.slate}{suffix}.mp4",
    )


def order_conform(brief: Brief, shot: Shot, clip: AnyTake | FileRef) -> Order:
    """The order that makes a bought clip, or own footage, fit the film: frames, rate, size; nothing is invented."""
    width, height = brief.size
    rate = (brief.rate.numerator, brief.rate.denominator)
    return Order(
        step=CONFORM,
        name=name_shot(shot, "CLIP"),
        payload=ConformPayload(width, height, rate, shot.footage, "intermediate"),
        inputs=(Input("clip", clip),),
        units=shot.footage,
        publish=f"clips/{shot.slate}.mp4",
    )


def order_last_frame(brief: Brief, shot: Shot, clip: AnyTake) -> Order:
    """The order of the last frame the film shows of a shot: the next shot of a continuous chain starts from it (K6)."""
    return Order(
        step=LAST_FRAME,
        name=name_shot(shot, "STILL", "-last"),
        payload=LastFramePayload(shot.head + shot.planned - 1),
        inputs=(Input("clip", clip),),
    )
