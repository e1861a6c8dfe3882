"""Voice: the user's own recording, or a spoken line for every scene that has one (Q1)."""

from __future__ import annotations

from workprint.acts.act3_shoot.bought_sounds import buy_line
from workprint.film.board import Board, Chain
from workprint.film.brief import Brief
from workprint.film.dailies import Voices
from workprint.film.lineage import FileRef
from workprint.film.order import AnyTake, Input, Order
from workprint.film.routing import Routes
from workprint.film.shot_names import name_film, name_scene
from workprint.film.sound_asks import list_spoken
from workprint.film.sound_orders import SoundImportPayload, VoicePayload
from workprint.film.time import Span
from workprint.ports.desk import Desk, stage

LEAD_MS = 200
"""A line starts this long after its scene: a voice on the very cut sounds like a mistake."""

TAIL_MS = 150
"""And ends this long before the scene does."""


@stage(version=1)
async def record_voice(brief: Brief, board: Board, routes: Routes, desk: Desk) -> Voices:
    """Record what is spoken, here or where the film's voice is bought; nothing when the film has no voice."""
    if not brief.audio.mode.has_voice:
        return Voices(())
    if brief.audio.voice_file is not None:
        take = await desk.render(order_import(brief, brief.audio.voice_file))
        return Voices(((0, 0, take),))
    spoken = list_spoken(brief, board)

    async def speak(line: tuple[Chain, str]) -> AnyTake:
        chain, text = line
        if routes.voice is not None and routes.voice.is_bought:
            longest = place_line(brief, chain.span)[1]
            return await buy_line(desk, brief, routes, chain, text=text, longest_ms=longest)
        return await desk.generate(order_line(brief, chain, text))

    takes = await desk.each(spoken, speak)
    placed = ((chain.number, place_line(brief, chain.span)[0]) for chain, _ in spoken)
    return Voices(tuple((number, start, take) for (number, start), take in zip(placed, takes, strict=True)))


def order_import(brief: Brief, file: FileRef) -> Order:
    """The order that brings in the user's own recording, fitted to the film."""
    length = brief.rate.milliseconds(brief.frames)
    return Order(
        step="sound_import",
        name=name_film("AUDIO", "own-voice"),
        payload=SoundImportPayload(length, "voice"),
        inputs=(Input("file", file),),
        units=max(1, length // 1000),
    )


def order_line(brief: Brief, chain: Chain, text: str) -> Order:
    """The order of one spoken line, which must end within its scene."""
    _, longest = place_line(brief, chain.span)
    return Order(
        step="voice",
        name=name_scene(chain.number, "AUDIO", "voice"),
        payload=VoicePayload(text, brief.audio.language, longest),
        units=max(1, longest // 1000),
    )


def place_line(brief: Brief, scene: Span) -> tuple[int, int]:
    """Where a scene's line starts in the film and how long it may be, in ms; short scenes get shorter rests."""
    start, end = brief.rate.milliseconds(scene.start), brief.rate.milliseconds(scene.end)
    lead, tail = min(LEAD_MS, (end - start) // 10), min(TAIL_MS, (end - start) // 10)
    return start + lead, max(1, end - start - lead - tail)
