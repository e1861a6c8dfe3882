"""Gemini: request bodies, both ways of delivery, moderation told apart, the key kept to the API's own host."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from tests.providers.golden_files import check_golden

from workprint.adapters.providers.gemini import PROVIDER
from workprint.adapters.providers.gemini.bodies import build_interaction, build_picture
from workprint.adapters.providers.gemini.cards import MODELS
from workprint.adapters.providers.gemini.states import read_interaction, read_picture
from workprint.film.request import Role
from workprint.ports.provider import AttemptKey, JobPhase, PreparedInput, Trouble
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.gemini import FakeGemini
from workprint.testing.provider_contract import open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input, plain_request

OMNI, PICTURE = MODELS[0], MODELS[3]
KEY = AttemptKey("Attempt-0001", 70_001, 0.0)


def _with(*roles: Role) -> tuple[PreparedInput, ...]:
    kinds = {Role.SOURCE_VIDEO: "video/mp4", Role.REFERENCE_VIDEO: "video/mp4"}
    return tuple(PreparedInput(role, "AAAA", kinds.get(role, "image/png")) for role in roles)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("text", ()),
        ("frames", (Role.FIRST_FRAME, Role.LAST_FRAME)),
        ("references", (Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO)),
        ("edit", (Role.SOURCE_VIDEO,)),
    ],
)
def test_interactions_are_as_agreed(name: str, roles: tuple[Role, ...]) -> None:
    """Each mode of Omni sends the body that is written down."""
    request = replace(plain_request(OMNI), inputs=tuple(make_input(role) for role in roles), duration_ms=7400)
    callback = "https://hooks.example/gemini/Attempt-0001" if name == "text" else ""
    check_golden(f"gemini/{name}", build_interaction(request, _with(*roles), KEY, callback))


def test_pictures_are_as_agreed() -> None:
    """A picture with a reference sends the body that is written down."""
    request = replace(plain_request(PICTURE), resolution="2K", seed=5, knobs={"temperature": 0.4})
    check_golden("gemini/picture", build_picture(request, _with(Role.REFERENCE_IMAGE), KEY))


@pytest.mark.parametrize("delivery", ["uri", "inline"])
def test_both_deliveries_bring_the_video(delivery: str) -> None:
    """A file is opened with the key and with nothing less; inline bytes come as they are."""

    async def run() -> None:
        with FakeGemini() as fake:
            provider = PROVIDER.make(open_account(fake))
            request = replace(plain_request(OMNI), knobs={"delivery": delivery})
            state = await wait_for_end(provider, await submit(provider, request))
            (output,) = state.outputs
            if delivery == "uri":
                assert httpx.get(output.address).status_code == 403
                body = httpx.get(output.address, headers=dict(output.headers)).content
                assert fake.secrets["GEMINI_API_KEY"] not in repr(state)
            else:
                body = output.data
            assert body[4:8] == b"ftyp"
            assert state.facts["total_tokens"]
            await provider.close()

    asyncio.run(run())


def test_the_key_goes_to_no_other_host() -> None:
    """A file that lies elsewhere is fetched without our key."""
    fake = FakeGemini()
    provider = PROVIDER.make(open_account(fake))
    for address in ("https://storage.example/v.mp4", "gs://bucket/v.mp4", "http://127.0.0.1:0.evil.example/v.mp4"):
        assert provider._open_file(address) == {}


@pytest.mark.parametrize(
    ("data", "phase", "trouble"),
    [
        ({"status": "queued"}, JobPhase.QUEUED, None),
        ({"status": "requires_action"}, JobPhase.RUNNING, None),
        ({"status": "new word"}, JobPhase.RUNNING, None),
        ({"status": "completed"}, JobPhase.SUCCEEDED, None),
        ({"status": "budget_exceeded"}, JobPhase.FAILED, Trouble.BUDGET),
        ({"status": "incomplete"}, JobPhase.FAILED, Trouble.PROVIDER_ERROR),
        (
            {"status": "failed", "error": {"message": "Blocked by policy."}},
            JobPhase.MODERATED,
            Trouble.MODERATED_OUTPUT,
        ),
        (
            {
                "status": "completed",
                "steps": [
                    {"type": "user_input", "content": [{"type": "video", "uri": "https://x/in.mp4"}]},
                    {"type": "model_output", "content": [{"type": "text", "text": "I can't: safety."}]},
                ],
            },
            JobPhase.MODERATED,
            Trouble.MODERATED_OUTPUT,
        ),
    ],
)
def test_states_are_read(data: dict[str, object], phase: JobPhase, trouble: Trouble | None) -> None:
    """Every word of the API is one of ours; a refusal is told apart, and an input is never taken for the result."""
    state = read_interaction(data, lambda address: {}, str)
    assert (state.phase, state.trouble, state.outputs) == (phase, trouble, ())


@pytest.mark.parametrize(
    ("outcome", "trouble"),
    [(Outcome.MODERATED_INPUT, Trouble.MODERATED_INPUT), (Outcome.MODERATED_OUTPUT, Trouble.MODERATED_OUTPUT)],
)
def test_refused_pictures_say_which_side(outcome: Outcome, trouble: Trouble) -> None:
    """A blocked prompt and a blocked picture are two things, and both come with status 200."""

    async def run() -> None:
        with FakeGemini() as fake:
            fake.decide(outcome)
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, plain_request(PICTURE))
            assert receipt.state is not None
            assert (receipt.state.phase, receipt.state.trouble) == (JobPhase.MODERATED, trouble)
            await provider.close()

    asyncio.run(run())
    assert read_picture({}, str) is None
