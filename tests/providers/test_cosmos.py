"""Cosmos: request bodies by mode and control, one server a model, guardrails told apart."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.providers.golden_files import check_golden

from workprint.adapters.providers.cosmos import MODELS, PROVIDER, Cosmos, build_body
from workprint.film.request import Role
from workprint.ports.provider import AttemptKey, NotSent, PreparedInput, Rejected, Trouble
from workprint.testing.fakes.cosmos import FakeCosmos
from workprint.testing.fakes.faults import Outcome
from workprint.testing.provider_contract import open_account, submit
from workprint.testing.provider_samples import plain_request

GENERATOR, STILL, TRANSFER = MODELS
KEY = AttemptKey("attempt-0001", 70_001, 0.0)


@pytest.mark.parametrize(
    ("name", "card", "roles"),
    [
        ("text", GENERATOR, ()),
        ("image", GENERATOR, (Role.FIRST_FRAME,)),
        ("video", GENERATOR, (Role.SOURCE_VIDEO,)),
        ("still", STILL, ()),
        ("transfer", TRANSFER, (Role.SOURCE_VIDEO,)),
        ("transfer-controls", TRANSFER, (Role.SOURCE_VIDEO, Role.CONTROL_DEPTH, Role.CONTROL_SEGMENTATION)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bodies_are_as_agreed(name: str, card: object, roles: tuple[Role, ...]) -> None:
    """Each mode sends the body that is written down."""
    prepared = tuple(PreparedInput(role, "AAAA", "video/mp4") for role in roles)
    request = replace(plain_request(card), negatives=("cartoon",), knobs={"num_steps": 20} if card is TRANSFER else {})  # type: ignore[arg-type]
    check_golden(f"cosmos/{name}", build_body(request, prepared, KEY))


def test_each_model_has_a_server_of_its_own() -> None:
    """Transfer is asked where its setting says, the generator at the base address."""

    async def run() -> None:
        with FakeCosmos() as generator, FakeCosmos() as transfer:
            account = open_account(generator)
            provider = Cosmos(replace(account, settings={"COSMOS_TRANSFER_URL": f"{transfer.url}/"}))
            await submit(provider, plain_request(TRANSFER))
            assert (generator.count("submit"), transfer.count("submit")) == (0, 1)
            await submit(provider, plain_request(GENERATOR))
            assert (generator.count("submit"), transfer.count("submit")) == (1, 1)
            transfer.stop()
            with pytest.raises(NotSent):
                await submit(provider, plain_request(TRANSFER))
            await provider.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("outcome", "trouble"),
    [
        (Outcome.MODERATED_INPUT, Trouble.MODERATED_INPUT),
        (Outcome.MODERATED_OUTPUT, Trouble.MODERATED_OUTPUT),
        (Outcome.INVALID, Trouble.INVALID_INPUT),
    ],
)
def test_guardrails_say_which_side(outcome: Outcome, trouble: Trouble) -> None:
    """A blocked prompt, a blocked video and a wrong field are three things."""

    async def run() -> None:
        with FakeCosmos() as fake:
            fake.decide(outcome)
            provider = PROVIDER.make(open_account(fake))
            with pytest.raises(Rejected) as caught:
                await submit(provider, plain_request(GENERATOR))
            assert caught.value.trouble is trouble
            await provider.close()

    asyncio.run(run())


def test_unknown_fields_are_refused_by_name() -> None:
    """The server is strict, and says which field it does not know."""

    async def run() -> None:
        with FakeCosmos() as fake:
            provider = PROVIDER.make(open_account(fake))
            with pytest.raises(Rejected, match="camera"):
                await submit(provider, replace(plain_request(GENERATOR), knobs={"camera": "dolly"}))
            assert len(fake.jobs) == 0
            await provider.close()

    asyncio.run(run())
