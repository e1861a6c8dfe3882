"""Moments in a sound: where anything sounds at all, and where the event of an effect falls."""

from __future__ import annotations

import numpy as np

from workprint.lab.sound import Samples, to_gain
from workprint.lab.sound_shaping import follow_level, smooth

SOUNDING_DB = -45.0
"""Quieter than this below the loudest moment counts as silence: room noise, and what a codec leaves behind."""

SILENT_PEAK = 1e-4
"""A sound below -80 dBFS all over is silence."""

ONSET_DB = -12.0
"""A blow falls where its level first comes this near to its loudest."""

FULL_DB = -6.0
"""A riser ends where it is last this near to its loudest."""

CREST_MS = 60.0
"""The crest of a whoosh is that of its level smoothed over about so long."""


def find_sounding(samples: Samples) -> tuple[int, int] | None:
    """The first and last millisecond in which something sounds; None for silence."""
    # Let go of quickly: a slow follower would hear every sound for a tenth of a second longer than it lasts.
    level = follow_level(samples, 1.0, 5.0)
    if not len(level) or float(level.max()) < SILENT_PEAK:
        return None
    loud = np.flatnonzero(level >= float(level.max()) * to_gain(SOUNDING_DB))
    return int(loud[0]), int(loud[-1]) + 1


def find_event(samples: Samples, kind: str) -> int | None:
    """The millisecond an effect is about: a riser's end, a whoosh's crest, a blow's onset; None for silence."""
    # Let go of quickly: a slow follower would hear every sound for a tenth of a second longer than it lasts.
    level = follow_level(samples, 1.0, 5.0)
    if not len(level) or float(level.max()) < SILENT_PEAK:
        return None
    loudest = float(level.max())
    if kind == "whoosh":
        # Smoothed forwards and backwards, so that the crest stays where it is.
        even = smooth(smooth(level, CREST_MS, CREST_MS)[::-1], CREST_MS, CREST_MS)[::-1]
        return int(np.argmax(even))
    if kind == "riser":
        return int(np.flatnonzero(level >= loudest * to_gain(FULL_DB))[-1])
    return int(np.flatnonzero(level >= loudest * to_gain(ONSET_DB))[0])
