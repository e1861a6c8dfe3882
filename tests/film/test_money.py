"""Money adds up to the last micro-dollar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workprint.film.money import Money, parse_money, price_up

AMOUNTS = st.integers(-(10**12), 10**12).map(Money)


@given(AMOUNTS)
def test_what_is_shown_can_be_read(amount: Money) -> None:
    """Text of an amount parses to the amount: nothing is rounded away."""
    assert parse_money(str(amount)) == amount


@given(AMOUNTS, AMOUNTS, st.integers(0, 50))
def test_sums_are_exact(first: Money, second: Money, count: int) -> None:
    """Adding and taking away cancel; `times` is adding again and again."""
    assert first + second - second == first
    assert first.times(count) == sum((first for _ in range(count)), Money(0))


@pytest.mark.parametrize(
    ("written", "micros", "shown"),
    [
        ("0", 0, "0.00"),
        (5, 5_000_000, "5.00"),
        (0.1, 100_000, "0.10"),
        ("0.005", 5_000, "0.005"),
        ("1.234567", 1_234_567, "1.234567"),
        ("-0.5", -500_000, "-0.50"),
        ("1e3", 1_000_000_000, "1000.00"),
        (0.000001, 1, "0.000001"),
    ],
)
def test_amounts_are_read_and_shown(written: str | float, micros: int, shown: str) -> None:
    """Dollars as text or number become micro-dollars, and show at least two digits of cents."""
    assert parse_money(written).micros == micros
    assert str(Money(micros)) == shown


@pytest.mark.parametrize("written", ["", "five", "nan", "inf", "-Infinity", "1,5", "0x10", "1 USD"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    """Words, infinities and foreign commas raise ValueError."""
    with pytest.raises(ValueError, match="not an amount of money"):
        parse_money(written)


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(1, 10**4))
def test_an_estimate_is_an_upper_bound(unit: int, numerator: int, denominator: int) -> None:
    """The price of a part of a unit is never below the exact one, and less than a micro-dollar above."""
    price = price_up(unit, numerator, denominator).micros
    assert 0 <= price * denominator - unit * numerator < denominator
