"""Model Studio: the asynchronous header, tasks that live a day, a list without inputs, stops only while pending."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.lab.data_uris import read_inline
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import read_length_ms
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

BASE = r"(?:/api/v1)?"
MICROS = {
    "wan2.7-t2v": {"720P": 100_000, "1080P": 150_000},
    "wan2.7-i2v": {"720P": 100_000, "1080P": 150_000},
    "wan2.7-r2v": {"720P": 100_000, "1080P": 150_000},
    "wan3.0-video": {"480P": 50_000, "720P": 100_000, "1080P": 200_000},
    "wan3.0-video-prime": {"480P": 68_000, "720P": 140_000, "1080P": 280_000},
}
"""Micro-dollars a second in Singapore."""

TYPES = {
    "wan2.7-t2v": (),
    "wan2.7-i2v": ("first_frame", "last_frame", "driving_audio", "first_clip"),
    "wan2.7-r2v": ("reference_image", "reference_video", "first_frame", "reference_voice"),
    "wan3.0-video": ("first_frame", "last_frame", "reference_image", "reference_video", "reference_audio"),
    "wan3.0-video-prime": ("first_frame", "last_frame", "reference_image", "reference_video", "reference_audio"),
}
"""Media each model takes."""

STATES = {
    "queued": "PENDING",
    "running": "RUNNING",
    "odd": "POSTPROCESSING",
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "moderated": "FAILED",
    "cancelled": "CANCELED",
}
CODES = {
    Outcome.FAIL: ("InternalError.Algo", "An internal error has occured during execution."),
    Outcome.MODERATED_OUTPUT: ("DataInspectionFailed", "Output data may contain inappropriate content."),
}
REFUSALS = {
    401: ("InvalidApiKey", "Invalid API-key provided."),
    403: ("AccessDenied", "Access denied."),
    404: ("InvalidParameter", "The task is not found."),
    429: ("Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
}


class FakeDashScope(FakeProvider):
    """See `FakeProvider`."""

    provider: ClassVar[str] = "dashscope"
    secrets: ClassVar[Mapping[str, str]] = {"DASHSCOPE_API_KEY": f"sk-{CANARY}-dashscope"}

    def routes(self) -> tuple[Route, ...]:
        """Create, query, list, stop."""
        path = rf"{BASE}/services/aigc/video-generation/video-synthesis"
        return (
            Route("POST", path, "submit", self._submit),
            Route("GET", rf"{BASE}/tasks/", "list", self._list),
            Route("GET", rf"{BASE}/tasks/([^/]+)", "poll", self._poll),
            Route("POST", rf"{BASE}/tasks/([^/]+)/cancel", "cancel", self._cancel),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{code, message, request_id}`."""
        if outcome is Outcome.MODERATED_INPUT:
            return _refuse("DataInspectionFailed", "Input data may contain inappropriate content.", status)
        return _refuse(*REFUSALS.get(status, ("InvalidParameter", "Required parameter is missing or invalid.")), status)

    def price(self, job: FakeJob) -> int:
        """By resolution and second that is made; reference videos cost their own seconds, too."""
        body, parameters = job.body, job.body["parameters"]
        rate = MICROS[body["model"]][parameters["resolution"]]
        return rate * int(parameters["duration"]) + rate * _measure_references(body) // 1000

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A clip at a tenth of its size; one that follows its frame is wide here."""
        parameters = job.body["parameters"]
        ratio = str(parameters.get("ratio", "adaptive")).replace("adaptive", "16:9")
        across, down = (int(side) for side in ratio.split(":"))
        short = int(parameters["resolution"].rstrip("P")) // 20 * 2
        longer = short * max(across, down) // min(across, down) // 2 * 2
        width, height = (longer, short) if across >= down else (short, longer)
        return "video", width, height, int(parameters["duration"]) * 1000

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        if call.headers.get("x-dashscope-async") != "enable":
            return _refuse("AccessDenied", "current user api does not support synchronous calls", 403)
        body = call.fields()
        wrong = _find_fault(body)
        if wrong:
            return _refuse("InvalidParameter", wrong, 400)
        made = self.accept("video", body)
        if isinstance(made, Answer):
            return made
        return answer_json({"output": {"task_id": made.id, "task_status": "PENDING"}, "request_id": _tag(made)})

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost":
            return answer_json({"request_id": "r", "output": {"task_id": match.group(1), "task_status": "UNKNOWN"}})
        job.extra["state"] = state
        answer: dict[str, Any] = {"request_id": _tag(job), "output": self._describe(job, state)}
        if state == "succeeded":
            seconds = job.body["parameters"]["duration"]
            answer["usage"] = {"video_count": 1, "duration": seconds, "SR": job.body["parameters"]["resolution"][:-1]}
        return answer_json(answer)

    def _describe(self, job: FakeJob, state: str) -> dict[str, Any]:
        task = {"task_id": job.id, "task_status": STATES[state], "submit_time": "2026-11-21 10:00:00.000"}
        if state in ("failed", "moderated"):
            code, words = CODES.get(job.outcome, CODES[Outcome.FAIL])
            task |= {"code": code, "message": words}
        if state == "succeeded":
            task |= {"orig_prompt": job.body["input"]["prompt"], "video_url": self.link(job)}
        return task

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        size, page = int(call.query.get("page_size", "10")), int(call.query.get("page_no", "1"))
        jobs = [job for job in reversed(self.jobs.values()) if not job.is_forgotten]
        listed = [
            {"task_id": job.id, "model_name": job.body["model"], "status": STATES[job.extra.get("state", "queued")]}
            for job in jobs[(page - 1) * size : page * size]
        ]
        return answer_json({"request_id": "r", "total": len(jobs), "data": listed, "page_no": page})

    def _cancel(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        if job.extra.get("state", "queued") != "queued":
            return _refuse("UnsupportedOperation", "Failed to cancel the task, please confirm if it is pending.", 400)
        job.is_cancelled = True
        self.refund(job)
        return answer_json({"request_id": _tag(job)})


def _find_fault(body: Mapping[str, Any]) -> str:
    """What is wrong with a task, "" for nothing."""
    model, given, asked = str(body.get("model")), body.get("input") or {}, body.get("parameters") or {}
    if asked.get("resolution") not in MICROS.get(model, {}):
        return "Model not exist, or resolution is invalid."
    is_third = model.startswith("wan3.0")
    longest = 30 if is_third else 15
    if not isinstance(asked.get("duration"), int) or not 2 <= asked["duration"] <= longest:
        return "duration is invalid."
    if not given.get("prompt") or (is_third and ("negative_prompt" in given or "prompt_extend" in asked)):
        return "prompt is missing, or negative_prompt or prompt_extend is not supported."
    if len(given.get("negative_prompt", "")) > 500:
        return "negative_prompt is too long."
    return _find_media_fault(model, given, asked)


def _find_media_fault(model: str, given: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    media = given.get("media") or []
    types = [str(item.get("type")) for item in media]
    frames = [kind for kind in types if kind in ("first_frame", "last_frame")]
    if set(types).difference(TYPES[model]) or not all(read_inline(item.get("url", "")) for item in media):
        return "media is invalid."
    if model == "wan2.7-i2v" and "first_frame" not in types:
        return "first_frame is required."
    references = [kind for kind in types if kind.startswith("reference_")]
    if model == "wan2.7-r2v":
        is_long = "reference_video" in types and asked["duration"] > 10
        return "references or duration are invalid." if not references or len(references) > 5 or is_long else ""
    if frames and references:
        return "first_frame and last_frame cannot be used with references."
    return "" if frames or asked.get("ratio") in ("16:9", "9:16", "1:1", "4:3", "3:4") else "ratio is invalid."


def _measure_references(body: Mapping[str, Any]) -> int:
    media = body["input"].get("media") or []
    return sum(read_length_ms(read_inline(item["url"])) for item in media if item["type"] == "reference_video")


def _tag(job: FakeJob) -> str:
    return f"7574ee8f-38a3-4b1e-9280-{job.number:012d}"


def _refuse(code: str, message: str, status: int) -> Answer:
    return answer_json({"code": code, "message": message, "request_id": "7574ee8f"}, status)


FAKE = FakeDashScope
