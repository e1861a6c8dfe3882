"""Film time: frames and seconds agree at every rate, and cuts never drift."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workprint.film.time import Rate, Span, from_timecode, to_timecode

RATES = st.sampled_from((Rate(24), Rate(25), Rate(30), Rate(50), Rate(60), Rate(24000, 1001), Rate(30000, 1001)))
FRAMES = st.integers(0, 24 * 3600 * 24 - 1)
SPANS = st.builds(Span, st.integers(-1000, 1000), st.integers(0, 1000))


@given(RATES, FRAMES)
def test_frames_and_seconds_agree(rate: Rate, frames: int) -> None:
    """A frame's start time, exact or as a float, leads back to the frame."""
    exact = rate.seconds(frames)
    assert exact * rate.fraction == frames
    assert rate.frames(exact) == frames
    assert rate.frames(float(exact)) == frames
    assert 0 <= exact * 1000 - rate.milliseconds(frames) < 1


@given(RATES, st.integers(0, 10**6))
def test_a_time_goes_to_the_nearest_frame(rate: Rate, milliseconds: int) -> None:
    """No frame is nearer to a time than the one it is given."""
    time = Fraction(milliseconds, 1000)
    assert abs(rate.seconds(rate.frames(time)) - time) <= Fraction(1, 2) / rate.fraction


def test_halves_round_up() -> None:
    """A time right between two frames goes to the later one, on both sides of zero away from it."""
    assert Rate(30).frames(Fraction(1, 60)) == 1
    assert Rate(30).frames(Fraction(-1, 60)) == -1
    assert Rate(24).frames(0.0625) == 2


@given(RATES, FRAMES)
def test_timecode_comes_back(rate: Rate, frames: int) -> None:
    """Non-drop timecode of any frame reads back to it, in eleven signs for the first day."""
    text = to_timecode(frames, rate)
    assert from_timecode(text, rate) == frames
    assert len(text) == 11


@pytest.mark.parametrize(
    ("frames", "rate", "text"),
    [
        (0, Rate(30), "00:00:00:00"),
        (29, Rate(30), "00:00:00:29"),
        (30, Rate(30000, 1001), "00:00:01:00"),
        (86_400, Rate(24), "01:00:00:00"),
    ],
)
def test_known_timecodes(frames: int, rate: Rate, text: str) -> None:
    """The first frame is 00:00:00:00; 29.97 counts thirty frames a second, non-drop."""
    assert to_timecode(frames, rate) == text


@pytest.mark.parametrize(
    "text", ["", "00:00:00", "00:00:00:30", "00:60:00:00", "00:00:60:00", "a:b:c:d", "00:00:00;00"]
)
def test_what_is_no_timecode_is_refused(text: str) -> None:
    """Frames beyond the rate, minutes beyond the hour and other signs raise ValueError."""
    with pytest.raises(ValueError, match="not a timecode"):
        from_timecode(text, Rate(30))


@given(SPANS, SPANS, st.integers(-500, 500))
def test_spans_keep_their_length(first: Span, second: Span, by: int) -> None:
    """Moving keeps the length; overlap counts the shared frames, the same from both sides; meeting ones share none."""
    assert first.shifted(by).length == first.length
    shared = set(range(first.start, first.end)) & set(range(second.start, second.end))
    assert first.overlap(second) == second.overlap(first) == len(shared)
    assert not first.meets(second) or first.overlap(second) == 0
