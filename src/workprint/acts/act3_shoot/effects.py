"""Effects: the sounds of the film's effect plan, each synthesised once and placed wherever it is heard (Q3)."""

from __future__ import annotations

from workprint.film.board import Board
from workprint.film.brief import Brief
from workprint.film.canonical import digest_of
from workprint.film.dailies import Effects
from workprint.film.effect_plan import PUNCH_ENERGY, Event, gauge_energy, list_events, shape_riser
from workprint.film.look import derive_seed
from workprint.film.order import AnyTake, Order
from workprint.film.shot_names import name_film
from workprint.film.sound_mood import choose_tonic, name_mood
from workprint.film.sound_orders import EffectCue, EffectPayload
from workprint.ports.desk import Desk, stage

SHAPES = {"whoosh": (700, 300), "hit": (1400, 10), "impact": (1800, 10), "shimmer": (2600, 10)}
"""Length and event of each other kind, in ms. A calm whoosh is longer, see `shape_whoosh`."""

CALM_WHOOSH = (1000, 480)


@stage(version=2)
async def design_effects(brief: Brief, board: Board, desk: Desk) -> Effects:
    """Design the effects of the film. Each different sound is ordered once, however often it is heard."""
    orders: dict[str, Order] = {}
    placed: list[tuple[str, Event]] = []
    for event in list_events(brief, board):
        order = order_effect(brief, event)
        key = digest_of([order.payload, order.seed])
        orders.setdefault(key, order)
        placed.append((key, event))

    async def synthesise(order: Order) -> AnyTake:
        return await desk.generate(order)

    takes = await desk.each(orders.values(), synthesise)
    roles = {key: f"effect.{number}" for number, key in enumerate(orders)}
    cues = tuple(EffectCue(roles[key], event.at_ms - _sync_of(orders[key]), event.gain_db) for key, event in placed)
    return Effects(dict(zip(roles.values(), takes, strict=True)), cues)


def _sync_of(order: Order) -> int:
    assert isinstance(order.payload, EffectPayload)
    return order.payload.sync_ms


def order_effect(brief: Brief, event: Event) -> Order:
    """The order of the sound of an event. Events that sound alike get orders with one recipe."""
    energy = gauge_energy(brief)
    # Air has no key, and beside the user's own track nobody knows one.
    is_tuned = event.kind != "whoosh" and brief.audio.music_file is None
    pitch = choose_tonic(brief) if is_tuned else 0
    length, sync = shape_riser(event.at_ms) if event.kind == "riser" else shape_effect(event.kind, energy)
    label = f"effect-{event.kind}" + (f"-{event.variant}" if event.variant else "")
    return Order(
        step="effect",
        name=name_film("AUDIO", label),
        payload=EffectPayload(event.kind, length, sync, name_mood(brief.audio.mood), pitch, energy),
        seed=derive_seed(brief, label),
        units=max(1, length // 1000),
    )


def shape_effect(kind: str, energy: int) -> tuple[int, int]:
    """Length and event in ms of a kind that is always equally long."""
    return CALM_WHOOSH if kind == "whoosh" and energy < PUNCH_ENERGY else SHAPES[kind]
