"""What a fake hands out is real: it decodes, has the shape and length that was paid for, and words where they sound."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import httpx

from workprint.adapters.incoming_check import examine_file
from workprint.film.model_card import ModelCard
from workprint.film.pricing import quote_price
from workprint.film.request import GenerationRequest, Medium
from workprint.ports.provider import JobState, Output
from workprint.testing.card_contract import list_sold
from workprint.testing.provider_contract import Pair, open_account, submit, wait_for_end
from workprint.testing.provider_samples import plain_request

MAIN_ROLES = ("video", "image", "audio")
LENGTH_SLACK_MS = 150
"""An MP3 is padded to whole frames, a clip to whole pictures."""

SHAPE_SLACK = 0.08
"""Fakes make small pictures, whose sides are rounded to even numbers."""


async def check_media(pair: Pair) -> None:
    """The main output of every model decodes, and is what the request asked for; word times lie within their sound."""
    assert pair.make_fake is not None
    for model in list_sold(pair.card):
        with pair.make_fake() as fake, tempfile.TemporaryDirectory(prefix="workprint-media-") as folder:
            provider = pair.card.make(open_account(fake))
            request = plain_request(model)
            if any(issue.stops for issue in provider.preflight(request)):
                await provider.close()
                continue
            state = await wait_for_end(provider, await submit(provider, request))
            _check_output(model, request, state, Path(folder))
            await provider.close()


def _check_output(model: ModelCard, request: GenerationRequest, state: JobState, folder: Path) -> None:
    main = next(output for output in state.outputs if output.role in MAIN_ROLES)
    path = folder / "output"
    path.write_bytes(_fetch(main))
    facts, _ = examine_file(path, main.media_type, folder)
    quote = quote_price(model, request)
    if quote.billed_ms and request.medium is not Medium.IMAGE and not request.inputs:
        more = int(facts["duration_ms"]) - quote.billed_ms
        # One's own machine may render more than was asked for: nobody pays by the second.
        assert more >= -LENGTH_SLACK_MS, f"{model.name}: {-more} ms less than is paid for"
        assert more <= LENGTH_SLACK_MS or not quote.amount.micros, f"{model.name}: {more} ms more than is paid for"
    if ":" in request.aspect and "width" in facts:
        across, down = (int(side) for side in request.aspect.split(":"))
        off = facts["width"] * down / (facts["height"] * across)
        assert 1 - SHAPE_SLACK < off < 1 + SHAPE_SLACK, (
            f"{model.name}: {facts['width']}x{facts['height']} is not {request.aspect}"
        )
    if request.medium is Medium.VOICE:
        words = json.loads(next(output.data for output in state.outputs if output.role == "words"))["words"]
        assert " ".join(word for word, _, _ in words) == " ".join(request.prompt.split()), f"{model.name}: other words"
        assert words[-1][2] <= facts["duration_ms"] + LENGTH_SLACK_MS, f"{model.name}: words after the sound has ended"


def _fetch(output: Output) -> bytes:
    return output.data or httpx.get(output.address, headers=dict(output.headers)).content
