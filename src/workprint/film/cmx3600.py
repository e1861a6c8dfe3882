"""Edit decision lists in the CMX 3600 form: our own writer and reader, since common adapters lose sound and start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from workprint.film.time import Rate, Span, from_timecode, to_timecode

START_HOUR = 1
"""Programmes start at 01:00:00:00 by broadcast custom."""

REEL_LENGTH = 8
"""Longest reel name old readers keep."""

MOST_EVENTS = 999
"""The event number has three digits."""

_EVENT = re.compile(
    r"^(\d{3})  (\S{1,8}) +(V|A|A2) +(C|D) +(\d{3})? *"
    r"(\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d)$"
)


@dataclass(frozen=True)
class EdlEvent:
    """One event: `track` V, A or A2; source frames of the reel; film frames counted from 0.

    `dissolve` is the length in frames of a dissolve from the event before, 0 for a cut.
    """

    reel: str
    track: str
    source: Span
    record: Span
    clip_name: str = ""
    dissolve: int = 0


def shorten_reel(text: str) -> str:
    """A reel name readers keep: upper-case ASCII letters and digits, at most eight; AX when none is left."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())[:REEL_LENGTH] or "AX"


def write_edl(title: str, rate: Rate, events: Iterable[EdlEvent]) -> str:
    """The list as text, record times from 01:00:00:00, non-drop.

    Raises ValueError for more than 999 events, or a dissolve with no picture before it.
    """
    ordered = tuple(events)
    if len(ordered) > MOST_EVENTS:
        raise ValueError(f"an edit decision list holds {MOST_EVENTS} events, not {len(ordered)}")
    lines = [f"TITLE: {_flatten(title)[:70]}", "FCM: NON-DROP FRAME", ""]
    before: EdlEvent | None = None
    for number, event in enumerate(ordered, start=1):
        lines += _write_event(number, event, before, rate)
        before = event
    return "\n".join(lines) + "\n"


def _write_event(number: int, event: EdlEvent, before: EdlEvent | None, rate: Rate) -> list[str]:
    name = [f"* FROM CLIP NAME: {_flatten(event.clip_name)}"] if event.clip_name else []
    if not event.dissolve:
        return [_write_line(number, event, "C", source=event.source, record=event.record, rate=rate), *name]
    if before is None or before.track != event.track:
        raise ValueError(f"event {number} dissolves from nothing")
    # A dissolve is two lines with one number: the outgoing picture with no length, then the incoming one.
    out_point, on_point = Span(before.source.end, 0), Span(event.record.start, 0)
    names = [f"* FROM CLIP NAME: {_flatten(before.clip_name)}", f"* TO CLIP NAME: {_flatten(event.clip_name)}"]
    dissolve = f"D    {event.dissolve:03d}"
    return [
        _write_line(number, before, "C", source=out_point, record=on_point, rate=rate),
        _write_line(number, event, dissolve, source=event.source, record=event.record, rate=rate),
        *names,
    ]


def _write_line(number: int, event: EdlEvent, effect: str, *, source: Span, record: Span, rate: Rate) -> str:
    offset = START_HOUR * 3600 * rate.nominal
    frames = (source.start, source.end, record.start + offset, record.end + offset)
    times = " ".join(to_timecode(frame, rate) for frame in frames)
    return f"{number:03d}  {shorten_reel(event.reel):<8} {event.track:<5} {effect:<8} {times}"


def _flatten(text: str) -> str:
    return " ".join(text.split())


def read_edl(text: str, rate: Rate) -> tuple[EdlEvent, ...]:
    """The events of a list written by `write_edl`; raises ValueError on a line that is not one."""
    events: list[EdlEvent] = []
    for line in text.splitlines():
        if line.startswith(("* FROM CLIP NAME: ", "* TO CLIP NAME: ")):
            events[-1] = _rename(events[-1], line)
        elif line[:3].isdigit():
            _add_event(events, line, rate)
    return tuple(events)


def _rename(event: EdlEvent, line: str) -> EdlEvent:
    is_other = bool(event.dissolve) and line.startswith("* FROM")
    name = event.clip_name if is_other else line.split(": ", 1)[1]
    return EdlEvent(event.reel, event.track, event.source, event.record, name, event.dissolve)


def _add_event(events: list[EdlEvent], line: str, rate: Rate) -> None:
    found = _EVENT.match(line)
    if not found:
        raise ValueError(f"not an event: {line!r}")
    _, reel, track, _, length, *times = found.groups()
    offset = START_HOUR * 3600 * rate.nominal
    first, last, start, end = (from_timecode(time, rate) for time in times)
    if start == end:  # the outgoing half of a dissolve
        return
    source, record = Span(first, last - first), Span(start - offset, end - start)
    events.append(EdlEvent(reel, track, source, record, dissolve=int(length or 0)))
