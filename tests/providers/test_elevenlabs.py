"""ElevenLabs: request bodies, times of words, the history as a way back, refusals told apart."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.providers.golden_files import check_golden

from workprint.adapters.providers.elevenlabs import MODELS, PROVIDER, ElevenLabs, build_call, time_words
from workprint.lab.sound import measure_rms, read_sound
from workprint.ports.provider import AttemptKey, CannotKnow, Found, NotFound, OutcomeUnknown, Rejected, Trouble
from workprint.testing.fakes.elevenlabs import FakeElevenLabs
from workprint.testing.fakes.faults import Outcome, drop_after, wrap_in_html
from workprint.testing.provider_contract import open_account, submit
from workprint.testing.provider_samples import plain_request

VOICE, EFFECT, MUSIC = MODELS[0], MODELS[-2], MODELS[-1]
KEY = AttemptKey("attempt-0001", 70_001, 0.0)


def test_bodies_are_as_agreed() -> None:
    """Each medium sends the body that is written down."""
    spoken = replace(
        plain_request(VOICE),
        voice="21m00Tcm4TlvDq8ikWAM",
        language="en",
        knobs={"voice_settings": {"stability": 0.4}, "output_format": "wav_48000"},
    )
    check_golden("elevenlabs/voice", build_call(spoken, KEY))
    check_golden("elevenlabs/effect", build_call(replace(plain_request(EFFECT), duration_ms=2430), KEY))
    check_golden("elevenlabs/music", build_call(replace(plain_request(MUSIC), duration_ms=15_000), KEY))


def test_a_voice_cannot_leave_its_place_in_the_path() -> None:
    """A voice name with slashes and dots stays one part of the path."""
    path, _ = build_call(replace(plain_request(VOICE), voice="../music?x=1"), KEY)
    assert path == "/v1/text-to-speech/..%2Fmusic%3Fx%3D1/with-timestamps"


def test_words_get_the_times_of_their_characters() -> None:
    """A word starts with its first character and ends with its last; marks stay on their word."""
    text = "Hi, all  there."
    times = {
        "characters": list(text),
        "character_start_times_seconds": [place / 10 for place in range(len(text))],
        "character_end_times_seconds": [(place + 1) / 10 for place in range(len(text))],
    }
    assert time_words(times) == {
        "words": [["Hi,", 0, 300], ["all", 400, 700], ["there.", 900, 1500]],
        "duration_ms": 1500,
    }
    assert time_words(None) == {"words": [], "duration_ms": 0}
    assert time_words({"characters": "abc"}) == {"words": [], "duration_ms": 0}


def test_speech_comes_with_words_and_again_from_the_history() -> None:
    """The answer holds sound and word times, and so does the history item of its ticket."""

    async def run() -> None:
        with FakeElevenLabs() as fake:
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, plain_request(VOICE))
            assert receipt.state is not None
            again = await provider.poll(receipt.ticket)
            for state in (receipt.state, again):
                assert [output.role for output in state.outputs] == ["audio", "words"]
                words = json.loads(state.outputs[1].data)["words"]
                assert [word[0] for word in words] == ["Bring", "the", "evening", "with", "you."]
            assert again.outputs[0].data == receipt.state.outputs[0].data
            by_request = await provider.poll("request/req-1")
            assert by_request.outputs == again.outputs
            await provider.close()

    asyncio.run(run())


def test_a_lost_answer_is_found_on_any_page_of_the_history() -> None:
    """Other texts before and after do not hide it, pages of two do not either; another text is not found."""

    async def run() -> None:
        with FakeElevenLabs() as fake:
            fake.largest_page = 2
            provider = PROVIDER.make(open_account(fake))
            request = plain_request(VOICE)
            for number in range(1, 4):
                await submit(provider, replace(request, prompt=f"Before, number {number}."), number=number)
            fake.misbehave(drop_after("submit"))
            with pytest.raises(OutcomeUnknown):
                await submit(provider, request, number=4)
            for number in range(5, 9):
                await submit(provider, replace(request, prompt=f"After, number {number}."), number=number)
            found = await provider.reconcile(request, KEY)
            assert isinstance(found, Found)
            assert (await provider.poll(found.ticket)).outputs[0].role == "audio"
            assert isinstance(await provider.reconcile(replace(request, voice="other"), KEY), NotFound)
            late = AttemptKey("attempt-0001", 1, 4_000_000_000.0)
            assert isinstance(await provider.reconcile(request, late), NotFound)
            effect = await provider.reconcile(plain_request(EFFECT), KEY)
            assert isinstance(effect, CannotKnow)
            await provider.close()

    asyncio.run(run())


def test_refusals_say_what_can_be_done() -> None:
    """No credit is a matter of budget although it comes as 401; a policy is a matter of the text."""

    async def refuse(fake: FakeElevenLabs, *outcomes: Outcome) -> Rejected:
        fake.decide(*outcomes)
        provider = ElevenLabs(open_account(fake))
        with pytest.raises(Rejected) as caught:
            await submit(provider, plain_request(VOICE))
        assert fake.billed == 0
        return caught.value

    async def run() -> None:
        with FakeElevenLabs() as fake:
            fake.has_credit = False
            assert (await refuse(fake)).trouble is Trouble.BUDGET
        for outcome, trouble in (
            (Outcome.INVALID, Trouble.INVALID_INPUT),
            (Outcome.MODERATED_OUTPUT, Trouble.MODERATED_INPUT),
        ):
            with FakeElevenLabs() as fake:
                refusal = await refuse(fake, outcome)
                assert refusal.trouble is trouble
                assert refusal.message

    asyncio.run(run())


@pytest.mark.parametrize("card", [EFFECT, MUSIC], ids=["effect", "music"])
def test_a_web_page_is_no_sound(card: object) -> None:
    """Bytes that are called HTML are an unknown outcome, never a result."""

    async def run() -> None:
        with FakeElevenLabs() as fake:
            fake.misbehave(wrap_in_html("submit"))
            provider = PROVIDER.make(open_account(fake))
            with pytest.raises(OutcomeUnknown):
                await submit(provider, replace(plain_request(card), duration_ms=3000))  # type: ignore[arg-type]
            assert fake.count("submit") == 1

    asyncio.run(run())


def test_what_the_fake_speaks_is_heard_where_its_words_are_timed(tmp_path: Path) -> None:
    """Sound of the text's whole length, loud within each word and silent between, however long the text is."""
    text = "Bring the evening with you, and " * 20 + "stay."

    async def run() -> None:
        with FakeElevenLabs() as fake:
            provider = PROVIDER.make(open_account(fake))
            receipt = await submit(provider, replace(plain_request(VOICE), prompt=text))
            assert receipt.state is not None
            sound, words = receipt.state.outputs
            (tmp_path / "spoken.mp3").write_bytes(sound.data)
            samples = read_sound(tmp_path / "spoken.mp3")
            told = json.loads(words.data)["words"]
            assert " ".join(word for word, _, _ in told) == " ".join(text.split())
            assert abs(len(samples) / 48 - told[-1][2]) < 150
            for (_, start, end), (_, following, _) in pairwise(told):
                assert measure_rms(samples[48 * (start + 12) : 48 * (end - 12)]) > -24
                assert measure_rms(samples[48 * (end + 18) : 48 * (following - 18)]) < -36
            await provider.close()

    asyncio.run(run())


def test_sound_of_the_fake_is_as_long_as_it_was_asked_for(tmp_path: Path) -> None:
    """Music and effects last what was paid for, to a codec's frame."""

    async def run() -> None:
        with FakeElevenLabs() as fake:
            provider = PROVIDER.make(open_account(fake))
            for card, length in ((MUSIC, 30_000), (EFFECT, 1400)):
                receipt = await submit(provider, replace(plain_request(card), duration_ms=length))
                assert receipt.state is not None
                (tmp_path / "sound.mp3").write_bytes(receipt.state.outputs[0].data)
                assert abs(len(read_sound(tmp_path / "sound.mp3")) / 48 - length) < 60
            await provider.close()

    asyncio.run(run())
