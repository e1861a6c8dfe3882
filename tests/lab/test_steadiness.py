"""Inside a shot: every injected flicker, jump and pop is found on its frame, and clean movement is not accused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.adapters.film_bench import HEIGHT, WIDTH, Pixels, brighten, moving, scan

from workprint.film.time import Span
from workprint.lab.steadiness import FLICKER_LEVELS, POP_LEVELS, ShotMap, find_jump, find_pop, measure_flicker

WHOLE = (Span(0, 60),)


def put(picture: Pixels, x: int, y: int, side: int = 24) -> Pixels:
    """The picture with a bright square in it."""
    changed = picture.copy()
    changed[y : y + side, x : x + side] = 230
    return changed


@pytest.mark.parametrize("speed", [0, 1, 3, 7])
def test_clean_moves_are_steady(speed: int) -> None:
    """Pans from none to very fast neither flicker nor jump nor pop."""
    clean = scan(moving(speed=speed))
    assert measure_flicker(clean, WHOLE)[0] <= FLICKER_LEVELS
    assert find_jump(clean, WHOLE) == (0.0, -1)
    assert find_pop(clean, WHOLE) == (0.0, -1)


def test_flicker_is_twice_the_amplitude() -> None:
    """Alternating by +-a levels reads 2a, in limited-range luma; a steady fade reads nothing."""
    flat = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    measured, place = measure_flicker(scan(lambda n: brighten(flat, 3 if n % 2 else 0)), WHOLE)
    assert measured == pytest.approx(3 * 219 / 255, abs=0.5)
    assert measured > FLICKER_LEVELS
    assert place == 0
    assert measure_flicker(scan(lambda n: brighten(flat, n)), WHOLE)[0] < FLICKER_LEVELS


def test_flicker_is_judged_shot_by_shot() -> None:
    """One flickering shot of three is found where it begins, though the film as a whole is calm."""
    pan = moving()
    shots = (Span(0, 20), Span(20, 20), Span(40, 20))
    measured, place = measure_flicker(scan(lambda n: brighten(pan(n), 4 * (n % 2) * (20 <= n < 40))), shots)
    assert measured > FLICKER_LEVELS
    assert place == 20


def test_a_jump_of_light_is_placed() -> None:
    """A sudden step of brightness is found on its frame, and is none where a cut is known."""
    pan = moving()
    measured = scan(lambda n: brighten(pan(n), 25 if n >= 33 else 0))
    jump, frame = find_jump(measured, WHOLE)
    assert frame == 33
    assert jump > 15
    assert find_jump(measured, (Span(0, 33), Span(33, 27))) == (0.0, -1)


def test_a_light_that_is_turned_up_is_no_jump() -> None:
    """A rise of thirty levels within five frames has no frame that stands out, however calm the rest is."""
    pan = moving()
    assert find_jump(scan(lambda n: brighten(pan(n), int(np.interp(n, (28, 33), (0, 60))))), WHOLE) == (0.0, -1)


def comes(pan: Callable[[int], Pixels], n: int) -> Pixels:
    """Something is there from one frame to the next."""
    return put(pan(n), 70, 30) if n >= 30 else pan(n)


def flashes(pan: Callable[[int], Pixels], n: int) -> Pixels:
    """Something is there on one frame."""
    return put(pan(n), 70, 30) if n == 30 else pan(n)


def strays(pan: Callable[[int], Pixels], n: int) -> Pixels:
    """One frame is another picture."""
    return moving(seed=5)(n) if n == 30 else pan(n)


def leaps(pan: Callable[[int], Pixels], n: int) -> Pixels:
    """The move jumps by fifteen pixels."""
    return pan(n + 15 if n >= 30 else n)


@pytest.mark.parametrize("fault", [comes, flashes, strays, leaps])
def test_what_pops_is_found_on_its_frame(fault: Callable[[Callable[[int], Pixels], int], Pixels]) -> None:
    """Over a moving picture, and not accused where the film is known to change there."""
    pan = moving()
    measured = scan(lambda n: fault(pan, n))
    pop, frame = find_pop(measured, WHOLE)
    assert frame == 30
    assert pop >= POP_LEVELS
    shots = ShotMap(WHOLE, soft=(Span(28, 5),)) if fault in (flashes, strays) else ShotMap(WHOLE, breaks=(30,))
    parts = shots.stretches if fault not in (flashes, strays) else (Span(0, 28), Span(33, 27))
    assert find_pop(measured, parts) == (0.0, -1)
    assert find_pop(measured, WHOLE, (Span(25, 8),)) == (0.0, -1)


def test_what_comes_in_eased_does_not_pop() -> None:
    """A square that fades in over ten frames, or flies across the picture, is movement."""
    pan = moving()

    def fade(n: int) -> Pixels:
        share = min(1.0, max(0.0, (n - 25) / 10))
        return np.asarray(pan(n) * (1 - share) + put(pan(n), 70, 30) * share, np.uint8)

    assert find_pop(scan(fade), WHOLE) == (0.0, -1)
    assert find_pop(scan(lambda n: put(pan(n), 4 * n - 60 if n > 15 else 0, 30)[:, :WIDTH]), WHOLE)[1] in (-1, 16)


def test_stretches_leave_out_transitions_and_part_at_breaks() -> None:
    """Shots lose the frames of the transitions at their ends, and are parted where something comes at once."""
    shots = ShotMap((Span(0, 50), Span(50, 50)), soft=(Span(45, 10),), breaks=(20, 50))
    assert shots.stretches == (Span(0, 20), Span(20, 25), Span(55, 45))
