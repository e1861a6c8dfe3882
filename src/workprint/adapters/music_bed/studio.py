"""The studio: every note of a score on its bus, room around them, and one compressed and levelled bed."""

from __future__ import annotations

import numpy as np

from workprint.adapters.music_bed import instruments as play
from workprint.adapters.music_bed.score import Bar, Note, Score
from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.loudness import SILENT_LUFS, limit_true_peak, measure
from workprint.lab.sound import Samples, fade, to_gain
from workprint.lab.sound_shaping import (
    Signal,
    apply_response,
    bell,
    compress,
    convolve,
    follow_level,
    high_pass,
    high_shelf,
    low_pass,
    spread_blocks,
)

BED_LUFS = -17.0
"""Level of every bed: head-room for the mix to work with."""

BED_PEAK_DBTP = -1.0

LEVELS = {"pad": 0.42, "piano": 0.25, "pluck": 0.50, "sub": 0.30, "drums": 1.10}
"""The fader of each bus; a mood's own factors come on top."""

SENDS = {"pad": 0.30, "piano": 0.26, "pluck": 0.34, "sub": 0.0, "drums": 0.10}
"""How much of each bus goes into the hall."""

HALL = ((90.0, 900.0, 2.3), (900.0, 3600.0, 1.7), (3600.0, 9000.0, 0.85))
"""Bands of the hall in hertz and the seconds each takes to fall by 60 dB: high tones die first."""

PRE_DELAY = 0.018
"""Seconds before the hall answers, which keeps the attack of a note clear."""

PAD_ATTACK, PAD_RELEASE = 0.16, 0.75

BUS_OF = {"kick": "drums", "brush": "drums", "shaker": "drums", "final-pad": "pad"}

DRUM_LEVELS = {"kick": 0.95, "brush": 0.42, "shaker": 0.22}

DRUMS = {"kick": play.hit_kick, "brush": play.sweep_brush, "shaker": play.shake_shaker}

FINAL_FADE_MS = 600.0
"""The last breath of the hall fades over this; the chord itself has died away by then."""


def record(score: Score, seed: int, rng: np.random.Generator) -> Samples:
    """The finished bed (n, 2), exactly as long as the score, at BED_LUFS."""
    length = round(score.seconds * SAMPLE_RATE)
    buses = {name: np.zeros((length, 2), dtype=np.float32) for name in LEVELS}
    for note in score.notes:
        _place(buses[BUS_OF.get(note.instrument, note.instrument)], _sound(note, score, rng), note)
    return _master(_mix(buses, score, seed), score)


def _place(bus: Samples, sound: Signal, note: Note) -> None:
    start = round(note.start * SAMPLE_RATE)
    sound = sound[: max(0, len(bus) - start)]
    if sound.ndim == 1:
        # Equal power: cos and sin of the same angle.
        angle = (note.pan + 1) * np.pi / 4
        sound = np.stack([sound * np.float32(np.cos(angle)), sound * np.float32(np.sin(angle))], axis=1)
    bus[start : start + len(sound)] += sound


def _sound(note: Note, score: Score, rng: np.random.Generator) -> Signal:
    strength = max(1, min(play.VELOCITY_STEPS, round(note.velocity * play.VELOCITY_STEPS)))
    match note.instrument:
        case "pad" | "final-pad":
            return _sound_pad(note, score, rng)
        case "piano":
            return _damp(play.strike_piano(note.pitch, strength), note.length + 0.3)
        case "pluck":
            return play.strike_pluck(note.pitch, strength)
        case "sub":
            return play.play_sub(note.pitch, note.length) * np.float32(note.velocity)
    hit = DRUMS[note.instrument]
    return hit() * np.float32(note.velocity * DRUM_LEVELS[note.instrument])


def _damp(sound: Signal, seconds: float) -> Signal:
    """A struck string whose damper falls after some seconds."""
    length = min(len(sound), round(seconds * SAMPLE_RATE))
    edge = min(length, SAMPLE_RATE // 5)
    damped = sound[:length].copy()
    damped[length - edge :] *= np.linspace(1, 0, edge, dtype=np.float32) ** 2
    return damped


def _sound_pad(note: Note, score: Score, rng: np.random.Generator) -> Signal:
    is_final = note.instrument == "final-pad"
    bar = score.bars[-1] if is_final else _find_bar(score, note.pitch)
    seconds = note.length if is_final else note.length + PAD_RELEASE
    length = round(seconds * SAMPLE_RATE)
    time = np.arange(length, dtype=np.float32) / np.float32(SAMPLE_RATE)
    # The filter breathes once in five seconds, on the film's own clock, so bars join without a seam.
    breath = 0.16 * np.sin(2 * np.pi * (time + np.float32(note.start)) / 5.3)
    openness = np.clip(score.mood.brightness * note.velocity + breath * score.mood.brightness * 2, 0.02, 0.95)
    wave = play.play_pad(bar.voices, seconds, openness.astype(np.float32), rng)[:length]
    return wave * _shape_pad(time[: len(wave)], seconds, is_final)[:, None]


def _find_bar(score: Score, first: int) -> Bar:
    return next(bar for bar in score.bars if bar.first == first)


def _shape_pad(time: Signal, seconds: float, is_final: bool) -> Signal:
    rise = np.sin(np.pi / 2 * np.clip(time / (0.05 if is_final else PAD_ATTACK), 0, 1)) ** 2
    if is_final:
        rise = rise * np.exp(-time * (3.2 / seconds))
        return np.asarray(rise * np.clip((seconds - time) / 0.6, 0, 1), dtype=np.float32)
    fall = np.cos(np.pi / 2 * np.clip((time - (seconds - PAD_RELEASE)) / PAD_RELEASE, 0, 1)) ** 2
    return np.asarray(rise * fall, dtype=np.float32)


def _mix(buses: dict[str, Samples], score: Score, seed: int) -> Samples:
    mood = score.mood
    own = {
        "pad": mood.pad,
        "piano": mood.piano,
        "pluck": mood.pluck,
        "sub": mood.sub,
        "drums": mood.drums,
    }
    toned = {
        "pad": apply_response(buses["pad"], high_pass(150.0), low_pass(3200.0 + 6000.0 * mood.brightness)),
        "piano": apply_response(
            buses["piano"], high_pass(70.0), bell(320.0, -2.0), low_pass(4200.0 + 4000 * mood.brightness)
        ),
        "pluck": apply_response(buses["pluck"], high_pass(220.0)),
        "sub": apply_response(buses["sub"], low_pass(420.0)),
        "drums": buses["drums"],
    }
    # The bass drum makes room for itself, as on every record since the eighties: 3 dB, gone within a quarter second.
    pump = _follow_kick(score, len(buses["pad"]))
    for name in ("pad", "sub"):
        toned[name] = toned[name] * pump[:, None]
    faders = {name: np.float32(LEVELS[name] * own[name]) for name in LEVELS}
    dry = sum((toned[name] * faders[name] for name in sorted(LEVELS)), np.zeros_like(buses["pad"]))
    sent = sum((toned[name] * (faders[name] * np.float32(SENDS[name])) for name in sorted(LEVELS)), np.zeros_like(dry))
    return dry + _ring_hall(sent, seed)


def _follow_kick(score: Score, length: int) -> Signal:
    hits = np.zeros(length, dtype=np.float32)
    for note in score.notes:
        if note.instrument == "kick":
            start = min(length - 1, round(note.start * SAMPLE_RATE))
            hits[start : start + SAMPLE_RATE // 50] = note.velocity
    level = np.clip(follow_level(hits, 6.0, 110.0) * score.mood.drums, 0.0, 1.0)
    return spread_blocks(1.0 - 0.3 * level, length)


def _ring_hall(sent: Samples, seed: int) -> Samples:
    """What the hall gives back: convolution with decaying noise, other noise on each side."""
    length = round(max(decay for _, _, decay in HALL) * SAMPLE_RATE)
    rng = np.random.Generator(np.random.PCG64([seed & 0xFFFFFFFF, 4711]))
    sides = []
    for _ in range(2):
        tail = np.zeros(length, dtype=np.float32)
        for low, high, seconds in HALL:
            noise = rng.standard_normal(length).astype(np.float32)
            # Down 60 dB (a factor of exp(-6.9078)) after the given seconds.
            shape = np.exp(np.arange(length, dtype=np.float32) * np.float32(-6.9078 / (seconds * SAMPLE_RATE)))
            tail += apply_response(noise, high_pass(low), low_pass(high)) * shape
        tail = np.concatenate([np.zeros(int(PRE_DELAY * SAMPLE_RATE), dtype=np.float32), tail])
        sides.append(tail / np.float32(np.sqrt(np.sum(np.square(tail, dtype=np.float64)))))
    hall = np.stack(sides, axis=1)
    # A little of each side in the other: a hall is wide, but not two rooms.
    crossed = sent * np.float32(0.8) + sent[:, ::-1] * np.float32(0.2)
    return convolve(apply_response(crossed, high_pass(160.0)), hall)[: len(sent)]


def _master(mixed: Samples, score: Score) -> Samples:
    toned = apply_response(mixed, high_pass(30.0, 4), bell(2600.0, -1.2, 0.8), high_shelf(6000.0, 3.5))
    peak = float(np.abs(toned).max())
    glued = compress(toned / max(peak, 1e-9), -14.0, 1.7, 18.0, 160.0)
    for _ in range(2):
        found = measure(glued).lufs
        if found > SILENT_LUFS:
            glued = limit_true_peak((glued * to_gain(BED_LUFS - found)).astype(np.float32), BED_PEAK_DBTP)
    return fade(glued, 3.0, min(FINAL_FADE_MS, score.seconds * 200))
