"""How a purchase ends without a result, in words: what happened, what it cost, what is safe, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workprint.film.attempt import (
    Abandoned,
    Attempt,
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
)
from workprint.film.errors import (
    OutcomeHeld,
    OutputLost,
    ProviderModerated,
    ProviderRefused,
    ProviderStopped,
    ProviderUnavailable,
    Remedy,
)
from workprint.film.money import Money
from workprint.ports.provider import Trouble

AGAIN = "buy_again"
"""The name another try of something paid for is ruled under; its subject is the attempt."""

Ending = tuple[type[ProviderStopped], str, Remedy]
"""The kind of error, what happened, and what to do."""


def explain(attempt: Attempt) -> ProviderStopped:
    """The error an attempt that is over, or held, ends a run with."""
    kind, message, remedy = _find_ending(attempt)
    return kind(message, attempt=attempt.id, where=attempt.name, remedy=remedy)


def _find_ending(attempt: Attempt) -> Ending:
    who = attempt.provider
    match attempt.state:
        case Held() | Lost() | Delivered():
            return _explain_paid(attempt)
        case Refused(trouble=trouble, message=why):
            return _explain_refusal(who, Trouble(trouble), why, f"workprint jobs show {attempt.id}")
        case Moderated(message=why, charge=charge):
            message = f"{who} refused what is asked for or shown: {why}.{_cost(charge)}"
            remedy = Remedy(
                "change the words or the pictures, or allow another model", f"workprint jobs show {attempt.id}"
            )
            return ProviderModerated, message, remedy
        case Failed(message=why, charge=charge):
            remedy = Remedy("try again", "workprint produce")
            return ProviderRefused, f"{who} failed: {why}.{_cost(charge)}", remedy
        case Cancelled(charge=charge):
            remedy = Remedy("order it again", "workprint produce")
            return ProviderRefused, f"The job was cancelled.{_cost(charge)}", remedy
        case Abandoned() | Intended() | Sending() | Running():
            return ProviderStopped, f"{who} has not made it.", Remedy("go on", "workprint produce")


def _explain_paid(attempt: Attempt) -> Ending:
    """Endings in which money is, or may be, gone: nothing is sent again before a person has spoken."""
    who, again = attempt.provider, f"workprint jobs resolve {attempt.id} --again"
    match attempt.state:
        case Lost(message=why, charge=charge):
            message = f"{who} has nothing to fetch for {attempt.ticket}: {why}.{_cost(charge)} It is not bought again."
            return OutputLost, message, Remedy("look at it there, then allow another try", again)
        case Delivered(charge=charge):
            message = f"This was bought at {who} for {charge} USD, and its file is missing. It is not bought again."
            return OutputLost, message, Remedy("restore a backup, or allow another try", again)
        case _:
            why = getattr(attempt.state, "why", "")
            message = (
                f"A paid request to {who} got no answer, and {why}. Up to {attempt.reserved} USD stay reserved until "
                f"you decide; nothing is sent again by itself."
            )
            decide = f"workprint jobs resolve {attempt.id} --taken TICKET, or --not-taken"
            return OutcomeHeld, message, Remedy("look at the provider's own list, then say what became of it", decide)


def _explain_refusal(who: str, trouble: Trouble, why: str, look: str) -> Ending:
    message = f"{who} did not take the request: {why}. Nothing was charged."
    if trouble.is_passing:
        return ProviderUnavailable, message, Remedy("try again later", "workprint produce")
    remedies = {
        Trouble.AUTH: Remedy(f"check the key of {who}", "workprint doctor"),
        Trouble.BUDGET: Remedy(f"top up the account at {who}, then go on", "workprint produce"),
    }
    return ProviderRefused, message, remedies.get(trouble, Remedy("change the order", look))


def tell_open(attempts: Iterable[Attempt]) -> str:
    """What goes on at providers after this run has stopped, and what it will cost; "" when nothing does."""
    attempts = tuple(attempts)
    told = []
    if running := [item for item in attempts if isinstance(item.state, Running)]:
        verb = "job runs" if len(running) == 1 else "jobs run"
        told.append(
            f"{len(running)} {verb} on at {_name_providers(running)} and will cost up to {_sum(running)} USD: the next "
            f"run fetches what is made and pays nothing more (`workprint jobs cancel JOB` asks for an end)."
        )
    if unclear := [item for item in attempts if isinstance(item.state, Sending)]:
        told.append(
            f"{len(unclear)} paid request to {_name_providers(unclear)} may have been taken; {_sum(unclear)} USD stay "
            f"reserved, and the next run finds out before it sends anything."
        )
    if held := [item for item in attempts if isinstance(item.state, Held)]:
        told.append(f"{len(held)} held: {_sum(held)} USD stay reserved until you decide (`workprint jobs`).")
    return " ".join(told)


def _name_providers(attempts: Sequence[Attempt]) -> str:
    return ", ".join(sorted({attempt.provider for attempt in attempts}))


def _sum(attempts: Sequence[Attempt]) -> Money:
    return Money(sum(attempt.reserved.micros for attempt in attempts))


def _cost(charge: Money) -> str:
    return f" It cost {charge} USD." if charge.micros else " Nothing was charged."
