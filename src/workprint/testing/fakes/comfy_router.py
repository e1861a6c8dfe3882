"""Comfy Router: keys that are recorded and replayed, a queue whose only end is COMPLETED, makers' own answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.lab.data_uris import read_inline
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import cut_last_frame, read_length_ms
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

MODEL = r"/v2/models/([^/]+/[^/]+)"
TOKEN_MICROS = {
    "byteplus/dreamina-seedance-2-0-260128": 7000,
    "byteplus/dreamina-seedance-2-0-fast-260128": 5600,
    "byteplus/dreamina-seedance-2-5-260628": 10_700,
}
"""Micro-dollars a thousand tokens."""

SECOND_MICROS = {"768P": 80_000, "2K": 130_000}
"""Micro-dollars a second of MiniMax H3."""

FRAMES = {
    "480p": {"16:9": (864, 496), "4:3": (752, 560), "1:1": (640, 640), "21:9": (992, 432)},
    "720p": {"16:9": (1280, 720), "4:3": (1112, 834), "1:1": (960, 960), "21:9": (1470, 630)},
}
WIDE = {"768P": (1366, 768), "2K": (2560, 1440)}
KINDS = {
    401: ("unauthorized", "The API key is missing or not valid."),
    402: ("insufficient_credits", "The workspace has no credits left."),
    403: ("forbidden", "The key may not use this model."),
    404: ("request_not_found", "The request does not exist."),
    409: ("invalid_input", "The key was used for another request."),
    410: ("request_not_found", "The request has aged out."),
    429: ("rate_limited", "The request allowance is exhausted."),
}
ENDS = {"failed": "provider_error", "moderated": "content_policy_violation", "cancelled": "cancelled"}
"""Kinds of completions that did not succeed."""


class FakeComfyRouter(FakeProvider):
    """See `FakeProvider`. `records` holds what was accepted under a key: its fingerprint and the request it became."""

    provider: ClassVar[str] = "comfy_router"
    refreshes_links: ClassVar[bool] = False
    moderates_at_submit: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"COMFY_API_KEY": f"comfyui-{CANARY}-key"}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.records: dict[str, tuple[str, str]] = {}

    def routes(self) -> tuple[Route, ...]:
        """Submit, status, result, cancel, catalogue."""
        return (
            Route("POST", rf"{MODEL}/requests", "submit", self._submit),
            Route("GET", rf"{MODEL}/requests/([^/]+)/status", "poll", self._tell),
            Route("PUT", rf"{MODEL}/requests/([^/]+)/cancel", "cancel", self._cancel),
            Route("GET", rf"{MODEL}/requests/([^/]+)", "fetch", self._give),
            Route("GET", r"/v2/models", "account", self._list_models),
        )

    def authorise(self, call: Call) -> bool:
        """The key in either of two headers."""
        key = self.secrets["COMFY_API_KEY"]
        return call.headers.get("x-api-key", call.headers.get("authorization", "").removeprefix("Bearer ")) == key

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"detail": …}`, with the kind in a header; what is wrong with fields comes as a list."""
        if status == 400:
            return _refuse("invalid_input", [{"loc": ["body"], "msg": "Field required", "type": "missing"}], 422)
        return _refuse(*KINDS.get(status, ("internal_error", "Something went wrong.")), status)

    def price(self, job: FakeJob) -> int:
        """The makers' prices: tokens of Seedance; seconds and further pictures of H3."""
        body, seconds = job.body, int(job.body["duration"])
        if job.kind in TOKEN_MICROS:
            width, height = _find_frame(body)
            return width * height * (24 * seconds + 1) // 1024 * TOKEN_MICROS[job.kind] // 1000
        sent = [item["video_url"]["url"] for item in body["content"] if item["type"] == "video_url"]
        sent_ms = sum(read_length_ms(read_inline(address)) for address in sent)
        pictures = sum(1 for item in body["content"] if item["type"] == "image_url")
        rate = SECOND_MICROS[body["resolution"]]
        return rate * seconds + rate * sent_ms // 1000 + 40_000 * max(0, pictures - 5)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A clip at a tenth of its size."""
        width, height = _find_frame(job.body)
        return "video", width // 20 * 2, height // 20 * 2, int(job.body["duration"]) * 1000

    def side_output(self, job: FakeJob, role: str) -> tuple[bytes, str]:
        """The last frame is that of the very film that is served."""
        return cut_last_frame(self.output(job)[0]) if role == "last" else self.output(job)

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        key = call.headers.get("idempotency-key", "")
        if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
            return self.refuse(400)
        # A conflict compares method, path, query and body, so all of them make the fingerprint.
        print_of = hashlib.sha256(repr((call.path, dict(call.query), call.body)).encode()).hexdigest()
        if key in self.records:
            known, request_id = self.records[key]
            return _accept(match.group(1), request_id, replayed=True) if known == print_of else self.refuse(409)
        wrong = _find_fault(match.group(1), call.fields())
        if wrong:
            return _refuse("invalid_input", [{"loc": ["body", wrong], "msg": "Not valid", "type": "value_error"}], 422)
        made = self.accept(match.group(1), call.fields(), marker=key)
        if isinstance(made, Answer):
            return made
        self.records[key] = (print_of, made.id)
        return _accept(match.group(1), made.id, replayed=False)

    def _tell(self, call: Call, match: re.Match[str]) -> Answer:
        job = self._find(match)
        state = self.look(job) if job else "lost"
        if job is None:
            return self.refuse(404)
        if state == "lost":
            return self.refuse(410)
        job.extra["state"] = state
        fields: dict[str, Any] = {"request_id": job.id, "status": "COMPLETED"}
        if state in ENDS:
            fields |= {"error_type": ENDS[state], "detail": "The request did not succeed."}
        if state == "queued":
            fields |= {"status": "IN_QUEUE", "queue_position": 3}
        if state in ("running", "odd"):
            fields["status"] = "IN_PROGRESS" if state == "running" else "FINALIZING"
        return answer_json(fields, retry_after="2")

    def _give(self, call: Call, match: re.Match[str]) -> Answer:
        job = self._find(match)
        if job is None:
            return self.refuse(404)
        if job.extra.get("state") != "succeeded":
            return answer_json({"request_id": job.id, "status": "IN_PROGRESS"}, 202, retry_after="2")
        link = self.link(job)
        if job.kind not in TOKEN_MICROS:
            return answer_json({"task": {"id": job.id, "status": "succeeded", "content": {"url": link}}})
        content = {"video_url": link, **({"last_frame_url": self.link(job, "last")} if link else {})}
        credits_used = sum(charge.micros for charge in self.charges if charge.job == job.number) * 211 / 1_000_000
        answer = {"id": job.id, "status": "succeeded", "content": content, "error": None}
        return answer_json(answer, x_comfy_credits_used=f"{credits_used:.6f}")

    def _cancel(self, call: Call, match: re.Match[str]) -> Answer:
        job = self._find(match)
        if job is None:
            return self.refuse(404)
        state = job.extra.get("state", "queued")
        if state == "queued":
            job.is_cancelled = True
            self.refund(job)
            return answer_json({"status": "CANCELLATION_REQUESTED"}, 202)
        is_over = state not in ("running", "odd")
        return answer_json({"status": "ALREADY_COMPLETED"}, 409) if is_over else answer_json({}, 202)

    def _find(self, match: re.Match[str]) -> FakeJob | None:
        job = self.find(match.group(2))
        return job if job is not None and job.kind == match.group(1) else None

    def _list_models(self, call: Call, match: re.Match[str]) -> Answer:
        names = [*TOKEN_MICROS, "minimax/minimax-h3"]
        listed = [{"id": name, "billing": {"charges_on_policy_rejection": "unknown"}} for name in names]
        return answer_json({"data": listed, "has_more": False, "limit": 20})


def _accept(model: str, request_id: str, *, replayed: bool) -> Answer:
    path = f"https://api.comfy.org/v2/models/{model}/requests/{request_id}"
    fields = {"request_id": request_id, "status_url": f"{path}/status", "response_url": path}
    headers = {"idempotent_replayed": "true"} if replayed else {}
    return answer_json(fields, 201, **headers)


def _refuse(kind: str, detail: object, status: int) -> Answer:
    return answer_json({"detail": detail}, status, x_comfy_error_type=kind, x_comfy_request_id="req-1")


def _find_fault(model: str, body: Mapping[str, Any]) -> str:
    """The field that is wrong, "" for none."""
    is_seedance = model in TOKEN_MICROS
    if not is_seedance and model != "minimax/minimax-h3":
        return "model"
    if body.get("resolution") not in (FRAMES if is_seedance else WIDE):
        return "resolution"
    longest = 30 if "2-5" in model else 15
    if not isinstance(body.get("duration"), int) or not 4 <= body["duration"] <= longest:
        return "duration"
    content = body.get("content") or []
    if [bool(item.get("text")) for item in content if item.get("type") == "text"] != [True]:
        return "content"
    media = [item for item in content if item.get("type") != "text"]
    roles = {str(item.get("role")) for item in media}
    frames = roles & {"first_frame", "last_frame"}
    unread = [item for item in media if not read_inline(item[item["type"]]["url"])]
    if unread or (frames and roles - frames) or (roles == {"reference_audio"} and "2-5" not in model):
        return "content"
    return "" if media or body.get("ratio") not in (None, "adaptive") else "ratio"


def _find_frame(body: Mapping[str, Any]) -> tuple[int, int]:
    """Pixels of the result; one that follows its frame is wide here."""
    ratio, size = str(body["ratio"]).replace("adaptive", "16:9"), body["resolution"]
    across, down = (int(side) for side in ratio.split(":"))
    if across < down:
        width, height = _find_frame({**body, "ratio": f"{down}:{across}"})
        return height, width
    if size in FRAMES:
        return FRAMES[size][ratio]
    short = WIDE[size][1]
    return short * across // down // 2 * 2, short


FAKE = FakeComfyRouter
