"""How an end card comes: every part in its own way, one after another, the button last but for the small print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_CARD_SECONDS = 1.8
"""A card's entrance takes no longer, however many parts it has: the planner leaves it this much room."""

FIRST_SECONDS = 0.08
"""The scrim's lead over the first part."""

POP_FROM, SETTLE_FROM, PRESS_FROM = 0.78, 0.93, 0.88
"""Scales a price, a logo and a button start at."""

SHEEN_BEGINS = 0.34
"""Share of a button's time after which the light runs over it."""


@dataclass(frozen=True)
class PartPose:
    """How a part stands at one moment. `rise`: share of its way up still to go; `slide`: the same in its own heights,
    behind its own edge; `sheen`: how far a light has run over it, 0..1, below 0 where none does.
    """

    opacity: float = 1.0
    rise: float = 0.0
    slide: float = 0.0
    scale: float = 1.0
    sheen: float = -1.0


@dataclass(frozen=True)
class Manner:
    """How parts of a role come: in which way, seconds of the move, seconds until the next part begins."""

    way: str
    move: float
    step: float


MANNERS = {
    "logo": Manner("settle", 0.60, 0.14),
    "product": Manner("rise", 0.45, 0.08),
    "headline": Manner("reveal", 0.62, 0.12),
    "subhead": Manner("rise", 0.50, 0.14),
    "text": Manner("rise", 0.50, 0.12),
    "price": Manner("pop", 0.46, 0.14),
    "button": Manner("press", 1.00, 0.14),
    "url": Manner("rise", 0.45, 0.10),
    "legal": Manner("fade", 0.50, 0.05),
}
"""By role. The headline slides up from behind its own line, which reads as being written; a price lands; a button
grows and a light runs over it, so that the eye ends where the hand should go."""


@dataclass(frozen=True)
class CardSchedule:
    """When every part of a card begins and how long it moves, in seconds, and the whole entrance."""

    cast: tuple[str, ...]
    starts: tuple[float, ...]
    total: float

    def show_plate(self, share: float) -> float:
        """The scrim's opacity 0..1 at a share of the entrance."""
        return ease(min(1.0, share * self.total / (3 * FIRST_SECONDS)))

    def pose(self, index: int, share: float) -> PartPose:
        """The pose of a part at a share 0..1 of the entrance."""
        manner = MANNERS.get(self.cast[index], MANNERS["text"])
        local = min(1.0, max(0.0, (share * self.total - self.starts[index]) / manner.move))
        return WAYS[manner.way](local)

    def end(self, index: int) -> float:
        """The share 0..1 of the entrance at which a part has come."""
        return min(1.0, (self.starts[index] + MANNERS.get(self.cast[index], MANNERS["text"]).move) / self.total)


def time_card(cast: Sequence[str]) -> CardSchedule:
    """The schedule of a card with parts of these roles in reading order, closer together where they are many."""
    manners = [MANNERS.get(role, MANNERS["text"]) for role in cast]
    starts, at = [], FIRST_SECONDS
    for manner in manners:
        starts.append(at)
        at += manner.step
    last = max((start + manner.move for start, manner in zip(starts, manners, strict=True)), default=at)
    # Moves keep their length; only the waiting between them is shortened.
    spare = LONGEST_CARD_SECONDS - max((manner.move for manner in manners), default=0.0)
    factor = min(1.0, spare / max(starts[-1], 0.01)) if last > LONGEST_CARD_SECONDS else 1.0
    starts = [start * factor for start in starts]
    total = max((start + manner.move for start, manner in zip(starts, manners, strict=True)), default=0.1)
    return CardSchedule(tuple(cast), tuple(starts), total)


def ease(share: float) -> float:
    """Smoothstep."""
    return share * share * (3 - 2 * share)


def settle(share: float) -> PartPose:
    """Fades while it grows by little into its size."""
    return PartPose(ease(min(1.0, 1.6 * share)), scale=SETTLE_FROM + (1 - SETTLE_FROM) * (1 - (1 - share) ** 4))


def rise(share: float) -> PartPose:
    """Fades while it rises."""
    return PartPose(ease(min(1.0, 1.7 * share)), rise=(1 - share) ** 4)


def reveal(share: float) -> PartPose:
    """Slides up from behind its own lower edge."""
    return PartPose(1.0 if share > 0 else 0.0, slide=(1 - share) ** 5)


def pop(share: float) -> PartPose:
    """Lands: past its size and back."""
    return PartPose(min(1.0, 3 * share), scale=POP_FROM + (1 - POP_FROM) * overshoot(share))


def press(share: float) -> PartPose:
    """Grows in the first half of its time; then a light runs over it."""
    grown = min(1.0, 2 * share)
    sheen = (share - SHEEN_BEGINS) / (1 - SHEEN_BEGINS)
    scale = PRESS_FROM + (1 - PRESS_FROM) * overshoot(grown)
    return PartPose(min(1.0, 3 * grown), scale=scale, sheen=sheen if 0 < sheen < 1 else -1.0)


def fade(share: float) -> PartPose:
    """Only fades: what is small print makes no show."""
    return PartPose(ease(share))


def overshoot(share: float) -> float:
    """Penner's ease-out-back at 10 % overshoot."""
    left = share - 1
    return 1 + 2.70158 * left**3 + 1.70158 * left**2


WAYS = {"settle": settle, "rise": rise, "reveal": reveal, "pop": pop, "press": press, "fade": fade}
