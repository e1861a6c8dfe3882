"""Bought clips: a shot ordered from its route, refused ones handed on, and what came made to fit the film."""

from __future__ import annotations

import re

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
from workprint.film.errors import ProviderModerated, Remedy
from workprint.film.lineage import FileRef
from workprint.film.order import AnyTake, Input, Order
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.film.routing import Choice, Route, list_allowed
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
    """
    refusal: ProviderModerated | None = None
    for choice in list_allowed(route):
        for prompt in list_wordings(spec, choice):
            try:
                order = order_clip(brief, shot, choice, prompt, first_frame, frames=frames, suffix=suffix)
                return await desk.generate(order)
            except ProviderModerated as error:
                refusal = error
    assert refusal is not None
    waiting = [choice for choice in route.choices if choice.needs_consent]
    if waiting:
        names = ", ".join(f"{choice.model} at up to {choice.price} USD" for choice in waiting)
        refusal.remedy = Remedy(f"dearer models wait for consent: {names}", "set takes_dearer = true in project.toml")
    raise refusal


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


def list_wordings(spec: ShotSpec, choice: Choice) -> tuple[str, ...]:
    """The prompt fitted to the model, and the same with one demand less for when it is refused."""
    whole = fit_prompt(spec.video.prompt, choice.prompt_limit)
    softer = fit_prompt(drop_demand(spec.video.prompt), choice.prompt_limit)
    return (whole, softer) if softer != whole else (whole,)


def fit_prompt(prompt: str, limit: int) -> str:
    """The prompt within a model's limit, cut at the end of a sentence: what stands first matters most."""
    if not limit or len(prompt.encode("utf-16-le")) // 2 <= limit:
        return prompt
    sentences = re.split(r"(?<=[.!?])\s+", prompt)
    kept = ""
    for sentence in sentences:
        longer = f"{kept} {sentence}".strip()
        if len(longer.encode("utf-16-le")) // 2 > limit:
            break
        kept = longer
    return kept or prompt[: limit // 2]


def drop_demand(prompt: str) -> str:
    """The prompt without its last sentence: remove one demand before adding any (regeneration rule O2)."""
    sentences = re.split(r"(?<=[.!?])\s+", prompt.strip())
    return " ".join(sentences[:-1]) if len(sentences) > 1 else prompt


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
