"""BytePlus ModelArk: Seedance tasks billed by tokens, listed with their seeds; Seedream pictures made at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from workprint.lab.data_uris import read_inline
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import cut_last_frame, read_length_ms
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

TASKS = r"(?:/api/v3)?/contents/generations/tasks"
TOKEN_MICROS = {
    "dreamina-seedance-2-0-260128": {
        "480p": (7000, 4300),
        "720p": (7000, 4300),
        "1080p": (7700, 4700),
        "4k": (4000, 2400),
    },
    "dreamina-seedance-2-0-fast-260128": {"480p": (5600, 3300), "720p": (5600, 3300)},
    "dreamina-seedance-2-0-mini": {"480p": (3500, 2100), "720p": (3500, 2100)},
    "dreamina-seedance-2-5-260628": {"480p": (10700, 6400), "720p": (10700, 6400)},
}
"""Micro-dollars a thousand tokens: from text and pictures, and with a reference video."""

IMAGE_MICROS = {
    "seedream-4-0-250828": 30_000,
    "seedream-4-5-251128": 40_000,
    "seedream-5-0-260128": 35_000,
    "seedream-5-0-pro-260628": 90_000,
}
SMALL_PRO_MICROS = 45_000
"""A picture of Seedream 5.0 pro of about a megapixel."""

WIDE = {"480p": (864, 496), "720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
OTHER = {
    ("480p", "4:3"): (752, 560),
    ("480p", "1:1"): (640, 640),
    ("480p", "21:9"): (992, 432),
    ("720p", "4:3"): (1112, 834),
    ("720p", "1:1"): (960, 960),
    ("720p", "21:9"): (1470, 630),
}
"""Frames by resolution and ratio; upright ones are these turned, larger ones these times 1.5 and 3."""

RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "adaptive")
CODES = {
    Outcome.FAIL: ("InternalServiceError", "The service encountered an unexpected internal error."),
    Outcome.MODERATED_OUTPUT: (
        "OutputVideoSensitiveContentDetected",
        "The output video may contain sensitive content.",
    ),
}
REFUSALS = {
    401: ("AuthenticationError", "The API key in the request is missing or invalid."),
    403: ("AccessDenied", "The request is forbidden."),
    404: ("ResourceNotFound", "The specified task is not found."),
    409: ("InvalidAction.RunningTaskDeletion", "The task is running and cannot be deleted."),
    429: ("ModelAccountRpmRateLimitExceeded", "The requests per minute limit of the account is exceeded."),
}
IMAGE_WORDS = ("OutputImageSensitiveContentDetected", "The output image may contain sensitive content.")


class FakeModelArk(FakeProvider):
    """See `FakeProvider`. `tells_seed_late` leaves the seed out of tasks that are not over."""

    provider: ClassVar[str] = "modelark"
    signs_hooks: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"ARK_API_KEY": f"ark-{CANARY}-key"}
    largest_page = 500
    tells_seed_late = False

    def routes(self) -> tuple[Route, ...]:
        """Create, get, list, delete; pictures."""
        return (
            Route("POST", TASKS, "submit", self._submit),
            Route("GET", TASKS, "list", self._list),
            Route("GET", rf"{TASKS}/([^/]+)", "poll", self._poll),
            Route("DELETE", rf"{TASKS}/([^/]+)", "cancel", self._delete),
            Route("POST", r"(?:/api/v3)?/images/generations", "submit", self._draw),
        )

    def make_id(self, number: int) -> str:
        """`cgt-` and a date before what looks random."""
        return f"cgt-20261121-{super().make_id(number)[:8]}"

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"error": {code, message, param, type}}`."""
        if outcome is Outcome.MODERATED_INPUT:
            return _refuse("InputTextSensitiveContentDetected", "The input text may contain sensitive content.", status)
        code, words = REFUSALS.get(status, ("InvalidParameter", "A parameter of the request is not valid."))
        return _refuse(code, words, status)

    def price(self, job: FakeJob) -> int:
        """Tokens of the frames made and sent in, by model, resolution and whether a video was sent in; or pictures."""
        body = job.body
        if job.kind == "image":
            is_small = body["model"] == "seedream-5-0-pro-260628" and _area(body["size"]) < 1_100_000
            return count_images(body) * (SMALL_PRO_MICROS if is_small else IMAGE_MICROS[body["model"]])
        plain, with_video = TOKEN_MICROS[body["model"]][body["resolution"]]
        return self.count_tokens(job) * (with_video if _read_videos(body) else plain) // 1000

    def count_tokens(self, job: FakeJob) -> int:
        """Width x height x (24 frames of every second made and sent in, and one more) / 1024."""
        width, height = _find_frame(job.body)
        sent_ms = sum(read_length_ms(read_inline(address)) for address in _read_videos(job.body))
        frames = 24 * int(job.body["duration"]) + 24 * sent_ms // 1000 + 1
        return width * height * frames // 1024

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A clip or picture at a tenth of its size."""
        if job.kind == "image":
            width, height = (int(side) for side in str(job.body["size"]).split("x"))
            return "image", width // 20 * 2, height // 20 * 2, 0
        width, height = _find_frame(job.body)
        return "video", width // 20 * 2, height // 20 * 2, int(job.body["duration"]) * 1000

    def side_output(self, job: FakeJob, role: str) -> tuple[bytes, str]:
        """The last frame is that of the very film that is served."""
        return cut_last_frame(self.output(job)[0]) if role == "last" else self.output(job)

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        wrong = _find_fault(body)
        if wrong:
            return _refuse("InvalidParameter", wrong, 400)
        made = self.accept("video", body, marker=str(body.get("seed")), callback=str(body.get("callback_url") or ""))
        if isinstance(made, Answer):
            return made
        told = {name: body[name] for name in ("safety_identifier",) if name in body}
        return answer_json({"id": made.id, **told})

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost" or job.extra.get("deleted"):
            return self.refuse(404)
        job.extra["state"] = state
        return answer_json(self._describe(job, state))

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        size = min(self.largest_page, int(call.query.get("page_size", "10")))
        start = (int(call.query.get("page_num", "1")) - 1) * size
        jobs = [job for job in reversed(self.jobs.values()) if job.kind == "video" and not job.is_forgotten]
        items = [self._describe(job, job.extra.get("state", "queued")) for job in jobs[start : start + size]]
        return answer_json({"total": len(jobs), "items": items})

    def _describe(self, job: FakeJob, state: str) -> dict[str, Any]:
        body, moment = job.body, int(job.created_s)
        status = {"moderated": "failed", "odd": "post_processing"}.get(state, state)
        task: dict[str, Any] = {
            "id": job.id,
            "model": body["model"],
            "status": status,
            "created_at": moment,
            "updated_at": moment + job.polls,
            "service_tier": "default",
            "execution_expires_after": 172_800,
            **{name: body[name] for name in ("safety_identifier", "resolution", "ratio", "duration") if name in body},
        }
        if status == "succeeded" or not self.tells_seed_late:
            task["seed"] = body.get("seed", 4242 + job.number)
        if status == "failed":
            code, words = CODES.get(job.outcome, CODES[Outcome.FAIL])
            task["error"] = {"code": code, "message": words}
        if status == "succeeded":
            video = self.link(job)
            last = self.link(job, "last") if video and body.get("return_last_frame") else ""
            tokens = self.count_tokens(job)
            task |= {
                "content": {"video_url": video, **({"last_frame_url": last} if last else {})},
                "usage": {"completion_tokens": tokens, "total_tokens": tokens},
                "framespersecond": 24,
            }
        return task

    def _delete(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        state = job.extra.get("state", "queued")
        if state in ("running", "odd"):
            return self.refuse(409)
        if state == "queued":
            job.is_cancelled = True
            self.refund(job)
        else:
            job.extra["deleted"] = True
        return answer_json({})

    def _draw(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        if body.get("model") not in IMAGE_MICROS or not body.get("prompt") or _area(body.get("size")) < 900_000:
            return _refuse("InvalidParameter", "model, prompt or size is not valid.", 400)
        pictures = body.get("image") or []
        if not all(read_inline(picture) for picture in ([pictures] if isinstance(pictures, str) else pictures)):
            return _refuse("InvalidParameter", "image is not valid.", 400)
        job = self.accept("image", body)
        if isinstance(job, Answer):
            return job
        answer: dict[str, Any] = {"model": body["model"], "created": int(job.created_s)}
        if job.outcome in CODES:
            self.refund(job)
            code, words = IMAGE_WORDS if job.outcome is Outcome.MODERATED_OUTPUT else CODES[Outcome.FAIL]
            return answer_json({**answer, "data": [{"error": {"code": code, "message": words}}]})
        links = [link for _ in range(count_images(body)) if (link := self.link(job))]
        made = [{"url": link, "size": body["size"]} for link in links]
        return answer_json({**answer, "data": made, "usage": {"generated_images": len(made)}})

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a callback: the task as a poll would give it; nothing is signed."""
        return {"content-type": "application/json"}, json.dumps(self._describe(job, phase)).encode()


def count_images(body: Mapping[str, Any]) -> int:
    """How many pictures a request gets."""
    options = body.get("sequential_image_generation_options") or {}
    return int(options.get("max_images", 1)) if body.get("sequential_image_generation") == "auto" else 1


def _find_fault(body: Mapping[str, Any]) -> str:
    """What is wrong with a task, "" for nothing."""
    if body.get("resolution") not in TOKEN_MICROS.get(str(body.get("model")), {}):
        return "The model is not found, or does not make this resolution."
    longest = 30 if "2-5" in body["model"] else 15
    if not isinstance(body.get("duration"), int) or not 4 <= body["duration"] <= longest:
        return "The parameter duration is not valid."
    if body.get("ratio") not in RATIOS:
        return "The parameter ratio is not valid."
    content = body.get("content") or []
    if not any(item.get("type") == "text" and item.get("text") for item in content):
        return "content has no text."
    return _find_mode_fault(body, [item for item in content if item.get("type") != "text"])


def _find_mode_fault(body: Mapping[str, Any], media: list[dict[str, Any]]) -> str:
    roles = [item.get("role") for item in media]
    frames = [role for role in roles if role in ("first_frame", "last_frame")]
    if frames and len(frames) != len(roles):
        return "first_frame and last_frame cannot be used with references."
    if frames and sorted(frames) not in (["first_frame"], ["first_frame", "last_frame"]):
        return "last_frame needs first_frame."
    if "2-5" in body["model"] and frames and body["ratio"] != "adaptive":
        return "ratio must be adaptive."
    if set(roles) == {"reference_audio"} and "2-0" in body["model"]:
        return "reference_audio needs an image or a video."
    inline = [item[item["type"]]["url"] for item in media if item["type"] != "video_url"]
    return "" if all(read_inline(address) for address in inline) else "A picture or sound cannot be read."


def _read_videos(body: Mapping[str, Any]) -> list[str]:
    return [item["video_url"]["url"] for item in body["content"] if item.get("type") == "video_url"]


def _find_frame(body: Mapping[str, Any]) -> tuple[int, int]:
    """Pixels of the result: `adaptive` follows the first picture, which is a wide one here."""
    size, ratio = body["resolution"], str(body["ratio"]).replace("adaptive", "16:9")
    across, down = (int(side) for side in ratio.split(":"))
    if across < down:
        width, height = _find_frame({**body, "ratio": f"{down}:{across}"})
        return height, width
    if ratio == "16:9":
        return (854, 480) if size == "480p" and "2-5" in body["model"] else WIDE[size]
    if (size, ratio) in OTHER:
        return OTHER[size, ratio]
    width, height = OTHER["720p", ratio]
    return (width * 3 // 2, height * 3 // 2) if size == "1080p" else (width * 3, height * 3)


def _area(size: object) -> int:
    sides = str(size).split("x")
    return int(sides[0]) * int(sides[1]) if len(sides) == 2 and all(side.isdigit() for side in sides) else 0


def _refuse(code: str, message: str, status: int) -> Answer:
    return answer_json({"error": {"code": code, "message": message, "param": "", "type": "BadRequest"}}, status)


FAKE = FakeModelArk
