"""The levels takes of sound are delivered at before the mix, whoever made them: lines, and effects."""

from __future__ import annotations

import numpy as np

from workprint.film.sound_orders import EFFECT_LEVEL_DB, SAMPLE_RATE
from workprint.lab.loudness import SILENT_LUFS, limit_true_peak, measure
from workprint.lab.sound import Samples, measure_loudest, to_gain

VOICE_LUFS = -18.0
"""Level of every line, so that lines sit together before the mix."""

VOICE_PEAK_DBTP = -2.0
"""Head-room for the mix."""

EFFECT_PEAK_DBTP = -3.0
"""No effect peaks higher: a blow keeps its edge, and the mix its room."""


def level_speech(samples: Samples) -> Samples:
    """A line at VOICE_LUFS. A very short one is measured with silence after it, or it would read as nothing."""
    for _ in range(2):
        found = measure(np.pad(samples, ((0, max(0, SAMPLE_RATE // 2 - len(samples))), (0, 0)))).lufs
        if found <= SILENT_LUFS:
            return samples
        samples = limit_true_peak((samples * to_gain(VOICE_LUFS - found)).astype(np.float32), VOICE_PEAK_DBTP)
    return samples


def level_effect(samples: Samples) -> Samples:
    """An effect whose loudest 100 ms lie at EFFECT_LEVEL_DB, its peaks under EFFECT_PEAK_DBTP."""
    gain = to_gain(EFFECT_LEVEL_DB - measure_loudest(samples))
    return limit_true_peak((samples * gain).astype(np.float32), EFFECT_PEAK_DBTP)
