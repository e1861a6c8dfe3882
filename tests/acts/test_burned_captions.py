"""Burned-in captions are ordered where the brief asks for them, and nothing is ordered otherwise where it does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.strategies import make_brief

from workprint.film.brief import AudioMode, Brief
from workprint.film.canonical import digest_of, encode
from workprint.film.cut_orders import CaptionPlatesPayload, FilmCheckPayload, SegmentPayload, TransitionPayload
from workprint.film.order import Order
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def order_all(brief: Brief) -> tuple[Order, ...]:
    """What a whole film orders."""
    desk = ScriptDesk()
    asyncio.run(run_film(brief, desk))
    return tuple(desk.orders())


def speak(brief: Brief, **audio: object) -> Brief:
    """The brief with its lines spoken."""
    return replace(brief, audio=replace(brief.audio, mode=AudioMode.BOTH, **audio))  # type: ignore[arg-type]


def test_nothing_is_said_of_captions_where_they_are_side_files() -> None:
    """No order has plates as inputs or a field for them in its recipe, and the brief has the digest it always had."""
    brief = speak(make_brief())
    for order in order_all(brief):
        assert order.step != "caption_plates"
        assert not any(item.role.startswith("captions.") for item in order.inputs)
        assert "captions" not in encode(order.payload)
    assert "burns_captions" not in encode(brief.audio)
    assert digest_of(brief) != digest_of(speak(make_brief(), burns_captions=True))


def test_each_line_is_set_once_and_laid_over_what_it_may_be_said_over() -> None:
    """One order a line, drawn at the master's size; only pieces of its scene and of the second after it carry it."""
    brief = speak(make_brief(), burns_captions=True)
    orders = order_all(brief)
    plates = [order.payload for order in orders if isinstance(order.payload, CaptionPlatesPayload)]
    assert [plate.line for plate in plates] == ["voice.0", "voice.1"]
    assert all((plate.width, plate.height) == brief.size and len(plate.cues) == 2 for plate in plates)
    carried = set()
    for order in orders:
        if isinstance(order.payload, SegmentPayload | TransitionPayload) and order.payload.captions is not None:
            cue = order.payload.captions
            assert {item.role for item in order.inputs} >= set(cue.roles)
            carried.add((cue.roles, cue.at + order.payload.frames > 360))
            assert cue.at + order.payload.frames > 90
    assert (("captions.0",), False) in carried
    assert (("captions.1",), True) in carried
    assert not any(("captions.1" in roles) and not is_last for roles, is_last in carried)


def test_draft_and_master_carry_the_same_captions_and_the_check_reads_them() -> None:
    """What a person reviews has what is delivered; the final check gets every line."""
    orders = order_all(speak(make_brief(), burns_captions=True))
    cues = {
        step: [order.payload.captions for order in orders if order.step == step and hasattr(order.payload, "captions")]
        for step in ("draft_segment", "segment")
    }
    assert cues["draft_segment"] == cues["segment"]
    (check,) = (order.payload for order in orders if isinstance(order.payload, FilmCheckPayload))
    assert check.captions == ("captions.0", "captions.1")


def test_a_recording_of_the_whole_film_has_no_captions_to_burn() -> None:
    """Nobody knows the words of the user's own recording."""
    brief = speak(make_brief(), burns_captions=True)
    own = replace(brief, audio=replace(brief.audio, voice_file=brief.pictures[0].file))
    assert not any(order.step == "caption_plates" for order in order_all(own))
