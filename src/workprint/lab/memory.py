"""Tells the C allocator to keep freed frame buffers instead of giving their pages back after every frame."""

from __future__ import annotations

import ctypes
from functools import cache

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3
"""Parameter numbers of glibc's mallopt(3)."""

KEPT_BYTES = 256 * 2**20
"""Buffers up to this size come from, and freed memory up to this much stays in, the process's heap."""

PAD_BYTES = 32 * 2**20
"""How much more is asked of the system at a time: a few 1080p frames."""


@cache
def keep_freed_memory() -> bool:
    """Keep freed buffers for the next frame; returns whether this C library can.

    A 1080p RGB frame is 6 MB of fresh pages, and faulting them in cost more than converting them: measured 10.4 ms
    a frame from RGB to encoded planes without, 4.4 ms with. Other C libraries than glibc keep their own ways.
    """
    try:
        change = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    settings = ((MMAP_THRESHOLD, KEPT_BYTES), (TRIM_THRESHOLD, KEPT_BYTES), (TOP_PAD, PAD_BYTES))
    return all(change(ctypes.c_int(name), ctypes.c_int(value)) == 1 for name, value in settings)
