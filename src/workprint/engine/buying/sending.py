"""Sending: exactly one paid request at a time, and the truth about it when no answer comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from workprint.engine.buying.attempt_book import AttemptBook, Purchase
from workprint.engine.buying.means import Means
from workprint.engine.buying.shop import Counter
from workprint.film.attempt import Attempt, Held, Intended, Moderated, Refused, Running, Sending
from workprint.film.errors import ProviderUnavailable, Remedy
from workprint.film.model_card import Recovery
from workprint.ports.provider import (
    AskFailed,
    AttemptKey,
    CannotKnow,
    Found,
    JobState,
    NotSent,
    OutcomeUnknown,
    PreparedInput,
    Receipt,
    Reconciled,
    Rejected,
    Trouble,
)
from workprint.ports.turnstile import Wait

Answer = TypeVar("Answer")

HOOK_GLANCE_S = 2.0
"""Seconds between two looks for a webhook that names a lost job."""


class Sender:
    """Sends attempts, and finds lost ones again."""

    def __init__(self, book: AttemptBook, means: Means) -> None:
        self._book = book
        self._means = means
        self._shop = means.shop
        self._turnstile = means.turnstile
        self._reached = means.reached

    async def send(self, attempt: Attempt, purchase: Purchase, counter: Counter) -> tuple[Attempt, JobState | None]:
        """Send an intended attempt. A synchronous provider's end comes back beside the attempt."""
        prepared = await self._prepare(attempt, purchase, counter)
        await self._wait_in_line(
            lambda: self._turnstile.enter(counter.account, attempt.id, counter.limits), attempt, counter.account
        )
        await self._wait_in_line(
            lambda: self._turnstile.pass_send(counter.account, counter.limits), attempt, counter.account
        )
        sending = self._book.move(attempt, Sending(), sends=attempt.sends + 1)
        if sending is None:
            return self._book.read(attempt), None
        self._reached("sending")
        try:
            receipt = await counter.provider.submit(
                purchase.request, prepared, self._key(sending), counter.hook_address(sending.id)
            )
        except NotSent as fault:
            self._turnstile.report(counter.account, works=False)
            return await self._send_again_later(sending, Trouble.PROVIDER_ERROR, fault.message, None), None
        except Rejected as fault:
            return await self._take_refusal(sending, counter, fault), None
        except OutcomeUnknown:
            self._turnstile.report(counter.account, works=False)
            self._reached("unanswered")
            return sending, None
        self._turnstile.report(counter.account, works=True)
        self._reached("answered")
        return self._take_receipt(sending, receipt)

    def _take_receipt(self, sending: Attempt, receipt: Receipt) -> tuple[Attempt, JobState | None]:
        if receipt.state is not None and receipt.state.phase.is_over:
            return sending, receipt.state  # its bytes are stored before anything says that it ran
        running = self._book.move(sending, Running(receipt.ticket))
        if running is None:
            why = f"the provider answered with a ticket that belongs to another attempt: {receipt.ticket}"
            return self._book.move(sending, Held(why)) or self._book.read(sending), None
        self._reached("ticket")
        return running, None

    async def _take_refusal(self, sending: Attempt, counter: Counter, fault: Rejected) -> Attempt:
        if fault.trouble.is_passing:
            return await self._send_again_later(sending, fault.trouble, fault.message, fault.retry_after_s)
        if fault.trouble.is_moderation:
            moderated = Moderated("", fault.trouble.value, fault.message, code=fault.code)
            return self._book.move(sending, moderated) or self._book.read(sending)
        refused = Refused(fault.trouble.value, fault.message, fault.code)
        return self._book.move(sending, refused) or self._book.read(sending)

    async def _send_again_later(
        self, sending: Attempt, trouble: Trouble, message: str, retry_after_s: float | None
    ) -> Attempt:
        """Back to intended, as it was proven that nothing was taken; given up after so many sends."""
        patience = self._shop.patience
        if sending.sends >= patience.sends:
            refused = Refused(trouble.value, f"{message} (tried {sending.sends} times)")
            return self._book.move(sending, refused) or self._book.read(sending)
        intended = self._book.move(sending, Intended(), why=message)
        if intended is None:
            return self._book.read(sending)
        await patience.wait(retry_after_s if retry_after_s is not None else patience.backoff(sending.sends))
        return intended

    async def recover(self, attempt: Attempt, purchase: Purchase, counter: Counter) -> Attempt:
        """Find out what became of a request without an answer, or hold it. Opens no second attempt.

        With a provider whose only question is the submission itself (`replay_life_s`), that is sent once more under the
        same key, at the price reserved already: it finds the one job of the key, or makes it, and then it is paid for.
        """
        recovery = self._shop.card(purchase.request).recovery
        waited = 0.0
        while True:
            found = self._look_for_hook(attempt) or await self._reconcile(attempt, purchase, counter)
            match found:
                case Found(ticket=ticket):
                    moved = self._book.move(attempt, Running(ticket))
                    why = f"reconciliation found a ticket that belongs to another attempt: {ticket}"
                    return moved or self._book.move(attempt, Held(why)) or self._book.read(attempt)
                case CannotKnow(why=why):
                    longest = self._longest_wait(recovery, purchase)
                    if waited >= longest or isinstance(attempt.state, Held):
                        return self._book.move(attempt, Held(why)) or self._book.read(attempt)
                    await self._shop.patience.wait(HOOK_GLANCE_S)
                    waited += HOOK_GLANCE_S
                case _:
                    left = self._settle_s(counter) - self._age_s(attempt)
                    if left <= 0:
                        return self._take_not_found(attempt, recovery)
                    await self._shop.patience.pause(min(left, max(0.02, self._settle_s(counter) / 4)))

    def _take_not_found(self, attempt: Attempt, recovery: Recovery) -> Attempt:
        """It was never taken. With a key of our own the same attempt is sent again: if it turns up late, it is one job.

        Without one a new attempt with a new marker is opened, so that a late one could still be told apart.
        """
        if recovery is Recovery.BY_KEY:
            return self._book.move(attempt, Intended(), why="not found by its key") or self._book.read(attempt)
        message = "the provider's list does not have it, well after it was sent"
        return self._book.move(attempt, Refused(Trouble.TIMEOUT.value, message)) or self._book.read(attempt)

    def _longest_wait(self, recovery: Recovery, purchase: Purchase) -> float:
        """Only a provider that calls back is waited for: twice its usual time."""
        return 2.0 * self._shop.card(purchase.request).typical_s if recovery is Recovery.BY_WEBHOOK else 0.0

    def _settle_s(self, counter: Counter) -> float:
        return counter.limits.settle_s * self._shop.patience.pace

    def _age_s(self, attempt: Attempt) -> float:
        return (self._means.clock.now().micros - attempt.changed.micros) / 1e6

    def _look_for_hook(self, attempt: Attempt) -> Found | None:
        for hook in self._means.records.hooks_about(attempt.provider, attempt.id, ""):
            if hook.ticket:
                return Found(hook.ticket)
        return None

    async def _reconcile(self, attempt: Attempt, purchase: Purchase, counter: Counter) -> Reconciled:
        life_s = self._shop.card(purchase.request).replay_life_s
        if not life_s:
            return await self._ask(lambda: counter.provider.reconcile(purchase.request, self._key(attempt)), attempt)
        # Here the question is itself the submission: it may make the job, and must then be paid for.
        if not self._may_replay(attempt, life_s):
            return CannotKnow(f"its key is too old to be sent again: {attempt.provider} may have forgotten it")
        found = await self._ask(lambda: counter.provider.reconcile(purchase.request, self._key(attempt)), attempt)
        return await self._replay(attempt, purchase, counter) if isinstance(found, CannotKnow) else found

    def _may_replay(self, attempt: Attempt, life_s: int) -> bool:
        """Whether its price is still reserved, whatever others did meanwhile, and its key is remembered there."""
        since_intent = (self._means.clock.now().micros - attempt.opened.micros) / 1e6
        return self._book.read(attempt).is_open and 0 <= since_intent < life_s

    async def _replay(self, attempt: Attempt, purchase: Purchase, counter: Counter) -> Reconciled:
        """Submit once more under the same key, with the inputs prepared again: a restart has forgotten them.

        A ticket is the one job of the key. Nothing else proves anything about the first submission.
        """
        prepared = await self._prepare(attempt, purchase, counter)
        await self._wait_in_line(
            lambda: self._turnstile.pass_send(counter.account, counter.limits), attempt, counter.account
        )

        async def submit() -> Reconciled:
            key, address = self._key(attempt), counter.hook_address(attempt.id)
            try:
                return Found((await counter.provider.submit(purchase.request, prepared, key, address)).ticket)
            except Rejected as fault:
                if fault.trouble.is_passing:
                    raise AskFailed(fault.trouble, fault.message, retry_after_s=fault.retry_after_s) from fault
                return CannotKnow(f"{attempt.provider} does not take its key again: {fault.message}")
            except (NotSent, OutcomeUnknown) as fault:
                raise AskFailed(Trouble.PROVIDER_ERROR, fault.message) from fault

        life_s = self._shop.card(purchase.request).replay_life_s
        if not self._may_replay(attempt, life_s):
            return CannotKnow("its key became too old while its inputs were prepared")
        return await self._ask(submit, attempt)

    async def _prepare(self, attempt: Attempt, purchase: Purchase, counter: Counter) -> tuple[PreparedInput, ...]:
        return await self._ask(lambda: counter.provider.prepare_inputs(purchase.request, purchase.inputs), attempt)

    async def _ask(self, question: Callable[[], Awaitable[Answer]], attempt: Attempt) -> Answer:
        """A free call, asked again while what stands in its way may pass."""
        patience = self._shop.patience
        for count in range(1, patience.asks + 1):
            try:
                return await question()
            except AskFailed as fault:
                if count == patience.asks or not fault.trouble.is_passing:
                    remedy = Remedy("what is known is kept; try again later", "workprint produce")
                    message = f"{attempt.provider} does not answer: {fault.message}"
                    raise ProviderUnavailable(message, attempt=attempt.id, where=attempt.name, remedy=remedy) from fault
                wait = fault.retry_after_s if fault.retry_after_s is not None else patience.backoff(count)
            await patience.wait(wait)
        raise AssertionError("unreachable")

    async def _wait_in_line(self, ask: Callable[[], Wait | None], attempt: Attempt, account: str) -> None:
        told = ""
        while (wait := ask()) is not None:
            if wait.why != told:
                told = wait.why
                self._means.journal.mention("attempt-waits", attempt.name, attempt=attempt.id, why=told)
            await self._shop.patience.pause(min(wait.seconds, 30.0) * min(1.0, self._shop.patience.pace))
            self._turnstile.stay(account, attempt.id)

    def _key(self, attempt: Attempt) -> AttemptKey:
        return AttemptKey(attempt.id, attempt.seed, attempt.opened.micros / 1e6)
