"""Luma Agents: bodies by type, frames on the grid, extensions, uploads in three steps, failures by code."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.providers.golden_calls import catch_submit, check_golden, describe_call

from workprint.adapters.providers.luma import PROVIDER, build_body
from workprint.film.request import GenerationRequest, Role
from workprint.ports.provider import CancelOutcome, CannotKnow, HookRefused, JobPhase, PreparedInput, Provider, Trouble
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.luma import FakeLuma
from workprint.testing.provider_contract import make_key, open_account, submit, wait_for_end
from workprint.testing.provider_samples import full_requests, make_input, plain_request

MODELS = {card.model: card for card in PROVIDER.models}
RAY = MODELS["ray-3.2"]
FRAMES = (make_input(Role.FIRST_FRAME), make_input(Role.LAST_FRAME))


def _list_modes() -> Iterator[tuple[str, GenerationRequest]]:
    film = plain_request(RAY)
    yield "film", film
    yield "film_first", replace(film, inputs=FRAMES[:1])
    yield "film_last", replace(film, inputs=FRAMES[1:])
    yield "film_frames_10s", replace(film, inputs=FRAMES, duration_ms=10_000)
    yield "film_loop", replace(film, knobs={"loop": True})
    yield "edit", plain_request(MODELS["ray-3.2/edit"])
    yield "edit_free", replace(plain_request(MODELS["ray-3.2/edit"]), knobs={"strength": "reimagine_2"})
    yield "still", plain_request(MODELS["uni-1"])
    yield "still_reference", max(full_requests(MODELS["uni-1"]), key=lambda request: len(request.inputs))


@pytest.mark.parametrize(("name", "request_"), _list_modes(), ids=lambda value: value if isinstance(value, str) else "")
def test_bodies_are_as_kept(name: str, request_: GenerationRequest) -> None:
    """What is sent for each type and mode is what the kept file says."""
    with FakeLuma() as fake:
        call = asyncio.run(catch_submit(PROVIDER, fake, request_))
        told = describe_call(call, fake.url)
        for file_id in fake.files:
            told = _rename(told, file_id)
        check_golden("luma", name, told)


def _rename(told: object, file_id: str) -> dict[str, object]:
    """File ids carry a length of bytes, which is another library's business."""
    if isinstance(told, dict):
        return {name: _rename(value, file_id) for name, value in told.items()}
    if isinstance(told, list):
        return [_rename(value, file_id) for value in told]  # type: ignore[return-value]
    return file_id.rpartition("-")[0] if told == file_id else told  # type: ignore[return-value]


def _open(fake: FakeLuma) -> Provider:
    return PROVIDER.make(open_account(fake))


@pytest.mark.parametrize(("knob", "field"), [("extend", "start_frame"), ("extend_before", "end_frame")])
def test_a_film_goes_on_from_an_earlier_one(knob: str, field: str) -> None:
    """The knob names an earlier generation, which becomes the start or the end of the new one."""

    async def run(fake: FakeLuma) -> None:
        provider = _open(fake)
        first = await submit(provider, plain_request(RAY))
        further = replace(plain_request(RAY), knobs={knob: first.ticket})
        assert provider.preflight(further) == ()
        await submit(provider, further, number=2)
        assert list(fake.jobs.values())[1].body["video"][field] == {"generation_id": first.ticket}

    with FakeLuma() as fake:
        asyncio.run(run(fake))


def test_frames_of_a_long_film_lie_on_the_grid() -> None:
    """Ten seconds take no start and end frame, but keyframes at the first and the last place."""
    prepared = (PreparedInput(Role.LAST_FRAME, "b", "image/png"), PreparedInput(Role.FIRST_FRAME, "a", "image/png"))
    request = replace(plain_request(RAY), inputs=FRAMES, duration_ms=9000)
    video = build_body(request, prepared)["video"]
    assert (video["keyframes"], video["keyframe_indexes"]) == ([{"file_id": "a"}, {"file_id": "b"}], [0, 240])
    assert "start_frame" not in video


@pytest.mark.parametrize(
    ("outcome", "phase", "trouble", "code"),
    [
        (Outcome.MODERATED_OUTPUT, JobPhase.MODERATED, Trouble.MODERATED_OUTPUT, "content_moderated"),
        (Outcome.FAIL, JobPhase.FAILED, Trouble.PROVIDER_ERROR, "generation_failed"),
    ],
)
def test_failures_are_told_by_their_code(outcome: Outcome, phase: JobPhase, trouble: Trouble, code: str) -> None:
    """`failed` means what its code says."""

    async def run(fake: FakeLuma) -> None:
        provider = _open(fake)
        state = await wait_for_end(provider, await submit(provider, plain_request(RAY)))
        assert (state.raw, state.phase, state.trouble, state.code) == ("failed", phase, trouble, code)

    with FakeLuma() as fake:
        fake.decide(outcome)
        asyncio.run(run(fake))


def test_nothing_is_claimed_that_luma_cannot_tell() -> None:
    """No list, no cancel, no webhook: each is said, and nothing is guessed."""

    async def run(fake: FakeLuma) -> None:
        provider = _open(fake)
        receipt = await submit(provider, plain_request(RAY))
        assert isinstance(await provider.reconcile(plain_request(RAY), make_key(1)), CannotKnow)
        assert await provider.cancel(receipt.ticket) is CancelOutcome.UNSUPPORTED
        with pytest.raises(HookRefused):
            provider.verify_hook({}, b"{}", 0.0)

    with FakeLuma() as fake:
        asyncio.run(run(fake))


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(plain_request(RAY), knobs={"hdr": True}), "knob-unpriced"),
        (replace(plain_request(RAY), knobs={"extend": "g"}, duration_ms=10_000), "five-seconds-only"),
        (replace(plain_request(RAY), knobs={"extend": "g"}, inputs=FRAMES[:1]), "extend-with-frame"),
        (replace(plain_request(RAY), knobs={"loop": True}, inputs=FRAMES[1:]), "loop-with-last-frame"),
        (replace(plain_request(MODELS["ray-3.2/edit"]), duration_ms=1000), "edit-longer-than-asked"),
    ],
)
def test_preflight_names_what_cannot_be_had(request_: GenerationRequest, code: str) -> None:
    """What Luma would refuse, or bill beyond the quote, is refused before anything is sent."""
    with FakeLuma() as fake:
        assert [issue.code for issue in _open(fake).preflight(request_)] == [code]


def test_links_are_signed_afresh_and_uploads_arrive_whole() -> None:
    """Asking again gives another link to the same bytes; the storage host never sees our key."""

    async def run(fake: FakeLuma) -> None:
        provider = _open(fake)
        request = replace(plain_request(RAY), inputs=FRAMES)
        receipt = await submit(provider, request)
        first = await wait_for_end(provider, receipt)
        again = await provider.poll(receipt.ticket)
        assert first.outputs[0].address != again.outputs[0].address
        assert first.outputs[0].is_refreshable
        assert [len(content) for content in fake.files.values()] == [item.file.size for item in request.inputs]

    with FakeLuma() as fake:
        asyncio.run(run(fake))
        puts = [call for _, call in fake.calls if call.method == "PUT"]
        assert puts
        assert all(fake.secrets["LUMA_AGENTS_API_KEY"] not in str(call.headers) for call in puts)
