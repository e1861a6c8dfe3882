"""The market: which models may be asked today, what they cost, what was learned of them. An input of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workprint.film.model_card import ModelCard
from workprint.film.request import Medium

PREVIZ = "previz"
"""The wish, and the route, of what is made on this machine."""

AUTO = "auto"
"""The wish that leaves the choice of the model to the router."""


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

    `bought` maps what was bought (see `name_bought`) to the model that made the take that is there: it keeps it,
    whatever has become better or cheaper since. `missing_keys` maps a provider to the variable that is not set.
    `prefers` is price or quality. `takes_dearer` says whether a dearer fallback may be used without asking.
    `continues_shots`: a shot's last frame starts the next one. `short_side` is what is asked of a model, in pixels.
    `wishes` maps a medium (image, voice, music, effect) to who it may be bought from; what is not there is made here.
    `speaker` is the provider's id of the voice that speaks. `is_look`: the market of a quick look, where nothing is
    bought.
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
    wishes: Mapping[str, str] = field(default_factory=dict)
    speaker: str = ""
    is_look: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anything may be bought at all. A quick look buys nothing, whatever the project names."""
        return bool(self.providers) and not self.is_look

    def wish(self, medium: Medium) -> str:
        """Who a medium other than clips may be bought from: previz, auto, a provider, or one of its models."""
        return self.wishes.get(medium.value, PREVIZ)

    def learned_for(self, name: str, model: str) -> Learned:
        """What is known about a model, for what is not bought yet; a bought take is not judged anew."""
        return Learned() if name in self.bought else self.learned.get(model, Learned())


def name_bought(medium: Medium, slate: str) -> str:
    """The key of `Market.bought`: a clip by its slate, a still beside it, and one for each sound of the whole film."""
    if medium is Medium.VIDEO:
        return slate
    return f"{medium.value} {slate}" if medium is Medium.IMAGE else medium.value


NOTHING_FOR_SALE = Market()
"""The market of a project that names no provider: everything is made on this machine."""
