"""The kinds of effect, dry: noise and sines under drawn envelopes, each with its event on one sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from workprint.adapters.effects.tones import Tone
from workprint.film.sound_orders import SAMPLE_RATE
from workprint.lab.synthesis import Wave, draw_decay, level_noise, shape_noise, soften_edges, to_hertz

UNTUNED = 57
"""The pitch of a body that need not fit any music: A3, and its octaves below."""

BANDS = ((180.0, 700.0), (600.0, 2200.0), (1800.0, 5500.0), (4500.0, 12000.0))
"""Layers of noise in hertz; sweeping from one to the next sounds like a filter that opens."""

BAND_WIDTH = 0.22
"""How far a sweep spreads over its layers, as a share of all of them."""

SHIMMER_TONES = (0, 7, 14, 19, 24)
"""Semitones above the tonic: fifths and a ninth, at home over every chord a bed begins or ends on."""

SHIMMER_OCTAVES = 24
"""Two octaves above the tonic: over voice and piano, below what hurts."""

RISE_TONES = (0.0, 7.0)
"""A riser's tones glide up an octave to the tonic and its fifth: neither major nor minor."""


@dataclass(frozen=True)
class Sketch:
    """What an effect is drawn from: length and event in samples, tonic as a MIDI pitch (0: none), tone, seed."""

    length: int
    sync: int
    pitch: int
    tone: Tone
    seed: int

    @property
    def after(self) -> Wave:
        """Seconds since the event (n,), negative before it."""
        return ((np.arange(self.length) - self.sync) / SAMPLE_RATE).astype(np.float32)

    @property
    def root(self) -> float:
        """The frequency of the tonic, or of the untuned body."""
        return to_hertz(self.pitch or UNTUNED)


def draw_riser(sketch: Sketch) -> Wave:
    """Noise that opens and swells, with tones gliding up into the key; it ends on the event."""
    tone, after = sketch.tone, sketch.after
    place = np.clip(1 + after / np.float32(max(1, sketch.sync) / SAMPLE_RATE), 0, 1)
    swell = place ** np.float32(2.0 + 1.4 * tone.softness)
    swell = swell * _drop_off(after, 0.012 + 0.02 * tone.softness)
    noise = _sweep(sketch, (0.1 + (0.35 + 0.5 * tone.brightness) * place).astype(np.float32), steady=False)
    tones = np.zeros(sketch.length, dtype=np.float32)
    for number, interval in enumerate(RISE_TONES if sketch.pitch else ()):
        hertz = sketch.root * 2.0 ** (interval / 12) * 2.0 ** (place.astype(np.float64) ** 2 - 1)
        turn = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
        tones += (np.sin(turn) + 0.3 * np.sin(2 * turn)).astype(np.float32) / np.float32(1 + number)
    sides = noise * np.float32(0.8) + tones[:, None] * np.float32(0.10 + 0.06 * tone.body)
    return np.asarray(sides * swell[:, None], dtype=np.float32)


def draw_whoosh(sketch: Sketch) -> Wave:
    """Air that comes near, crests on the event and passes to the other side; hard tones carry a thump in it."""
    tone, after = sketch.tone, sketch.after
    before_s, after_s = sketch.sync / SAMPLE_RATE, (sketch.length - sketch.sync) / SAMPLE_RATE
    near, far = before_s / (5.5 - 1.5 * tone.softness), after_s / (7.0 - 2.0 * tone.softness)
    crest = np.exp(np.minimum(after, 0) / np.float32(near)) * np.exp(-np.maximum(after, 0) / np.float32(far))
    noise = _sweep(sketch, (0.12 + (0.2 + 0.55 * tone.brightness) * crest).astype(np.float32), steady=True)
    side = np.float32(1 if sketch.seed % 2 else -1)
    # Equal power across the middle: the sound is in front of the listener when the picture changes.
    angle = np.pi / 4 * (1 + side * np.tanh(after / np.float32(0.6 * before_s + 0.05)) * np.float32(0.8))
    sides = noise * np.stack([np.cos(angle), np.sin(angle)], axis=1) * crest[:, None]
    thump = _boom(sketch, 0.06, 1.2) * np.float32(0.22 * tone.body * (1 - tone.softness))
    return soften_edges((sides + thump[:, None]).astype(np.float32), 0.01, 0.08)


def draw_hit(sketch: Sketch) -> Wave:
    """A blow: a falling low tone, a burst of noise and a short click, all on the event."""
    tone = sketch.tone
    boom = _boom(sketch, 0.26 + 0.12 * tone.body, 2.2) * np.float32(tone.body)
    sides = []
    for side in (0, 1):
        burst = _burst(sketch, 11 + side, 160.0, 1800.0 + 5200.0 * tone.brightness, 0.11)
        click = _burst(sketch, 21 + side, 1500.0, 9000.0, 0.012)
        sides.append(boom + burst * np.float32(1.15) + click * np.float32(0.9 * (1 - tone.softness)))
    return np.stack(sides, axis=1).astype(np.float32)


def draw_impact(sketch: Sketch) -> Wave:
    """A soft blow: a low tone that settles on the tonic under a dark breath of noise."""
    tone = sketch.tone
    boom = _boom(sketch, 0.34 + 0.2 * tone.softness, 0.9) * np.float32(0.5 + 0.5 * tone.body)
    breath = [
        _burst(sketch, 31 + side, 140.0, 900.0 + 2600.0 * tone.brightness, 0.16 + 0.1 * tone.softness)
        for side in (0, 1)
    ]
    return np.stack([boom + np.float32(0.8) * side for side in breath], axis=1).astype(np.float32)


def draw_shimmer(sketch: Sketch) -> Wave:
    """A glint: bells of the key that start on the event and run upwards in small steps, in a halo of high air."""
    rng = np.random.Generator(np.random.PCG64([sketch.seed & 0xFFFFFFFF, 77]))
    wave = np.zeros((sketch.length, 2), dtype=np.float32)
    step = 0.05 + 0.05 * sketch.tone.softness
    for number, interval in enumerate(SHIMMER_TONES):
        start = sketch.sync + round(number * step * (1 + 0.15 * float(rng.uniform(-1, 1)) * (number > 0)) * SAMPLE_RATE)
        bell = _strike_bell(sketch, to_hertz((sketch.pitch or UNTUNED) + SHIMMER_OCTAVES + interval), start)
        angle = np.pi / 4 * (1 + 0.5 * (1 if number % 2 else -1))
        # The first bell says where the event is; the others are its echo upwards.
        loud = np.float32(1.0 if number == 0 else 0.6 * 0.88**number)
        wave += bell[:, None] * loud * np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
    halo = [_burst(sketch, 41 + side, 5500.0, 13000.0, 0.5) * np.float32(0.10) for side in (0, 1)]
    return wave + np.stack(halo, axis=1)


def _sweep(sketch: Sketch, centre: Wave, *, steady: bool) -> Wave:
    """Noise (n, 2) whose layers fade into each other as `centre` (n,) goes from 0, the lowest, to 1, the highest."""
    sides = []
    for side in (0, 1):
        mixed = np.zeros(sketch.length, dtype=np.float32)
        for number, (low, high) in enumerate(BANDS):
            layer = shape_noise(sketch.seed + 101 * number + 13 * side, sketch.length, low, high)
            weight = np.exp(-np.square((centre - np.float32(number / (len(BANDS) - 1))) / np.float32(BAND_WIDTH)) / 2)
            mixed += layer * weight
        sides.append(level_noise(mixed) if steady else mixed)
    return np.stack(sides, axis=1)


def _boom(sketch: Sketch, life: float, fall: float) -> Wave:
    """A sine (n,) that starts on the event `fall` octaves too high and settles within 60 ms on the low tonic."""
    low = sketch.root
    while low > 55.0:
        low /= 2
    after = np.maximum(sketch.after, 0)
    hertz = low * 2.0 ** (fall * np.exp(-after.astype(np.float64) / 0.03))
    turn = 2 * np.pi * np.cumsum(np.where(sketch.after >= 0, hertz, 0.0)) / SAMPLE_RATE
    # An overtone lets it be felt on loudspeakers that end at 100 Hz.
    wave = np.sin(turn) + 0.35 * np.sin(2 * turn) + 0.12 * np.sin(4 * turn)
    return (wave * np.exp(-after / life) * _start(sketch, 0.001 + 0.006 * sketch.tone.softness)).astype(np.float32)


def _burst(sketch: Sketch, salt: int, low: float, high: float, life: float) -> Wave:
    """Noise (n,) that starts on the event and dies away."""
    noise = shape_noise(sketch.seed + salt, sketch.length, low, high)
    shape = np.exp(-np.maximum(sketch.after, 0) / np.float32(life))
    return np.asarray(noise * shape * _start(sketch, 0.001 + 0.009 * sketch.tone.softness), dtype=np.float32)


def _start(sketch: Sketch, seconds: float) -> Wave:
    """0 before the event, then up along a raised cosine within some seconds."""
    rise = np.clip(sketch.after / np.float32(seconds), 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * rise), dtype=np.float32)


def _drop_off(after: Wave, seconds: float) -> Wave:
    """1 up to the event, then down along a raised cosine within some seconds."""
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(after / np.float32(seconds), 0, 1)), dtype=np.float32)


def _strike_bell(sketch: Sketch, hertz: float, start: int) -> Wave:
    """A small bell (n,) struck at a sample: a sine and two inharmonic partials, as short bars have them."""
    wave = np.zeros(sketch.length, dtype=np.float32)
    length = sketch.length - start
    if length <= 0:
        return wave
    seconds = np.arange(length, dtype=np.float32) / np.float32(SAMPLE_RATE)
    for ratio, size, life in ((1.0, 1.0, 0.75), (2.0, 0.22, 0.5), (2.76, 0.16 * (1 - sketch.tone.softness / 2), 0.2)):
        if ratio * hertz < 14000:
            wave[start:] += (
                np.float32(size) * np.sin(np.float32(2 * np.pi * ratio * hertz) * seconds) * draw_decay(length, life)
            )
    wave[start:] = soften_edges(wave[start:], 0.002 + 0.004 * sketch.tone.softness, 0.3)
    return wave


KINDS: Mapping[str, Callable[[Sketch], Wave]] = {
    "riser": draw_riser,
    "whoosh": draw_whoosh,
    "hit": draw_hit,
    "impact": draw_impact,
    "shimmer": draw_shimmer,
}
"""What draws each kind: a sketch in, dry samples (n, 2) out."""
