"""Following: a running job is polled until it is over, or its deadline has passed and the next run goes on."""

from __future__ import annotations

from workprint.engine.buying.means import Means
from workprint.engine.buying.shop import Counter
from workprint.film.attempt import Attempt
from workprint.film.errors import ProviderUnavailable, Remedy
from workprint.film.model_card import ModelCard
from workprint.ports.provider import AskFailed, JobPhase, JobState, Trouble

GROWTH = 1.25
"""Each wait between polls is this much longer than the one before."""

LONGEST_POLL_S = 30.0
GLANCE_S = 1.0
"""Seconds between two looks for a webhook, which shortens the wait for the next poll."""

EMPTY_LOOKS = 3
"""Polls of a job that succeeded without an output before it is called lost: some write the address a moment later."""


class Follower:
    """Polls one job to its end."""

    def __init__(self, means: Means) -> None:
        self._records = means.records
        self._journal = means.journal
        self._shop = means.shop
        self._turnstile = means.turnstile
        self._clock = means.clock

    async def follow(self, attempt: Attempt, counter: Counter, card: ModelCard) -> JobState:
        """The state the job ends in. Raises ProviderUnavailable when it cannot be asked, or does not end in time."""
        deadline = self._clock.monotonic() + self._shop.patience.deadline_s(card)
        wait, failures, empty, seen = counter.limits.poll_every_s, 0, 0, ""
        while True:
            self._turnstile.stay(counter.account, attempt.id)
            known = self._count_hooks(attempt, counter)  # before the poll: one that comes meanwhile must wake us
            try:
                state = await counter.provider.poll(attempt.ticket)
            except AskFailed as fault:
                failures += 1
                pause = self._after_failure(attempt, counter, fault, failures)
            else:
                failures, pause = 0, state.retry_after_s or wait
                self._turnstile.report(counter.account, works=True)
                wait = min(LONGEST_POLL_S, wait * GROWTH)
                is_empty = state.phase is JobPhase.SUCCEEDED and not state.outputs
                empty += is_empty
                if state.phase.is_over and (not is_empty or empty >= EMPTY_LOOKS):
                    return state
                seen = self._mention(attempt, state, seen)
            if self._clock.monotonic() >= deadline:
                raise self._explain_deadline(attempt)
            await self._pause(attempt, counter, pause, known)

    def _mention(self, attempt: Attempt, state: JobState, seen: str) -> str:
        share = "" if state.progress is None else f" {state.progress:.0%}"
        told = f"{state.phase.value}{share}"
        if told != seen:
            self._journal.mention(
                "attempt-progress", attempt.name, attempt=attempt.id, state=told, raw=state.raw, ticket=attempt.ticket
            )
        return told

    def _after_failure(self, attempt: Attempt, counter: Counter, fault: AskFailed, failures: int) -> float:
        if fault.trouble in (Trouble.AUTH, Trouble.BUDGET, Trouble.UNSUPPORTED):
            raise ProviderUnavailable(
                f"{attempt.provider} does not let us ask for {attempt.ticket}: {fault.message}. The job may run on, "
                f"and its price stays reserved.",
                attempt=attempt.id,
                where=attempt.name,
                remedy=Remedy("mend the key, then go on: the job is fetched, not bought again", "workprint doctor"),
            ) from fault
        self._turnstile.report(counter.account, works=False)
        return fault.retry_after_s if fault.retry_after_s is not None else self._shop.patience.backoff(failures)

    def _count_hooks(self, attempt: Attempt, counter: Counter) -> int:
        """How many webhooks have told of a job; 0 where nobody is called."""
        if not counter.callback:
            return 0
        return len(self._records.hooks_about(attempt.provider, attempt.id, attempt.ticket))

    async def _pause(self, attempt: Attempt, counter: Counter, seconds: float, known: int) -> None:
        """Wait for the next poll; a webhook about this job that was not known before the last one ends the wait."""
        if not counter.callback:
            await self._shop.patience.wait(seconds)
            return
        waited = 0.0
        while waited < seconds:
            await self._shop.patience.wait(min(GLANCE_S, seconds - waited))
            waited += GLANCE_S
            if self._count_hooks(attempt, counter) > known:
                return

    def _explain_deadline(self, attempt: Attempt) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"{attempt.provider} still works on {attempt.ticket}. It was taken and will be charged; its price stays "
            f"reserved, and it is not sent again.",
            attempt=attempt.id,
            where=attempt.name,
            remedy=Remedy("fetch it later", "workprint produce"),
        )
