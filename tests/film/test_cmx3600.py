"""Edit decision lists: the written form, dissolves, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workprint.film.cmx3600 import EdlEvent, read_edl, shorten_reel, write_edl
from workprint.film.time import Rate, Span, from_timecode, to_timecode

RATES = st.sampled_from((Rate(24), Rate(25), Rate(30), Rate(30000, 1001)))
SPANS = st.builds(Span, st.integers(0, 200_000), st.integers(1, 5000))
NAMES = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Z")), max_size=20)


@st.composite
def edit_lists(draw: st.DrawFn) -> tuple[EdlEvent, ...]:
    """Cuts and dissolves on one picture track, then a sound."""
    count = draw(st.integers(1, 6))
    events = [
        EdlEvent(f"REEL{index}", "V", draw(SPANS), draw(SPANS), draw(NAMES), draw(st.integers(0, 99)) if index else 0)
        for index in range(count)
    ]
    return (*events, EdlEvent("MIX", "A2", draw(SPANS), draw(SPANS), draw(NAMES)))


@given(edit_lists(), RATES)
def test_a_list_read_back_is_the_list_written(events: tuple[EdlEvent, ...], rate: Rate) -> None:
    """Reels, tracks, times, names and dissolves all survive the text form."""
    assert read_edl(write_edl("Film", rate, events), rate) == events


@given(st.integers(0, 24 * 3600 * 24 - 1), RATES)
def test_timecode_there_and_back(frames: int, rate: Rate) -> None:
    """Every frame of a day has one timecode, which leads back to it."""
    assert from_timecode(to_timecode(frames, rate), rate) == frames


def test_the_written_form_is_the_one_editors_read() -> None:
    """Title, frame count mode, event columns, start at 01:00:00:00, clip names; a dissolve takes two lines."""
    events = (
        EdlEvent("SC01SH01", "V", Span(0, 30), Span(0, 30), "first"),
        EdlEvent("SC01SH02", "V", Span(10, 60), Span(30, 60), "second", dissolve=15),
        EdlEvent("MIX", "A", Span(0, 90), Span(0, 90)),
    )
    assert write_edl("A film\nof mine", Rate(30), events).splitlines() == [
        "TITLE: A film of mine",
        "FCM: NON-DROP FRAME",
        "",
        "001  SC01SH01 V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00",
        "* FROM CLIP NAME: first",
        "002  SC01SH01 V     C        00:00:01:00 00:00:01:00 01:00:01:00 01:00:01:00",
        "002  SC01SH02 V     D    015 00:00:00:10 00:00:02:10 01:00:01:00 01:00:03:00",
        "* FROM CLIP NAME: first",
        "* TO CLIP NAME: second",
        "003  MIX      A     C        00:00:00:00 00:00:03:00 01:00:00:00 01:00:03:00",
    ]


def test_what_the_form_cannot_hold_is_refused() -> None:
    """A dissolve from nothing, a thousandth event and a broken line are errors, not lists that look right."""
    event = EdlEvent("A", "V", Span(0, 1), Span(0, 1))
    with pytest.raises(ValueError, match="dissolves from nothing"):
        write_edl("x", Rate(30), [EdlEvent("A", "V", Span(0, 1), Span(0, 1), dissolve=5)])
    with pytest.raises(ValueError, match="999"):
        write_edl("x", Rate(30), [event] * 1000)
    with pytest.raises(ValueError, match="not an event"):
        read_edl("001  WHAT\n", Rate(30))


@given(st.text())
def test_reel_names_are_short_and_plain(text: str) -> None:
    """Eight capitals or digits at most, and never nothing."""
    reel = shorten_reel(text)
    assert 1 <= len(reel) <= 8
    assert reel.isascii()
    assert reel.isalnum()
