"""Readings of the type in a film: is every text readable in its worst frame, does every text stand in the safe area."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workprint.film.canonical import Json
from workprint.film.time import Rate, Span
from workprint.lab.pictures import Pixels
from workprint.lab.readings import Readings
from workprint.lab.safe_areas import Area, choose_insets, find_safe_area
from workprint.lab.text_contrast import LEAST_CONTRAST, SMALLEST_TYPE, TextMeter, TextWatch, watch_text

MOST_CONTRAST = 21.0
"""The ratio of white to black: what is read where there is no text to measure."""

SLACK_PIXELS = 1.5
"""A box of whole pixels lies over the edge of an area that ends inside one; smoothed letters reach half a pixel on."""

TEXT_METRICS = ("contrast", "safe_area")
"""What is measured of type."""


@dataclass(frozen=True)
class TextFact:
    """A line of type as a title's fact `texts` tells it: words, role, box, frames of the title's life, ink."""

    text: str
    kind: str
    box: tuple[int, int, int, int]
    shown: Span
    ink: str


def read_texts(facts: Json) -> tuple[TextFact, ...]:
    """The lines of type a title tells of. Raises KeyError where one is told in another way than agreed."""
    return tuple(
        TextFact(
            str(one["text"]),
            str(one["kind"]),
            (int(one["rect"][0]), int(one["rect"][1]), int(one["rect"][2]), int(one["rect"][3])),
            Span(int(one["from"]), max(0, int(one["to"]) - int(one["from"]))),
            str(one["ink"]),
        )
        for one in facts
    )


def watch_title(texts: Sequence[TextFact], picture: Pixels, start: int) -> list[TextWatch]:
    """A title's texts, ready to be measured in a film in which it begins at frame `start`; see `watch_text`."""
    return [watch_text(text.kind, text.box, text.shown.shifted(start), text.ink, picture) for text in texts]


def add_text_readings(readings: Readings, meter: TextMeter, platform: str, size: tuple[int, int], rate: Rate) -> None:
    """Contrast and safe area of every text that was watched."""
    _add_contrast(readings, meter.texts, rate)
    _add_safe_area(readings, meter.texts, platform, size)


def _add_contrast(readings: Readings, texts: Sequence[TextWatch], rate: Rate) -> None:
    tiny = sum(text.is_tiny for text in texts)
    if tiny and tiny == len(texts):
        readings.skip(("contrast",), f"all type is lower than {SMALLEST_TYPE} px, too small to measure")
        return
    worst = min(texts, key=lambda text: text.worst, default=None)
    unseen = [text for text in texts if text.frame < 0 and not text.is_tiny]
    weak = sorted((text for text in texts if text.worst < LEAST_CONTRAST), key=lambda text: text.worst)
    notes = [f"{text.text} {text.worst:.2f}:1 at {float(rate.seconds(text.frame)):.2f} s" for text in weak[:3]]
    notes += [f"{text.text} at {text.box[0]},{text.box[1]} could not be measured" for text in unseen[:3]]
    notes += [f"{tiny} lines lower than {SMALLEST_TYPE} px are too small to measure"] if tiny else []
    ratio = worst.worst if worst is not None and math.isfinite(worst.worst) else MOST_CONTRAST
    # Rounded down: a reported 4.5 must not be a true 4.4999.
    ratio = math.floor(ratio * 100) / 100
    is_ok = not weak and not unseen
    note = "; ".join(notes) if texts else "there is no text"
    frame = weak[0].frame if weak else -1
    readings.add("contrast", ratio, f">= {LEAST_CONTRAST:g}:1 in the worst frame", is_ok, note, frame=frame)


def _add_safe_area(readings: Readings, texts: Sequence[TextWatch], platform: str, size: tuple[int, int]) -> None:
    area = find_safe_area(platform, *size)
    outside = sorted(((_reach_out(text.box, area), text) for text in texts), key=lambda pair: -pair[0])
    bad = [(reach, text) for reach, text in outside if reach > SLACK_PIXELS]
    note = "; ".join(f"{text.text} by {reach:.0f} px" for reach, text in bad[:3])
    origin = choose_insets(platform, *size).origin
    reach, frame = (bad[0][0], bad[0][1].span.start) if bad else (0.0, -1)
    readings.add("safe_area", reach, f"0 px outside: {origin}", not bad, note, frame=frame)


def _reach_out(box: tuple[int, int, int, int], area: Area) -> float:
    """How far a box reaches out of an area, in pixels."""
    x, y, width, height = box
    return max(area.x - x, area.y - y, x + width - area.right, y + height - area.bottom, 0.0)
