"""What every desk of one run shares: the parts it works with, prices, and how an order crosses the gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workprint.engine.book import Book
from workprint.engine.buying.endings import AGAIN
from workprint.engine.buying.shop import Shop
from workprint.engine.gatekeeper import Gatekeeper
from workprint.engine.recipes import build_recipe
from workprint.film.attempt import Attempt
from workprint.film.brief import Brief
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.errors import OrderFailed, ProviderRefused, Remedy
from workprint.film.lineage import Recipe
from workprint.film.market import NOTHING_FOR_SALE, Market
from workprint.film.money import Money
from workprint.film.order import Order, Take
from workprint.film.settings import Settings
from workprint.film.takes import FIRST_TAKES, TakeSheet
from workprint.ports.clock import Clock
from workprint.ports.desk import Stage
from workprint.ports.downloads import Downloads
from workprint.ports.gate import Gate
from workprint.ports.maker import Estimate, Maker
from workprint.ports.outbox import Outbox
from workprint.ports.records import Records
from workprint.ports.turnstile import Turnstile
from workprint.ports.vault import Vault


@dataclass(frozen=True)
class Buying:
    """What it takes to buy: opened providers, the turnstile, downloads, and a folder for what is being fetched.

    `check` names the worker's function that examines what came.
    """

    shop: Shop
    turnstile: Turnstile
    downloads: Downloads
    incoming: Path
    check: str


@dataclass(frozen=True)
class Parts:
    """The adapters a production works with, chosen by `wiring`."""

    vault: Vault
    records: Records
    clock: Clock
    outbox: Outbox
    makers: Mapping[str, Maker]
    stages: tuple[Stage, ...]
    gates: tuple[Gate, ...]
    market: Market = NOTHING_FOR_SALE
    buying: Buying | None = None
    takes: TakeSheet = FIRST_TAKES


@dataclass
class Run:
    """One pass over the stages, planning or working. `attempts` are the newest of each recipe as the pass began.

    `shown` is None for the film itself. In a quick look it is what the film has bought, by step and name: all there is
    of what is bought, as a look buys nothing.
    """

    parts: Parts
    brief: Brief
    settings: Settings
    book: Book
    gatekeeper: Gatekeeper
    fingerprints: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    shown: Mapping[tuple[str, str], Take] | None = None

    def find_shown(self, order: Order) -> Take | None:
        """In a quick look, what the film has bought under an order's name; None for whatever may be made.

        Raises ProviderRefused where the film has nothing: a look never pays, whatever a stage orders.
        """
        if self.shown is None or order.step not in BOUGHT_STEPS.values():
            return None
        take = self.shown.get((order.step, order.name))
        if take is None:
            remedy = Remedy("buy it with the film", "workprint produce")
            raise ProviderRefused("A quick look buys nothing.", where=order.name, remedy=remedy)
        return take

    def maker(self, order: Order) -> Maker:
        """The maker of an order's step. Raises OrderFailed when there is none: nothing is made in its stead."""
        maker = self.parts.makers.get(order.step)
        if maker is None:
            remedy = Remedy("install the part that makes it, or take the stage out", "workprint doctor")
            raise OrderFailed(f"Nobody here makes `{order.step}`.", where=order.name, remedy=remedy)
        return maker

    def recipe(self, order: Order, maker: Maker) -> Recipe:
        """The recipe of an order; raises NotYetKnown when an input is not made yet."""
        if order.step not in self.fingerprints:
            self.fingerprints[order.step] = maker.fingerprint()
        return build_recipe(order, maker, self.fingerprints[order.step])

    def estimate(self, order: Order, maker: Maker) -> Estimate:
        """Price and CPU seconds of an order. A house price of the project replaces the maker's own."""
        estimate = maker.estimate(order)
        house = self.settings.prices.get(order.step)
        return estimate if house is None else Estimate(Money(house * order.units), estimate.seconds)

    def may_buy_again(self, attempt: Attempt) -> bool:
        """Whether a person allowed another try of something that was paid for, or refused."""
        return any((ruling.gate, ruling.subject) == (AGAIN, attempt.id) for ruling in self.book.rulings)


def points_of(verb: str, order: Order) -> tuple[str, str]:
    """The gate points an order passes: its verb, and its verb with its step."""
    return verb, f"{verb}:{order.step}"
