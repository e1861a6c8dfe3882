"""Joins a clip and what continues it into one clip, without encoding a picture again."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from workprint.film.canonical import Json
from workprint.film.conform_orders import ORIGIN, PAID
from workprint.film.errors import OrderFailed
from workprint.film.money import NOTHING, Money, parse_money
from workprint.film.order import Order
from workprint.film.tail_orders import SPLICE, SplicePayload
from workprint.lab.mux import join_pictures
from workprint.lab.subjects import NEAR
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MadeFile, MakerCard

FROM_FIRST = (*(fact for fact in ORIGIN if fact != PAID), "layout")
"""Facts of the clip that go with what it becomes a part of."""


def splice(bench: Bench) -> Made:
    """The parts in the order of their roles. Facts: `frames`, `width`, `height`, `parts`, and where it comes from.

    `repeats` is how many frames the parts repeat together; `subjects` stands there when every part tells of them.
    Raises OrderFailed when the parts do not hold the frames that were ordered.
    """
    payload = bench.payload
    assert isinstance(payload, SplicePayload)
    parts = [bench.inputs[role] for role in sorted(bench.inputs)]
    path = Path(bench.scratch) / "clip.mp4"
    frames = join_pictures(path, [part.path for part in parts], payload.rate)
    if frames != payload.frames:
        raise OrderFailed(f"The parts hold {frames} frames, the clip should have {payload.frames}.", where=bench.name)
    first = parts[0].facts
    facts = {
        "frames": frames,
        "width": first.get("width", 0),
        "height": first.get("height", 0),
        "parts": [int(part.facts.get("frames", 0)) for part in parts],
        "repeats": sum(int(part.facts.get("repeats", 0)) for part in parts),
        **{key: first[key] for key in FROM_FIRST if key in first},
    }
    if all("subjects" in part.facts for part in parts):
        facts["subjects"] = join_subjects(parts)
    paid = sum_paid(parts)
    if paid.micros:
        facts["bought_usd"] = str(paid)
    return Made((MadeFile(path, "video/mp4", f"{bench.name}.mp4"),), facts)


def join_subjects(parts: Sequence[BenchInput]) -> list[Json]:
    """Where the subjects of all parts stand, frames counted from the first part's first: its rows are as they were."""
    joined: list[Json] = []
    start = 0
    for part in parts:
        tracks = [[[start + frame, *box] for frame, *box in track] for track in part.facts["subjects"]]
        if len(tracks) == len(joined):
            joined = [continue_track(track, rows) for track, rows in zip(joined, tracks, strict=True)]
        else:
            joined += tracks
        start += int(part.facts["frames"])
    return joined


def continue_track(track: Json, rows: Json) -> Json:
    """A subject's rows and those of the part that follows, less what is so near that a title before it would heed it.

    The camera rests by then, and breathes: a title must not move for what comes after it.
    """
    return [*track, *(row for row in rows if row[0] > track[-1][0] + NEAR)]


def sum_paid(parts: list[BenchInput]) -> Money:
    """What was paid for all parts together."""
    return Money(sum(parse_money(str(part.facts.get("bought_usd", "0"))).micros for part in parts))


def _describe_tools() -> str:
    return f"av {version('av')}"


def _estimate(order: Order) -> Estimate:
    return Estimate(NOTHING, 0.3)


MAKERS = (MakerCard(SPLICE, 2, SplicePayload, "workprint.adapters.splices:splice", False, _describe_tools, _estimate),)
