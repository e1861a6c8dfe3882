"""Bought first frames: a still ordered from its route with the product's pictures, and made to fit the film (K7)."""

from __future__ import annotations

from workprint.acts.act3_shoot.buying import buy_in_turn, list_wordings
from workprint.film.board import Shot
from workprint.film.brief import Brief
from workprint.film.buy_orders import BOUGHT_STEPS, BuyPayload, name_input
from workprint.film.conform_orders import CONFORM_STILL, ConformStillPayload
from workprint.film.look import gather_pictures
from workprint.film.order import AnyTake, Input, Order
from workprint.film.request import GenerationRequest, Medium, Role
from workprint.film.routing import Choice, Route
from workprint.film.shot_names import name_shot
from workprint.film.spec import ShotSpec
from workprint.ports.desk import Desk


async def buy_still(desk: Desk, brief: Brief, shot: Shot, spec: ShotSpec, route: Route) -> AnyTake:
    """The first frame of a shot, bought and made to fit; a refusal goes the same way as a clip's."""

    def list_orders(choice: Choice) -> tuple[Order, ...]:
        avoid = f" Avoid: {', '.join(spec.image.negatives)}." if spec.image.negatives else ""
        prompt = spec.image.prompt + ("" if choice.takes_negatives else avoid)
        wordings = list_wordings(prompt, choice)
        return tuple(order_bought_still(brief, shot, spec, choice, wording) for wording in wordings)

    bought = await buy_in_turn(desk, route, list_orders)
    return await desk.render(order_conform_still(brief, shot, bought))


def order_bought_still(brief: Brief, shot: Shot, spec: ShotSpec, choice: Choice, prompt: str) -> Order:
    """The order of one first frame from a provider. As many pictures of the product go along as the model takes."""
    request = GenerationRequest(
        medium=Medium.IMAGE,
        model=choice.model,
        prompt=prompt,
        negatives=spec.image.negatives if choice.takes_negatives else (),
        aspect=choice.aspect,
        resolution=choice.resolution,
    )
    pictures = gather_pictures(brief, shot)[: choice.most_references]
    return Order(
        step=BOUGHT_STEPS[Medium.IMAGE],
        name=name_shot(shot, "STILL"),
        payload=BuyPayload(request),
        inputs=tuple(
            Input(name_input(Role.REFERENCE_IMAGE, number), item.source) for number, item in enumerate(pictures)
        ),
        model=choice.model,
        publish="stills/bought/",
    )


def order_conform_still(brief: Brief, shot: Shot, take: AnyTake) -> Order:
    """The order that makes a bought picture the first frame of its shot: the film's shape and size."""
    width, height = brief.size
    return Order(
        step=CONFORM_STILL,
        name=name_shot(shot, "STILL"),
        payload=ConformStillPayload(width, height, brief.product.brand_colors[0]),
        inputs=(Input("still", take),),
        publish=f"stills/{shot.slate}.png",
    )
