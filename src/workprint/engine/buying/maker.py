"""The maker of bought orders: it prices them; the buyer carries them out."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.engine.buying.shop import Shop
from workprint.film.buy_orders import BOUGHT_STEPS, BuyPayload, complete_request
from workprint.film.order import Order
from workprint.ports.maker import Estimate


@dataclass(frozen=True)
class BoughtMaker:
    """Implements `workprint.ports.maker.Maker` for one step that is bought. No worker carries it out."""

    step: str
    shop: Shop
    version: int = 1
    payload: type = BuyPayload
    entry: str = ""
    is_durable: bool = False

    def fingerprint(self) -> str:
        """Nothing of ours decides what a provider makes; the model's name is part of the recipe."""
        return "bought"

    def estimate(self, order: Order) -> Estimate:
        """The upper bound of the price; it takes no time of this machine. Raises ProviderRefused without a price."""
        return Estimate(self.shop.quote(complete_request(order)).amount, 0.0)


def list_bought_makers(shop: Shop) -> dict[str, BoughtMaker]:
    """A maker for every step that can be bought."""
    return {step: BoughtMaker(step, shop) for step in BOUGHT_STEPS.values()}
