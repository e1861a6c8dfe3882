"""The buyer: takes one order from its intent to its recorded result, over crashes, faults and late answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workprint.engine.buying.attempt_book import AttemptBook, Purchase
from workprint.engine.buying.endings import AGAIN, explain
from workprint.engine.buying.following import Follower
from workprint.engine.buying.means import Means
from workprint.engine.buying.receiving import Examine, Receiver
from workprint.engine.buying.sending import Sender
from workprint.engine.buying.shop import Counter
from workprint.engine.gatekeeper import Stop
from workprint.film.attempt import (
    Attempt,
    AttemptState,
    Cancelled,
    Delivered,
    Failed,
    Held,
    Intended,
    Lost,
    Moderated,
    Refused,
    Running,
    Sending,
    word_of,
)
from workprint.film.errors import ProviderRefused, ProviderUnavailable, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Take
from workprint.ports.downloads import Downloads
from workprint.ports.provider import JobPhase, JobState, Trouble
from workprint.ports.vault import Vault


class Buyer:
    """Buys. One for a run. `halt` is told of a budget gate's stop, so that it is recorded."""

    def __init__(
        self,
        means: Means,
        *,
        downloads: Downloads,
        vault: Vault,
        examine: Examine,
        incoming: Path,
        halt: Callable[[Stop], None],
    ) -> None:
        self.shop = means.shop
        self._book = AttemptBook(means.records, means.journal)
        self._means = means
        self._halt = halt
        self._sender = Sender(self._book, means)
        self._follower = Follower(means)
        self._receiver = Receiver(
            self._book, means, downloads=downloads, vault=vault, examine=examine, incoming=incoming
        )

    async def buy(self, purchase: Purchase) -> Take:
        """The take of an order, bought once. What an earlier run began is gone on with.

        Raises a ProviderStopped that says what happened, what it cost, and what to do; BudgetRefused from the gates.
        """
        attempt = self._book.latest(purchase.recipe)
        counter = self._find_counter(purchase, attempt)
        if attempt is not None and not attempt.is_open:
            self._refuse_to_pay_again(attempt)
            attempt = None
        opened = 0
        try:
            while True:
                if attempt is None or self._may_try_again(attempt, opened):
                    attempt = self._open(purchase)
                    opened += 1
                came = await self._advance(attempt, purchase, counter)
                if isinstance(came, Take):
                    return came
                attempt = came
                if not attempt.is_open and not self._may_try_again(attempt, opened):
                    raise explain(attempt)
                if isinstance(attempt.state, Held):
                    raise explain(attempt)
        finally:
            if attempt is not None:
                self._means.turnstile.leave(counter.account, attempt.id)

    def _find_counter(self, purchase: Purchase, attempt: Attempt | None) -> Counter:
        """The provider. Where it is closed and works on this already, that is waited for and not bought elsewhere."""
        try:
            return self.shop.counter(purchase.request)
        except ProviderRefused as error:
            if attempt is None or not isinstance(attempt.state, (Sending, Running, Held)):
                raise
            raise ProviderUnavailable(
                f"{attempt.provider} works on this already, or may: it is {word_of(attempt.state)}, up to "
                f"{attempt.reserved} USD stay reserved, and it is not bought elsewhere. {error.message}",
                attempt=attempt.id,
                where=attempt.name,
                remedy=Remedy("name the provider again and set its key, or give the job up", "workprint jobs"),
            ) from error

    def _open(self, purchase: Purchase) -> Attempt:
        self.shop.require_fit(purchase.request, purchase.order.name)
        before = self._book.latest(purchase.recipe)
        opened = self._book.open(purchase, before.generation + 1 if before else 1)
        if isinstance(opened, Stop):
            self._halt(opened)
            raise opened.error()
        self._means.reached("intent")
        return opened

    def _may_try_again(self, attempt: Attempt, opened: int) -> bool:
        """Whether a new attempt may follow one that is over: it ended without a result, and it may go better."""
        if attempt.is_open or opened >= self.shop.patience.generations:
            return False
        match attempt.state:
            case Failed(trouble=trouble, charge=charge):
                # A failure that was charged is not repeated without a word: the price that was agreed to is gone.
                return Trouble(trouble).is_passing and not charge.micros
            case Refused(trouble=trouble):
                return trouble == Trouble.TIMEOUT.value
            case _:
                return False

    def _refuse_to_pay_again(self, attempt: Attempt) -> None:
        """What an earlier run paid for, or was refused for its content, is not bought again without a word."""
        if isinstance(attempt.state, (Lost, Moderated, Delivered)) and not self._is_allowed_again(attempt):
            raise explain(attempt)

    def _is_allowed_again(self, attempt: Attempt) -> bool:
        rulings = self._means.records.rulings()
        return any((ruling.gate, ruling.subject) == (AGAIN, attempt.id) for ruling in rulings)

    async def _advance(self, attempt: Attempt, purchase: Purchase, counter: Counter) -> Take | Attempt:
        match attempt.state:
            case Intended():
                sent, end = await self._sender.send(attempt, purchase, counter)
                return await self._finish(sent, purchase, counter, end) if end is not None else sent
            case Sending():
                return await self._sender.recover(attempt, purchase, counter)
            case Held():
                # Perhaps a webhook has told of it in the meantime; asking costs nothing.
                return await self._sender.recover(attempt, purchase, counter)
            case Running():
                end = await self._follower.follow(attempt, counter, self.shop.card(purchase.request))
                self._means.reached("over")
                return await self._finish(attempt, purchase, counter, end)
            case _:
                return attempt

    async def _finish(self, attempt: Attempt, purchase: Purchase, counter: Counter, end: JobState) -> Take | Attempt:
        """What the end of a job means: a result to receive, or a state that says what happened and what it cost."""
        if end.phase is JobPhase.SUCCEEDED and end.outputs:
            return await self._receiver.receive(attempt, purchase, counter, end)
        charges = self.shop.card(purchase.request).charges_failures
        state = read_end(attempt, end, is_charged=charges)
        return self._book.move(attempt, state, why=end.message) or self._book.read(attempt)


def read_end(attempt: Attempt, end: JobState, *, is_charged: bool) -> AttemptState:
    """The state of an attempt whose job ended without a result. What a lost one cost, untold, is all of its price."""
    ticket, message = attempt.ticket, end.message or end.raw
    trouble = (end.trouble or Trouble.PROVIDER_ERROR).value
    charge = end.charge if end.charge is not None else (attempt.reserved if is_charged else NOTHING)
    match end.phase:
        case JobPhase.MODERATED:
            return Moderated(ticket, (end.trouble or Trouble.MODERATED_OUTPUT).value, message, charge, end.code)
        case JobPhase.CANCELLED if isinstance(attempt.state, Running):
            return Cancelled(ticket, end.charge or NOTHING, end.charge is None)
        case JobPhase.SUCCEEDED | JobPhase.EXPIRED:
            lost = end.charge if end.charge is not None else attempt.reserved
            words = "it succeeded, and there is nothing to fetch" if end.phase is JobPhase.SUCCEEDED else message
            return Lost(ticket, words, lost, end.charge is None)
        case _:
            return Failed(ticket, trouble, message, charge, end.code)
