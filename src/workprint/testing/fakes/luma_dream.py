"""Luma's Dream Machine: generations that give their whole request back, a list by offset, unsigned callbacks."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

FRAMES = {"540p": 960 * 540, "720p": 1280 * 720, "1080p": 1920 * 1080, "4k": 3840 * 2160}
MICROS = {"ray-2": 6_400, "ray-flash-2": 2_200}
"""Micro-dollars a million pixels."""

STATES = {
    "queued": "queued",
    "running": "dreaming",
    "odd": "waking",
    "succeeded": "completed",
    "failed": "failed",
    "moderated": "failed",
    "cancelled": "failed",
}
REASONS = {Outcome.MODERATED_INPUT: "prompt", Outcome.MODERATED_OUTPUT: "frame"}
LARGEST_PAGE = 2
"""Generations a page, whatever is asked for: the list has to be followed."""


class FakeLumaDream(FakeProvider):
    """See `FakeProvider`."""

    provider: ClassVar[str] = "luma_dream"
    moderates_at_submit: ClassVar[bool] = False
    signs_hooks: ClassVar[bool] = False
    can_end_cancelled: ClassVar[bool] = False
    secrets: ClassVar[Mapping[str, str]] = {"LUMAAI_API_KEY": f"luma-{CANARY}-dream"}

    def routes(self) -> tuple[Route, ...]:
        """Generations and credits."""
        return (
            Route("POST", r"/generations", "submit", self._submit),
            Route("GET", r"/generations", "list", self._list),
            Route("GET", r"/generations/([^/]+)", "poll", self._poll),
            Route("DELETE", r"/generations/([^/]+)", "cancel", self._delete),
            Route("GET", r"/credits", "account", lambda call, match: answer_json({"credit_balance": 4200.0})),
        )

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`{"detail": text}`."""
        texts = {401: "Invalid API key", 404: "Generation not found", 429: "Too many concurrent generations"}
        return answer_json({"detail": texts.get(status, "Invalid request")}, status)

    def price(self, job: FakeJob) -> int:
        """By the pixel, in whole cents: credits are cents."""
        pixels = FRAMES[job.body["resolution"]] * 24 * self._seconds(job)
        return math.ceil(MICROS[job.body["model"]] * pixels / 1_000_000 / 10_000) * 10_000

    def _seconds(self, job: FakeJob) -> int:
        return int(str(job.body["duration"]).rstrip("s"))

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """Small, of the asked aspect and length."""
        wide, high = (int(part) for part in str(job.body["aspect_ratio"]).split(":"))
        scale = 96 / max(wide, high)
        return "video", round(wide * scale / 2) * 2, round(high * scale / 2) * 2, 1000 * self._seconds(job)

    def _submit(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        earlier = [frame.get("id") for frame in (body.get("keyframes") or {}).values()]
        if body.get("duration") not in ("5s", "9s") or body.get("resolution") not in FRAMES or not body.get("prompt"):
            return self.refuse(400)
        if any(name not in self.jobs for name in earlier):
            return self.refuse(400)
        made = self.accept("video", body, callback=str(body.get("callback_url") or ""))
        return made if isinstance(made, Answer) else answer_json(self._describe(made, "queued"), 201)

    def _describe(self, job: FakeJob, state: str) -> dict[str, Any]:
        created = datetime.fromtimestamp(job.created_s, UTC).isoformat().replace("+00:00", "Z")
        told: dict[str, Any] = {"id": job.id, "generation_type": "video", "state": state, "created_at": created}
        told |= {"failure_reason": None, "assets": None, "model": job.body["model"], "request": dict(job.body)}
        if state == "completed":
            told["assets"] = {"video": self.link(job) or None, "image": None, "progress_video": None}
        if state == "failed":
            subject = REASONS.get(job.outcome)
            told["failure_reason"] = f"400: {subject} failed moderation" if subject else "Generation failed"
        return told

    def _poll(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        state = self.look(job) if job else "lost"
        if job is None or state == "lost" or job.extra.get("deleted"):
            return self.refuse(404)
        job.extra["state"] = STATES[state]
        return answer_json(self._describe(job, STATES[state]))

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        """Newest first. Pages are as long as the server likes; `has_more` says whether there are others."""
        offset = int(call.query.get("offset", "0"))
        jobs = list(reversed(self.jobs.values()))
        shown = jobs[offset : offset + min(LARGEST_PAGE, int(call.query.get("limit", "10")))]
        told = [self._describe(job, job.extra.get("state", "queued")) for job in shown]
        more = offset + len(shown) < len(jobs)
        return answer_json({"generations": told, "count": len(jobs), "has_more": more, "limit": len(shown)})

    def _delete(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None:
            return self.refuse(404)
        job.is_cancelled, job.extra["deleted"] = True, True
        return Answer(204)

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a callback in one of the states' own words; nothing is signed."""
        return {"content-type": "application/json"}, json.dumps(self._describe(job, phase)).encode()


FAKE = FakeLumaDream
