"""Providers of generated media, one file each: each names itself as `PROVIDER` and is found by looking."""

from __future__ import annotations

import importlib
import pkgutil

from workprint.ports.provider import ProviderCard


def find_providers() -> tuple[ProviderCard, ...]:
    """Every provider there is, by name."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    cards = [module.PROVIDER for module in modules if hasattr(module, "PROVIDER")]
    return tuple(sorted(cards, key=lambda card: card.name))
