"""What the Gemini API answers: states of interactions, pictures in candidates, and why something was refused."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workprint.adapters.providers.gemini.cards import FILE_LIFE_S
from workprint.lab.exchange import TROUBLES, Reply, dig
from workprint.ports.provider import JobPhase, JobState, Output, Trouble

PHASES = {
    "queued": JobPhase.QUEUED,
    "in_progress": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "incomplete": JobPhase.FAILED,
    "budget_exceeded": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELLED,
}
"""requires_action, requires_continuation and what is not known count as running."""

MODERATION = re.compile(r"safety|blocked|policy|policies|prohibited|sensitive|responsible ai", re.IGNORECASE)
REFUSED_ENDS = ("SAFETY", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT", "BLOCKLIST", "SPII",
                "RECITATION", "IMAGE_RECITATION")  # fmt: skip
GOOD_ENDS = ("STOP", "MAX_TOKENS", "")


Opener = Callable[[str], Mapping[str, str]]
"""The headers that open a file at an address: our key, and only where the file lies with the API itself."""


def read_interaction(data: Mapping[str, Any], open_file: Opener, scrub: Callable[[str], str]) -> JobState:
    """The state of an interaction."""
    raw = str(data.get("status"))
    phase = PHASES.get(raw, JobPhase.RUNNING)
    outputs = tuple(_find_outputs(data, open_file)) if phase is JobPhase.SUCCEEDED else ()
    words = " ".join(dict.fromkeys(_find_words(data)))
    trouble = None
    if (phase is JobPhase.FAILED or (phase is JobPhase.SUCCEEDED and not outputs)) and MODERATION.search(words):
        phase, trouble = JobPhase.MODERATED, Trouble.MODERATED_OUTPUT
    elif phase is JobPhase.FAILED:
        trouble = Trouble.BUDGET if raw == "budget_exceeded" else Trouble.PROVIDER_ERROR
    usage = dig(data, "usage", "total_tokens")
    facts = {"total_tokens": usage} if isinstance(usage, int) else {}
    return JobState(phase, raw, outputs=outputs, trouble=trouble, message=scrub(words), facts=facts)


def _find_outputs(data: Mapping[str, Any], open_file: Opener) -> Iterator[Output]:
    """The video of an interaction: in `output_video`, else in what the model said (never in what it was given)."""
    blocks = [data.get("output_video")]
    if not isinstance(blocks[0], dict):
        blocks = [block for step in _model_steps(data) for block in step.get("content") or ()]
    for block in blocks:
        if not isinstance(block, dict) or block.get("type", "video") != "video":
            continue
        media_type = str(block.get("mime_type") or "video/mp4")
        if block.get("uri"):
            address = str(block["uri"])
            yield Output("video", media_type, address, expires_in_s=FILE_LIFE_S, headers=open_file(address))
        elif made := decode(block.get("data")):
            yield Output("video", media_type, data=made)


def _model_steps(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    steps = data.get("steps") or ()
    return [step for step in steps if isinstance(step, dict) and step.get("type") == "model_output"]


def _find_words(data: Mapping[str, Any]) -> Iterator[str]:
    """Everything that may say why: errors, the model's own error, what it wrote instead of a video."""
    for error in (*(data.get("errors") or ()), data.get("error"), *(step.get("error") for step in _model_steps(data))):
        text = " ".join(str(dig(error, name)) for name in ("code", "message") if dig(error, name))
        if text:
            yield text
    for step in _model_steps(data):
        for block in step.get("content") or ():
            if dig(block, "type") == "text" and dig(block, "text"):
                yield str(dig(block, "text"))


def decode(text: object) -> bytes:
    """Bytes of base64; nothing for what is none."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        return b""


def read_picture(data: Mapping[str, Any], scrub: Callable[[str], str]) -> JobState | None:
    """The finished state in an answer of generateContent; None when it is no such answer."""
    blocked = dig(data, "promptFeedback", "blockReason")
    if blocked:
        words = scrub(str(dig(data, "promptFeedback", "blockReasonMessage") or blocked))
        return JobState(JobPhase.MODERATED, str(blocked), trouble=Trouble.MODERATED_INPUT, message=words)
    candidates = data.get("candidates")
    if not isinstance(candidates, list) or not candidates:
        return None
    parts = [part for item in candidates for part in dig(item, "content", "parts") or ()]
    made = [(decode(dig(part, "inlineData", "data")), dig(part, "inlineData", "mimeType")) for part in parts]
    outputs = tuple(Output("image", str(kind or "image/png"), data=content) for content, kind in made if content)
    end = str(dig(candidates, 0, "finishReason") or "")
    words = scrub(str(dig(candidates, 0, "finishMessage") or ""))
    if outputs or end in GOOD_ENDS:
        return JobState(JobPhase.SUCCEEDED, end or "STOP", outputs=outputs)
    if end in REFUSED_ENDS:
        return JobState(JobPhase.MODERATED, end, trouble=Trouble.MODERATED_OUTPUT, message=words)
    return JobState(JobPhase.FAILED, end, trouble=Trouble.PROVIDER_ERROR, message=words)


def read_error(reply: Reply) -> tuple[Trouble | None, str, str]:
    """Trouble, message and code of Google's error envelope; the trouble is None where the status says it."""
    message = str(dig(reply.fields(), "error", "message") or "")
    code = str(dig(reply.fields(), "error", "status") or dig(reply.fields(), "error", "code") or "")
    trouble = None
    if reply.status == 400 and MODERATION.search(message):
        trouble = Trouble.MODERATED_INPUT
    elif reply.status == 400 and "api key not valid" in message.lower():
        trouble = Trouble.AUTH
    elif reply.status in TROUBLES and ("billing" in message.lower() or "prepayment" in message.lower()):
        trouble = Trouble.BUDGET
    return trouble, message, code
