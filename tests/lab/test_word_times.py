"""Script and recording aligned: written words get the times they are said at, and no word gets lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workprint.lab.caption_words import split_caption_words
from workprint.lab.word_times import align_words

WORDS = st.lists(
    st.sampled_from(["light", "that", "follows", "you", "$149", "evening,", "café", "Order", "now."]), max_size=9
)


def time_evenly(words: list[str]) -> list[tuple[str, int, int]]:
    """Words one after the other, each 300 ms long with a pause of 100."""
    return [(word, place * 400, place * 400 + 300) for place, word in enumerate(words)]


@given(WORDS)
def test_what_is_said_as_it_is_written_keeps_its_times_to_the_millisecond(words: list[str]) -> None:
    """Same words: same times, and nothing to tell of."""
    found = align_words(words, time_evenly(words))
    assert list(found.words) == time_evenly(words)
    assert (found.unsaid, found.added, found.otherwise) == ((), (), ())


@given(WORDS.filter(bool), WORDS.filter(bool))
def test_no_written_word_gets_lost_and_times_never_run_backwards(script: list[str], said: list[str]) -> None:
    """Whatever was said, the words with times hold the whole script in its order."""
    found = align_words(script, time_evenly(said))
    if found.words:
        assert " ".join(word for word, _, _ in found.words) == " ".join(script)
    else:
        assert list(found.unsaid) == script
    assert all(start <= end for _, start, end in found.words)
    assert all(before[1] <= after[1] for before, after in pairwise(found.words))


def test_figures_said_in_words_keep_the_time_of_all_of_them() -> None:
    """`$149` stands from `one` to `dollars`, and both forms are told."""
    said = time_evenly(["Yours", "for", "one", "hundred", "forty", "nine", "dollars", "today"])
    found = align_words(("Yours", "for", "$149", "today"), said)
    assert found.words[2] == ("$149", said[2][1], said[6][2])
    assert found.otherwise == (("$149", "one hundred forty nine dollars"),)
    assert (found.unsaid, found.added) == ((), ())


def test_a_word_left_out_joins_the_one_before_it_and_is_told() -> None:
    """Captions still show it; the first word waits for the one after it."""
    found = align_words(("The", "small", "brass", "lamp"), time_evenly(["The", "lamp"]))
    assert found.words == (("The small brass", 0, 300), ("lamp", 400, 700))
    assert found.unsaid == ("small", "brass")
    first = align_words(("Now", "the", "lamp"), time_evenly(["the", "lamp"]))
    assert first.words[0] == ("Now the", 0, 300)


def test_a_word_nobody_wrote_is_told_and_moves_nothing() -> None:
    """An extra word is named; the others stay where they are said."""
    found = align_words(("The", "lamp"), time_evenly(["The", "wonderful", "lamp"]))
    assert found.words == (("The", 0, 300), ("lamp", 800, 1100))
    assert found.added == ("wonderful",)


def test_caption_words_keep_their_marks_and_split_scripts_without_spaces() -> None:
    """A dash stays on its word; Japanese is cut into clauses; every sign of the line is there."""
    assert split_caption_words("Light - and  air, now!") == ("Light -", "and", "air,", "now!")
    assert split_caption_words("夜に、光を。") == ("夜に、", "光を。")
