"""A place to buy at in tests, crash runs and benches: real records, vault, turnstile and downloads in a folder."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.downloads_http import HttpDownloads
from workprint.adapters.incoming_check import examine_file
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.adapters.turnstile_sqlite import SqliteTurnstile
from workprint.adapters.vault_folder import FolderVault
from workprint.engine import ledger
from workprint.engine.buying.attempt_book import Purchase
from workprint.engine.buying.buyer import Buyer
from workprint.engine.buying.means import Means, ignore_point
from workprint.engine.buying.receiving import ResultBroken
from workprint.engine.buying.shop import Counter, Patience, Shop
from workprint.engine.gatekeeper import Stop
from workprint.engine.journal import Entry, Journal
from workprint.film.canonical import Json, digest_of, encode
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.event import Event
from workprint.film.lineage import FileRef, Recipe
from workprint.film.money import Money
from workprint.film.order import Order, Take
from workprint.film.request import GenerationRequest
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import Gate
from workprint.ports.provider import Account, Limits, LocalInput, Provider, ProviderCard
from workprint.ports.records import Known

QUICK = Patience(pace=0.001, shortest_deadline_s=6000.0, deadline_factor=0.0)
"""A thousandth of the usual waiting: a settle time of two minutes takes an eighth of a second."""

TODAY = "2026-11-10"
"""The day ends of life are judged by here: before those that are known."""


@dataclass
class BuyingBench:
    """One owner of a folder with a shop of one or more providers. `cap` is the hard cap in micro-dollars."""

    folder: Path
    cards: Mapping[str, tuple[ProviderCard, Account]]
    cap: int = 10**12
    patience: Patience = QUICK
    limits: Limits | None = None
    reached: Callable[[str], None] = ignore_point
    callback: str = ""
    trace: str = "bench"
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.records = SqliteRecords(self.folder / "records.sqlite", self.clock)
        self.vault = FolderVault(self.folder / "vault", PosixDisk())
        self.journal = Journal(self.records, self.clock, self.trace, self.events.append)
        self.turnstile = SqliteTurnstile(self.folder / "turnstile.sqlite", self.clock)
        self._providers: dict[str, Provider] = {}
        self._downloads = HttpDownloads()
        counters = {name: self._open(card, account) for name, (card, account) in self.cards.items()}
        self.shop = Shop(counters, TODAY, self.patience)
        means = Means(self.records, self.journal, self.shop, self.turnstile, self.clock, self.reached)
        self.buyer = Buyer(
            means,
            downloads=self._downloads,
            vault=self.vault,
            examine=self._examine,
            incoming=self.folder / "incoming",
            halt=lambda stop: None,
        )

    def _open(self, card: ProviderCard, account: Account) -> Counter:
        provider = card.make(account)
        self._providers[card.name] = provider
        return Counter(card, provider, card.name, ("127.0.0.1",), self.limits or provider.limits, self.callback)

    async def _examine(self, path: Path, media_type: str) -> tuple[Mapping[str, Json], tuple[Path, ...]]:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            return await asyncio.to_thread(examine_file, path, media_type, folder)
        except OrderFailed as error:
            raise ResultBroken(error.message) from error

    def order(self, request: GenerationRequest, inputs: tuple[LocalInput, ...] = (), *, number: int = 1) -> Purchase:
        """A purchase of a request; another number is another order."""
        order = Order("bought_clip", f"SC01_SH{number % 100:02d}_CLIP_{number}", request, model=request.model)
        recipe = Recipe("bought_clip", 1, encode([request, number]), {}, request.model, 0, "bench")

        def record(entry: Entry, files: tuple[FileRef, ...], facts: Mapping[str, Json], charge: Money) -> Take:
            take = Take(recipe.digest, order.step, order.name, files, facts, charge)
            entry.page.add_result(Known(recipe, take, entry.now(), self.trace, 0.0))
            return take

        return Purchase(order, recipe.digest, request, inputs, self.shop.quote(request), self._refuse, record)

    def _refuse(self, entry: Entry, price: Money) -> Stop | None:
        balance = entry.page.balance()
        if balance.committed.micros + price.micros <= self.cap:
            return None
        verdict = Verdict(Level.HARD, ("over the cap",), (Remedy("raise the cap"),), digest_of(price), 6)
        gate = Gate("budget_cap", ("spend",), lambda view: verdict, "the cap")
        return Stop(gate, verdict)

    async def buy(self, purchase: Purchase) -> Take:
        """Buy, or take what was bought before: what the working desk's cache does."""
        known = self.records.known(purchase.recipe)
        return known.take if known else await self.buyer.buy(purchase)

    def release_stale(self) -> None:
        """What a run does as it begins: reservations that belong to no open attempt are given back."""
        attempts = {attempt.reservation for attempt in self.records.attempts() if attempt.is_open}
        with self.journal.entry() as entry:
            for left in entry.page.open_reservations():
                if left.reservation not in attempts:
                    ledger.release(entry, left, "its run ended before it was made")

    async def close(self) -> None:
        """Let go of connections and files."""
        for provider in self._providers.values():
            with suppress(Exception):
                await provider.close()
        await self._downloads.close()
        self.records.close()
