"""What can go wrong between us and a provider: faults of single calls, and what becomes of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from workprint.testing.fakes.loopback import Answer

HTML = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"


class Outcome(str, Enum):
    """What becomes of a job once it is accepted (or, for MODERATED_INPUT and INVALID, instead of it)."""

    SUCCEED = "succeeds"
    INVALID = "is refused as invalid"
    MODERATED_INPUT = "is refused for what it asks"
    MODERATED_OUTPUT = "is refused for what it shows"
    FAIL = "fails"
    CANCELLED = "is cancelled by somebody else"
    STUCK = "runs for ever"
    LOST = "is forgotten by the provider"
    ODD_STATE = "passes through an unknown state"
    NO_OUTPUT = "succeeds without an output"
    EXPIRED_LINK = "has an expired link, and a fresh one when asked again"
    DEAD_LINK = "has a link that never works"
    HTML_OUTPUT = "has a web page behind its link"
    CUT_OUTPUT = "breaks off in the first download"
    CORRUPT_OUTPUT = "has bytes that do not decode"
    DUPLICATE_ID = "gets the id of an earlier job"


@dataclass(frozen=True)
class Fault:
    """A fault of one call. `kind` is submit, upload, poll, list, cancel or media.

    `is_processed`: the provider does the work first, and only its answer goes wrong. `change` makes the wrong answer
    from the right one (or from a refusal).
    """

    name: str
    kind: str
    is_processed: bool
    change: Callable[[Answer], Answer]
    status: int = 0


def refuse(kind: str, status: int, headers: Mapping[str, str] | None = None) -> Fault:
    """The call is refused with a status, in the provider's own words; nothing is done."""
    named = f" with {next(iter(headers))}" if headers else ""
    return Fault(
        f"{kind} refused {status}{named}",
        kind,
        False,
        lambda answer: replace(answer, headers={**answer.headers, **(headers or {})}),
        status,
    )


def drop_before(kind: str) -> Fault:
    """The connection closes and nothing is done."""
    return Fault(f"{kind} dropped before", kind, False, lambda answer: Answer(drop=True))


def drop_after(kind: str) -> Fault:
    """The work is done, then the connection closes without an answer."""
    return Fault(f"{kind} done, then dropped", kind, True, lambda answer: Answer(drop=True))


def break_after(kind: str, status: int = 500) -> Fault:
    """The work is done, then a bare error comes back."""
    return Fault(f"{kind} done, then {status}", kind, True, lambda answer: Answer(status, b"upstream error"))


def garble(kind: str) -> Fault:
    """The work is done, and the answer is no JSON."""
    return Fault(
        f"{kind} garbage",
        kind,
        True,
        lambda answer: Answer(200, b'{"id": "\xff\xfe', {"content-type": "application/json"}),
    )


def nest(kind: str) -> Fault:
    """The work is done, and the answer is JSON that no parser goes to the bottom of."""
    return Fault(
        f"{kind} nested too deep",
        kind,
        True,
        lambda answer: Answer(200, b'{"id":' * 100_000, {"content-type": "application/json"}),
    )


def wrap_in_html(kind: str) -> Fault:
    """The work is done, and a web page comes back with status 200."""
    return Fault(f"{kind} HTML", kind, True, lambda answer: Answer(200, HTML, {"content-type": "text/html"}))


def empty(kind: str) -> Fault:
    """The work is done, and an empty answer comes back."""
    return Fault(f"{kind} empty", kind, True, lambda answer: Answer(200, b"", {"content-type": "application/json"}))


def cut_off(kind: str) -> Fault:
    """The work is done, and half of the answer comes back before the connection closes."""
    return Fault(f"{kind} cut off", kind, True, lambda answer: replace(answer, cut=len(answer.body) // 2))


def delay(kind: str, seconds: float) -> Fault:
    """The work is done, and the answer comes late; longer than the time-out it is no answer."""
    return Fault(f"{kind} slow", kind, True, lambda answer: replace(answer, wait_s=seconds))
