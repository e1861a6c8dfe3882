"""From an order of the working desk to a purchase: its request, its input files, who may refuse it, who records it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from workprint.engine.buying.attempt_book import Purchase, Record, Refuse
from workprint.engine.buying.buyer import Buyer
from workprint.engine.buying.means import Means
from workprint.engine.buying.receiving import ResultBroken
from workprint.engine.journal import Journal
from workprint.engine.passage import Passage
from workprint.engine.run import Buying, Run
from workprint.film.buy_orders import complete_request, list_inputs
from workprint.film.canonical import Json
from workprint.film.errors import OrderFailed
from workprint.film.order import Order
from workprint.ports.provider import LocalInput
from workprint.ports.vault import Vault
from workprint.ports.workshop import Workshop


def open_buyer(run: Run, journal: Journal, passage: Passage, workshop: Workshop) -> Buyer | None:
    """The buyer of a run; None in a project that buys nothing."""
    buying, parts = run.parts.buying, run.parts
    if buying is None:
        return None
    means = Means(parts.records, journal, buying.shop, buying.turnstile, parts.clock)

    async def examine(path: Path, media_type: str) -> tuple[Mapping[str, Json], tuple[Path, ...]]:
        return await examine_in_worker(workshop, buying, path, media_type)

    return Buyer(
        means,
        downloads=buying.downloads,
        vault=parts.vault,
        examine=examine,
        incoming=buying.incoming,
        halt=passage.halt,
    )


async def examine_in_worker(
    workshop: Workshop, buying: Buying, path: Path, media_type: str
) -> tuple[Mapping[str, Json], tuple[Path, ...]]:
    """Decode what came in a worker: bytes from outside meet no decoder in the process that holds the book."""
    scratch = buying.incoming / f"{path.stem}-checked"
    scratch.mkdir(parents=True, exist_ok=True)
    bench = {
        "step": "incoming",
        "name": path.name,
        "payload_type": "workprint.film.lineage:FileRef",
        "payload": {"digest": "", "media_type": media_type, "size": path.stat().st_size, "name": path.name},
        "inputs": {"incoming": {"paths": [str(path)], "media_types": [media_type], "facts": {}}},
        "seed": 0,
    }
    try:
        made, _ = await workshop.run(buying.check, bench, scratch)
        beside = []
        for file in made.files:
            kept = buying.incoming / f"{path.stem}-{Path(file.path).name}"
            Path(file.path).replace(kept)
            beside.append(kept)
        return made.facts, tuple(beside)
    except OrderFailed as error:
        raise ResultBroken(error.message) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def make_purchase(run: Run, order: Order, recipe: str, refuse: Refuse, record: Record) -> Purchase:
    """The purchase of a bought order."""
    buying = run.parts.buying
    assert buying is not None
    request = complete_request(order)
    inputs = gather_inputs(order, run.parts.vault)
    return Purchase(order, recipe, request, inputs, buying.shop.quote(request), refuse, record)


def gather_inputs(order: Order, vault: Vault) -> tuple[LocalInput, ...]:
    """The order's inputs as files to be sent, each one media file: what else a take holds stays here."""
    return tuple(
        LocalInput(
            item.role,
            vault.path(item.file.digest),
            item.file.media_type,
            item.file.digest,
            item.file.name,
            item.duration_ms,
        )
        for item in list_inputs(order.inputs)
    )
