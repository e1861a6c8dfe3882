"""Every metric of the checks: what must hold, on clips or films, and the best grade what breaks it can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workprint.lab.flashes import AREA_SHARE, TRANSITIONS_A_SECOND
from workprint.lab.picture_faults import (
    BANDING_LIMIT,
    BAR_SHARE,
    LONGEST_BLACK,
    LONGEST_EMPTY,
    REPEAT_SHARE,
)
from workprint.lab.steadiness import FLICKER_LEVELS, JUMP_LEVELS, JUMP_SCORE, POP_LEVELS, POP_RATIO
from workprint.lab.text_contrast import LEAST_CONTRAST, SMALLEST_TYPE

CLIP, FILM = "clip", "film"


@dataclass(frozen=True)
class Metric:
    """One metric: the best grade (B, C, D, F) of what breaks it, where it is measured, what must hold."""

    grade: str
    measured_on: tuple[str, ...]
    holds: str


BOTH = (CLIP, FILM)

METRICS: Mapping[str, Metric] = {
    "container": Metric("F", (FILM,), "The file is an mp4 that opens."),
    "faststart": Metric("D", (FILM,), "The index stands before the media, so that it plays while it loads."),
    "codec": Metric("F", (FILM,), "H.264 High, yuv420p."),
    "color": Metric("B", BOTH, "A film is tagged BT.709 in limited range; a clip is SDR, by its tags or without any."),
    "size": Metric("F", BOTH, "The size that was ordered."),
    "rate": Metric("F", BOTH, "The frame rate that was ordered."),
    "decode": Metric("F", BOTH, "Every frame decodes, and none is damaged."),
    "frames": Metric("F", BOTH, "As many frames decode as were ordered."),
    "cadence": Metric("D", BOTH, "Every step from frame to frame is one frame long."),
    "black": Metric("D", BOTH, f"At most {LONGEST_BLACK} black frame in a row."),
    "frozen": Metric("D", BOTH, "Nothing stands still for half a second that was to move."),
    "empty": Metric("D", BOTH, f"At most {LONGEST_EMPTY} frame in a row without any detail; transitions are left out."),
    "duplicates": Metric(
        "C",
        BOTH,
        f"At most {REPEAT_SHARE:.0%} repeated frames in a moving shot, and one more, besides those by which a bought "
        "clip reaches the film's rate. Clips answer for it: the grain a film is finished with is new on every frame.",
    ),
    "flash": Metric(
        "D",
        BOTH,
        f"At most {TRANSITIONS_A_SECOND} swings of luminance a second over {AREA_SHARE:.0%} of the picture, cell by "
        "cell (WCAG 2.3.1, ITU-R BT.1702). A screening, no certificate.",
    ),
    "flash_red": Metric("D", BOTH, "The same for saturated red."),
    "flicker": Metric(
        "B", BOTH, f"Mean luma strays at most {FLICKER_LEVELS:g} levels (RMS) from its course, in the worst shot."
    ),
    "luma_jump": Metric(
        "C",
        BOTH,
        f"No single step of mean luma inside a shot of {JUMP_LEVELS:g} levels and {JUMP_SCORE:g} times the usual one.",
    ),
    "pops": Metric(
        "C",
        BOTH,
        f"No part of the picture changes on one frame by {POP_LEVELS:g} levels more, and {POP_RATIO:g} times as much, "
        "as anything around it before and after; where titles come and go is left out.",
    ),
    "banding": Metric(
        "B",
        BOTH,
        f"Steps between even plateaus side by side, in levels, squared, as the mean of the picture and the worst half "
        f"second: at most {BANDING_LIMIT:g}. Measured on the decoded luma: dither the encoder removed does not count.",
    ),
    "bars": Metric("D", (CLIP,), f"No black bars of {BAR_SHARE:.0%} of a side or more."),
    "contrast": Metric(
        "D",
        (FILM,),
        f"Every text reads {LEAST_CONTRAST:g}:1 (WCAG 2.2) against the ground around its letters, in its worst frame, "
        f"on the decoded film. Type lower than {SMALLEST_TYPE} pixels is too small to measure, and that is said.",
    ),
    "safe_area": Metric(
        "D", (FILM,), "Every text stands inside the part its platform leaves free; the limit names it."
    ),
    "audio": Metric("D", (FILM,), "AAC, 48 kHz, stereo."),
    "sync": Metric("D", (FILM,), "Picture and sound start together and end within a frame and an AAC frame."),
    "lufs": Metric("D", (FILM,), "Integrated loudness as ordered."),
    "true_peak": Metric("D", (FILM,), "True peak at most as ordered, after encoding."),
    "silence": Metric("D", (FILM,), "No two seconds of silence."),
}
"""By name, in the order of a film's check."""
