"""The market: which models may be asked today, what they cost, what was learned of them. An input of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workprint.film.model_card import ModelCard


@dataclass(frozen=True)
class Learned:
    """What a project's own takes say about a model: how many were made, and how many of those were good enough."""

    made: int = 0
    good: int = 0

    @property
    def acceptance(self) -> float:
        """The expected share of good takes: a flat prior of two in three, moved by what was seen (Laplace's rule)."""
        return (self.good + 2) / (self.made + 3)


@dataclass(frozen=True)
class Market:
    """What may be bought. `providers` are those the project names, in its own order; empty means: nothing is bought.

    `bought` maps a slate to the model that made the take that is there: it keeps the shot, whatever has become better
    or cheaper since. `missing_keys` maps a provider to the variable that is not set. `prefers` is price or quality.
    `takes_dearer` says whether a dearer fallback may be used without asking. `continues_shots`: a shot's last frame
    starts the next one. `short_side` is what is asked of a model, in pixels. `is_look`: the market of a quick look,
    where nothing is bought; `kept` are then the slates whose bought clip the film has, and would keep.
    """

    providers: tuple[str, ...] = ()
    cards: tuple[ModelCard, ...] = ()
    missing_keys: Mapping[str, str] = field(default_factory=dict)
    today: str = ""
    prefers: str = "price"
    takes_dearer: bool = False
    continues_shots: bool = True
    short_side: int = 720
    avoid: tuple[str, ...] = ()
    learned: Mapping[str, Learned] = field(default_factory=dict)
    bought: Mapping[str, str] = field(default_factory=dict)
    is_look: bool = False
    kept: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether anything may be bought at all. A quick look buys nothing, whatever the project names."""
        return bool(self.providers) and not self.is_look

    def learned_for(self, slate: str, model: str) -> Learned:
        """What is known about a model, for a shot that is not bought yet; a bought one is not judged anew."""
        return Learned() if slate in self.bought else self.learned.get(model, Learned())


NOTHING_FOR_SALE = Market()
"""The market of a project that names no provider: everything is made on this machine."""
