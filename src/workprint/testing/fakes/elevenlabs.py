"""ElevenLabs: sound in the answer, character times for speech, a paged history, signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

from workprint.lab.word_times import Timed
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.loopback import Answer, Call, answer_json
from workprint.testing.fakes.media import speak_tones, to_mp3
from workprint.testing.fakes.studio import CANARY, FakeJob, FakeProvider, Route

SPEECH_MODELS = ("eleven_v3", "eleven_v4", "eleven_multilingual_v2", "eleven_flash_v2_5")
MS_PER_CHARACTER = 65
EFFECT_MICROS_PER_MINUTE = 140_000
MUSIC_MICROS_PER_MINUTE = 800_000
SPEECH_MICROS_PER_CHARACTER = 240

TEXTS = {
    401: ("invalid_api_key", "Invalid API key"),
    429: ("too_many_concurrent_requests", "Too many concurrent requests."),
    404: ("history_item_not_found", "A history item with this id does not exist."),
    500: ("internal_error", "Something went wrong."),
}


class FakeElevenLabs(FakeProvider):
    """See `FakeProvider`. `largest_page` cuts pages of the history; `has_credit` False refuses with quota_exceeded.

    `lines` are recordings (WAV) it speaks by their text, with the times of their words in milliseconds; any other text
    is spoken as a tone for every word.
    """

    provider: ClassVar[str] = "elevenlabs"
    signs_hooks: ClassVar[bool] = True
    secrets: ClassVar[Mapping[str, str]] = {
        "ELEVENLABS_API_KEY": f"sk_{CANARY}_eleven",
        "ELEVENLABS_WEBHOOK_SECRET": f"wsec_{CANARY}_eleven",
    }
    largest_page = 1000
    has_credit = True
    lines: Mapping[str, tuple[bytes, Sequence[Timed]]] = MappingProxyType({})

    def routes(self) -> tuple[Route, ...]:
        """Speech, effects, music, the history and the subscription."""
        return (
            Route("POST", r"/v1/text-to-speech/([^/]+)/with-timestamps", "submit", self._speak),
            Route("POST", r"/v1/(sound-generation|music)", "submit", self._compose),
            Route("GET", r"/v1/history", "list", self._list),
            Route("GET", r"/v1/history/([^/]+)", "poll", self._item),
            Route("GET", r"/v1/history/([^/]+)/audio", "media", self._audio),
            Route("GET", r"/v1/user/subscription", "account", self._account),
        )

    def authorise(self, call: Call) -> bool:
        """The key comes in a header of its own."""
        return call.headers.get("xi-api-key") == self.secrets["ELEVENLABS_API_KEY"]

    def refuse(self, status: int, outcome: Outcome | None = None) -> Answer:
        """`detail` is an object with a status word, or a list for what does not validate."""
        if outcome is Outcome.MODERATED_INPUT:
            return _refuse(400, "content_policy_violation", "This text violates our content policy.")
        if outcome is Outcome.INVALID:
            issue = {"loc": ["body", "text"], "msg": "Field required", "type": "missing"}
            return answer_json({"detail": [issue]}, 422)
        code, message = TEXTS.get(status, ("bad_request", "The request is not valid."))
        return _refuse(status, code, message)

    def price(self, job: FakeJob) -> int:
        """By character, or by second of effect and music."""
        if job.kind == "speech":
            return len(job.body["text"]) * SPEECH_MICROS_PER_CHARACTER
        per_minute = EFFECT_MICROS_PER_MINUTE if job.kind == "sound-generation" else MUSIC_MICROS_PER_MINUTE
        return -(-per_minute * _length_ms(job) // 60_000)

    def describe_media(self, job: FakeJob) -> tuple[str, int, int, int]:
        """A tone as long as the text takes, or as was asked."""
        return "audio", 0, 0, _length_ms(job)

    def output(self, job: FakeJob) -> tuple[bytes, str]:
        """What is spoken is heard where its words are timed."""
        if job.kind != "speech":
            return super().output(job)
        text = job.body["text"]
        if text in self.lines:
            return self.lines[text][0], "audio/wav"
        return speak_tones(text, MS_PER_CHARACTER, seed=job.number), "audio/wav"

    def _align(self, text: str) -> dict[str, Any]:
        """The times of every character, as the interface tells them."""
        if text in self.lines:
            edges = _spread(text, self.lines[text][1])
        else:
            edges = [(place * MS_PER_CHARACTER, (place + 1) * MS_PER_CHARACTER) for place in range(len(text))]
        return {
            "characters": list(text),
            "character_start_times_seconds": [start / 1000 for start, _ in edges],
            "character_end_times_seconds": [end / 1000 for _, end in edges],
        }

    def _speak(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        if not body.get("text") or body.get("model_id") not in SPEECH_MODELS:
            return self.refuse(422, Outcome.INVALID)
        job = self._take("speech", {**body, "voice_id": match.group(1), "model": body["model_id"]})
        if isinstance(job, Answer):
            return job
        data = _encode(self.deliver(job)[0], call.query.get("output_format", "mp3_44100_128"))
        times = self._align(body["text"])
        sound = base64.b64encode(data).decode()
        made = answer_json({"audio_base64": sound, "alignment": times, "normalized_alignment": times})
        return replace(made, headers={**made.headers, **self._headers(job)})

    def _compose(self, call: Call, match: re.Match[str]) -> Answer:
        body = call.fields()
        wanted = ("text", "duration_seconds") if match.group(1) == "sound-generation" else ("prompt", "music_length_ms")
        if any(name not in body for name in wanted):
            return self.refuse(422, Outcome.INVALID)
        job = self._take(match.group(1), {**body, "model": body.get("model_id", "")})
        if isinstance(job, Answer):
            return job
        data = _encode(self.deliver(job)[0], call.query.get("output_format", "mp3_44100_128"))
        return Answer(200, data, {"content-type": "audio/mpeg", **self._headers(job)})

    def _take(self, kind: str, body: Mapping[str, Any]) -> FakeJob | Answer:
        if not self.has_credit:
            return _refuse(401, "quota_exceeded", "You have insufficient quota to complete this request.")
        job = self.accept(kind, body)
        if isinstance(job, Answer):
            return job
        end = self.end_at_once(job)
        job.is_forgotten = end != "succeeded"
        if end == "moderated":
            return self.refuse(400, Outcome.MODERATED_INPUT)
        return self.refuse(500) if end != "succeeded" else job

    def _headers(self, job: FakeJob) -> dict[str, str]:
        found = {"request-id": f"req-{job.number}", "character-cost": str(len(str(job.body.get("text", ""))))}
        return found | ({"history-item-id": job.id} if job.kind == "speech" else {})

    def _list(self, call: Call, match: re.Match[str]) -> Answer:
        query = call.query
        items = [job for job in self.jobs.values() if job.kind == "speech" and _is_wanted(job, query)]
        items.reverse()
        after = query.get("start_after_history_item_id")
        if after:
            places = [place for place, job in enumerate(items) if job.id == after]
            items = items[places[0] + 1 :] if places else []
        size = min(int(query.get("page_size", "100")), self.largest_page)
        page, rest = items[:size], items[size:]
        return answer_json(
            {
                "history": [_describe(job) for job in page],
                "last_history_item_id": page[-1].id if page else None,
                "has_more": bool(rest),
            }
        )

    def _item(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if job is None or job.kind != "speech":
            return self.refuse(404)
        times = self._align(job.body["text"])
        return answer_json({**_describe(job), "alignments": {"alignment": times, "normalized_alignment": times}})

    def _audio(self, call: Call, match: re.Match[str]) -> Answer:
        job = self.find(match.group(1))
        if not self.authorise(call):
            return self.refuse(401)
        if job is None:
            return self.refuse(404)
        return Answer(200, _encode(self.deliver(job)[0], "mp3_44100_128"), {"content-type": "audio/mpeg"})

    def _account(self, call: Call, match: re.Match[str]) -> Answer:
        used = sum(len(str(job.body.get("text", ""))) for job in self.jobs.values())
        return answer_json({"tier": "creator", "character_count": used, "character_limit": 100_000})

    def hook(self, job: FakeJob, phase: str) -> tuple[dict[str, str], bytes]:
        """A signed webhook about a job; `phase` is its event type."""
        now = int(time.time())
        event = {"type": phase, "event_timestamp": now, "data": {"request_id": f"req-{job.number}"}}
        body = json.dumps(event).encode()
        secret = self.secrets["ELEVENLABS_WEBHOOK_SECRET"].encode()
        digest = hmac.new(secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        return {"content-type": "application/json", "elevenlabs-signature": f"t={now},v0={digest}"}, body


def _refuse(status: int, code: str, message: str) -> Answer:
    return answer_json({"detail": {"status": code, "message": message}}, status)


def _length_ms(job: FakeJob) -> int:
    if job.kind == "speech":
        return len(job.body["text"]) * MS_PER_CHARACTER
    if job.kind == "music":
        return int(job.body["music_length_ms"])
    return round(float(job.body["duration_seconds"]) * 1000)


def _spread(text: str, words: Sequence[Timed]) -> list[tuple[int, int]]:
    """Start and end in ms of every character of a text whose words are timed; what lies between fills the pause."""
    edges: list[tuple[int, int]] = []
    for word, start, end in words:
        at = text.index(word, len(edges))
        before = edges[-1][1] if edges else 0
        edges += [(before, start)] * (at - len(edges))
        edges += [(start + (end - start) * i // len(word), start + (end - start) * (i + 1) // len(word))
                  for i in range(len(word))]  # fmt: skip
    last = edges[-1][1] if edges else 0
    return edges + [(last, last)] * (len(text) - len(edges))


def _is_wanted(job: FakeJob, query: Mapping[str, str]) -> bool:
    return (
        query.get("voice_id", job.body["voice_id"]) == job.body["voice_id"]
        and query.get("model_id", job.body["model_id"]) == job.body["model_id"]
        and job.created_s >= float(query.get("date_after_unix", 0))
        and not job.is_forgotten
    )


def _describe(job: FakeJob) -> dict[str, Any]:
    return {
        "history_item_id": job.id,
        "request_id": f"req-{job.number}",
        "voice_id": job.body["voice_id"],
        "model_id": job.body["model_id"],
        "text": job.body["text"],
        "date_unix": int(job.created_s),
        "character_count_change_from": 0,
        "character_count_change_to": len(job.body["text"]),
        "content_type": "audio/mpeg",
        "source": "TTS",
        "state": "created",
    }


def _encode(data: bytes, wanted: str) -> bytes:
    return data if wanted.startswith("wav") else to_mp3(data)


FAKE = FakeElevenLabs
