"""Optional packages of providers: which are missing, and the error that names the command."""

from __future__ import annotations

from importlib.util import find_spec

from workprint.film.errors import MissingExtra, Remedy
from workprint.ports.provider import Package, ProviderCard


def find_missing(card: ProviderCard) -> tuple[Package, ...]:
    """The packages a provider wants that are not installed. Nothing is imported."""
    return tuple(package for package in card.packages if find_spec(package.module) is None)


def require_hook_packages(cards: tuple[ProviderCard, ...]) -> None:
    """Raise MissingExtra unless the webhooks of all these providers can be verified."""
    lacking = [(card, package) for card in cards for package in find_missing(card) if package.checks_hooks]
    if lacking:
        words = "; ".join(f"{card.title} needs the Python package `{package.module}`" for card, package in lacking)
        remedy = Remedy("install the extra", lacking[0][1].install)
        raise MissingExtra(f"Webhooks cannot be verified: {words}.", remedy=remedy)
