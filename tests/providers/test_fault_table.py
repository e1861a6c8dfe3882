"""Every provider against every behaviour: terminal or waiting, paid once at most, the ledger true to the bill."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from workprint.testing.fault_table import BEHAVIOURS, Cell, fill_cell, format_cells
from workprint.testing.provider_contract import Pair, find_pairs

AT_ONCE = 6
FAKED = [pair for pair in find_pairs() if pair.make_fake is not None]


def test_the_list_of_behaviours_is_long_enough() -> None:
    """At least thirty different behaviours are tried."""
    assert len({behaviour.name for behaviour in BEHAVIOURS}) == len(BEHAVIOURS) >= 30


@pytest.mark.parametrize("pair", FAKED, ids=lambda pair: pair.card.name)
def test_no_behaviour_is_paid_twice_or_gets_stuck(pair: Pair, tmp_path: Path) -> None:
    """Under each behaviour the order ends well, or waits with its price held, and the ledger is the bill."""

    async def fill() -> list[Cell]:
        places = asyncio.Semaphore(AT_ONCE)  # most of a cell's time is waiting

        async def fill_one(number: int) -> Cell:
            folder = tmp_path / str(number)
            folder.mkdir()
            async with places:
                return await fill_cell(pair, BEHAVIOURS[number], folder)

        return list(await asyncio.gather(*(fill_one(number) for number in range(len(BEHAVIOURS)))))

    cells = asyncio.run(fill())
    print(format_cells(cells))
    assert {cell.behaviour: cell.faults for cell in cells if cell.faults} == {}
