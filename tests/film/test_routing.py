"""The router: who can make a shot, who makes it, what it falls back to, and that every reason is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workprint.film.brief import SceneType
from workprint.film.market import Learned, Market
from workprint.film.model_card import Durations, InputLimit, ModelCard, Price, PriceUnit, Recovery
from workprint.film.request import Medium, Role
from workprint.film.routing import PREVIZ, Route, ShotNeed, list_allowed, route_shot
from workprint.testing.provider_contract import find_pairs

FRAME = (InputLimit(Role.FIRST_FRAME, 1),)
NEED = ShotNeed("SC01_SH01", SceneType.LIFESTYLE, "A lamp at dusk", "auto", 4000, "16:9", (Role.FIRST_FRAME,))
SHIPPED = tuple(model for pair in find_pairs() for model in pair.card.models)
PROVIDERS = tuple(dict.fromkeys(card.provider for card in SHIPPED))


def card(name: str, cents: int = 10, **facts: object) -> ModelCard:
    """A model that makes 1 to 10 s of 16:9 from a first frame, for so many cents a second."""
    provider, _, model = name.partition("/")
    base = ModelCard(
        provider,
        model,
        Medium.VIDEO,
        "2026-11-01",
        "a test",
        Recovery.BY_KEY,
        (Price(PriceUnit.SECOND, cents * 10_000),),
        Durations(low=1000, high=10_000),
        aspects=("16:9",),
        resolutions=("720p",),
        inputs=FRAME,
    )
    return replace(base, **facts)  # type: ignore[arg-type]


def market(*cards: ModelCard, **facts: object) -> Market:
    """A market of these cards on 10 November 2026."""
    providers = tuple(dict.fromkeys(item.provider for item in cards))
    return replace(Market(providers, cards, today="2026-11-10"), **facts)  # type: ignore[arg-type]


def names(route: Route) -> list[str]:
    """The models of a route, in order."""
    return [choice.model for choice in route.choices]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"ends_on": "2026-11-09"}, "it could be asked until 2026-11-09"),
        ({"aspects": ("9:16",)}, "it makes no 16:9, nor an aspect near enough to cut it from"),
        ({"inputs": ()}, "it takes no first frame, and the shot starts from a still"),
        ({"inputs": (*FRAME, InputLimit(Role.SOURCE_VIDEO, 1, least=1))}, "it needs source_video"),
        ({"durations": Durations(choices=(2000,))}, "at most 2 s"),
        ({"prices": (Price(PriceUnit.SECOND, 1, resolutions=("4k",)),)}, "has no price for this request"),
    ],
)
def test_who_cannot_make_it_is_refused_with_the_reason(facts: dict[str, object], reason: str) -> None:
    """End of life, shape, inputs, length, price: the model is left out, and the plan says why."""
    route = route_shot(NEED, market(card("a/good"), card("b/bad", 1, **facts)))
    assert names(route) == ["a/good"]
    (told,) = route.refused
    assert told.startswith("b/bad: ")
    assert reason in told


def test_the_last_day_of_a_model_still_counts() -> None:
    """On the very day its life ends a model may be asked."""
    assert names(route_shot(NEED, market(card("a/m", ends_on="2026-11-10")))) == ["a/m"]


def test_keys_and_avoidance_are_told() -> None:
    """A provider without its key, an avoided model and an avoided provider are left out, each by its reason."""
    cards = (card("a/one"), card("b/one"), card("b/two"), card("c/one"), card("d/one"))
    route = route_shot(NEED, market(*cards, missing_keys={"a": "A_KEY"}, avoid=("b/one", "c")))
    assert sorted(names(route)) == ["b/two", "d/one"]
    assert set(route.refused) == {
        "a/one: its key A_KEY is not set",
        "b/one: project.toml avoids it",
        "c/one: project.toml avoids it",
    }


def test_nothing_is_bought_without_being_asked_for() -> None:
    """Without a provider, with the hint previz, and for an end card the shot stays here, and the route says so."""
    cards = (card("a/m"),)
    closed = route_shot(NEED, market())
    hinted = route_shot(replace(NEED, hint=PREVIZ), market(*cards))
    exact = route_shot(replace(NEED, type=SceneType.ENDCARD), market(*cards))
    assert not any(route.is_bought for route in (closed, hinted, exact))
    assert [route.reasons[0].partition(",")[0] for route in (closed, hinted, exact)] == [
        "previz: no provider is named in project.toml",
        "previz: the brief says so",
        "previz: an end card is brand ground and type",
    ]
    assert names(route_shot(replace(NEED, type=SceneType.ENDCARD, hint="a"), market(*cards))) == ["a/m"]


def test_a_hint_is_honoured_or_refused_with_the_reason() -> None:
    """A provider or a model that is hinted makes it, though dearer; one that cannot is named, and nobody else buys."""
    cards = (
        card("a/cheap", 1),
        card("b/dear", 90),
        card("b/dearer", 95),
        card("c/short", durations=Durations((1000,))),
    )
    assert names(route_shot(replace(NEED, hint="b"), market(*cards))) == ["b/dear", "b/dearer"]
    assert names(route_shot(replace(NEED, hint="b/dearer"), market(*cards))) == ["b/dearer"]
    unnamed = route_shot(replace(NEED, hint="cosmos"), market(*cards))
    assert not unnamed.is_bought
    assert unnamed.refused == ("cosmos: cosmos is not named under [providers] use in project.toml",)
    unfit = route_shot(replace(NEED, hint="c"), market(*cards))
    assert not unfit.is_bought
    assert "c/short: c/short makes at most 1 s" in unfit.refused
    unknown = route_shot(replace(NEED, hint="z/model"), market(*cards))
    assert not unknown.is_bought
    assert unknown.refused == ("z/model: z is not named under [providers] use in project.toml",)
    locked = route_shot(replace(NEED, hint="a"), market(*cards, missing_keys={"a": "A_KEY"}))
    assert not locked.is_bought
    assert "a: its key A_KEY is not set" in locked.refused


def test_the_cheapest_that_is_good_at_it_comes_first() -> None:
    """By price: a declared strength first, then what an accepted take costs; by quality: more strengths first."""
    cards = (
        card("a/cheap", 1),
        card("b/good", 20, strengths=("lifestyle",)),
        card("c/better", 50, strengths=("lifestyle", "realism")),
    )
    assert names(route_shot(NEED, market(*cards))) == ["b/good", "c/better", "a/cheap"]
    assert names(route_shot(NEED, market(*cards, prefers="quality"))) == ["c/better", "b/good", "a/cheap"]
    assert "good at lifestyle" in route_shot(NEED, market(*cards)).reasons[0]


def test_words_of_the_intent_ask_for_strengths() -> None:
    """A shot in which somebody speaks goes to who can do dialogue."""
    cards = (card("a/mute", 10, strengths=("lifestyle",)), card("b/talks", 12, strengths=("lifestyle", "dialogue")))
    spoken = replace(NEED, intent="She says: bring the evening with you")
    assert names(route_shot(spoken, market(*cards, prefers="quality")))[0] == "b/talks"
    assert names(route_shot(NEED, market(*cards, prefers="quality")))[0] == "a/mute"


def test_what_was_learned_moves_new_shots_only() -> None:
    """A model whose takes fail here costs more an accepted take, and loses new shots; it keeps those it has made."""
    cards = (card("a/m", 10), card("b/m", 12))
    learned = {"a/m": Learned(made=12, good=1), "b/m": Learned(made=12, good=12)}
    route = route_shot(NEED, market(*cards, learned=learned))
    assert names(route) == ["b/m", "a/m"]
    assert "12 of 12 takes of it were good here" in route.reasons[0]
    assert names(route_shot(NEED, market(*cards, learned=learned, bought={NEED.slate: "a/m"})))[0] == "a/m"
    dear = (card("a/m", 90), card("b/m", 1))
    assert names(route_shot(NEED, market(*dear, bought={NEED.slate: "a/m"})))[0] == "a/m"


def test_a_dearer_fallback_waits_for_consent() -> None:
    """Of at most two fallbacks the dearer ones need consent, unless the project gave it; the cheaper ones do not."""
    cards = (
        card("a/first", 20, strengths=("lifestyle",)),
        card("b/dearer", 30, strengths=("lifestyle",)),
        card("c/cheaper", 5),
        card("d/last", 99),
    )
    route = route_shot(NEED, market(*cards))
    assert [(choice.model, choice.needs_consent) for choice in route.choices] == [
        ("a/first", False),
        ("b/dearer", True),
        ("c/cheaper", False),
    ]
    assert [choice.model for choice in list_allowed(route)] == ["a/first", "c/cheaper"]
    allowed = route_shot(NEED, market(*cards, takes_dearer=True))
    assert not any(choice.needs_consent for choice in allowed.choices)


def test_a_near_aspect_is_cut_and_said() -> None:
    """A film in 4:5 is cut from the model's square, and the reason says how much goes."""
    route = route_shot(replace(NEED, aspect="4:5"), market(card("a/m", aspects=("16:9", "1:1"))))
    assert route.choices[0].aspect == "1:1"
    assert "made in 1:1 and cut to 4:5 (20% goes)" in route.reasons[0]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_every_model_is_chosen_refused_or_beaten_and_the_order_of_cards_changes_nothing(data: st.DataObject) -> None:
    """Over all shipped cards: the route is the same however they are listed, sorted, legal, and tells every refusal."""
    used = tuple(data.draw(st.lists(st.sampled_from(PROVIDERS), min_size=1, max_size=6, unique=True)))
    cards = tuple(item for item in SHIPPED if item.provider in used)
    need = ShotNeed(
        "SC01_SH01",
        data.draw(st.sampled_from([SceneType.LIFESTYLE, SceneType.MONTAGE, SceneType.PACKSHOT])),
        data.draw(st.sampled_from(["A lamp", "She says hello", "running fast, realistic", "orbit"])),
        data.draw(st.sampled_from(["auto", *used])),
        data.draw(st.integers(500, 16_000)),
        data.draw(st.sampled_from(["16:9", "9:16", "1:1", "4:5"])),
        data.draw(st.sampled_from([(), (Role.FIRST_FRAME,), (Role.FIRST_FRAME, Role.LAST_FRAME)])),
    )
    place = market(prefers=data.draw(st.sampled_from(["price", "quality"])))
    place = replace(place, providers=used)
    route = route_shot(need, replace(place, cards=cards))
    shuffled = tuple(data.draw(st.permutations(cards)))
    again = route_shot(need, replace(place, cards=shuffled))
    assert route.choices == again.choices
    assert sorted(route.refused) == sorted(again.refused)
    assert len(names(route)) == len(set(names(route))) <= 3
    assert all(choice.reasons and choice.billed_ms >= need.duration_ms for choice in route.choices)
    assert not route.choices or not route.choices[0].needs_consent
    by_name = {item.name: item for item in cards}
    for choice in route.choices:
        chosen = by_name[choice.model]
        assert not chosen.ends_on or chosen.ends_on >= "2026-11-10"
        assert need.hint in ("auto", chosen.provider)
        assert choice.needs_consent == (choice.price > route.choices[0].price)
