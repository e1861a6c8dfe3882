"""Checks a clip against its spec (M1): does it decode, is it what was ordered, is the picture free of faults."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from workprint.film.errors import OrderFailed
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.film.picture_orders import ClipCheckPayload
from workprint.film.time import Rate, Span
from workprint.lab.decode import FrameLog, VideoFacts, probe, read_frames
from workprint.lab.picture_faults import BAR_SHARE, measure_bars
from workprint.lab.picture_readings import PICTURE_METRICS, add_picture_readings
from workprint.lab.picture_scan import PictureScan, scan_pictures
from workprint.lab.readings import Readings
from workprint.lab.steadiness import ShotMap
from workprint.ports.maker import Bench, Estimate, Made, MakerCard

SDR_TAGS = frozenset({1, 2, 5, 6, 13})
"""H.273 code points a clip may carry: BT.709, not said, BT.601 in both forms, sRGB. HDR would need tone mapping."""

SECONDS_PER_FRAME = 0.009
"""CPU seconds a 1080p frame takes, decoding included, measured on the reference machine."""


def _describe_tools() -> str:
    return f"av {version('av')} numpy {version('numpy')}"


def _estimate(order: Order) -> Estimate:
    payload = order.payload
    assert isinstance(payload, ClipCheckPayload)
    return Estimate(Money(0), payload.frames * SECONDS_PER_FRAME + 0.1)


def check_clip(bench: Bench) -> Made:
    """Measure a clip. Facts: `readings` (rows of film.dailies.Reading) and `grade` A, B, C, D or F."""
    payload = bench.payload
    assert isinstance(payload, ClipCheckPayload)
    path = bench.inputs["clip"].path
    readings = Readings()
    try:
        _add_facts(readings, probe(path), payload)
        _add_picture(readings, path, payload, count_repeats_made(bench.inputs["clip"].facts, payload))
    except OrderFailed as problem:
        readings.add("decode", 0, "whole clip", False, problem.message)
        readings.skip(("frames", "cadence", *PICTURE_METRICS, "bars"), "the clip does not decode")
    bench.report(1.0)
    return Made((), readings.as_facts())


def count_repeats_made(facts: Mapping[str, Any], payload: ClipCheckPayload) -> int:
    """How many frames repeat because the clip was made at a lower rate than the film's, or slowed down to last.

    `facts` are the clip's own: `repeats` stands there when they were counted as it was made, as of a clip joined from
    parts; else `source_rate` and `slowed_by` tell of one that was made to fit.
    """
    if "repeats" in facts:
        return int(facts["repeats"])
    source = Fraction(*facts.get("source_rate", payload.rate)) * (1 - Fraction(facts.get("slowed_by", 0)))
    return max(0, math.ceil(payload.frames * (1 - source / Fraction(*payload.rate))))


def _add_facts(readings: Readings, facts: VideoFacts, payload: ClipCheckPayload) -> None:
    size_is_right = (facts.width, facts.height) == (payload.width, payload.height)
    note = "" if size_is_right else f"measures {facts.width}x{facts.height}"
    readings.add("size", facts.width, f"= {payload.width}x{payload.height}", size_is_right, note)
    rate = Fraction(*facts.rate)
    limit = f"= {payload.rate[0]}/{payload.rate[1]}"
    readings.add("rate", float(rate), limit, rate == Fraction(*payload.rate))
    tags = (facts.primaries, facts.transfer, facts.matrix)
    note = "" if set(tags) == {1} else f"tagged {tags[0]}/{tags[1]}/{tags[2]}, untagged is taken for BT.709"
    readings.add("color", facts.primaries, "SDR, BT.709 or untagged", SDR_TAGS.issuperset(tags), note)


def _add_picture(readings: Readings, path: PurePath, payload: ClipCheckPayload, repeats: int) -> None:
    rate = Rate(*payload.rate)
    log = FrameLog()
    try:
        scan = scan_pictures(log.watch(read_frames(path)), rate)
    except ValueError as problem:
        raise OrderFailed("The clip holds no frame.", where=path.name) from problem
    note = "" if not log.damaged else "frames are damaged"
    readings.add("decode", log.damaged, "no damaged frame", not log.damaged, note)
    readings.add("frames", scan.frames, f"= {payload.frames}", scan.frames == payload.frames)
    uneven = log.count_uneven(rate.fraction)
    readings.add("cadence", uneven, "every step one frame", not uneven)
    whole = Span(0, scan.frames)
    add_picture_readings(readings, scan, ShotMap((whole,), (whole,) if payload.stillness_allowed else ()), (repeats,))
    _add_bars(readings, scan)


def _add_bars(readings: Readings, scan: PictureScan) -> None:
    rows, columns = measure_bars(scan)
    note = f"{rows:.1%} of the height, {columns:.1%} of the width" if max(rows, columns) else ""
    readings.add("bars", max(rows, columns), f"< {BAR_SHARE:g} of a side", max(rows, columns) < BAR_SHARE, note)


MAKERS = (
    MakerCard(
        step="check",
        version=3,
        payload=ClipCheckPayload,
        entry="workprint.adapters.clip_check:check_clip",
        is_durable=False,
        tools=_describe_tools,
        cost=_estimate,
    ),
)
