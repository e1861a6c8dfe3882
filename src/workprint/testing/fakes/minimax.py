"""MiniMax's two APIs: V2 with tasks that can be stopped while queued, V1 that refuses with status 200."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.lab.data_uris import read_inline
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import read_length_ms
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

SECOND_MICROS = {
    ("MiniMax-H3", "768P"): 80_000,
    ("MiniMax-H3", "2K"): 130_000,
    ("MiniMax-H3-Max", "480P"): 50_000,
    ("MiniMax-H3-Max", "768P"): 80_000,
}
"""Micro-dollars a second of V2, made or sent in as a reference."""

CALL_MICROS = {("768P", 6): 280_000, ("768P", 10): 560_000, ("1080P", 6): 490_000}
"""Micro-dollars a clip of Hailuo-02."""

STATES = {
    "queued": ("queued", "Queueing"),
    "running": ("running", "Processing"),
    "odd": ("uploading", "Uploading"),
    "succeeded": ("succeeded", "Success"),
    "failed": ("failed", "Fail"),
    "moderated": ("failed", "Fail"),
    "cancelled": ("cancelled", "Fail"),
}
"""Words of V2 and V1."""

REFUSALS = {
    401: ("authorized_error", 1004, "login fail: Please carry the API secret key"),
    402: ("insufficient_balance_error", 1008, "insufficient balance"),
    404: ("bad_request_error", 2013, "invalid params, task not found"),
    409: ("bad_request_error", 2013, "invalid params, the task cannot be cancelled"),
    422: ("unprocessable_entity_error", 1026, "input new_sensitive"),
    429: ("rate_limit_error", 1002, "rate limit exceeded"),
}
SHORT_SIDES = {"480P": 48, "768P": 76, "1080P": 108, "2K": 144}
"""Short side of the clip it serves, in pixels: a tenth of the real one."""


class FakeMiniMax(FakeProvider):
    """See `FakeProvider`. Jobs of both APIs are in one list; V1's end in a file that is asked for separately."""

    provider: ClassVar[str] = "minimax"
    signs_hooks: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"MINIMAX_API_KEY": f"mm-{CANARY}-key"}

    def routes(self) -> tuple[Route, ...]:
        """Submit and poll of both APIs, list, stop, upload, files."""
        return (
            Route("POST", r"/v2/video_generation", "submit", self._submit_second),
            Route("GET", r"/v2/query/video_generation/([^/]+)", "poll", self._poll_second),
            Route("GET", r"/v2/query/video_generation", "list", self._list),
            Route("DELETE", r"/v2/video_generation/([^/]+)", "cancel", self._delete),
            Route("POST", r"/v1/video_generation", "submit", self._submit_first),
            Route("GET", r"/v1/query/video_generation", "poll", self._poll_first),
            Route("GET", r"/v1/files/retrieve", "fetch", self._retrieve),
            Route("POST", r"/v1/files/upload", "upload", self._upload),
        )

    def make_id(self, number: int) -> str:
        """Eighteen digits."""
        return str(115_334_141_465_231_360 + 7919 * number)

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """V2's envelope; moderation has a status of its own."""
        status = 422 if outcome is Outcome.MODERATED_INPUT else status
        kind, code, words = REFUSALS.get(status, ("bad_request_error", 2013, "invalid params"))
        return _refuse(kind, code, words, status)

    def price(self, job: FakeJob) -> int:
        """By second and resolution, with the seconds of reference videos and pictures beyond five; or by the clip."""
        body = job.body
        if job.kind == "v1":
            return CALL_MICROS[body["resolution"], body["duration"]]
        rate, seconds = SECOND_MICROS[body["model"], body["resolution"]], int(body["duration"])
        pictures = sum(1 for item in body["content"] if item["type"] == "image_url")
        sent_ms = sum(self._measure(item) for item in body["content"] if item["type"] == "video_url")
        return rate * seconds + rate * sent_ms // 1000 + 40_000 * max(0, pictures - 5)

    def _measure(self, item: Mapping[str, Any]) -> int:
        return read_length_ms(self._read(item["video_url"]["url"]))

    def _read(self, address: str) -> bytes:
        """The bytes behind an address: of a file that was uploaded, or written into the request."""
        if address.startswith("mm_file://"):
            return self.files.get(address.removeprefix("mm_file://"), b"")
        return read_inline(address)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A clip at a tenth of its size; one that follows its frame is wide here."""
        ratio = str(job.body.get("ratio", "adaptive")).replace("adaptive", "16:9")
        across, down = (int(side) for side in ratio.split(":"))
        short = SHORT_SIDES[job.body["resolution"]]
        longer = short * max(across, down) // min(across, down) // 2 * 2
        width, height = (longer, short) if across >= down else (short, longer)
        return "video", width, height, int(job.body["duration"]) * 1000

    # V2.

    def _submit_second(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        wrong = self._find_fault(body)
        if wrong:
            return _refuse("bad_request_error", 2013, f"invalid params, {wrong}", 400)
        made = self.accept("v2", body, callback=str(body.get("callback_url") or ""))
        return made if isinstance(made, Answer) else answer_json({"task_id": made.id})

    def _find_fault(self, body: Mapping[str, Any]) -> str:
        if (body.get("model"), body.get("resolution")) not in SECOND_MICROS:
            return "model or resolution"
        if not isinstance(body.get("duration"), int) or not 5 <= body["duration"] <= 15:
            return "duration"
        content = body.get("content") or []
        if [bool(item.get("text")) for item in content if item.get("type") == "text"] != [True]:
            return "content needs one text"
        media = [item for item in content if item.get("type") != "text"]
        if not media and body.get("ratio") in (None, "adaptive"):
            return "ratio"
        return self._find_media_fault(body["model"], media)

    def _find_media_fault(self, model: str, media: list[dict[str, Any]]) -> str:
        roles = {str(item.get("role")) for item in media}
        frames = roles & {"first_frame", "last_frame"}
        if frames and roles - frames:
            return "keyframes and references are exclusive"
        if roles - frames and model == "MiniMax-H3-Max":
            return "references are not supported"
        if roles == {"reference_audio"}:
            return "reference_audio needs a visual reference"
        unread = [item for item in media if not self._read(item[item["type"]]["url"])]
        return "a file cannot be read" if unread else ""

    def _poll_second(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost" or job.extra.get("deleted"):
            return self.refuse(404)
        job.extra["state"] = state
        return answer_json({"task": self._describe(job, STATES[state][0])})

    def _describe(self, job: FakeJob, status: str) -> dict[str, Any]:
        body = job.body
        task: dict[str, Any] = {"id": job.id, "type": "video_generation", "model": body["model"], "status": status}
        task |= {name: body[name] for name in ("duration", "ratio", "resolution") if name in body}
        if status == "succeeded":
            task |= {"content": {"url": self.link(job)}, "usage": {"output_seconds": body["duration"]}}
        if status == "failed":
            shown = job.outcome is Outcome.MODERATED_OUTPUT
            task["error"] = {
                "code": 1027 if shown else 1000,
                "message": "output sensitive" if shown else "unknown error",
            }
        return task

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        size, page = int(call.query.get("page_size", "10")), int(call.query.get("page_num", "1"))
        jobs = [job for job in reversed(self.jobs.values()) if job.kind == "v2" and not job.is_forgotten]
        items = [self._describe(job, job.extra.get("state", "queued")) for job in jobs[(page - 1) * size : page * size]]
        return answer_json({"total": len(jobs), "items": items})

    def _delete(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        state = job.extra.get("state", "queued")
        if state in ("running", "odd", "cancelled"):
            return self.refuse(409)
        if state == "queued":
            job.is_cancelled = True
            self.refund(job)
            return answer_json({"task_id": job.id, "action": "cancelled"})
        job.extra["deleted"] = True
        return answer_json({"task_id": job.id, "action": "deleted"})

    # V1.

    def _submit_first(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        pictures = [body[name] for name in ("first_frame_image", "last_frame_image") if name in body]
        is_sold = (body.get("resolution"), body.get("duration")) in CALL_MICROS and body.get("prompt")
        if body.get("model") != "MiniMax-Hailuo-02" or not is_sold or not all(map(read_inline, pictures)):
            return _answer_first(2013, "invalid params", task_id="")
        made = self.accept("v1", body, callback=str(body.get("callback_url") or ""))
        if isinstance(made, Answer):
            error = json.loads(made.body)["error"]
            return _answer_first(1026 if "1026" in error["message"] else 2013, error["message"], task_id="")
        return _answer_first(0, "success", task_id=made.id)

    def _poll_first(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(call.query.get("task_id", ""))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost":
            return _answer_first(2013, "invalid params, task not found", task_id="")
        return _answer_first(*_judge(job, state), **self._describe_first(job, STATES[state][1]))

    def _describe_first(self, job: FakeJob, status: str) -> dict[str, Any]:
        has_file = status == "Success" and job.outcome is not Outcome.NO_OUTPUT
        return {"task_id": job.id, "status": status, "file_id": f"2052{job.number:011d}" if has_file else ""}

    def _retrieve(self, call: Call, match: re.Match[str]) -> Answer:
        number = call.query.get("file_id", "")[4:]
        job = next((job for job in self.jobs.values() if number.isdigit() and job.number == int(number)), None)
        if job is None:
            return _answer_first(2013, "invalid params, file not found")
        return _answer_first(0, "success", file={"file_id": f"2052{number}", "download_url": self.link(job)})

    def _upload(self, call: Call, match: re.Match[str]) -> Answer:
        parts = call.parts()
        content, name = parts.get("file", (b"", ""))
        if parts.get("purpose", (b"", ""))[0] != b"video_understanding" or not read_length_ms(content):
            return _answer_first(2013, "invalid params, purpose or file")
        file_id = str(3_000_000 + len(self.files))
        self.files[file_id] = content
        return _answer_first(0, "success", file={"file_id": file_id, "bytes": len(content), "filename": name})

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a callback: the answer of a poll; nothing is signed."""
        first = {**self._describe_first(job, phase), "base_resp": {"status_code": 0, "status_msg": "success"}}
        fields = first if job.kind == "v1" else {"task": self._describe(job, phase)}
        return {"content-type": "application/json"}, json.dumps(fields).encode()


def _judge(job: FakeJob, state: str) -> tuple[int, str]:
    """Code and words of V1 about a task."""
    if state == "moderated":
        return 1027, "output new_sensitive"
    return (1000, "unknown error") if state in ("failed", "cancelled") else (0, "success")


def _refuse(kind: str, code: int, words: str, status: int) -> Answer:
    error = {"type": kind, "message": f"{words} ({code})", "http_code": str(status)}
    return answer_json({"type": "error", "error": error, "request_id": "0621f8f5"}, status)


def _answer_first(code: int, words: str, **fields: object) -> Answer:
    return answer_json({**fields, "base_resp": {"status_code": code, "status_msg": words}})


FAKE = FakeMiniMax
