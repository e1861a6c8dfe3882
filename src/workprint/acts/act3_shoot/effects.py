"""Effects: the sounds of the film's effect plan, each made or bought once and placed wherever it is heard (Q3)."""

from __future__ import annotations

from workprint.acts.act3_shoot.bought_sounds import buy_effect
from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.canonical import digest_of
from workprint.film.dailies import Effects
from workprint.film.effect_plan import Event, draft_effect, list_events
from workprint.film.look import derive_seed
from workprint.film.order import AnyTake, Order
from workprint.film.routing import Routes
from workprint.film.shot_names import name_film
from workprint.film.sound_orders import EffectCue, EffectPayload
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def design_effects(brief: Brief, board: Board, routes: Routes, desk: Desk) -> Effects:
    """Design the effects of the film. Each different sound is ordered once, however often it is heard."""
    orders: dict[str, Order] = {}
    placed: list[tuple[str, Event]] = []
    for event in list_events(brief, board):
        order = order_effect(brief, event)
        key = digest_of([order.payload, order.seed])
        orders.setdefault(key, order)
        placed.append((key, event))

    async def obtain(order: Order) -> AnyTake:
        if routes.effects is not None and routes.effects.is_bought:
            return await buy_effect(desk, routes.effects, order.name, _payload_of(order))
        return await desk.generate(order)

    takes = await desk.each(orders.values(), obtain)
    roles = {key: f"effect.{number}" for number, key in enumerate(orders)}
    cues = tuple(
        EffectCue(roles[key], event.at_ms - _payload_of(orders[key]).sync_ms, event.gain_db) for key, event in placed
    )
    return Effects(dict(zip(roles.values(), takes, strict=True)), cues)


def _payload_of(order: Order) -> EffectPayload:
    assert isinstance(order.payload, EffectPayload)
    return order.payload


def order_effect(brief: Brief, event: Event) -> Order:
    """The order of the sound of an event. Events that sound alike get orders with one recipe."""
    payload = draft_effect(brief, event)
    label = f"effect-{event.kind}" + (f"-{event.variant}" if event.variant else "")
    return Order(
        step="effect",
        name=name_film("AUDIO", label),
        payload=payload,
        seed=derive_seed(brief, label),
        units=max(1, payload.duration_ms // 1000),
    )
