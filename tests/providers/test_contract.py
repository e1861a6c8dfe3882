"""Every provider keeps the contract: the suite finds providers and fakes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from workprint.testing.card_contract import check_cards
from workprint.testing.media_contract import check_media
from workprint.testing.provider_contract import ADAPTER_CHECKS, Pair, find_pairs
from workprint.testing.provider_replay import check_replay

PAIRS = find_pairs()
FAKED = [pair for pair in PAIRS if pair.make_fake is not None]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.card.name)
def test_cards_are_dated_and_priced(pair: Pair) -> None:
    """Every model card is complete, dated, and has a price for all it offers."""
    check_cards(pair.card)


@pytest.mark.parametrize("check", [*ADAPTER_CHECKS, check_replay, check_media], ids=lambda check: check.__name__)
@pytest.mark.parametrize("pair", FAKED, ids=lambda pair: pair.card.name)
def test_adapter_keeps_the_contract(pair: Pair, check: Callable[[Pair], Any]) -> None:
    """The adapter does against its fake what the contract asks; the check's own sentence says what."""
    asyncio.run(check(pair))


def test_no_provider_without_a_fake() -> None:
    """Whoever ships a provider of the network ships a fake with it: otherwise nothing about it is shown."""
    lacking = [pair.card.name for pair in PAIRS if pair.make_fake is None and not pair.card.sends_in_process]
    assert lacking == []
