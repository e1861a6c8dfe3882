"""Makes bought sound fit the film: lines, music and effects, each trimmed, cut and levelled by its own fixed rule."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np

from workprint.adapters.conform_sound.moments import find_event, find_sounding
from workprint.adapters.conform_sound.words import read_word_times
from workprint.film.canonical import Json
from workprint.film.conform_orders import (
    CONFORM_EFFECT,
    CONFORM_MUSIC,
    CONFORM_VOICE,
    ORIGIN,
    ConformEffectPayload,
    ConformMusicPayload,
    ConformVoicePayload,
)
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.caption_words import split_caption_words
from workprint.lab.sound import (
    Samples,
    SoundRefused,
    fade,
    fit_length,
    measure_loudest,
    read_sound,
    to_decibels,
    to_samples,
    write_wav,
)
from workprint.lab.sound_levels import level_effect, level_speech
from workprint.lab.word_times import Alignment, Timed, align_words
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MadeFile, MakerCard

LEAD_MS, TAIL_MS = 20, 60
"""Air kept before the first and after the last word, as the scratch voice keeps it."""

LINE_FADES_MS = (5.0, 30.0)
EDGE_FADE_MS = 30.0
"""Music starts, and ends where it was not cut, over this, so that no edge clicks."""

SHORTFALL_MS = 1500
"""Music may end so long before the film: its last chord has rung out, and silence follows. Earlier it is refused."""

EFFECT_FADES_MS = (1.0, 60.0)


def conform_voice(bench: Bench) -> Made:
    """The recording of role `voice` as a 48 kHz stereo WAV at the level of every line. Facts: those of the payload.

    Raises OrderFailed for a recording that is silent, or longer than `longest_ms`: it is not hurried afterwards.
    """
    payload, given = bench.payload, bench.inputs["voice"]
    assert isinstance(payload, ConformVoicePayload)
    samples = _read(given, "recording")
    said = read_word_times(given, len(samples) * 1000 // SAMPLE_RATE)
    first, last = _find_line(samples, said)
    words = split_caption_words(payload.text)
    _check_length(last - first, len(words), payload)
    bench.report(0.4)
    line = samples[to_samples(first) : to_samples(last)]
    levelled = level_speech(fade(line, *LINE_FADES_MS))
    found = align_words(words, tuple((word, start - first, end - first) for word, start, end in said))
    facts = {"duration_ms": -(-len(levelled) * 1000 // SAMPLE_RATE), "is_timed": bool(said)}
    return _deliver(bench, given, levelled, {**facts, **_tell_words(found, is_timed=bool(said))})


def _find_line(samples: Samples, said: tuple[Timed, ...]) -> tuple[int, int]:
    """Where a line begins and ends in ms: all that sounds, and all that is timed, with a little air."""
    sounding = find_sounding(samples)
    if sounding is None:
        raise OrderFailed("The recording is silent.", where="voice", remedy=_take_another("voice"))
    starts, ends = [sounding[0], *(start for _, start, _ in said[:1])], [sounding[1], *(end for _, _, end in said[-1:])]
    return max(0, min(starts) - LEAD_MS), min(len(samples) * 1000 // SAMPLE_RATE, max(ends) + TAIL_MS)


def _check_length(length: int, words: int, payload: ConformVoicePayload) -> None:
    if length <= payload.longest_ms:
        return
    fitting = max(1, words * payload.longest_ms // length)
    raise OrderFailed(
        f"The line takes {length / 1000:.1f} s as it was spoken, and has {payload.longest_ms / 1000:.1f} s. The "
        f"recording is kept.",
        where="voice",
        remedy=Remedy(f"Shorten the line to about {fitting} of its {words} words, or make its scene longer."),
    )


def _tell_words(found: Alignment, *, is_timed: bool) -> dict[str, Json]:
    if not is_timed:
        return {"words": [], "unsaid": [], "added": [], "otherwise": []}
    return {
        "words": [list(word) for word in found.words],
        "unsaid": list(found.unsaid),
        "added": list(found.added),
        "otherwise": [list(pair) for pair in found.otherwise],
    }


def conform_music(bench: Bench) -> Made:
    """The piece of role `music` as a 48 kHz stereo WAV of exactly `duration_ms`. Facts: those of the payload.

    Raises OrderFailed for one that ends well before the film: it is neither repeated nor stretched.
    """
    payload, given = bench.payload, bench.inputs["music"]
    assert isinstance(payload, ConformMusicPayload)
    samples, length = _read(given, "music"), to_samples(payload.duration_ms)
    sounding = find_sounding(samples)
    if sounding is None or len(samples) < length - to_samples(SHORTFALL_MS):
        what = f"lasts {len(samples) / SAMPLE_RATE:.1f} s" if sounding else "is silent"
        message = f"The music {what}, the film lasts {payload.duration_ms / 1000:.1f} s. It is kept, not repeated."
        raise OrderFailed(message, where="music", remedy=_take_another("music"))
    trimmed = min(to_samples(sounding[0]), max(0, len(samples) - length))
    piece = samples[trimmed:]
    bench.report(0.6)
    is_cut = len(piece) > length
    fitted = fit_length(fade(piece[:length], EDGE_FADE_MS, payload.fade_ms if is_cut else EDGE_FADE_MS), length)
    facts: dict[str, Json] = {
        "duration_ms": payload.duration_ms,
        "source_ms": round(len(samples) * 1000 / SAMPLE_RATE),
        "trimmed_ms": round(trimmed * 1000 / SAMPLE_RATE),
    }
    return _deliver(bench, given, fitted, facts)


def conform_effect(bench: Bench) -> Made:
    """The sound of role `effect` as a 48 kHz stereo WAV of exactly `duration_ms`, its event at `sync_ms`.

    Facts: those of the payload. Raises OrderFailed for silence.
    """
    payload, given = bench.payload, bench.inputs["effect"]
    assert isinstance(payload, ConformEffectPayload)
    samples, length = _read(given, "effect"), to_samples(payload.duration_ms)
    event = find_event(samples, payload.kind)
    if event is None:
        raise OrderFailed("The effect is silent.", where="effect", remedy=_take_another("effects"))
    moved = to_samples(payload.sync_ms - event)
    placed = np.zeros((length, 2), np.float32)
    heard = samples[max(0, -moved) :][: max(0, length - max(0, moved))]
    placed[max(0, moved) : max(0, moved) + len(heard)] = fade(heard, *EFFECT_FADES_MS)
    levelled = level_effect(placed)
    facts: dict[str, Json] = {
        "level_db": round(measure_loudest(levelled), 1),
        "peak_db": round(to_decibels(float(np.abs(levelled).max())), 1),
        "sync_ms": payload.sync_ms,
        "duration_ms": payload.duration_ms,
        "moved_ms": round(moved * 1000 / SAMPLE_RATE),
    }
    return _deliver(bench, given, levelled, facts)


def _read(given: BenchInput, what: str) -> Samples:
    """A bought sound, its overs brought back below full scale. Raises OrderFailed for what cannot be read."""
    try:
        samples = read_sound(given.path)
    except SoundRefused as refused:
        raise OrderFailed(f"The bought {what} cannot be used: {refused.message}", where=what) from refused
    peak = float(np.abs(samples).max(initial=0.0))
    return np.asarray(samples / np.float32(peak), np.float32) if peak > 1.0 else samples


def _take_another(setting: str) -> Remedy:
    return Remedy(f'name another model under [providers] {setting} in project.toml, or "previz" to make it here')


def _deliver(bench: Bench, given: BenchInput, samples: Samples, facts: dict[str, Json]) -> Made:
    path = Path(bench.scratch) / f"{bench.step}.wav"
    write_wav(path, samples)
    origin = {key: value for key, value in given.facts.items() if key in ORIGIN}
    return Made((MadeFile(path, "audio/wav", f"{bench.name}.wav"),), {**facts, **origin})


def _tools() -> str:
    return " ".join(f"{name}={version(name)}" for name in ("av", "numpy"))


def _cost(order: Order) -> Estimate:
    """Decoding, metering and writing take 0.03 CPU-s a second of sound."""
    return Estimate(NOTHING, 0.3 + 0.03 * order.units)


MAKERS = (
    MakerCard(
        CONFORM_VOICE, 1, ConformVoicePayload, "workprint.adapters.conform_sound:conform_voice", False, _tools, _cost
    ),
    MakerCard(
        CONFORM_MUSIC, 1, ConformMusicPayload, "workprint.adapters.conform_sound:conform_music", False, _tools, _cost
    ),
    MakerCard(
        CONFORM_EFFECT, 1, ConformEffectPayload, "workprint.adapters.conform_sound:conform_effect", False, _tools, _cost
    ),
)
