"""Gates of what is bought: wishes that nobody can meet, and recordings that do not say what is written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from tests.strategies import change_scene, make_brief

from workprint.adapters.providers import find_providers
from workprint.film.canonical import Json
from workprint.film.errors import NotYetKnown
from workprint.film.market import Market
from workprint.film.people import Policy
from workprint.film.verdict import Level
from workprint.gates.route import BUYING_STAGES, route
from workprint.gates.spoken_words import spoken_words
from workprint.ports.gate import GateView
from workprint.testing.script_desk import PendingDesk, ScriptDesk
from workprint.testing.script_film import run_film

CARDS = {card.name: card for card in find_providers()}
LINE = "SC02_SH00_AUDIO_voice"
SAID: Mapping[str, Json] = {"is_timed": True, "words": [["Light", 0, 300]], "unsaid": [], "added": [], "otherwise": []}


def sell(*names: str, missing: Mapping[str, str] | None = None, **wishes: str) -> Market:
    """A market of these providers with wishes by medium."""
    cards = tuple(model for name in names for model in CARDS[name].models)
    return Market(names, cards, missing_keys=missing or {}, today="2026-11-25", wishes=wishes)


def look(market: Market, desk: ScriptDesk | PendingDesk | None = None, hint: str = "auto") -> GateView:
    """What a gate sees after a whole film."""
    brief = change_scene(make_brief(), 2, hint=hint)
    nouns = asyncio.run(run_film(brief, desk or ScriptDesk(), market=market))
    return GateView(brief, Policy.AUTO, nouns, {})


def test_the_route_gate_lets_by_what_is_as_it_was_asked_for() -> None:
    """Nothing wished for, or every wish met: no word about it."""
    assert route.judge(look(Market())).level is Level.PASS
    assert route.judge(look(sell("kling", "fal", "elevenlabs", image="fal", voice="auto"))).level is Level.PASS
    assert set(route.guards) == {f"stage:{name}" for name in BUYING_STAGES}


@pytest.mark.parametrize(
    ("market", "reason"),
    [
        (
            sell("elevenlabs", missing={"elevenlabs": "ELEVENLABS_API_KEY"}, voice="auto"),
            "ELEVENLABS_API_KEY is not set",
        ),
        (sell("elevenlabs", voice="elevenlabs/eleven_v9"), "no such model is known"),
        (sell("kling", voice="elevenlabs"), "elevenlabs is not named under [providers] use"),
        (sell("kling", music="kling"), "kling makes music with none"),
        (Market(wishes={"effect": "auto"}), "no provider under [providers] use"),
        (sell("kling", image="kling"), "kling makes image with none"),
    ],
)
def test_the_route_gate_stops_for_a_wish_that_cannot_be_met(market: Market, reason: str) -> None:
    """One reason for each setting, however many shots it concerns; a person may approve it."""
    verdict = route.judge(look(market))
    assert verdict.level is Level.SOFT
    assert [reason in told for told in verdict.reasons] == [True]
    assert verdict.remedies[0].command == "workprint approve route"


def test_hints_and_wishes_are_told_together() -> None:
    """A broken hint of the brief and a broken wish of the project stand side by side."""
    verdict = route.judge(look(sell("elevenlabs", music="kling"), hint="runway"))
    assert any("hints at runway" in told for told in verdict.reasons)
    assert any('project.toml says music = "kling"' in told for told in verdict.reasons)


@pytest.mark.parametrize(
    ("facts", "level", "words"),
    [
        (SAID, Level.PASS, ""),
        ({**SAID, "unsaid": ["your", "hands"]}, Level.SOFT, "SC02: not said: your hands"),
        ({**SAID, "added": ["really"]}, Level.SOFT, "SC02: said, and not written: really"),
        ({**SAID, "otherwise": [["follows", "borrows"]]}, Level.SOFT, "SC02: written `follows`, said `borrows`"),
        (
            {**SAID, "otherwise": [["$149.", "one hundred dollars"]]},
            Level.WARN,
            "`$149.` is said `one hundred dollars`",
        ),
        ({**SAID, "is_timed": False, "words": []}, Level.SOFT, "its captions are missing"),
    ],
)
def test_the_spoken_words_gate(facts: Mapping[str, Json], level: Level, words: str) -> None:
    """Words left out, added or changed stop the film; figures read out are only told of."""
    verdict = spoken_words.judge(look(sell("elevenlabs", voice="auto"), ScriptDesk({LINE: facts})))
    assert verdict.level is level
    assert words in "; ".join(verdict.reasons)


def test_the_spoken_words_gate_says_nothing_about_our_own_voice_and_waits_for_a_bought_one() -> None:
    """The scratch voice says what is written; a line that is only planned cannot be judged."""
    assert spoken_words.judge(look(Market(), PendingDesk())).level is Level.PASS
    with pytest.raises(NotYetKnown):
        spoken_words.judge(look(sell("elevenlabs", voice="auto"), PendingDesk()))
