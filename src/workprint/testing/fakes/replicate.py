"""Replicate's predictions: official models, a list of pages, files, inputs that are removed, signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from workprint.lab.standard_webhooks import sign
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

SECOND_MICROS = {
    "alibaba/wan-3": {"480p": 50_000, "720p": 100_000, "1080p": 200_000},
    "bytedance/seedance-2.5": {"480p": 102_800, "720p": 231_200},
    "bytedance/seedance-2.5 from video": {"480p": 430_400, "720p": 967_600},
    "kwaivgi/kling-v3-video": {"standard": 84_000, "pro": 112_000, "4k": 420_000},
    "kwaivgi/kling-v3-video with sound": {"standard": 126_000, "pro": 168_000, "4k": 420_000},
}
"""Micro-dollars a second."""

ERRORS = {
    Outcome.FAIL: "Prediction interrupted; please retry (code: PA) (E8765)",
    Outcome.MODERATED_INPUT: "The prompt was flagged as sensitive. Please try again with different inputs. (E005)",
    Outcome.MODERATED_OUTPUT: "NSFW content detected. Try running it again, or try a different prompt.",
}
STATES = {
    "queued": "starting",
    "running": "processing",
    "odd": "booting",
    "succeeded": "succeeded",
    "failed": "failed",
    "moderated": "failed",
    "cancelled": "canceled",
}
PAGE = 2
"""Predictions a page; the real ones have a hundred."""

FILES = (
    "image",
    "start_image",
    "end_image",
    "last_frame_image",
    "input_images",
    "reference_images",
    "reference_videos",
)


class FakeReplicate(FakeProvider):
    """See `FakeProvider`. `has_forgotten` is what an hour does: inputs and outputs of what is over are removed."""

    provider: ClassVar[str] = "replicate"
    refreshes_links: ClassVar[bool] = False
    moderates_at_submit: ClassVar[bool] = False
    signs_hooks: ClassVar[bool] = True
    secrets: ClassVar[Mapping[str, str]] = {"REPLICATE_API_TOKEN": f"r8_{CANARY}_replicate"}
    hook_secret = "whsec_" + base64.b64encode(f"{CANARY}-replicate-hooks".encode()).decode()
    has_forgotten = False

    def routes(self) -> tuple[Route, ...]:
        """Predictions, files, account, webhook secret."""
        one = r"/v1/predictions/([^/]+)"
        return (
            Route("POST", r"/v1/models/([^/]+/[^/]+)/predictions", "submit", self._submit),
            Route("GET", one, "poll", self._poll),
            Route("POST", rf"{one}/cancel", "cancel", self._cancel),
            Route("GET", r"/v1/predictions", "list", self._list),
            Route("POST", r"/v1/files", "upload", self._upload),
            Route("GET", r"/v1/account", "account", self._tell_account),
            Route(
                "GET", r"/v1/webhooks/default/secret", "account", lambda c, m: answer_json({"key": self.hook_secret})
            ),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """RFC 7807."""
        texts = {401: "Unauthenticated", 402: "Insufficient credit", 404: "Not found", 422: "Input validation failed"}
        detail = texts.get(status, "Bad request")
        if status == 429:
            detail = "Request was throttled. Your rate limit resets in ~30s."
        return answer_json({"title": detail, "detail": detail, "status": 422 if status == 400 else status}, status)

    def price(self, job: FakeJob) -> int:
        """By the second of what comes out; pictures by the megapixel in and out."""
        model, asked = job.kind, job.body["input"]
        if model == "black-forest-labs/flux-2-pro":
            megapixels = int(asked["resolution"].split(" ")[0]) + len(asked.get("input_images", ()))
            return 15_000 + 15_000 * megapixels
        if asked.get("reference_videos"):
            model += " from video"
        if "kling" in model and asked["generate_audio"]:
            model += " with sound"
        return int(asked["duration"]) * SECOND_MICROS[model][asked.get("mode") or asked["resolution"]]

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """Small, of the asked aspect and length."""
        asked = job.body["input"]
        text = asked["aspect_ratio"] if ":" in asked["aspect_ratio"] else "16:9"
        wide, high = (int(part) for part in text.split(":"))
        scale = 96 / max(wide, high)
        kind = "image" if "flux" in job.kind else "video"
        return kind, round(wide * scale / 2) * 2, round(high * scale / 2) * 2, 1000 * int(asked.get("duration", 0))

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body, model = call.fields(), match.group(1)
        asked = body.get("input")
        if not isinstance(asked, dict) or not asked.get("prompt") or "prefer" in call.headers:
            return self.refuse(422)
        handles = [asked[name] for name in FILES if name in asked]
        flat = [item for value in handles for item in (value if isinstance(value, list) else [value])]
        frames = "image" in asked and "seedance" in model
        if any(str(item).rpartition("/")[2] not in self.files for item in flat):
            return self.refuse(422)
        if frames and (asked["aspect_ratio"] != "adaptive" or "reference_images" in asked):
            return self.refuse(422)
        made = self.accept(model, body, marker=str(asked.get("seed", "")), callback=str(body.get("webhook", "")))
        return made if isinstance(made, Answer) else answer_json(self._describe(made, "starting"), 201)

    def _describe(self, job: FakeJob, status: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": job.id,
            "model": job.kind,
            "version": "hidden",
            "input": job.body["input"],
            "output": None,
            "error": None,
            "logs": "",
            "source": "api",
            "status": status,
            "data_removed": False,
            "created_at": _to_iso(job.created_s),
            "urls": {name: f"{self.url}/v1/predictions/{job.id}" for name in ("get", "cancel")},
        }
        if status == "succeeded":
            link = self.link(job)
            told |= {"output": link or None, "metrics": {"predict_time": 9.1, "total_time": 10.2}}
        if status == "failed":
            told["error"] = ERRORS[job.outcome]
        if self.has_forgotten and status in ("succeeded", "failed", "canceled"):
            told |= {"input": {}, "output": None, "logs": "", "data_removed": True}
        return told

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost":
            return self.refuse(404)
        job.extra["status"] = STATES[state]
        return answer_json(self._describe(job, STATES[state]))

    def _cancel(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        status = job.extra.get("status", "starting")
        if status in ("starting", "processing", "booting"):
            job.is_cancelled, job.extra["status"] = True, "canceled"
            if status == "starting":
                self.refund(job)
        return answer_json(self._describe(job, job.extra["status"]))

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        """Newest first; `next` is a whole address with a cursor."""
        since = call.query.get("created_after", "")
        jobs = [job for job in reversed(self.jobs.values()) if _to_iso(job.created_s) >= since]
        page = int(call.query.get("cursor", "0"))
        shown = jobs[page * PAGE : (page + 1) * PAGE]
        more = len(jobs) > (page + 1) * PAGE
        further = f"{self.url}/v1/predictions?created_after={since}&cursor={page + 1}" if more else None
        results = [self._describe(job, job.extra.get("status", "starting")) for job in shown]
        return answer_json({"next": further, "previous": None, "results": results})

    def _upload(self, call: Call, match: re.Match[str]) -> Answer:
        content, name = call.parts().get("content", (b"", ""))
        if not content or not name:
            return self.refuse(422)
        self.files[name] = content
        sums = {"sha256": hashlib.sha256(content).hexdigest(), "md5": hashlib.md5(content).hexdigest()}
        urls = {"get": f"{self.url}/v1/files/{name}"}
        return answer_json({"id": name, "size": len(content), "checksums": sums, "metadata": {}, "urls": urls}, 201)

    def _tell_account(self, call: Call, match: re.Match[str]) -> Answer:
        return answer_json({"type": "organization", "username": "workprint", "name": "Workprint"})

    def _tell_secret(self, call: Call, match: re.Match[str]) -> Answer:
        return answer_json({"key": self.hook_secret})

    def hook(self, job: FakeJob, phase: str, *, now_s: float | None = None) -> tuple[dict[str, str], bytes]:
        """A signed delivery about a job in a phase (`start` or `completed`); its id is the same when it is repeated."""
        status = job.extra.get("status", "starting") if phase == "completed" else "processing"
        raw = json.dumps(self._describe(job, status)).encode()
        message, moment = f"msg_{job.id}_{phase}", int(time.time() if now_s is None else now_s)
        signature = sign(self.hook_secret, message, moment, raw)
        return {
            "webhook-id": message,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature,
            "content-type": "application/json",
        }, raw


def _to_iso(moment_s: float) -> str:
    return datetime.fromtimestamp(moment_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


FAKE = FakeReplicate
