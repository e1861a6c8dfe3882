"""The transition maker: exact lengths, the right clip frames, joined without a seam the final check could see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest
from tests.adapters.film_bench import HEIGHT, WIDTH, Pixels, moving, set_up, write_clip

from workprint.adapters.segments import make_segment
from workprint.adapters.timeline_otio import write_timeline
from workprint.adapters.transitions import MAKERS, make_transition
from workprint.film.cut_orders import SegmentPayload, TimelinePayload, TransitionPayload
from workprint.film.errors import OrderFailed
from workprint.film.time import Rate, Span
from workprint.film.transitions import KINDS
from workprint.lab.decode import read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.flashes import TRANSITIONS_A_SECOND
from workprint.lab.picture_faults import count_repeats, find_black, find_frozen
from workprint.lab.picture_scan import scan_pictures


def order(kind: str, **changes: object) -> TransitionPayload:
    """Twelve frames between frame 20 of one clip and the first frames of the other."""
    fields: dict[str, object] = {
        "kind": kind,
        "direction": "left",
        "width": WIDTH,
        "height": HEIGHT,
        "rate": (30, 1),
        "frames": 12,
        "outgoing": (20, 12),
        "incoming": (0, 12),
        "palette": ("#000000", "#E8A33D"),
        "encode": "master",
    }
    return TransitionPayload(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_a_transition_goes_on_where_its_neighbours_stop(tmp_path: Path, kind: str) -> None:
    """Decoded, the first frame is the outgoing clip's and the last the incoming clip's; with the segments around it,
    nothing is black, frozen, repeated or flashing."""
    pans = moving(1, speed=2), moving(2, speed=2)
    clips = [write_clip(tmp_path / f"{n}.mp4", 32, pan) for n, pan in enumerate(pans)]
    made = make_transition(set_up(order(kind), tmp_path / "t", outgoing=clips[0], incoming=clips[1]))
    assert made.facts == {"frames": 12, "width": WIDTH, "height": HEIGHT, "duration_ms": 400}
    frames = list(read_frames(made.files[0].path))
    assert _find_frame(frames[0], pans[0]) == 20
    assert _find_frame(frames[-1], pans[1]) == 11
    before, after = (
        list(read_frames(make_segment(set_up(_segment(start), tmp_path / f"s{n}", clip=clips[n])).files[0].path))
        for n, start in enumerate((0, 12))
    )
    scan = scan_pictures([*before, *frames, *after], Rate(30))
    assert scan.frames == 52
    assert not find_black(scan)
    assert not find_frozen(scan)
    assert count_repeats(scan, (Span(0, 20), Span(32, 20)))[0] == 0
    assert max(scan.flashes.max(), scan.red_flashes.max()) <= TRANSITIONS_A_SECOND


def _find_frame(frame: av.VideoFrame, pan: Callable[[int], Pixels]) -> int:
    """The number of the clip's frame this is; -1 when it is none."""
    errors = [np.abs(to_rgb(frame).astype(int) - pan(n)).mean() for n in range(32)]
    return int(np.argmin(errors)) if min(errors) < 8 else -1


def _segment(start: int) -> SegmentPayload:
    return SegmentPayload(WIDTH, HEIGHT, (30, 1), start, 20, (), "master")


def test_a_dip_plays_each_clip_for_its_own_half(tmp_path: Path) -> None:
    """Without handles the outgoing clip plays first and the incoming one last; two makings are byte-identical."""
    pans = moving(1, speed=3), moving(2, speed=3)
    clips = [write_clip(tmp_path / f"{n}.mp4", 26, pan) for n, pan in enumerate(pans)]
    payload = order("dip", outgoing=(20, 6), incoming=(0, 6))
    made = [
        make_transition(set_up(payload, tmp_path / name, outgoing=clips[0], incoming=clips[1])) for name in ("a", "b")
    ]
    assert Path(made[0].files[0].path).read_bytes() == Path(made[1].files[0].path).read_bytes()
    frames = list(read_frames(made[0].files[0].path))
    assert len(frames) == 12
    assert _find_frame(frames[-1], pans[1]) == 5
    assert to_rgb(frames[5]).mean() < 40


def test_a_clip_without_its_handle_is_refused(tmp_path: Path) -> None:
    """The error says which clip ends too early, and by how much."""
    clip = write_clip(tmp_path / "clip.mp4", 30, moving())
    with pytest.raises(OrderFailed, match="outgoing clip ends 2 frames too early"):
        make_transition(set_up(order("push"), tmp_path / "t", outgoing=clip, incoming=clip))


def test_drafts_and_masters_share_the_maker() -> None:
    """Both steps are served."""
    assert [card.step for card in MAKERS] == ["draft_transition", "transition"]


def test_a_timeline_holds_handles_and_transitions(tmp_path: Path) -> None:
    """Editors find the dissolve on its cut, the other kind by its name, and the frames around each clip."""
    payload = TimelinePayload(
        title="t",
        rate=(30, 1),
        clips=(("a", 0, 40, "a.mp4"), ("b", 40, 40, "b.mp4"), ("c", 80, 40, "c.mp4")),
        sounds=(),
        handles=((0, 8), (8, 6), (6, 0)),
        transitions=(("dissolve", 40, 8), ("whip", 80, 6)),
    )
    timeline = otio.adapters.read_from_file(str(write_timeline(set_up(payload, tmp_path / "out")).files[0].path))
    track = timeline.tracks[0]
    found = [
        (
            item.name,
            item.transition_type,
            int(item.in_offset.value),
            int(track[index + 1].range_in_parent().start_time.value),
        )
        for index, item in enumerate(track)
        if isinstance(item, otio.schema.Transition)
    ]
    assert found == [("dissolve", "SMPTE_Dissolve", 8, 40), ("whip", "Custom_Transition", 6, 80)]
    middle = next(clip for clip in track.find_clips() if clip.name == "b")
    assert int(middle.source_range.start_time.value) == 8
    assert int(middle.media_reference.available_range.duration.value) == 54
