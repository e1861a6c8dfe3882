"""Money as whole micro-dollars, so that a sum of prices never drifts by a cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MICROS_PER_DOLLAR = 1_000_000


@dataclass(frozen=True, order=True)
class Money:
    """An amount in US micro-dollars (1 USD = 1,000,000)."""

    micros: int = 0

    def __add__(self, other: Money) -> Money:
        return Money(self.micros + other.micros)

    def __sub__(self, other: Money) -> Money:
        return Money(self.micros - other.micros)

    def times(self, count: int) -> Money:
        """The amount for `count` of the same thing."""
        return Money(self.micros * count)

    def __str__(self) -> str:
        sign = "-" if self.micros < 0 else ""
        cents, rest = divmod(abs(self.micros), 10_000)
        tail = f"{rest:04d}".rstrip("0")
        return f"{sign}{cents // 100}.{cents % 100:02d}{tail}"


def parse_money(text: str | int | float) -> Money:
    """Money from dollars as text or number; raises ValueError when it is not a finite amount."""
    try:
        amount = Decimal(str(text))
    except InvalidOperation as error:
        raise ValueError(f"not an amount of money: {text!r}") from error
    if not amount.is_finite():
        raise ValueError(f"not an amount of money: {text!r}")
    return Money(int((amount * MICROS_PER_DOLLAR).to_integral_value()))


def price_up(micros_per_unit: int, units_numerator: int, units_denominator: int = 1) -> Money:
    """The price of a fractional number of units, rounded up: an estimate is an upper bound."""
    return Money(-(-micros_per_unit * units_numerator // units_denominator))


NOTHING = Money(0)
