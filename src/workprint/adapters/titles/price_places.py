"""Where a price stands: in free room near its subject but clear of it, in line with what it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from workprint.adapters.titles.bursts import draw_burst, plan_burst
from workprint.adapters.titles.placing import Candidate, choose_place, share_covered
from workprint.adapters.titles.small import FEATHER, Setting
from workprint.lab.safe_areas import Area

CLOSE_TO_SUBJECT = 0.55
"""What it costs a burst to stand away from its subject, a frame's short side away."""


OFF_AXIS = 0.30
"""What it costs a burst to share no edge and no middle with the name or the subject, a short side away from the
nearest: things that line up look placed."""


BURST_SIZES = ((1.0, 0.0), (0.82, 0.10), (0.66, 0.22))
"""Factors a burst is tried at, and what each costs: rather a smaller one than one over the product."""


def draw_price(setting: Setting) -> None:
    """The price in its type system's form, in free room near the subject but clear of it."""
    sheet, unit = setting.sheet, setting.unit
    text = " ".join(text for _, text in setting.lines)
    widest = min(0.66 * setting.safe.width, 0.80 * unit)
    bursts = [plan_burst(sheet, setting.system, text, widest, factor) for factor, _ in BURST_SIZES]
    candidates = [
        candidate
        for key, burst in enumerate(bursts)
        for candidate in list_burst_places(setting, (burst.width, burst.height), key)
    ]
    place = choose_place(sheet, candidates, setting.mates, 0.022 * unit)
    burst = bursts[place.key]
    sheet.tone = place.tone
    if burst.form == "numeral":
        sheet.spread(place.area, FEATHER * unit)
    draw_burst(sheet, burst, place.area)


def list_burst_places(setting: Setting, size: tuple[float, float], key: int) -> list[Candidate]:
    """A grid of places over the safe area, dearer the farther they are from the subject's edge."""
    safe, unit = setting.safe, setting.unit
    backdrop = setting.sheet.backdrop
    subject = backdrop.subject if backdrop else None
    home = Area(safe.right - size[0], safe.y if setting.anchor == "top" else safe.bottom - size[1], *size)
    steps = (12, 24)
    found = []
    for row in range(steps[1] + 1):
        for column in range(steps[0] + 1):
            x = safe.x + max(0.0, safe.width - size[0]) * column / steps[0]
            y = safe.y + max(0.0, safe.height - size[1]) * row / steps[1]
            area = Area(x, y, *size)
            cost = BURST_SIZES[key][1] + CLOSE_TO_SUBJECT * measure_gap(area, subject or home) / unit
            # On top of the subject is never near: it hides what is sold.
            cost += 0.35 * share_covered(area, subject) if subject else 0.0
            cost += OFF_AXIS * measure_offset(area, setting.mates, subject or home) / unit
            found.append(Candidate(area, cost, key))
    return found


def measure_offset(area: Area, mates: Sequence[Area], subject: Area) -> float:
    """How far an area is, in pixels, from lining up with its mates or the subject: left, middle or right, or beside."""
    offsets = []
    for other in (*mates, subject):
        if min(area.bottom, other.bottom) > max(area.y, other.y):
            offsets.append(abs(area.y + area.height / 2 - other.y - other.height / 2))
        middle = abs(area.x + area.width / 2 - other.x - other.width / 2)
        offsets += [abs(area.x - other.x), middle, abs(area.right - other.right)]
    return min(offsets)


def measure_gap(area: Area, other: Area) -> float:
    """The distance between two areas in pixels, 0 where they touch."""
    across = max(0.0, other.x - area.right, area.x - other.right)
    down = max(0.0, other.y - area.bottom, area.y - other.bottom)
    return float((across**2 + down**2) ** 0.5)
