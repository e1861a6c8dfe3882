"""Writes the cut as an OpenTimelineIO timeline for other editors."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import opentimelineio as otio

from workprint.film.cut_orders import TimelinePayload
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

START_HOUR = 1
"""Programme time starts at 01:00:00:00, as is the custom in broadcast."""


def _describe_tools() -> str:
    return f"opentimelineio {version('opentimelineio')}"


def _estimate(order: Order) -> Estimate:
    return Estimate(Money(0), 0.3)


def write_timeline(bench: Bench) -> Made:
    """Write the .otio file. Facts: clips, sounds, frames. Raises ValueError on clips that overlap."""
    payload = bench.payload
    assert isinstance(payload, TimelinePayload)
    timeline = otio.schema.Timeline(payload.title)
    timeline.global_start_time = _time(START_HOUR * 3600 * _nominal(payload), payload)
    timeline.tracks.append(_make_picture(payload))
    for number, lane in enumerate(_sort_into_lanes(payload.sounds), start=1):
        timeline.tracks.append(_make_track(f"A{number}", otio.schema.TrackKind.Audio, lane, payload))
    # Through json once more: the library's own writer leaves the order of metadata keys open.
    text = json.dumps(json.loads(timeline.to_json_string()), indent=2, sort_keys=True, ensure_ascii=False)
    target = Path(bench.scratch) / "timeline.otio"
    target.write_bytes(text.encode() + b"\n")
    frames = max((start + frames for _, start, frames, _ in payload.clips), default=0)
    facts = {"clips": len(payload.clips), "sounds": len(payload.sounds), "frames": frames}
    return Made((MadeFile(target, "application/vnd.pixar.opentimelineio+json", "timeline.otio"),), facts)


Entry = tuple[str, int, int, str]
"""Name, first frame in the film, length in frames, file name."""


def _sort_into_lanes(entries: tuple[Entry, ...]) -> list[list[Entry]]:
    """Sounds on as few tracks as keep them from overlapping, in order of their start."""
    lanes: list[list[Entry]] = []
    for entry in sorted(entries, key=lambda item: (item[1], item[2], item[0])):
        for lane in lanes:
            if lane[-1][1] + lane[-1][2] <= entry[1]:
                lane.append(entry)
                break
        else:
            lanes.append([entry])
    return lanes


def _make_picture(payload: TimelinePayload) -> Any:
    """The picture track: clips with their handles, transitions between them."""
    track = _make_track("V1", otio.schema.TrackKind.Video, payload.clips, payload)
    if payload.handles:
        by_name = {entry[0]: handle for entry, handle in zip(payload.clips, payload.handles, strict=True)}
        for clip in track.find_clips():
            _give_handles(clip, *by_name[clip.name], payload)
    for kind, cut, share in sorted(payload.transitions, key=lambda item: -item[1]):
        place = next(index for index, item in enumerate(track) if item.range_in_parent().start_time.value == cut)
        style = "SMPTE_Dissolve" if kind == "dissolve" else "Custom_Transition"
        offset = _time(share, payload)
        track.insert(place, otio.schema.Transition(kind, style, in_offset=offset, out_offset=offset))
    return track


def _give_handles(clip: Any, head: int, tail: int, payload: TimelinePayload) -> None:
    frames = int(clip.source_range.duration.value)
    clip.source_range = _range(head, frames, payload)
    clip.media_reference.available_range = _range(0, head + frames + tail, payload)


def _make_track(name: str, kind: str, entries: Any, payload: TimelinePayload) -> Any:
    track = otio.schema.Track(name, kind=kind)
    place = 0
    for title, start, frames, file in sorted(entries, key=lambda item: item[1]):
        if start < place:
            raise ValueError(f"{title} starts before the clip in front of it ends")
        if start > place:
            track.append(otio.schema.Gap(source_range=_range(0, start - place, payload)))
        media = otio.schema.ExternalReference(file, available_range=_range(0, frames, payload))
        track.append(otio.schema.Clip(title, media_reference=media, source_range=_range(0, frames, payload)))
        place = start + frames
    return track


def _nominal(payload: TimelinePayload) -> int:
    return round(payload.rate[0] / payload.rate[1])


def _time(frames: int, payload: TimelinePayload) -> Any:
    return otio.opentime.RationalTime(frames, payload.rate[0] / payload.rate[1])


def _range(start: int, frames: int, payload: TimelinePayload) -> Any:
    return otio.opentime.TimeRange(_time(start, payload), _time(frames, payload))


MAKERS = (
    MakerCard(
        step="timeline",
        version=2,
        payload=TimelinePayload,
        entry="workprint.adapters.timeline_otio:write_timeline",
        is_durable=False,
        tools=_describe_tools,
        cost=_estimate,
    ),
)
