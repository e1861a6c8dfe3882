"""The mix: voice, music and effects as one sound track at the loudness of online platforms (Q5, Q6)."""

from __future__ import annotations

from workprint.film.brief import Brief
from workprint.film.dailies import Effects, Music, Voices
from workprint.film.edit import Mix
from workprint.film.order import Input, Order
from workprint.film.shot_names import name_film
from workprint.film.sound_orders import MixPayload, VoiceCue
from workprint.ports.desk import Desk, stage


@stage(version=2)
async def mix_sound(brief: Brief, voices: Voices, music: Music, effects: Effects, desk: Desk) -> Mix:
    """Mix the whole sound track as one order: it is continuous, however the picture is cut."""
    return Mix(await desk.render(order_mix(brief, voices, music, effects)))


def order_mix(brief: Brief, voices: Voices, music: Music, effects: Effects) -> Order:
    """The order of the sound track, exactly as long as the film; its units are seconds."""
    length = brief.rate.milliseconds(brief.frames)
    cues = tuple(VoiceCue(f"voice.{index}", start) for index, (_, start, _) in enumerate(voices.lines))
    spoken = tuple(Input(cue.role, take) for cue, (_, _, take) in zip(cues, voices.lines, strict=True))
    bed = (Input("music", music.take),) if music.take is not None else ()
    heard = tuple(Input(role, take) for role, take in effects.takes.items())
    return Order(
        step="mix",
        name=name_film("AUDIO", "mix"),
        payload=MixPayload(length, cues, has_music=music.take is not None, effects=effects.cues),
        inputs=(*spoken, *bed, *heard),
        units=max(1, length // 1000),
        publish="sound/mix.wav",
    )
