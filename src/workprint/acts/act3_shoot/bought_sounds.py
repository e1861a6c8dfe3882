"""Bought sound: lines, music and effects ordered from their routes, and made to fit the film (Q1, Q2, Q3)."""

from __future__ import annotations

from workprint.acts.act3_shoot.buying import buy_in_turn, fit_prompt, list_wordings
from workprint.film.board import Chain
from workprint.film.brief import Brief
from workprint.film.buy_orders import BOUGHT_STEPS, BuyPayload
from workprint.film.conform_orders import (
    CONFORM_EFFECT,
    CONFORM_MUSIC,
    CONFORM_VOICE,
    ConformEffectPayload,
    ConformMusicPayload,
    ConformVoicePayload,
)
from workprint.film.order import AnyTake, Input, Order
from workprint.film.request import GenerationRequest, Medium
from workprint.film.routing import Choice, Route, Routes
from workprint.film.shot_names import name_film, name_scene
from workprint.film.sound_asks import describe_effect, describe_music
from workprint.film.sound_orders import EffectPayload, MusicSection
from workprint.ports.desk import Desk

SHORTEST_FADE_MS, LONGEST_FADE_MS = 400, 1500
"""Bought music leaves over the film's closing section, within these bounds: it knows nothing of our last frame."""


async def buy_line(desk: Desk, brief: Brief, routes: Routes, chain: Chain, *, text: str, longest_ms: int) -> AnyTake:
    """A spoken line, bought and made to fit. Its words are the script: a refused line is not softened for anybody."""
    assert routes.voice is not None

    def list_orders(choice: Choice) -> tuple[Order, ...]:
        return (order_bought_line(brief, chain, text, choice, speaker=routes.speaker),)

    bought = await buy_in_turn(desk, routes.voice, list_orders)
    return await desk.render(
        Order(
            step=CONFORM_VOICE,
            name=name_scene(chain.number, "AUDIO", "voice"),
            payload=ConformVoicePayload(text, longest_ms),
            inputs=(Input("voice", bought),),
            units=max(1, longest_ms // 1000),
        )
    )


def order_bought_line(brief: Brief, chain: Chain, text: str, choice: Choice, *, speaker: str) -> Order:
    """The order of one spoken line from a provider, in the film's one voice and language."""
    request = GenerationRequest(
        medium=Medium.VOICE,
        model=choice.model,
        prompt=text,
        voice=speaker,
        # Providers know languages without their regions.
        language=brief.audio.language.replace("_", "-").partition("-")[0].lower(),
    )
    return _order(name_scene(chain.number, "AUDIO", "voice"), request)


async def buy_music(desk: Desk, brief: Brief, route: Route, sections: tuple[MusicSection, ...]) -> AnyTake:
    """The music of the film, bought, and cut and faded to exactly its length."""
    length = brief.rate.milliseconds(brief.frames)
    prompt = describe_music(brief, sections)

    def list_orders(choice: Choice) -> tuple[Order, ...]:
        requests = (
            GenerationRequest(Medium.MUSIC, choice.model, wording, duration_ms=length)
            for wording in list_wordings(prompt, choice)
        )
        return tuple(_order(name_film("AUDIO", "music"), request) for request in requests)

    bought = await buy_in_turn(desk, route, list_orders)
    closing = length - sections[-1].start_ms
    return await desk.render(
        Order(
            step=CONFORM_MUSIC,
            name=name_film("AUDIO", "music"),
            payload=ConformMusicPayload(length, min(LONGEST_FADE_MS, max(SHORTEST_FADE_MS, closing // 2))),
            inputs=(Input("music", bought),),
            units=max(1, length // 1000),
        )
    )


async def buy_effect(desk: Desk, route: Route, name: str, payload: EffectPayload) -> AnyTake:
    """The sound of an event, bought and moved so that the event falls where ours would."""
    prompt = describe_effect(payload)

    def list_orders(choice: Choice) -> tuple[Order, ...]:
        request = GenerationRequest(
            Medium.EFFECT, choice.model, fit_prompt(prompt, choice.prompt_limit), duration_ms=payload.duration_ms
        )
        return (_order(name, request),)

    bought = await buy_in_turn(desk, route, list_orders)
    return await desk.render(
        Order(
            step=CONFORM_EFFECT,
            name=name,
            payload=ConformEffectPayload(payload.kind, payload.duration_ms, payload.sync_ms),
            inputs=(Input("effect", bought),),
        )
    )


def _order(name: str, request: GenerationRequest) -> Order:
    """An order of sound; what comes is published as it came, word times beside it."""
    return Order(
        step=BOUGHT_STEPS[request.medium],
        name=name,
        payload=BuyPayload(request),
        model=request.model,
        publish="sound/bought/",
    )
