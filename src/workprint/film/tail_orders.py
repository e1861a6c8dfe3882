"""Payloads of orders that make a clip longer: a tail drawn here, a bought tail made to fit, and the joined clip."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.buy_orders import ConformPayload
from workprint.film.picture_orders import Look

CLIP_TAIL = "clip_tail"
CONFORM_TAIL = "conform_tail"
SPLICE = "splice"


@dataclass(frozen=True)
class ClipTailPayload:
    """More frames of a previz clip: the same shoot from frame `first` on, the camera at rest, everything else alive.

    Input roles: those of the clip, and `before`, what it continues.
    """

    look: Look
    prompt: str
    encode: str
    first: int
    frames: int


@dataclass(frozen=True)
class ConformTailPayload:
    """A bought tail made to fit the film, without its first `skip` frames: those show what stands before it once more.

    Input role: `clip`.
    """

    fit: ConformPayload
    skip: int


@dataclass(frozen=True)
class SplicePayload:
    """A clip and its tails joined without another encode. Input roles: `part.00` and so on. Facts: frames, size."""

    rate: tuple[int, int]
    frames: int
