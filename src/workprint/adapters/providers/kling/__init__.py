"""Kling's own API: text, pictures and omni requests with several shots (providers.md 5).

Recovery class A: `external_task_id` is ours, unique per account, and a task can be asked for by it. A submit that is
refused because the id is in use means that the task exists: it is looked up, and its receipt is returned.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workprint.adapters.providers.kling.bodies import build_body, check_shots, choose_kind
from workprint.adapters.providers.kling.cards import LINK_LIFE_S, MODELS, NAME
from workprint.film.request import GenerationRequest, Role
from workprint.lab.data_uris import write_inline
from workprint.lab.exchange import Exchange, Reply, dig
from workprint.ports.provider import (
    Account,
    AskFailed,
    AttemptKey,
    CancelOutcome,
    CannotKnow,
    Found,
    HookEvent,
    HookRefused,
    Issue,
    JobPhase,
    JobState,
    KeyCheck,
    Limits,
    LocalInput,
    NotFound,
    OutcomeUnknown,
    Output,
    PreparedInput,
    ProviderCard,
    Receipt,
    Reconciled,
    Trouble,
)

ACCESS = "KLING_ACCESS_KEY"
SECRET = "KLING_SECRET_KEY"

TOKEN_LIFE_S = 1800
TOKEN_LEEWAY_S = 5
"""A token is signed for every request: `exp` in half an hour, `nbf` a little before now for clocks that differ."""

TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
"""What a token looks like in a text."""

LARGEST_PICTURE = 10_000_000
"""Bytes of a jpg or png."""

LIST_PAGE = 200
MOST_PAGES = 50
WINDOW_S = 60
"""Seconds the list is read back beyond the intent, for clocks that differ."""

PHASES = {
    "submitted": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "succeed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}

TROUBLES = {
    **dict.fromkeys((1000, 1001, 1002, 1003, 1004, 1100, 1103, 1304), Trouble.AUTH),
    **dict.fromkeys((1101, 1102), Trouble.BUDGET),
    **dict.fromkeys((1200, 1201, 1202, 1203), Trouble.INVALID_INPUT),
    **dict.fromkeys((1300, 1301), Trouble.MODERATED_INPUT),
    **dict.fromkeys((1302, 1303), Trouble.RATE_LIMITED),
}
"""Business codes that prove a refusal; 1102 is an empty resource pack, 1303 too many tasks at once for it. 5000 to
5002 prove nothing and are not here."""

MODERATION_WORDS = ("risk control", "content security", "sensitive")
"""A finished task says why it failed in words only."""


class Kling:
    """Submit by kind, ask by kind and id; the ticket is `kind/task_id`."""

    def __init__(self, account: Account) -> None:
        # A token is no secret we were given, and still opens the account for half an hour: it is scrubbed, too.
        careful = replace(account, scrub=lambda text: account.scrub(TOKEN.sub("[token]", text)))
        self._exchange = Exchange(careful, lambda: {"authorization": f"Bearer {_sign(account)}"})

    @property
    def limits(self) -> Limits:
        """A task holds its place from submitted to the end; how many fit is a matter of the resource pack."""
        return Limits(creates_per_minute=60, jobs_at_once=3, poll_every_s=5.0)

    def preflight(self, request: GenerationRequest) -> tuple[Issue, ...]:
        """A last frame needs a first one and one shot; shots are whole seconds and add up to a slot."""
        issues = []
        if request.of_role(Role.LAST_FRAME) and not request.of_role(Role.FIRST_FRAME):
            issues.append(Issue("last-frame-alone", "Kling takes a last frame only together with a first one."))
        if request.shots:
            issues += check_shots(request)
        return tuple(issues)

    async def prepare_inputs(
        self, request: GenerationRequest, inputs: tuple[LocalInput, ...]
    ) -> tuple[PreparedInput, ...]:
        """Pictures are written into the request; Kling takes no upload."""
        return tuple(write_inline(item, LARGEST_PICTURE) for item in inputs)

    async def submit(
        self, request: GenerationRequest, prepared: tuple[PreparedInput, ...], key: AttemptKey, callback: str
    ) -> Receipt:
        """POST to the kind's path, under our own id."""
        kind = choose_kind(request)
        reply = await self._exchange.post_once(f"/v1/videos/{kind}", json=build_body(request, prepared, key, callback))
        ticket = dig(reply.fields(), "data", "task_id")
        if _is_good(reply) and isinstance(ticket, str) and ticket:
            return Receipt(f"{kind}/{ticket}")
        refusal = self._exchange.refuse(reply, _read_trouble(reply), _read_words(reply), _read_code(reply))
        if _is_duplicate(reply):
            return await self._take_existing(request, key, refusal)
        raise refusal

    async def _take_existing(self, request: GenerationRequest, key: AttemptKey, refusal: Exception) -> Receipt:
        """The id is in use: the task is ours, from this attempt. Its receipt, or the refusal when there is none."""
        try:
            found = await self.reconcile(request, key)
        except AskFailed as error:
            raise OutcomeUnknown(f"the id is in use, and its task cannot be asked: {error.message}") from error
        if isinstance(found, Found):
            return Receipt(found.ticket)
        if isinstance(found, CannotKnow):
            raise OutcomeUnknown(found.why)
        raise refusal

    async def poll(self, ticket: str) -> JobState:
        """GET the task by kind and id."""
        reply = await self._exchange.ask("GET", f"/v1/videos/{ticket}")
        if reply.status == 404:
            return JobState(JobPhase.EXPIRED, "404", message="Kling has no such task any more.")
        task = dig(reply.fields(), "data")
        if not _is_good(reply) or not dig(task, "task_status"):
            raise self._fail(reply)
        return self._read_task(task)

    def _fail(self, reply: Reply) -> AskFailed:
        return self._exchange.fail(reply, _read_trouble(reply), _read_words(reply), _read_code(reply))

    def _read_task(self, task: dict[str, Any]) -> JobState:
        raw = str(task["task_status"])
        phase = PHASES.get(raw, JobPhase.RUNNING)
        words = str(task.get("task_status_msg") or "")
        trouble = Trouble.PROVIDER_ERROR if phase is JobPhase.FAILED else None
        if trouble and any(word in words.lower() for word in MODERATION_WORDS):
            phase, trouble = JobPhase.MODERATED, Trouble.MODERATED_OUTPUT
        links = [dig(video, "url") for video in dig(task, "task_result", "videos") or ()]
        units = task.get("final_unit_deduction")
        return JobState(
            phase,
            raw,
            outputs=tuple(Output("video", "video/mp4", link, expires_in_s=LINK_LIFE_S) for link in links if link),
            trouble=trouble,
            message=self._exchange.scrub(words),
            # Units of a resource pack are no money: their price depends on the pack.
            facts={} if units in (None, "") else {"units": str(units)},
        )

    async def cancel(self, ticket: str) -> CancelOutcome:
        """No way is documented."""
        return CancelOutcome.UNSUPPORTED

    async def reconcile(self, request: GenerationRequest, key: AttemptKey) -> Reconciled:
        """Ask for our own id; when that gives nothing, only the list can prove that there is no such task."""
        kind = choose_kind(request)
        reply = await self._exchange.ask("GET", f"/v1/videos/{kind}/{key.id}")
        task = dig(reply.fields(), "data")
        if _is_good(reply) and _is_ours(task, key):
            return Found(f"{kind}/{task['task_id']}")
        if not 400 <= reply.status < 500 or reply.status in (401, 403, 429):
            raise self._fail(reply)
        return await self._look_through_list(kind, key)

    async def _look_through_list(self, kind: str, key: AttemptKey) -> Reconciled:
        start_ms = (key.intent_s - WINDOW_S) * 1000
        for page in range(1, MOST_PAGES + 1):
            params = {"pageNum": str(page), "pageSize": str(LIST_PAGE)}
            reply = await self._exchange.ask("GET", f"/v1/videos/{kind}", params=params)
            tasks = dig(reply.fields(), "data")
            if not _is_good(reply) or not isinstance(tasks, list):
                raise self._fail(reply)
            ours = next((task for task in tasks if _is_ours(task, key)), None)
            if ours is not None:
                return Found(f"{kind}/{ours['task_id']}")
            if not tasks or _ends_before(tasks, start_ms):
                return NotFound()
        return CannotKnow(
            f"more than {MOST_PAGES * LIST_PAGE} tasks since this attempt: the list was not read to its end"
        )

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """Kling signs nothing: a hint. Flat as its pages say, or in the envelope some have seen."""
        fields = Reply(200, {}, body).fields()
        task = fields["data"] if isinstance(fields.get("data"), dict) else fields
        attempt, ticket = dig(task, "task_info", "external_task_id"), dig(task, "task_id")
        if not isinstance(attempt, str) or not attempt or not isinstance(ticket, str):
            raise HookRefused("no task of ours is named")
        return HookEvent(f"{ticket}:{dig(task, 'task_status')}:{dig(task, 'updated_at')}", attempt=attempt)

    async def check_key(self) -> KeyCheck:
        """One line of the list of tasks, which costs nothing."""
        reply = await self._exchange.ask("GET", "/v1/videos/text2video", params={"pageNum": "1", "pageSize": "1"})
        if _read_trouble(reply) is Trouble.AUTH or reply.status in (401, 403):
            return KeyCheck(False, self._exchange.scrub(_read_words(reply) or reply.excerpt()))
        return KeyCheck(True if _is_good(reply) else None, f"HTTP {reply.status}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._exchange.close()


def sign_token(access: str, secret: str, now_s: float) -> str:
    """A JWT (RFC 7519) with HS256: header, claims and their HMAC-SHA256, each base64url without padding."""
    claims = {"iss": access, "exp": int(now_s) + TOKEN_LIFE_S, "nbf": int(now_s) - TOKEN_LEEWAY_S}
    parts = [
        _pack(json.dumps(part, separators=(",", ":")).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    ]
    signed = ".".join(parts)
    return f"{signed}.{_pack(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _sign(account: Account) -> str:
    return sign_token(account.secret(ACCESS), account.secret(SECRET), time.time())


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _is_good(reply: Reply) -> bool:
    return reply.is_good and reply.fields().get("code") == 0


def _read_trouble(reply: Reply) -> Trouble | None:
    code = reply.fields().get("code")
    return TROUBLES.get(code) if isinstance(code, int) else None


def _read_code(reply: Reply) -> str:
    return str(reply.fields().get("code") or "")


def _read_words(reply: Reply) -> str:
    return str(reply.fields().get("message") or "")


def _is_duplicate(reply: Reply) -> bool:
    """Whether a refusal is about our own id. Its words are not published: whether the task exists is asked for."""
    return reply.fields().get("code") in (1200, 1201) and "external_task_id" in _read_words(reply).lower()


def _is_ours(task: Any, key: AttemptKey) -> bool:
    return dig(task, "task_info", "external_task_id") == key.id and isinstance(dig(task, "task_id"), str)


def _ends_before(tasks: list[Any], start_ms: float) -> bool:
    """Whether a page runs from new to old and ends before a moment: then later pages hold nothing newer."""
    times = [created for task in tasks if isinstance(created := dig(task, "created_at"), (int, float))]
    return len(times) == len(tasks) > 1 and times == sorted(times, reverse=True) and times[-1] < start_ms


PROVIDER = ProviderCard(
    name=NAME,
    title="Kling",
    models=MODELS,
    make=Kling,
    base_url="https://api-singapore.klingai.com",
    base_url_variable="KLING_BASE_URL",
    secrets=(ACCESS, SECRET),
    media_hosts=("*.klingai.com", "*.kuaishou.com", "*.kwimgs.com"),
)
