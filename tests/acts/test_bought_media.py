"""What a film orders when stills, voice, music and effects are bought, and what stays as it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.strategies import make_brief

from workprint.adapters.providers import find_providers
from workprint.film.brief import Brief
from workprint.film.buy_orders import BuyPayload, complete_request
from workprint.film.dailies import Effects, Music, Stills, Voices
from workprint.film.errors import ProviderModerated
from workprint.film.lineage import FileRef
from workprint.film.market import Market
from workprint.film.order import AnyTake, Order, Take
from workprint.film.request import Medium, Role
from workprint.film.routing import Routes
from workprint.film.takes import ShotTake, TakeKind, TakeSheet
from workprint.testing.script_desk import PendingDesk, ScriptDesk
from workprint.testing.script_film import run_film

ALL = {"image": "auto", "voice": "auto", "music": "auto", "effect": "auto"}
CARDS = {card.name: card for card in find_providers()}


def sell(*names: str, **changes: object) -> Market:
    """A market where all may be bought at these providers."""
    cards = tuple(model for name in names for model in CARDS[name].models)
    market = Market(providers=names, cards=cards, today="2026-11-25", wishes=ALL)
    return replace(market, **changes)  # type: ignore[arg-type]


def shoot(
    brief: Brief, market: Market, desk: ScriptDesk | PendingDesk | None = None
) -> tuple[ScriptDesk, dict[type, object]]:
    """The desk after a whole film, and what was made."""
    desk = desk or ScriptDesk()
    nouns = asyncio.run(run_film(brief, desk, market=market))
    return desk, nouns  # type: ignore[return-value]


class RefusingDesk(ScriptDesk):
    """Refuses bought orders whose prompt holds a word, as a provider does that moderates."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    async def generate(self, order: Order) -> AnyTake:
        """An answer, or the refusal."""
        answer = self._hear("generate", order)
        if isinstance(order.payload, BuyPayload) and self.word in order.payload.request.prompt:
            raise ProviderModerated("It refused what is asked for.")
        return answer


def test_every_medium_is_ordered_made_to_fit_and_used_in_the_place_of_ours() -> None:
    """No line, bed or effect of ours is made; voices, music, effects and stills are the conformed takes."""
    desk, nouns = shoot(make_brief(), sell("kling", "fal", "elevenlabs"))
    assert not [*desk.orders("voice"), *desk.orders("music"), *desk.orders("effect")]
    voices, music, effects, stills = (nouns[kind] for kind in (Voices, Music, Effects, Stills))
    assert isinstance(voices, Voices)
    assert isinstance(music, Music)
    assert isinstance(effects, Effects)
    assert isinstance(stills, Stills)
    assert {take.step for _, _, take in voices.lines} == {"conform_voice"}
    assert music.take is not None
    assert music.take.step == "conform_music"
    assert {take.step for take in effects.takes.values()} == {"conform_effect"}
    bought = {slate for slate, take in stills.takes.items() if take.step == "conform_still"}
    assert bought == {order.name[:9] for order in desk.orders("bought_image")}
    assert len(desk.orders("bought_voice")) == len(voices.lines) == 2


def test_cues_and_places_are_those_of_the_film_made_here() -> None:
    """Who makes the sound moves nothing: lines start, and events fall, at the same moments."""
    _, here = shoot(make_brief(), Market())
    _, bought = shoot(make_brief(), sell("elevenlabs"))
    assert here[Effects].cues == bought[Effects].cues  # type: ignore[attr-defined]
    starts = [[(number, start) for number, start, _ in nouns[Voices].lines] for nouns in (here, bought)]  # type: ignore[attr-defined]
    assert starts[0] == starts[1]


def test_stills_are_bought_for_shots_that_start_from_one() -> None:
    """Shots that go on from the last frame of the one before get none: nobody would see it. With `continues_shots`
    off every bought shot gets its own."""
    desk, nouns = shoot(make_brief(), sell("kling", "fal"))
    routes = nouns[Routes]
    assert isinstance(routes, Routes)
    bought = {route.slate for route in routes.shots if route.is_bought}
    first = {order.name[:9] for order in desk.orders("bought_image")}
    from_last = {order.name[:9] for order in desk.orders("bought_clip") if order.inputs[0].source.step == "last_frame"}  # type: ignore[union-attr]
    assert first == bought - from_last
    alone, _ = shoot(make_brief(), sell("kling", "fal", continues_shots=False))
    assert {order.name[:9] for order in alone.orders("bought_image")} == bought
    for order in alone.orders("bought_clip"):
        assert order.inputs[0].source.step == "conform_still"  # type: ignore[union-attr]


def test_a_shot_that_keeps_its_picture_has_no_still_bought() -> None:
    """Own footage in the place of the shot before makes it the first of its run, yet it starts from the picture it was
    made from: one drawn here stands in the storyboard, and nothing is paid for a still that no clip uses."""
    brief = make_brief()
    brief = replace(brief, pictures=brief.pictures[:1])
    before, _ = shoot(brief, sell("kling", "fal"))
    follower = next(o for o in before.orders("bought_clip") if o.inputs[0].source.step == "last_frame")  # type: ignore[union-attr]
    start = follower.inputs[0].source
    assert isinstance(start, Take)
    opener, slate = start.name[:9], follower.name[:9]
    footage = FileRef("ab" * 32, "video/mp4", 1, "mine.mp4")
    takes = {opener: ShotTake(2, TakeKind.REPLACED, of=1, footage=footage)}
    desk = ScriptDesk()
    sheet = TakeSheet(takes, {slate: start})
    asyncio.run(run_film(brief, desk, market=sell("kling", "fal"), sheet=sheet))
    assert slate not in {order.name[:9] for order in desk.orders("bought_image")}
    assert slate in {order.name[:9] for order in desk.orders("still")}
    (clip,) = (order for order in desk.orders("bought_clip") if order.name == follower.name)
    assert clip.inputs[0].source == start
    unkept = ScriptDesk()
    asyncio.run(run_film(brief, unkept, market=sell("kling", "fal"), sheet=TakeSheet(takes)))
    assert slate in {order.name[:9] for order in unkept.orders("bought_image")}


def test_the_pictures_of_the_product_go_along_as_far_as_the_model_takes_them() -> None:
    """References in the shot's order, the shot's own picture first; none to a model that takes none."""
    brief = make_brief()
    desk, nouns = shoot(brief, sell("kling", "fal"))
    for order in desk.orders("bought_image"):
        request = complete_request(order)
        route = nouns[Routes].still_of(order.name[:9])  # type: ignore[attr-defined]
        pictures = request.of_role(Role.REFERENCE_IMAGE)
        assert len(pictures) == len(request.inputs) == route.choices[0].most_references >= 1
        assert pictures[0].file in [picture.file for picture in brief.pictures]
    blind, _ = shoot(brief, sell("kling", "openai_compatible"))
    assert all(not order.inputs for order in blind.orders("bought_image"))


def test_both_desks_get_the_same_orders() -> None:
    """A plan asks for what the work asks for, bought media included."""
    market = sell("kling", "fal", "elevenlabs")
    working, _ = shoot(make_brief(), market)
    planning, _ = shoot(make_brief(), market, PendingDesk())
    assert [(o.step, o.name, o.payload) for o in planning.orders()] == [
        (o.step, o.name, o.payload) for o in working.orders()
    ]


def test_a_refused_still_is_asked_for_with_one_demand_less() -> None:
    """What stands last is dropped, never what the product must look like; the film goes on with what came."""
    desk = RefusingDesk("Avoid:")
    _, nouns = shoot(make_brief(), sell("kling", "fal"), desk)
    stills = nouns[Stills]
    assert isinstance(stills, Stills)
    assert desk.orders("conform_still")
    asked = [order.payload.request.prompt for order in desk.orders("bought_image")]  # type: ignore[attr-defined]
    assert len(asked) == 2 * len(desk.orders("conform_still"))


def test_a_refused_line_is_never_softened() -> None:
    """What is spoken is the script: the refusal ends the stage, and nothing else is asked for the line."""
    desk = RefusingDesk("follows your hands")
    try:
        shoot(make_brief(), sell("elevenlabs"), desk)
    except ProviderModerated:
        lines = [order.payload.request.prompt for order in desk.orders("bought_voice")]  # type: ignore[attr-defined]
        assert lines.count("Light that follows your hands.") == 1
    else:
        raise AssertionError("the refused line was passed over")


def test_a_film_without_voice_or_with_its_own_track_buys_none() -> None:
    """Own recordings are brought in, whatever may be bought."""
    brief = make_brief()
    own = replace(brief.audio, music_file=brief.pictures[0].file, voice_file=brief.pictures[0].file)
    desk, nouns = shoot(replace(brief, audio=own), sell("elevenlabs"))
    assert not [*desk.orders("bought_voice"), *desk.orders("bought_music")]
    routes = nouns[Routes]
    assert isinstance(routes, Routes)
    assert (routes.voice, routes.music) == (None, None)


def test_requests_are_whole() -> None:
    """Each medium asks with its own words, lengths, language and the brand's voice."""
    desk, _ = shoot(make_brief(), sell("elevenlabs", speaker="brand-voice"))
    requests = [order.payload.request for order in desk.orders() if isinstance(order.payload, BuyPayload)]
    voice = [request for request in requests if request.medium is Medium.VOICE]
    assert {(request.voice, request.language, request.duration_ms) for request in voice} == {("brand-voice", "en", 0)}
    (music,) = (request for request in requests if request.medium is Medium.MUSIC)
    assert music.duration_ms == 15_000
    assert "120 bpm" in music.prompt
    assert "at 9.0 s" in music.prompt
    effects = [request for request in requests if request.medium is Medium.EFFECT]
    assert all(request.duration_ms >= 500 and request.prompt for request in effects)
