"""What fal's replies mean: outputs, failures by `error_type` and `detail[].type`, and who is charged for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workprint.adapters.providers.fal.cards import LINK_LIFE_S
from workprint.film.canonical import Json
from workprint.film.money import NOTHING
from workprint.lab.exchange import Reply, dig
from workprint.ports.provider import JobPhase, JobState, Output, Trouble

MODERATED = "content_policy_violation"
CANCELLED = ("client_cancelled", "client_disconnected")
TROUBLES = {
    "request_timeout": Trouble.TIMEOUT,
    "startup_timeout": Trouble.TIMEOUT,
    "runner_scheduling_failure": Trouble.CAPACITY,
    "bad_request": Trouble.INVALID_INPUT,
}
"""By `error_type`; every other type (`runner_*`, `internal_error`) is the provider's own trouble."""


def read_outputs(result: dict[str, Any]) -> JobState:
    """A result as a state: its videos and pictures, the seed and the prompt that were used.

    A picture the safety checker blackened comes as a success with `has_nsfw_concepts`: that is moderation.
    """
    facts = {name: result[name] for name in ("seed", "actual_prompt") if result.get(name) is not None}
    blocked = result.get("has_nsfw_concepts")
    if isinstance(blocked, list) and any(flag is True for flag in blocked):
        return JobState(
            JobPhase.MODERATED,
            "COMPLETED",
            trouble=Trouble.MODERATED_OUTPUT,
            message="The safety checker of the model has blackened the picture.",
            code="has_nsfw_concepts",
            facts=facts,
        )
    return JobState(JobPhase.SUCCEEDED, "COMPLETED", outputs=tuple(_list_outputs(result)), facts=facts)


def _list_outputs(result: dict[str, Any]) -> Iterator[Output]:
    kinds = (("video", "video/mp4"), ("image", "image/png"), ("audio", "audio/mpeg"))
    for kind, usual in kinds:
        many = result.get(f"{kind}s")
        for item in [result.get(kind), *(many if isinstance(many, list) else [])]:
            address = dig(item, "url")
            if isinstance(address, str) and address:
                media_type = str(dig(item, "content_type") or usual)
                yield Output(kind, media_type, address, expires_in_s=LINK_LIFE_S, is_refreshable=False)


def read_failure(reply: Reply, raw: str) -> JobState | None:
    """The failure a completed request reports, in its status or in place of its result; None when it reports none.

    A bare error page of a gateway is no report: the caller asks again.
    """
    data = reply.fields()
    trouble, message, code = read_trouble(reply)
    if not (data.get("error") or code) or reply.status in (401, 403, 404, 408, 429):
        return None
    if code in CANCELLED:
        return JobState(JobPhase.CANCELLED, raw, message=message, code=code)
    trouble = trouble or Trouble.PROVIDER_ERROR
    phase = JobPhase.MODERATED if trouble.is_moderation else JobPhase.FAILED
    # fal does not charge for its own failures; a 422 is charged where a GPU has worked (docs: errors), which a prompt
    # that is refused never reaches.
    charge = NOTHING if trouble.is_passing or trouble is Trouble.MODERATED_INPUT else None
    return JobState(phase, raw, charge=charge, trouble=trouble, message=message, code=code)


def read_trouble(reply: Reply) -> tuple[Trouble | None, str, str]:
    """Trouble, words and code of an error body in either of fal's shapes. None: the status has to say."""
    data = reply.fields()
    detail = data.get("detail")
    if isinstance(detail, list):
        return _read_details(detail)
    message = str(detail or data.get("error") or "")
    code = str(data.get("error_type") or reply.headers.get("x-fal-error-type", ""))
    if code == MODERATED:
        return Trouble.MODERATED_OUTPUT, message, code
    if code:
        return TROUBLES.get(code, Trouble.PROVIDER_ERROR), message, code
    if reply.status == 403 and "balance" in message.lower():
        return Trouble.BUDGET, message, "exhausted_balance"
    return None, message, ""


def read_refusal(reply: Reply) -> tuple[Trouble | None, str, str]:
    """The same for a submit: only 4xx (but 408) prove that fal did not take the request."""
    trouble, message, code = read_trouble(reply)
    return (trouble if 400 <= reply.status < 500 and reply.status != 408 else None), message, code


def _read_details(details: list[Json]) -> tuple[Trouble | None, str, str]:
    """The model's own errors: a list with a place, words and a type each."""
    message = "; ".join(str(dig(item, "msg") or "") for item in details)
    moderated = next((item for item in details if dig(item, "type") == MODERATED), None)
    if moderated is not None:
        place = dig(moderated, "loc") or []
        asked = isinstance(place, list) and "body" in place
        return (Trouble.MODERATED_INPUT if asked else Trouble.MODERATED_OUTPUT), message, MODERATED
    return Trouble.INVALID_INPUT, message, str(dig(details, 0, "type") or "invalid")
