"""Captions, read back by another program's parser."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.sound_bench import set_up

from workprint.adapters.captions import to_vtt, write_captions
from workprint.film.cut_orders import CaptionPayload
from workprint.film.errors import OrderFailed
from workprint.lab.caption_timing import Said, break_words, time_captions
from workprint.ports.maker import BenchInput

TIMES = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d{3}) --> (\d\d):(\d\d):(\d\d)[.,](\d{3})")


def spoken(text: str, each_ms: int = 300) -> BenchInput:
    """A take that says a text, one word after another."""
    words = [[word, i * each_ms, (i + 1) * each_ms - 20] for i, word in enumerate(text.split())]
    return BenchInput((), (), {"words": words})


def write(folder: Path, kind: str, *cues: tuple[str, int, BenchInput]) -> tuple[str, int]:
    """The captions of cues (role, start, take) as text, and how many there are."""
    payload = CaptionPayload(kind, tuple((role, start) for role, start, _ in cues))
    made = write_captions(set_up("captions", payload, folder, {role: given for role, _, given in cues}))
    return Path(made.files[0].path).read_text(encoding="utf-8"), made.facts["cues"]


def read_times(text: str) -> list[tuple[int, int]]:
    """Start and end of every cue in milliseconds."""
    found = []
    for match in TIMES.finditer(text):
        a, b, c, d, e, f, g, h = map(int, match.groups())
        found.append((((a * 60 + b) * 60 + c) * 1000 + d, ((e * 60 + f) * 60 + g) * 1000 + h))
    return found


def test_lines_stay_short_and_times_in_order(tmp_path: Path) -> None:
    """At most two lines of 42 characters, at least 0.8 s, no overlap, offset by the cue's start."""
    line = "The lamp that follows the sun, from the first light of dawn to the last of dusk, is finally here. " * 2
    text, count = write(tmp_path, "srt", ("voice.0", 500, spoken(line)), ("voice.1", 14_000, spoken("Now. Go.")))
    blocks = text.strip().split("\n\n")
    times = read_times(text)
    assert len(blocks) == len(times) == count
    assert times[0][0] == 500
    for block in blocks:
        assert 1 <= len(block.split("\n")[2:]) <= 2
        assert all(len(row) <= 42 for row in block.split("\n")[2:])
    assert all(end - start >= 800 for start, end in times)
    assert all(first[1] < second[0] for first, second in pairwise(times))
    assert " ".join(" ".join(block.split("\n")[2:]) for block in blocks) == line.strip() + " Now. Go."


def test_captions_break_where_phrases_end(tmp_path: Path) -> None:
    """A sentence end closes a caption; a long sentence is cut after a comma."""
    text, _ = write(
        tmp_path,
        "srt",
        (
            "v",
            0,
            spoken(
                "Evenings deserve better light. "
                "Solvane follows the sun through every single hour of your long working day, and then it dims."
            ),
        ),
    )
    blocks = [block.split("\n")[2:] for block in text.strip().split("\n\n")]
    assert blocks[0] == ["Evenings deserve better light."]
    assert blocks[1][-1].endswith("day,")


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_text_cannot_become_markup(tmp_path: Path, kind: str) -> None:
    """Arrows, tags, entities and line breaks in a line stay text: one cue, one time line, braces kept."""
    text, count = write(
        tmp_path,
        kind,
        (
            "v",
            0,
            BenchInput(
                (),
                (),
                {
                    "words": [
                        ["Save", 0, 300],
                        ["{now}", 300, 600],
                        ["<b>&amp;", 600, 900],
                        ["1-->2\n\n00:00:09,000", 900, 1500],
                    ]
                },
            ),
        ),
    )
    assert count == 1
    assert text.count("-->") == 1
    assert "{now}" in text
    if kind == "vtt":
        assert "&lt;b&gt;&amp;amp;" in text
        assert text.startswith("WEBVTT\n\n")


@pytest.mark.parametrize(("kind", "empty"), [("srt", ""), ("vtt", "WEBVTT\n")])
def test_without_words_the_file_is_valid_and_empty(tmp_path: Path, kind: str, empty: str) -> None:
    """A recording whose words nobody knows gives no captions, and a file players accept."""
    assert write(tmp_path, kind, ("voice", 0, BenchInput((), (), {"duration_ms": 900}))) == (empty, 0)


def test_scripts_without_spaces_are_joined_without_spaces(tmp_path: Path) -> None:
    """Japanese clauses stand side by side, as they are written."""
    text, _ = write(tmp_path, "srt", ("v", 0, spoken("とても、 いい。")))
    assert "とても、いい。" in text


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    """Only srt and vtt are written."""
    with pytest.raises(OrderFailed, match="'ass'"):
        write(tmp_path, "ass")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=60), st.integers(1, 900), st.integers(0, 2000)), max_size=25))
def test_any_words_give_sound_captions(words: list[tuple[str, int, int]]) -> None:
    """Whatever is said, however fast: short lines, readable times, no overlap, no word lost, one time line a cue."""
    said, now = [], 0
    for text, length, pause in words:
        clean = "".join(text.split()) or "x"
        said.append(Said(clean, now, now + length))
        now += length + pause
    captions = time_captions(break_words(said))
    assert "".join("".join(c.lines) for c in captions).replace(" ", "") == "".join(word.text for word in said)
    for caption in captions:
        assert len(caption.lines) <= 2
        assert all(len(row) <= 42 for row in caption.lines)
        assert caption.end - caption.start >= 800
    assert all(a.end < b.start for a, b in pairwise(captions))
    assert to_vtt(captions).count("-->") == len(captions)
