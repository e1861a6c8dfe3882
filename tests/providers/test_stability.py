"""Stability: forms by model, both faces of moderation, credits that are gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.providers.golden_files import check_golden

from workprint.adapters.providers.stability import MODELS, PROVIDER, build_form
from workprint.film.model_card import ModelCard
from workprint.film.request import Role
from workprint.ports.provider import AttemptKey, JobPhase, PreparedInput, Receipt, Rejected, Trouble
from workprint.testing.fakes.faults import Fault, Outcome, refuse
from workprint.testing.fakes.stability import FakeStability
from workprint.testing.provider_contract import open_account, submit
from workprint.testing.provider_samples import plain_request

KEY = AttemptKey("attempt-0001", 70_001, 0.0)
PICTURE = PreparedInput(Role.REFERENCE_IMAGE, "AAAA", "image/jpeg")


@pytest.mark.parametrize("card", MODELS, ids=lambda card: card.model)
def test_forms_are_as_agreed(card: ModelCard) -> None:
    """Each model sends the form that is written down, with a picture where it takes one."""
    prepared = (PICTURE,) if card.inputs else ()
    request = replace(plain_request(card), negatives=("text",) if card.takes_negatives else ())
    form = build_form(request, prepared, KEY)
    files = {name: [file, len(data), kind] for name, (file, data, kind) in form.files.items()}
    check_golden(f"stability/{card.model}", {"path": form.path, "fields": dict(form.fields), "files": files})


async def _try(wish: Fault | Outcome) -> Receipt | Rejected:
    with FakeStability() as fake:
        if isinstance(wish, Fault):
            fake.misbehave(wish)
        else:
            fake.decide(wish)
        provider = PROVIDER.make(open_account(fake))
        try:
            return await submit(provider, plain_request(MODELS[0]))
        except Rejected as refusal:
            return refusal
        finally:
            await provider.close()
            assert fake.billed == 0


def test_refusals_say_what_can_be_done() -> None:
    """A 403 that speaks of content is no matter of the key, a bare one is; 402 is a matter of budget."""
    for wish, trouble in (
        (Outcome.MODERATED_INPUT, Trouble.MODERATED_INPUT),
        (refuse("submit", 403), Trouble.AUTH),
        (refuse("submit", 402), Trouble.BUDGET),
    ):
        refusal = asyncio.run(_try(wish))
        assert isinstance(refusal, Rejected)
        assert refusal.trouble is trouble
        assert refusal.message


def test_a_filtered_picture_is_no_result() -> None:
    """CONTENT_FILTERED brings a blurred picture, which is not handed on."""
    receipt = asyncio.run(_try(Outcome.MODERATED_OUTPUT))
    assert isinstance(receipt, Receipt)
    assert receipt.state is not None
    assert (receipt.state.phase, receipt.state.outputs) == (JobPhase.MODERATED, ())
    assert receipt.state.trouble is Trouble.MODERATED_OUTPUT
