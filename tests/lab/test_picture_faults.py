"""Every injected fault is found, and its clean twin is not accused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.adapters.film_bench import HEIGHT, WIDTH, Pixels, moving, scan, texture

from workprint.film.time import Span
from workprint.lab.flashes import TRANSITIONS_A_SECOND
from workprint.lab.picture_faults import (
    BANDING_LIMIT,
    BAR_SHARE,
    count_repeats,
    find_banding,
    find_black,
    find_empty,
    find_frozen,
    find_runs,
    measure_bars,
)


def test_a_clean_pan_has_no_fault() -> None:
    """A moving picture passes every detector."""
    clean = scan(moving())
    assert find_black(clean) == ()
    assert find_frozen(clean) == ()
    assert count_repeats(clean) == (0, -1)
    assert max(measure_bars(clean)) == 0
    assert find_empty(clean) == ()
    assert find_banding(clean)[0] <= BANDING_LIMIT
    assert clean.flashes.max() <= TRANSITIONS_A_SECOND
    assert clean.red_flashes.max() == 0


def test_black_frames_are_found_where_they_stand() -> None:
    """Three black frames inside a shot are one stretch; a single one and a dark picture are none."""
    pan = moving()
    black = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    assert find_black(scan(lambda n: black if 20 <= n < 23 else pan(n))) == (Span(20, 3),)
    assert find_black(scan(lambda n: black if n == 20 else pan(n))) == ()
    assert find_black(scan(lambda n: np.full_like(black, 14), 10)) == ()


def test_small_type_on_a_black_card_is_not_a_missing_picture() -> None:
    """In a still span a frame is black only when nothing at all is written on it."""
    card = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    card[40:44, 60:90] = 255
    measured = scan(lambda n: card, 20)
    assert find_black(measured) == (Span(0, 20),)
    assert find_black(measured, (Span(0, 20),)) == ()


def test_a_freeze_is_found_and_a_slow_move_is_not() -> None:
    """Twenty repeats of a frame are a freeze unless allowed; a move of a tenth of a pixel a frame is none."""
    pan = moving()
    frozen = scan(lambda n: pan(min(n, 20) if n < 40 else n - 20))
    (span,) = find_frozen(frozen)
    assert abs(span.start - 20) <= 1
    assert abs(span.length - 20) <= 2
    assert find_frozen(frozen, (Span(10, 40),)) == ()
    wide = texture(width=WIDTH * 12, height=HEIGHT * 10).astype(np.float32)
    creep = scan(lambda n: wide[:, n : n + 1600].reshape(90, 10, 160, 10, 3).mean((1, 3)).astype(np.uint8))
    assert find_frozen(creep) == ()


def test_a_short_hold_is_not_a_freeze() -> None:
    """Less than half a second of stillness is allowed."""
    pan = moving()
    assert find_frozen(scan(lambda n: pan(min(n, 20) if n < 30 else n - 10))) == ()


@pytest.mark.parametrize(("period", "expected"), [(2, 29), (4, 14)])
def test_a_duplicate_cadence_is_counted(period: int, expected: int) -> None:
    """Every second or fourth frame repeated is counted; the pan itself has none."""
    pan = moving(speed=2)
    repeats, first = count_repeats(scan(lambda n: pan(n - 1 if n % period == period - 1 else n)))
    assert abs(repeats - expected) <= 1
    assert first == period - 1


def test_bars_are_measured_and_a_dark_set_is_none() -> None:
    """Letterbox and pillarbox are measured; a lit object on a black ground has no bars."""
    pan = moving()

    def bar(picture: Pixels, rows: int, columns: int) -> Pixels:
        barred = np.zeros_like(picture)
        barred[rows : HEIGHT - rows, columns : WIDTH - columns] = picture[
            rows : HEIGHT - rows, columns : WIDTH - columns
        ]
        return barred

    rows, columns = measure_bars(scan(lambda n: bar(pan(n), 11, 0), 10))
    assert rows == pytest.approx(22 / 90, abs=0.03)
    assert columns < BAR_SHARE
    assert measure_bars(scan(lambda n: bar(pan(n), 0, 20), 10))[1] == pytest.approx(40 / 160, abs=0.03)
    lamp = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    lamp[20:80, 70:90] = 200
    assert measure_bars(scan(lambda n: lamp, 10))[0] < BAR_SHARE


def test_empty_frames_are_found_and_a_single_word_fills_one() -> None:
    """A soft gradient without an edge is empty, held for two frames it is a fault; small type makes it a picture."""
    glow = np.linspace((20, 30, 60), (160, 120, 90), HEIGHT)[:, None].repeat(WIDTH, 1).astype(np.uint8)
    pan = moving()
    measured = scan(lambda n: glow if 20 <= n < 23 else pan(n), 40)
    assert find_empty(measured) == (Span(20, 3),)
    assert find_empty(measured, (Span(18, 8),)) == ()
    assert find_empty(scan(lambda n: glow if n == 20 else pan(n), 40)) == ()
    word = glow.copy()
    word[40:46, 60:90:3] = 235
    assert find_empty(scan(lambda n: word, 10)) == ()


def test_bands_count_where_they_last() -> None:
    """Half a second of posterised sky is a fault at its place, and none where a transition plays."""
    random = np.random.default_rng(3)
    sky = np.linspace(60, 100, 720)[:, None].repeat(640, 1)

    def picture(number: int) -> Pixels:
        grainy = sky + random.normal(0, 2, sky.shape)
        levels = np.floor(sky / 4) * 4 if 15 <= number < 31 else grainy
        return np.repeat(levels.astype(np.uint8)[:, :, None], 3, 2)

    measured = scan(picture, 45)
    bands, frame = find_banding(measured)
    assert bands > 4 * BANDING_LIMIT
    assert frame == 15
    assert find_banding(measured, (Span(14, 18),))[0] <= BANDING_LIMIT
    assert find_banding(scan(picture, 15))[0] <= BANDING_LIMIT


def test_flashes_are_screened_per_area() -> None:
    """Five flashes a second fail, over the whole picture or in two halves taking turns; two a second pass."""
    half = WIDTH // 2

    def flash(frames_each: int, sides: bool) -> Callable[[int], Pixels]:
        def picture(number: int) -> Pixels:
            is_on = bool(number // frames_each % 2)
            image = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
            image[:, :half] = 220 if is_on else 40
            image[:, half:] = 220 if is_on != sides else 40
            return image

        return picture

    assert scan(flash(3, False)).flashes.max() > TRANSITIONS_A_SECOND
    assert scan(flash(3, True)).flashes.max() > TRANSITIONS_A_SECOND
    assert scan(flash(8, False)).flashes.max() <= TRANSITIONS_A_SECOND


def test_a_small_flashing_light_passes() -> None:
    """A blinking lamp on a tenth of the picture is below the area of the rule."""

    def picture(number: int) -> Pixels:
        image = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
        image[30:60, 60:100] = 240 if number // 3 % 2 else 40
        return image

    assert scan(picture).flashes.max() == 0


def test_red_flashes_are_screened() -> None:
    """Saturated red that comes and goes five times a second fails, even where its light hardly changes."""

    def picture(number: int) -> Pixels:
        return np.full((HEIGHT, WIDTH, 3), (230, 0, 0) if number // 3 % 2 else (118, 118, 118), np.uint8)

    measured = scan(picture)
    assert measured.red_flashes.max() > TRANSITIONS_A_SECOND
    assert measured.flashes.max() <= TRANSITIONS_A_SECOND


def test_runs_are_found_at_both_ends() -> None:
    """Runs at the start and the end count, shorter ones do not."""
    assert find_runs([True, True, False, True, False, True, True, True], 2) == (Span(0, 2), Span(5, 3))
    assert find_runs([], 1) == ()
