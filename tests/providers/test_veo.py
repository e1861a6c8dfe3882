"""Veo on Vertex: request bodies, where it is asked, filtered results, its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from tests.providers.golden_files import check_golden

from workprint.adapters.providers.veo import MODELS, PROVIDER, Veo, build_body
from workprint.film.request import Role
from workprint.ports.provider import Account, AttemptKey, JobPhase, PreparedInput, Trouble
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.veo import FakeVeo
from workprint.testing.provider_contract import open_account, submit, wait_for_end
from workprint.testing.provider_samples import make_input, plain_request

LITE, FAST, LARGE = MODELS
KEY = AttemptKey("Attempt-0001", 70_001, 0.0)


def _give(**settings: str) -> Veo:
    account = Account("https://us-central1-aiplatform.googleapis.com", lambda name: "token", settings=settings)
    return Veo(account)


def test_bodies_are_as_agreed() -> None:
    """Text, frames and references send the bodies that are written down."""
    plain = replace(plain_request(LARGE), duration_ms=7600, audio=True, negatives=("text", "logos"))
    check_golden("veo/text", build_body(replace(plain, knobs={"personGeneration": "dont_allow"}), (), KEY))
    for name, roles in {
        "frames": (Role.FIRST_FRAME, Role.LAST_FRAME),
        "references": (Role.REFERENCE_IMAGE, Role.REFERENCE_IMAGE),
    }.items():
        prepared = tuple(PreparedInput(role, "AAAA", "image/png") for role in roles)
        check_golden(f"veo/{name}", build_body(plain, prepared, KEY))


def test_the_location_names_the_host() -> None:
    """A location other than the default one is asked at its own host; a given address stays."""
    assert _give()._exchange.base_url == "https://us-central1-aiplatform.googleapis.com"
    assert _give(GOOGLE_CLOUD_LOCATION="europe-west4")._exchange.base_url.startswith("https://europe-west4-ai")
    assert _give(GOOGLE_CLOUD_LOCATION="global")._exchange.base_url == "https://aiplatform.googleapis.com"
    elsewhere = Account("http://127.0.0.1:9", lambda name: "token", settings={"GOOGLE_CLOUD_LOCATION": "asia-1"})
    assert Veo(elsewhere)._exchange.base_url == "http://127.0.0.1:9"


def test_what_cannot_be_sent_is_said_before() -> None:
    """No project, a last frame alone, and references at another length stop a request."""
    assert [issue.code for issue in _give().preflight(plain_request(LITE))] == ["project-missing"]
    named = _give(GOOGLE_CLOUD_PROJECT="p")
    last = replace(plain_request(LITE), inputs=(make_input(Role.LAST_FRAME),))
    assert [issue.code for issue in named.preflight(last)] == ["last-frame-alone"]
    short = replace(plain_request(FAST), inputs=(make_input(Role.REFERENCE_IMAGE),))
    assert [issue.code for issue in named.preflight(short)] == ["references-length"]
    assert named.preflight(replace(short, duration_ms=6500)) == ()


def test_dead_models_carry_their_end() -> None:
    """The generally available ids end on the sheet's day; the lite one has no date."""
    assert [card.ends_on for card in MODELS] == ["", "2026-11-17", "2026-11-17"]


@pytest.mark.parametrize(
    ("outcome", "trouble"),
    [(Outcome.MODERATED_INPUT, Trouble.MODERATED_INPUT), (Outcome.MODERATED_OUTPUT, Trouble.MODERATED_OUTPUT)],
)
def test_filters_say_which_side(outcome: Outcome, trouble: Trouble) -> None:
    """A prompt that violates the guidelines and a filtered video are two things."""

    async def run() -> None:
        with FakeVeo() as fake:
            fake.decide(outcome)
            provider = PROVIDER.make(open_account(fake))
            state = await wait_for_end(provider, await submit(provider, plain_request(LITE)))
            assert (state.phase, state.trouble) == (JobPhase.MODERATED, trouble)
            assert state.message
            await provider.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("operation", "phase", "trouble"),
    [
        ({"name": "o"}, JobPhase.RUNNING, None),
        ({"name": "o", "done": "soon"}, JobPhase.RUNNING, None),
        ({"name": "o", "done": True}, JobPhase.SUCCEEDED, None),
        ({"name": "o", "done": True, "error": {"code": 8, "message": "busy"}}, JobPhase.FAILED, Trouble.CAPACITY),
        ({"name": "o", "done": True, "error": {"code": 3, "message": "seed"}}, JobPhase.FAILED, Trouble.INVALID_INPUT),
        ({"name": "o", "done": True, "error": {"code": 99}}, JobPhase.FAILED, Trouble.PROVIDER_ERROR),
    ],
)
def test_operations_are_read(operation: dict[str, Any], phase: JobPhase, trouble: Trouble | None) -> None:
    """Done means true and nothing else; each code is told by what can be done about it."""
    state = _give()._read_operation(operation)
    assert (state.phase, state.trouble, state.outputs) == (phase, trouble, ())


def test_a_bucket_is_opened_with_the_token() -> None:
    """A video in one's own bucket has an address, and the token is not shown with it."""
    video = {"gcsUri": "gs://films/a b/clip.mp4", "mimeType": "video/mp4"}
    operation = {"name": "o", "done": True, "response": {"videos": [video]}}
    (output,) = _give()._read_operation(operation).outputs
    assert output.address == "https://storage.googleapis.com/films/a%20b/clip.mp4"
    assert output.headers["authorization"] == "Bearer token"
    assert "token" not in repr(output)
