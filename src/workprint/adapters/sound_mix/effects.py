"""Effects in the mix: each at its cue, at its level against the music, and out of the way of every word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workprint.adapters.sound_mix.speech import BenchInputs, Span, Voices
from workprint.film.canonical import Json
from workprint.film.sound_orders import EFFECT_LEVEL_DB, EffectCue, MixPayload
from workprint.lab.sound import Samples, measure_loudest, measure_rms, read_sound, to_gain, to_samples
from workprint.lab.sound_shaping import Signal, spread_blocks

VOICE_OVER_EFFECTS_DB = 9.0
"""How far the loudest 100 ms of the effects lie below a phrase spoken over them; the promise is 8 dB."""

LEAST_SINK_DB = 6.0
"""Effects sink at least so far under speech, however quiet they are."""

DEEPEST_SINK_DB = 48.0

GUARD_MS = 150
"""No effect is at full level this close to where somebody begins to speak: the first syllable carries the word."""

SINK_MS, RISE_MS = 40, 300
"""How long effects take to sink before the guard begins, and to come back after speech."""


@dataclass(frozen=True)
class Placed:
    """One effect in the film: its cue, where its event falls in ms, its first sample, and what of it is heard."""

    cue: EffectCue
    event_ms: int
    start: int
    samples: Samples


@dataclass(frozen=True)
class EffectStem:
    """The sum of the effects (n, 2), the gain speech left them (n,), and how far voices stand above, when they meet."""

    stem: Samples
    gain: Signal
    margin_db: float | None


def place_effects(payload: MixPayload, inputs: BenchInputs, length: int, reference_db: float) -> list[Placed]:
    """Every effect at its cue, its loudest 100 ms `gain_db` over the reference; what lies outside the film is cut."""
    placed = []
    for cue in payload.effects:
        given = inputs[cue.role]
        level = float(given.facts.get("level_db", EFFECT_LEVEL_DB))
        samples = read_sound(given.path) * np.float32(to_gain(reference_db + cue.gain_db - level))
        start = to_samples(cue.start_ms)
        heard = samples[max(0, -start) : max(0, length - start)]
        event = cue.start_ms + int(given.facts.get("sync_ms", 0))
        placed.append(Placed(cue, event, max(0, start), heard))
    return placed


def balance_effects(placed: list[Placed], voices: Voices, length: int) -> EffectStem:
    """The sum of the effects, sunk around every span of speech so far that the promise holds in each of them."""
    stem = np.zeros((length, 2), dtype=np.float32)
    for effect in placed:
        stem[effect.start : effect.start + len(effect.samples)] += effect.samples
    if not placed or not voices.spans:
        return EffectStem(stem, np.ones(length, dtype=np.float32), None)
    depths = [LEAST_SINK_DB + max(0.0, _find_excess(stem, voices, span) - LEAST_SINK_DB) for span in voices.spans]
    gain = draw_sinks(voices.spans, [min(DEEPEST_SINK_DB, depth) for depth in depths], length)
    sunk = (stem * gain[:, None]).astype(np.float32)
    margin = min(VOICE_OVER_EFFECTS_DB - _find_excess(sunk, voices, span) for span in voices.spans)
    return EffectStem(sunk, gain, margin)


def _find_excess(stem: Samples, voices: Voices, span: Span) -> float:
    """How much too loud the effects are in a span of speech, in dB; negative when they are quiet enough."""
    part = slice(to_samples(span[0]), to_samples(span[1]))
    return measure_loudest(stem[part]) - (measure_rms(voices.stem[part]) - VOICE_OVER_EFFECTS_DB)


def draw_sinks(spans: tuple[Span, ...], depths: list[float], length: int) -> Signal:
    """The gain of the effects (n,): down by each span's depth from GUARD_MS before it begins, up after it ends."""
    middles = np.arange(length // 48 + 1) + 0.5
    deepest = np.zeros(len(middles))
    for (first, last), depth in zip(spans, depths, strict=True):
        down, up = first - GUARD_MS, max(last, first + GUARD_MS)
        shape = np.interp(middles, (down - SINK_MS, down, up, up + RISE_MS), (0.0, 1.0, 1.0, 0.0))
        deepest = np.maximum(deepest, (0.5 - 0.5 * np.cos(np.pi * shape)) * depth)
    return spread_blocks(10.0 ** (-deepest / 20.0), length)


def tell_effects(placed: list[Placed], effects: EffectStem, master_db: float) -> dict[str, Json]:
    """Facts about the effects as they are heard: role, event and loudest 100 ms in dBFS of each; how far voices stand
    above them. `master_db` is what mastering did to the level."""
    if not placed:
        return {}
    heard: list[Json] = []
    for effect in placed:
        gain = effects.gain[effect.start : effect.start + len(effect.samples), None]
        heard.append([effect.cue.role, effect.event_ms, round(measure_loudest(effect.samples * gain) + master_db, 1)])
    facts: dict[str, Json] = {"effects": heard}
    if effects.margin_db is not None:
        facts["voice_over_effects_db"] = round(min(effects.margin_db, 99.0), 1)
    return facts
