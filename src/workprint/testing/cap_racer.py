"""One buyer of a cap race: a process with a connection of its own that wants one thing, and what becomes of it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.outbox_folder import FolderOutbox
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.adapters.vault_folder import FolderVault
from workprint.engine import ledger
from workprint.engine.book import Book
from workprint.engine.buying.attempt_book import AttemptBook, Purchase
from workprint.engine.catalogue import find_gates
from workprint.engine.gatekeeper import Gatekeeper, Stop
from workprint.engine.journal import Entry, Journal
from workprint.engine.run import Parts, Run
from workprint.film.attempt import (
    Attempt,
    AttemptState,
    Cancelled,
    Delivered,
    Failed,
    Held,
    Intended,
    Moderated,
    Refused,
    Running,
    Sending,
)
from workprint.film.brief import (
    Aspect,
    Audio,
    AudioMode,
    Brief,
    CallToAction,
    Contract,
    OpticsWish,
    Product,
    Safety,
    StylePack,
)
from workprint.film.canonical import Json
from workprint.film.ledger import Balance
from workprint.film.lineage import FileRef, Recipe
from workprint.film.money import Money
from workprint.film.order import Order, Take
from workprint.film.people import Person, Policy, Role
from workprint.film.pricing import Quote
from workprint.film.request import GenerationRequest, Medium
from workprint.film.settings import Settings
from workprint.film.time import Rate
from workprint.ports.provider import Trouble
from workprint.ports.records import Known

HOUSE_SHARE = 0.2
"""Of so many orders the money goes to one's own machines: reserved and settled without an attempt."""

KEEPS = ("delivered", "held")
"""How a try ends that keeps its money; all others give it back."""

GIVES_BACK = ("refused", "failed", "moderated", "cancelled", "busy for ever")

AT_ONCE: Mapping[str, AttemptState] = {
    "busy for ever": Refused(Trouble.RATE_LIMITED.value, "busy"),
    "refused": Refused(Trouble.INVALID_INPUT.value, "no"),
    "held": Held("nobody knows"),
}
"""Ends of a try that never ran, as far as anybody knows."""

LONGEST_LINGER_S = 0.004
"""Somebody at work keeps a reservation open for a moment, so that others come while it is."""


@dataclass(frozen=True)
class Tried:
    """What one try came to: "refused by the cap", or one of KEEPS or GIVES_BACK; and a fault that was seen."""

    came: str
    fault: str = ""


class Racer:
    """Wants one thing in each race. `careless` looks into the purse before it locks it, as one must not."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._clock = SystemClock()
        self._folder = Path()
        self._records: SqliteRecords | None = None
        self._tries = 0
        self._seen = Balance()
        self._fault = ""
        self._generations: dict[str, int] = {}

    def prepare(self, task: Mapping[str, Any]) -> None:
        """Get ready for a race: the book is open, the prices are drawn, nothing is asked yet."""
        folder = Path(task["folder"])
        if self._records is None or folder != self._folder:
            if self._records is not None:
                self._records.close()
            self._folder = folder
            self._records = SqliteRecords(folder / "records.sqlite", self._clock)
            vault = FolderVault(folder / "vault", PosixDisk())
            outbox = FolderOutbox(folder / "out", vault)
            self._parts = Parts(vault, self._records, self._clock, outbox, {}, (), find_gates())
            self._book = Book(self._records, vault)
        self._race, self._tries, self._is_careless = int(task["race"]), 0, bool(task["careless"])
        self._chance = random.Random(f"{task['seed']}-{task['race']}-{self._number}")
        self._range = int(task["cheapest"]), int(task["dearest"])
        brief = make_brief(Money(int(task["cap"])))
        settings = Settings(Person("racer", Role.OWNER))
        keeper = Gatekeeper(self._parts.gates, brief, Policy.AUTO)
        self._run = Run(self._parts, brief, settings, self._book, keeper)
        self._journal = Journal(self._records, self._clock, f"race-{self._race}", lambda event: None)
        self._attempts = AttemptBook(self._records, self._journal)
        if self._is_careless:
            with self._records.page() as page:
                self._seen = page.balance()

    def run(self) -> Tried:
        """Try once to get the money, and let it end in one of many ways."""
        self._tries += 1
        price = Money(self._chance.randint(*self._range))
        fate = self._chance.choice(KEEPS if self._chance.random() < 0.6 else GIVES_BACK)
        if self._chance.random() < HOUSE_SHARE:
            return self._make_here(price, fate)
        return self._buy(price, fate)

    def _buy(self, price: Money, fate: str) -> Tried:
        # A second try is a new generation of the same order, or falls back: another model is another order.
        falls_back = self._tries > 1 and self._chance.random() < 0.5
        purchase = self._purchase(price, f"model-{self._tries if falls_back else 1}")
        opened = self._attempts.open(purchase, self._generations.get(purchase.recipe, 0) + 1)
        if isinstance(opened, Stop):
            return Tried("refused by the cap", self._fault)
        self._generations[purchase.recipe] = opened.generation
        self._linger()
        return Tried(fate, self._carry_on(opened, purchase, fate))

    def _carry_on(self, attempt: Attempt, purchase: Purchase, fate: str) -> str:
        """Take an attempt to its end by the moves the buyer makes; a fault, or nothing."""
        if fate == "cancelled":
            return self._expect(self._attempts.move(attempt, Cancelled(""), why="cancelled before it was sent"))
        sending = self._send(attempt)
        if sending is None:
            return "an attempt cannot be sent"
        if fate in AT_ONCE:
            return self._expect(self._attempts.move(sending, AT_ONCE[fate]))
        running = self._attempts.move(sending, Running(f"{sending.id}-ticket"))
        if running is None:
            return "a ticket is refused"
        self._linger()
        return self._end(running, purchase, fate)

    def _send(self, attempt: Attempt) -> Attempt | None:
        """Send it, and again after each time it was proven not to have been taken."""
        sends = self._chance.randint(1, 3)
        for count in range(1, sends + 1):
            sending = self._attempts.move(attempt, Sending(), sends=count)
            if sending is None or count == sends:
                return sending
            back = self._attempts.move(sending, Intended(), why="busy")
            if back is None:
                return None
            attempt = back
        return None

    def _end(self, running: Attempt, purchase: Purchase, fate: str) -> str:
        ticket = running.ticket
        if fate == "failed":
            failed = Failed(ticket, Trouble.PROVIDER_ERROR.value, "broken")
            return self._expect(self._attempts.move(running, failed, why="broken"))
        if fate == "moderated":
            moderated = Moderated(ticket, Trouble.MODERATED_OUTPUT.value, "no")
            return self._expect(self._attempts.move(running, moderated, why="no"))
        charge = Money(self._chance.randint(self._range[0], running.reserved.micros))
        took = self._attempts.deliver(running, Delivered(ticket, charge), purchase, (), {})
        # A second poll finds the same end: it must change nothing.
        again = self._attempts.deliver(running, Delivered(ticket, charge), purchase, (), {})
        return "" if took is not None and again is None else "a delivery counts twice, or never"

    def _make_here(self, price: Money, fate: str) -> Tried:
        """A house price: reserved and settled as the working desk does it."""
        purchase = self._purchase(price, "house")
        name = f"{purchase.recipe[:16]}-{self._race}-{self._tries}"
        with self._journal.entry() as entry:
            stop = purchase.refuse(entry, price)
            if stop is None:
                ledger.reserve(entry, name, purchase.order, price)
        if stop is not None:
            return Tried("refused by the cap", self._fault)
        self._linger()
        with self._journal.entry() as entry:
            if fate in KEEPS:
                ledger.settle(entry, name, purchase.order, price)
                return Tried("delivered")
            for reserved in entry.page.open_reservations():
                if reserved.reservation == name:
                    ledger.release(entry, reserved, "failed")
        return Tried("failed")

    def _purchase(self, price: Money, model: str) -> Purchase:
        request = GenerationRequest(Medium.VIDEO, f"race/{model}", f"{self._race}")
        name = f"SC{self._number:02d}_SH01_CLIP_{self._race}"
        order = Order("bought_clip", name, request, model=request.model)
        recipe = Recipe("bought_clip", 1, [self._race, self._number, model], {}, request.model, 0, "race")

        def record(entry: Entry, files: tuple[FileRef, ...], facts: Mapping[str, Json], charge: Money) -> Take:
            take = Take(recipe.digest, order.step, order.name, files, facts, charge)
            entry.page.add_result(Known(recipe, take, entry.now(), entry.trace, 0.0))
            return take

        def refuse(entry: Entry, asked: Money) -> Stop | None:
            return self._refuse(entry, order, asked)

        return Purchase(order, recipe.digest, request, (), Quote(price, 0, ()), refuse, record)

    def _refuse(self, entry: Entry, order: Order, price: Money) -> Stop | None:
        """What the budget gates say, and whether they are right about what this transaction sees."""
        cap, balance = self._run.brief.contract.cap, entry.page.balance()
        assert cap is not None
        if self._is_careless:
            return self._judge_carelessly(order, price)
        stop = ledger.refuse_spend(self._run, entry, order, price)
        fits = balance.committed + price <= cap
        self._fault = "" if fits == (stop is None) else f"the gate is wrong about {price} on {balance.committed}"
        return stop

    def _judge_carelessly(self, order: Order, price: Money) -> Stop | None:
        stops = self._run.gatekeeper.stops(
            ("spend",), locks={}, rulings=(), order=order, price=price, balance=self._seen
        )
        return next((stop for stop, _ in stops), None)

    def _linger(self) -> None:
        time.sleep(self._chance.random() * LONGEST_LINGER_S)

    @staticmethod
    def _expect(moved: Attempt | None) -> str:
        return "" if moved is not None else "an attempt did not move"

    def close(self) -> None:
        """Let go of the book."""
        if self._records is not None:
            self._records.close()


def make_brief(cap: Money) -> Brief:
    """A brief of which only the cap matters."""
    contract = Contract("spot", 15.0, Aspect.WIDE, cap, None, 3)
    product = Product("Thing", "", "", ("#12211D", "#E8A33D"), None, True, StylePack())
    audio = Audio(AudioMode.MUSIC, 120, "", "en", None, None, ())
    return Brief(
        name="Race",
        objective="",
        audience="",
        platform="web",
        framework="",
        rate=Rate(30),
        frames=450,
        seed=1,
        contract=contract,
        product=product,
        call=CallToAction("Go", "", "", "", ""),
        audio=audio,
        optics=OpticsWish(),
        scenes=(),
        pictures=(),
        safety=Safety(),
    )
