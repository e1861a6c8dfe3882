"""Kling's API: signed tokens that expire, business codes in an envelope, ids of the caller's that must be unique."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.lab.data_uris import decode_strictly
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

KINDS = r"(text2video|image2video|omni-video)"
MICROS = {
    ("kling-v3", "std"): (84_000, 126_000),
    ("kling-v3", "pro"): (112_000, 168_000),
    ("kling-v3", "4k"): (420_000, 420_000),
    ("kling-v3-omni", "std"): (84_000, 112_000),
    ("kling-v3-omni", "pro"): (112_000, 140_000),
    ("kling-v3-omni", "4k"): (420_000, 420_000),
    ("kling-video-o1", "std"): (84_000, 84_000),
    ("kling-video-o1", "pro"): (112_000, 112_000),
}
"""Micro-dollars a second, silent and with sound. A model that is not here is not sold."""

STATES = {
    "queued": "submitted",
    "running": "processing",
    "odd": "reviewing",
    "succeeded": "succeed",
    "failed": "failed",
    "moderated": "failed",
    "cancelled": "failed",
}
WORDS = {
    Outcome.FAIL: "Failure to generate, please try again",
    Outcome.MODERATED_OUTPUT: "Failure to pass the risk control system",
    Outcome.CANCELLED: "Task closed by the account holder",
}
REFUSALS = {
    401: (1000, "Authentication failed"),
    403: (1103, "Unauthorized access to requested resource"),
    404: (1203, "Requested resource does not exist"),
    429: (1302, "API request too fast"),
}
SIDES = {"std": 72, "pro": 108, "4k": 216}
"""Short side of the clip it serves, in pixels: a tenth of the real one."""


class FakeKling(FakeProvider):
    """See `FakeProvider`. `largest_page` bounds a page of the list whatever is asked for."""

    provider: ClassVar[str] = "kling"
    signs_hooks: ClassVar[bool] = False
    can_end_cancelled: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {
        "KLING_ACCESS_KEY": f"access{CANARY}kling",
        "KLING_SECRET_KEY": f"secret{CANARY}kling",
    }
    largest_page = 500

    def routes(self) -> tuple[Route, ...]:
        """Submit, list, poll by either id."""
        return (
            Route("POST", rf"/v1/videos/{KINDS}", "submit", self._submit),
            Route("GET", rf"/v1/videos/{KINDS}", "list", self._list),
            Route("GET", rf"/v1/videos/{KINDS}/([^/]+)", "poll", self._poll),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{code, message, request_id}` with a business code."""
        if outcome is Outcome.MODERATED_INPUT:
            return _answer(1301, "Request contains sensitive information", status)
        code, words = REFUSALS.get(status, (1201, "Invalid request parameters"))
        return _answer(code, words, status)

    def authorise(self, call: Call) -> bool:
        """A JWT of ours, signed with our secret, within its lifetime."""
        try:
            signed, _, signature = call.headers.get("authorization", "").removeprefix("Bearer ").rpartition(".")
            header, claims = (json.loads(_unpack(part)) for part in signed.split("."))
            secret = self.secrets["KLING_SECRET_KEY"].encode()
            is_ours = hmac.compare_digest(
                _unpack(signature), hmac.new(secret, signed.encode(), hashlib.sha256).digest()
            )
            is_alive = claims["nbf"] <= time.time() < claims["exp"] <= time.time() + 1800
        except (ValueError, KeyError, TypeError):
            return False
        return is_ours and is_alive and header == {"alg": "HS256", "typ": "JWT"} and self._is_issuer(claims)

    def _is_issuer(self, claims: Mapping[str, Any]) -> bool:
        return claims.get("iss") == self.secrets["KLING_ACCESS_KEY"]

    def price(self, job: FakeJob) -> int:
        """By model, mode, sound and second."""
        silent, loud = MICROS[job.body["model_name"], job.body["mode"]]
        return int(job.body["duration"]) * (loud if job.body.get("sound") == "on" else silent)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A clip of the asked aspect at a tenth of its size, and of the asked length."""
        across, down = (int(side) for side in str(job.body.get("aspect_ratio", "16:9")).split(":"))
        short = SIDES[job.body["mode"]]
        longer = short * max(across, down) // min(across, down) // 2 * 2
        width, height = (longer, short) if across >= down else (short, longer)
        return "video", width, height, int(job.body["duration"]) * 1000

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body, kind = call.fields(), match.group(1)
        wrong = _find_fault(kind, body)
        if wrong:
            return _answer(1201, wrong, 400)
        external = str(body.get("external_task_id") or "")
        if external and any(job.marker == external for job in self.jobs.values()):
            return _answer(1201, f"external_task_id {external} already exists", 400)
        made = self.accept(kind, body, marker=external, callback=str(body.get("callback_url") or ""))
        return made if isinstance(made, Answer) else _answer(0, "SUCCEED", data=self._describe(made, "submitted"))

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        kind, name = match.groups()
        job = next((job for job in self.jobs.values() if job.kind == kind and name in (job.id, job.marker)), None)
        state = self.look(job) if job is not None and not job.is_forgotten else "lost"
        if job is None or state == "lost":
            return self.refuse(404)
        return _answer(0, "SUCCEED", data=self._describe(job, STATES[state]))

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        size = min(self.largest_page, int(call.query.get("pageSize", "30")))
        start = (int(call.query.get("pageNum", "1")) - 1) * size
        jobs = [job for job in reversed(self.jobs.values()) if job.kind == match.group(1) and not job.is_forgotten]
        tasks = [self._describe(job, "processing") for job in jobs[start : start + size]]
        return _answer(0, "SUCCEED", data=tasks)

    def _describe(self, job: FakeJob, status: str) -> dict[str, Any]:
        moment = int(job.created_s * 1000)
        task = {
            "task_id": job.id,
            "task_status": status,
            "task_info": {"external_task_id": job.marker},
            "created_at": moment,
            "updated_at": moment + 1000 * job.polls,
        }
        if status == "failed":
            task["task_status_msg"] = WORDS.get(job.outcome, WORDS[Outcome.FAIL])
        if status == "succeed":
            link, length = self.link(job), f"{job.body['duration']}.1"
            videos = [{"id": f"{job.id}-v", "url": link, "duration": length}] if link else []
            task |= {"task_result": {"videos": videos}, "final_unit_deduction": job.body["duration"]}
        return task

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a callback about a job in one of the states' own words; nothing is signed."""
        return {"content-type": "application/json"}, json.dumps(self._describe(job, phase)).encode()


def _find_fault(kind: str, body: Mapping[str, Any]) -> str:
    """What is wrong with a request, "" for nothing."""
    if (body.get("model_name"), body.get("mode")) not in MICROS:
        return "model_name/mode is not supported"
    if not isinstance(body.get("duration"), str) or not 3 <= int(body["duration"]) <= 15:
        return "duration is invalid"
    if body.get("multi_shot"):
        return _find_shot_fault(body)
    if not body.get("prompt"):
        return "prompt is required"
    return _find_picture_fault(kind, body)


def _find_shot_fault(body: Mapping[str, Any]) -> str:
    shots = body.get("multi_prompt") or []
    if body.get("shot_type") != "customize" or not 1 <= len(shots) <= 6:
        return "multi_prompt is invalid"
    if sum(int(shot["duration"]) for shot in shots) != int(body["duration"]):
        return "the durations of multi_prompt do not add up"
    bad = [shot for shot in shots if not 1 <= len(shot["prompt"]) <= 512 or int(shot["duration"]) < 1]
    return "multi_prompt is invalid" if bad else ""


def _find_picture_fault(kind: str, body: Mapping[str, Any]) -> str:
    listed = [item["image_url"] for item in body.get("image_list", ())]
    pictures = [*listed, *(body[name] for name in ("image", "image_tail") if name in body)]
    if (kind == "image2video") != ("image" in body) or len(listed) > 7:
        return "image is invalid"
    types = [item.get("type") for item in body.get("image_list", ())]
    if "end_frame" in types and ("first_frame" not in types or None in types):
        return "end_frame is invalid"
    if not any(decode_strictly(picture)[:3] for picture in pictures) and pictures:
        return "image must be an address or bare base64"
    has_first = "image" in body or "first_frame" in types
    return "" if has_first or body.get("aspect_ratio") in ("16:9", "9:16", "1:1") else "aspect_ratio is required"


def _answer(code: int, message: str, status: int = 200, data: object = None) -> Answer:
    fields = {"code": code, "message": message, "request_id": "cafe0001-0000-4000-a000-000000000001"}
    return answer_json(fields if data is None else {**fields, "data": data}, status)


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


FAKE = FakeKling
