"""fal's queue, CDN, platform list and signed webhooks on one address; COMPLETED may be a failure, as there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.signing import SigningKey
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

SECOND_MICROS = {
    ("pika", "720p"): 40_000,
    ("pika", "1080p"): 90_000,
    ("wan", "480p"): 50_000,
    ("wan", "720p"): 100_000,
    ("wan", "1080p"): 150_000,
    ("standard", False): 84_000,
    ("standard", True): 126_000,
    ("pro", False): 112_000,
    ("pro", True): 168_000,
}
"""Micro-dollars a second, by family and what its price goes by."""

ERRORS: Mapping[Outcome, tuple[int, dict[str, Any]]] = {
    Outcome.FAIL: (503, {"detail": "Runner disconnected", "error_type": "runner_disconnected"}),
    Outcome.CANCELLED: (499, {"detail": "Request was cancelled", "error_type": "client_cancelled"}),
    Outcome.MODERATED_INPUT: (422, {"detail": [{"loc": ["body", "prompt"], "type": "content_policy_violation"}]}),
    Outcome.MODERATED_OUTPUT: (422, {"detail": [{"loc": ["output"], "type": "content_policy_violation"}]}),
}
"""What a result is that is none: request errors name an `error_type`, model errors list places and types."""

PAGE = 2
"""Requests a page of the list: small, so that pages have to be followed."""

MP = 1024 * 1024


class FakeFal(FakeProvider):
    """See `FakeProvider`. `lists_running`: the platform also lists requests that have not ended. `lists_inputs`: it
    still has their inputs. `returned_host` replaces the host of returned addresses."""

    provider: ClassVar[str] = "fal"
    refreshes_links: ClassVar[bool] = False
    moderates_at_submit: ClassVar[bool] = False
    signs_hooks: ClassVar[bool] = True
    secrets: ClassVar[Mapping[str, str]] = {"FAL_KEY": f"{CANARY}-id:{CANARY}-fal"}
    lists_running = True
    lists_inputs = True
    returned_host = ""
    signer = SigningKey(b"workprint fake fal")

    def routes(self) -> tuple[Route, ...]:
        """Queue, CDN, platform, keys."""
        path = r"/([a-z0-9-]+/[a-z0-9.-]+)"
        return (
            Route("POST", r"/storage/auth/token", "upload", self._give_token),
            Route("POST", r"/files/upload", "open", self._store),
            Route("GET", r"/_cdn/([0-9a-z.]+)", "open", self._serve_file),
            Route("GET", r"/v1/models/requests/by-endpoint", "list", self._list),
            Route("GET", r"/v1/models/pricing", "account", self._tell_price),
            Route("GET", r"/\.well-known/jwks\.json", "open", self._publish),
            Route("GET", rf"{path}/requests/([^/]+)/status", "poll", self._poll),
            Route("GET", rf"{path}/requests/([^/]+)", "result", self._result),
            Route("PUT", rf"{path}/requests/([^/]+)/cancel", "cancel", self._cancel),
            Route("POST", rf"{path}((?:/[a-z0-9.-]+)*)", "submit", self._submit),
        )

    def authorise(self, call: Call) -> bool:
        """fal's own word for the scheme is `Key`."""
        return call.headers.get("authorization") == f"Key {self.secrets['FAL_KEY']}"

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"detail": text}`, with `error_type` for what the gateway itself refuses."""
        texts = {401: "Cannot access application. Authentication is required.", 404: "Request not found"}
        body: dict[str, Any] = {"detail": texts.get(status, "Bad request")}
        if status == 429:
            body["detail"] = "Too many requests"
        if status == 400:
            body["error_type"] = "bad_request"
        return answer_json(body, status)

    def price(self, job: FakeJob) -> int:
        """By the second for films, by started megapixels for pictures."""
        body, path = job.body, job.kind
        if "image_size" in body:
            return self._price_picture(path, body)
        seconds = int(body["transitions"][0]["duration"] if "transitions" in body else body["duration"])
        family = next((word for word in ("pika", "wan", "standard", "pro") if word in path), "pika")
        return seconds * SECOND_MICROS[(family, body.get("resolution", body.get("generate_audio")))]

    def _price_picture(self, path: str, body: Mapping[str, Any]) -> int:
        size = body["image_size"]
        megapixels = -(-size["width"] * size["height"] // MP)
        if path.endswith("flux/dev"):
            return 25_000 * int(megapixels) * int(body.get("num_images", 1))
        return 30_000 + 15_000 * (int(megapixels) - 1) + 15_000 * len(body.get("image_urls", ()))

    def refund(self, job: FakeJob) -> None:
        """What was refused for what it shows has used a GPU, and stays charged."""
        if job.outcome is not Outcome.MODERATED_OUTPUT or job.is_cancelled:
            super().refund(job)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A still or a clip of the asked shape, small, and as long as asked."""
        if "image_size" in job.body:
            return "image", job.body["image_size"]["width"] // 8, job.body["image_size"]["height"] // 8, 0
        across, _, down = str(job.body.get("aspect_ratio", "16:9")).partition(":")
        wide, high = int(across), int(down)
        scale = 96 / max(wide, high)
        return "video", round(wide * scale / 2) * 2, round(high * scale / 2) * 2, self._length(job)

    def _length(self, job: FakeJob) -> int:
        transitions = job.body.get("transitions") or [{"duration": job.body.get("duration", 5)}]
        return 1000 * int(transitions[0]["duration"])

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body, app, rest = call.fields(), match.group(1), match.group(2)
        if call.headers.get("x-fal-no-retry") != "1" or "x-fal-request-timeout" not in call.headers:
            return answer_json({"detail": "this fake insists on our own headers"}, 400)
        if not body.get("prompt") and not body.get("multi_prompt"):
            return answer_json(
                {"detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]}, 422
            )
        for name, value in body.items():
            if name.endswith(("_url", "_urls")) and not self._has_all(value):
                return answer_json({"detail": [{"loc": ["body", name], "type": "file_download_error"}]}, 422)
        made = self.accept(
            f"{app}{rest}", body, marker=str(body.get("seed", "")), callback=call.query.get("fal_webhook", "")
        )
        if isinstance(made, Answer):
            return made
        here = f"{self.returned_host or self.url}/{app}/requests/{made.id}"
        queued = {"status": "IN_QUEUE", "queue_position": 0, "request_id": made.id, "gateway_request_id": made.id}
        return answer_json(
            queued | {"response_url": here, "status_url": f"{here}/status", "cancel_url": f"{here}/cancel"}
        )

    def _has_all(self, value: Any) -> bool:
        names = [str(item).rpartition("/")[2] for item in (value if isinstance(value, list) else [value])]
        return all(name in self.files for name in names)

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self._find_in(match)
        state = self.look(job) if job else "lost"
        if job is None or state == "lost":
            return self.refuse(404)
        words = {"queued": "IN_QUEUE", "running": "IN_PROGRESS", "odd": "IN_REVIEW"}
        if state in words:
            extra: dict[str, Any] = {"queue_position": 0} if state == "queued" else {"logs": None}
            return answer_json({"status": words[state], "request_id": job.id, **extra}, 202)
        job.extra["ended_s"] = time.time()
        body: dict[str, Any] = {
            "status": "COMPLETED",
            "request_id": job.id,
            "logs": None,
            "metrics": {"inference_time": 9},
        }
        if job.is_cancelled or job.outcome is Outcome.CANCELLED:
            body |= {"error": "Request was cancelled", "error_type": "client_cancelled"}
        return answer_json(body)

    def _find_in(self, match: re.Match[str]) -> FakeJob | None:
        """A job by its id, below its own owner and app only: the rest of the model's path is dropped there."""
        job = self.find(match.group(2))
        return job if job and "/".join(job.kind.split("/")[:2]) == match.group(1) else None

    def _result(self, call: Call, match: re.Match[str]) -> Answer:
        job = self._find_in(match)
        if job is None:
            return self.refuse(404)
        if "ended_s" not in job.extra:
            return answer_json({"detail": "Request is still in progress"}, 400)
        status, body = self.end(job)
        return answer_json(body, status)

    def end(self, job: FakeJob) -> tuple[int, dict[str, Any]]:
        """Status and body of a job's result: what the model made, or the error in its place."""
        outcome = Outcome.CANCELLED if job.is_cancelled else job.outcome
        if outcome in ERRORS:
            return ERRORS[outcome]
        link = self.link(job)
        facts = {name: job.body[name] for name in ("seed",) if name in job.body}
        if "image_size" in job.body:
            pictures = [{"url": link, "content_type": "image/png", **job.body["image_size"]}] if link else []
            return 200, {"images": pictures, "has_nsfw_concepts": [False], "prompt": job.body["prompt"], **facts}
        clip = {"url": link, "content_type": "video/mp4", "file_name": "output.mp4"} if link else None
        return 200, {"video": clip, **facts}

    def _cancel(self, call: Call, match: re.Match[str]) -> Answer:
        job = self._find_in(match)
        if job is None:
            return answer_json({"status": "NOT_FOUND"}, 404)
        if "ended_s" in job.extra:
            return answer_json({"status": "ALREADY_COMPLETED"}, 400)
        if job.polls <= self.pace[0]:
            self.refund(job)
            job.is_cancelled = True
        return answer_json({"status": "CANCELLATION_REQUESTED"}, 202)

    def _give_token(self, call: Call, match: re.Match[str]) -> Answer:
        if call.query.get("storage_type") != "fal-cdn-v3":
            return self.refuse(400)
        token = {"token": f"{CANARY}-cdn", "token_type": "Bearer", "base_url": self.url}
        return answer_json({**token, "expires_at": "2099-01-01T00:00:00Z"})

    def _store(self, call: Call, match: re.Match[str]) -> Answer:
        name = call.headers.get("x-fal-file-name", "")
        if call.headers.get("authorization") != f"Bearer {CANARY}-cdn" or not name or not call.body:
            return Answer(401, b"the CDN takes its own token, a name and bytes")
        self.files[name] = call.body
        return answer_json({"access_url": f"{self.url}/_cdn/{name}"})

    def _serve_file(self, call: Call, match: re.Match[str]) -> Answer:
        return Answer(200, self.files[match.group(1)]) if match.group(1) in self.files else Answer(404, b"")

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        model, start = call.query.get("endpoint_id", ""), call.query.get("start", "")
        if not model or call.query.get("expand") != "payloads":
            return self.refuse(400)
        jobs = [job for job in self.jobs.values() if job.kind == model and _to_iso(job.created_s) >= start]
        jobs = [job for job in jobs if self.lists_running or "ended_s" in job.extra]
        page = int(call.query.get("cursor", "0"))
        shown = jobs[page * PAGE : (page + 1) * PAGE]
        more = len(jobs) > (page + 1) * PAGE
        items = [self._describe(job) for job in shown]
        return answer_json({"items": items, "next_cursor": str(page + 1) if more else None, "has_more": more})

    def _describe(self, job: FakeJob) -> dict[str, Any]:
        item: dict[str, Any] = {"request_id": job.id, "endpoint_id": job.kind}
        item |= {"json_input": dict(job.body)} if self.lists_inputs else {}
        item |= {"sent_at": _to_iso(job.created_s), "started_at": _to_iso(job.created_s)}
        if "ended_s" in job.extra:
            item |= {"ended_at": _to_iso(job.extra["ended_s"]), "status_code": self.end(job)[0], "duration": 9.0}
        return item

    def _tell_price(self, call: Call, match: re.Match[str]) -> Answer:
        price = {"endpoint_id": call.query.get("endpoint_id"), "unit_price": 0.04, "unit": "seconds", "currency": "USD"}
        return answer_json({"prices": [price], "has_more": False, "next_cursor": None})

    def _publish(self, call: Call, match: re.Match[str]) -> Answer:
        x = base64.urlsafe_b64encode(self.signer.public).rstrip(b"=").decode()
        other = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}
        return answer_json({"keys": [other, {"kty": "OKP", "crv": "Ed25519", "use": "sig", "x": x}]})

    def hook(self, job: FakeJob, phase: str, *, now_s: float | None = None) -> tuple[dict[str, str], bytes]:
        """A delivery about a job, signed: fal tells the end only. Headers in lower case, and the raw body."""
        status, payload = self.end(job)
        body: dict[str, Any] = {"request_id": job.id, "gateway_request_id": job.id, "status": "OK", "payload": payload}
        if status != 200:
            body |= {"status": "ERROR", "error": f"Unexpected status code: {status}"}
        raw = json.dumps(body).encode()
        told = (job.id, "user-1", str(int(time.time() if now_s is None else now_s)))
        signature = self.signer.sign("\n".join((*told, hashlib.sha256(raw).hexdigest())).encode())
        names = ("request-id", "user-id", "timestamp", "signature")
        return {f"x-fal-webhook-{n}": v for n, v in zip(names, (*told, signature.hex()), strict=True)}, raw


def _to_iso(moment_s: float) -> str:
    return datetime.fromtimestamp(moment_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


FAKE = FakeFal
