"""D8 names of everything made for a shot, a scene or the whole film, composed in one place."""

from __future__ import annotations

import re

from workprint.film.board import Shot
from workprint.film.lineage import compose_name

CLIP_STEPS = ("clip", "stage_clip", "conform", "splice")
"""Steps whose result is the clip of a shot, however it was made."""


def find_slate(name: str) -> str:
    """The slate a D8 name belongs to: SC01_SH02 of SC01_SH02_CLIP_packshot."""
    return "_".join(name.split("_")[:2])


def find_owner(name: str) -> str:
    """The clip a tail or a first frame is for: SC01_SH02_CLIP_a of SC01_SH02_CLIP_a-tail1 and SC01_SH02_STILL_a."""
    return re.sub(r"-tail\d+$", "", name.replace("_STILL_", "_CLIP_", 1))


def name_shot(shot: Shot, kind: str, suffix: str = "") -> str:
    """The name of a thing of one shot: SC01_SH02_CLIP_packshot. The suffix tells two of a kind apart."""
    return compose_name(shot.scene_number, shot.number, kind, shot.label + suffix)


def name_scene(number: int, kind: str, label: str) -> str:
    """The name of a thing of a whole scene: SC01_SH00_AUDIO_voice."""
    return compose_name(number, 0, kind, label)


def name_film(kind: str, label: str) -> str:
    """The name of a thing of the whole film: SC00_SH00_CUT_master."""
    return compose_name(0, 0, kind, label)
