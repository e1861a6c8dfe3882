"""The router (K5): which model makes a shot, by what the shot needs and what the models can; every reason is told.

The needs by scene type and intent are the default policy, from the routing tables of the documents this program comes
from: product shots go where the product stays itself, people and life go where motion is real, montage goes where it
is cheap. What is declared by a model is weighed against its price and against what the project has learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from workprint.film.brief import SceneType
from workprint.film.buy_orders import NOT_MADE
from workprint.film.market import PREVIZ, Market
from workprint.film.model_card import ModelCard, SoundKind, size_of
from workprint.film.money import Money
from workprint.film.pricing import Quote, quote_price
from workprint.film.request import GenerationRequest, MediaInput, Medium, Role

NEEDS = {
    SceneType.PACKSHOT: ("product", "camera"),
    SceneType.LIFESTYLE: ("lifestyle", "realism"),
    SceneType.MONTAGE: ("draft", "motion"),
    SceneType.ENDCARD: (),
}
"""What a scene of a type needs from a model."""

NEED_WORDS = {
    "dialogue": "says|speaks|talking|dialogue|lip-sync|conversation",
    "consistency": "same (?:person|woman|man|character)|character|mascot",
    "motion": "running|jumping|dancing|splash|pour|pours|action|fast",
    "camera": "orbit|dolly|crane|tracking|whip|handheld",
    "realism": "photoreal|realistic|documentary|natural",
}
"""Words of an intent and the strength they ask for."""

LOCAL_TYPES = (SceneType.ENDCARD,)
"""Scenes made here unless the brief says otherwise: their picture is brand ground and type, exact by design."""

LOOK_WORDS = "previz: a quick look buys nothing"
"""How the reason of a shot begins that the film would buy, and a quick look does not."""

MOST_FALLBACKS = 2
WIDEST_CROP = 0.45
"""At most this share of a bought picture may be cut away to reach the film's aspect."""


@dataclass(frozen=True)
class Choice:
    """A model for a shot, with the words it wants and what it costs at most, and what an order must know of it.

    `only_kept`: it made the take that is there and cannot be asked any more. While that take is kept it keeps the shot.
    """

    model: str
    aspect: str
    resolution: str
    price: Money
    billed_ms: int
    reasons: tuple[str, ...]
    needs_consent: bool = False
    prompt_limit: int = 0
    takes_first_frame: bool = True
    always_sounds: bool = False
    takes_negatives: bool = False
    most_references: int = 0
    only_kept: bool = False


@dataclass(frozen=True)
class Route:
    """How a thing is made: `choices` in the order they are tried, empty for previz; why, and what was not possible.

    `slate` is the shot, or the film's own (SC00_SH00) for sound. `wish` is what the project asks for other media than
    clips; a wish that cannot be met leaves `choices` empty.
    """

    slate: str
    choices: tuple[Choice, ...]
    reasons: tuple[str, ...]
    refused: tuple[str, ...] = ()
    wish: str = ""

    @property
    def is_bought(self) -> bool:
        """Whether a provider makes it."""
        return bool(self.choices)


@dataclass(frozen=True)
class ShotNeed:
    """What the router looks at: a shot, its length, the film's aspect, the brief's hint, what inputs there are."""

    slate: str
    type: SceneType
    intent: str
    hint: str
    duration_ms: int
    aspect: str
    inputs: tuple[Role, ...]
    wants_sound: bool = False


def route_shot(need: ShotNeed, market: Market) -> Route:
    """The route of one shot. Without providers, and for what is exact by design, it stays on this machine."""
    if market.is_look and market.providers:
        return _route_look(need, market)
    hinted = need.hint not in ("", "auto", "t2v")
    if need.hint == PREVIZ or not market.is_open:
        why = "the brief says so" if need.hint == PREVIZ else market.why_closed
        return Route(need.slate, (), (f"previz: {why}",), _refuse_hint(need, market) if hinted else ())
    if need.type in LOCAL_TYPES and not hinted:
        return Route(need.slate, (), ("previz: an end card is brand ground and type, exact by design",))
    fitting: list[tuple[tuple[float, ...], Choice]] = []
    refused: list[str] = []
    for card in market.cards:
        if card.medium is not Medium.VIDEO or (hinted and not _is_hinted(card, need.hint)):
            continue
        judged = judge_model(card, need, market)
        if isinstance(judged, str):
            refused.append(f"{card.name}: {judged}")
        else:
            fitting.append((_rank(card, judged, need, market), judged))
    if not fitting:
        refused += _refuse_hint(need, market) if hinted else ()
        return Route(need.slate, (), ("previz: no model that may be asked can make it",), tuple(refused))
    # Equals are told apart by name, so that the order cards are listed in never moves a shot.
    ordered = [choice for _, choice in sorted(fitting, key=lambda item: (item[0], item[1].model))]
    chain = chain_choices(ordered, market)
    first = chain[0]
    return Route(need.slate, tuple(chain), (f"{first.model}: {'; '.join(first.reasons)}",), tuple(refused))


def chain_choices(ordered: list[Choice], market: Market) -> tuple[Choice, ...]:
    """What is tried, in order: whose take is there though it cannot be asked, the best, and who takes over from it."""
    kept, asked = [item for item in ordered if item.only_kept], [item for item in ordered if not item.only_kept]
    return (*kept, *asked[:1], *(as_fallback(item, asked[0], market) for item in asked[1 : 1 + MOST_FALLBACKS]))


def _route_look(need: ShotNeed, market: Market) -> Route:
    """The route of one shot in a quick look, which never buys: what the film has bought of it, else previz.

    A look at another size starts from another first frame, so its order would be another one, and paid for again.
    """
    paid = route_shot(need, replace(market, is_look=False))
    if not paid.is_bought or need.slate in market.kept:
        return paid
    first = paid.choices[0]
    told = f"{LOOK_WORDS}; the film would buy it from {first.model} for at most {first.price} USD"
    return Route(need.slate, (), (told,), paid.refused)


def _is_hinted(card: ModelCard, hint: str) -> bool:
    return hint in (card.provider, card.name)


def _refuse_hint(need: ShotNeed, market: Market) -> tuple[str, ...]:
    if need.hint in ("stage", "omniverse"):
        return ()
    provider = need.hint.partition("/")[0]
    if provider not in market.providers:
        return (f"{need.hint}: {provider} is not named under [providers] use in project.toml",)
    if provider in market.missing_keys:
        return (f"{need.hint}: its key {market.missing_keys[provider]} is not set",)
    return ()


def judge_model(card: ModelCard, need: ShotNeed, market: Market) -> Choice | str:
    """What a model would make of a shot, or the reason why it cannot."""
    aspect = fit_aspect(card, need.aspect)
    closed = next(find_closed(card, market), "")
    is_kept = bool(closed) and market.bought.get(need.slate) == card.name
    obstacle = ("" if is_kept else closed) or next(_find_obstacles(card, need, market, aspect), "")
    if obstacle or aspect is None:
        return obstacle
    request = sketch_request(card, need, aspect, fit_resolution(card, market.short_side))
    try:
        quote = quote_price(card, request)
    except ValueError as error:
        return str(error)
    told = _explain(card, need, market, quote, aspect)
    if is_kept:
        told = ("what it made is kept", f"not asked anew: {closed}", *told)
    return Choice(
        card.name,
        aspect,
        request.resolution,
        quote.amount,
        quote.billed_ms,
        told,
        prompt_limit=card.prompt_limit,
        takes_first_frame=card.limit(Role.FIRST_FRAME) is not None,
        always_sounds=card.sound is SoundKind.ALWAYS,
        only_kept=is_kept,
    )


def find_closed(card: ModelCard, market: Market) -> Iterator[str]:
    """Why a model cannot be asked today, whatever for. What it made before is still good."""
    if card.provider in market.missing_keys:
        yield f"its key {market.missing_keys[card.provider]} is not set"
    if card.ends_on and market.today > card.ends_on:
        yield f"it could be asked until {card.ends_on}"


def find_avoided(card: ModelCard, market: Market) -> Iterator[str]:
    """Why a model that could be asked shall not be: the project's own word."""
    if card.name in market.avoid or card.provider in market.avoid:
        yield "project.toml avoids it"


def _find_obstacles(card: ModelCard, need: ShotNeed, market: Market, aspect: str | None) -> Iterator[str]:
    yield from find_avoided(card, market)
    if aspect is None:
        yield f"it makes no {need.aspect}, nor an aspect near enough to cut it from"
    lacking = [limit.role.value for limit in card.inputs if limit.least and limit.role not in need.inputs]
    if lacking:
        yield f"it needs {' and '.join(lacking)}"
    if Role.FIRST_FRAME in need.inputs and card.limit(Role.FIRST_FRAME) is None:
        yield "it takes no first frame, and the shot starts from a still"


def sketch_request(card: ModelCard, need: ShotNeed, aspect: str, resolution: str) -> GenerationRequest:
    """The request a price is asked for: as long and with as many inputs as the real one."""
    from_still = tuple(MediaInput(role, NOT_MADE) for role in need.inputs if card.limit(role) is not None)
    return GenerationRequest(
        Medium.VIDEO,
        card.name,
        "",
        duration_ms=need.duration_ms,
        aspect=aspect,
        resolution=resolution,
        inputs=from_still,
    )


def fit_aspect(card: ModelCard, wanted: str) -> str | None:
    """The model's aspect nearest to the film's: the same, or one it can be cut from without losing too much."""
    if not card.aspects or wanted in card.aspects:
        return wanted
    losses = sorted((measure_loss(aspect, wanted), aspect) for aspect in card.aspects if ":" in aspect)
    return losses[0][1] if losses and losses[0][0] <= WIDEST_CROP else None


def measure_loss(aspect: str, wanted: str) -> float:
    """The share of a picture that is cut away to reach another aspect."""
    width, height = size_of(aspect, "1080p")
    target_width, target_height = size_of(wanted, "1080p")
    shape, target = width / height, target_width / target_height
    return 1 - min(shape, target) / max(shape, target)


def fit_resolution(card: ModelCard, short_side: int) -> str:
    """The smallest resolution of a model that is at least as large as wanted; its largest when none is."""
    if not card.resolutions:
        return ""
    sized = sorted((min(size_of("1:1", resolution)), resolution) for resolution in card.resolutions)
    return next((resolution for side, resolution in sized if side >= short_side), sized[-1][1])


def find_needs(need: ShotNeed) -> tuple[str, ...]:
    """The strengths a shot asks for: those of its scene type, and those its intent names."""
    named = [key for key, words in NEED_WORDS.items() if re.search(rf"\b(?:{words})\b", need.intent, re.IGNORECASE)]
    return tuple(dict.fromkeys((*NEEDS[need.type], *named)))


def _rank(card: ModelCard, choice: Choice, need: ShotNeed, market: Market) -> tuple[float, ...]:
    """Smaller is better. The model that made the take that is there stays.

    By price: what an accepted take costs. By quality: how many needs are met, then the price.
    """
    met = sum(1 for strength in find_needs(need) if strength in card.strengths)
    stays = 0.0 if market.bought.get(need.slate) == card.name else 1.0
    expected = choice.price.micros / market.learned_for(need.slate, card.name).acceptance
    place = market.providers.index(card.provider)
    if market.prefers == "quality":
        return (stays, -met, expected, place)
    return (stays, 0.0 if met or not find_needs(need) else 1.0, expected, -met, place)


def _explain(card: ModelCard, need: ShotNeed, market: Market, quote: Quote, aspect: str) -> tuple[str, ...]:
    met = [strength for strength in find_needs(need) if strength in card.strengths]
    learned = market.learned_for(need.slate, card.name)
    told = [f"good at {', '.join(met)}" if met else "no declared strength for this shot"]
    own = f", at your price of {card.own_price_as_of}" if card.own_price_as_of else ""
    told.append(f"{quote.amount} USD at most, billed as {quote.billed_ms / 1000:g} s{own}")
    if learned.made:
        told.append(f"{learned.good} of {learned.made} takes of it were good here")
    if aspect != need.aspect:
        told.append(f"made in {aspect} and cut to {need.aspect} ({measure_loss(aspect, need.aspect):.0%} goes)")
    return tuple(told)


def as_fallback(choice: Choice, first: Choice, market: Market) -> Choice:
    """A fallback; one that is dearer waits for consent, unless the project gave it."""
    dearer = choice.price.micros > first.price.micros and not market.takes_dearer
    return replace(choice, needs_consent=dearer)


def list_allowed(route: Route) -> Iterator[Choice]:
    """The choices of a route that may be used without asking again, in order."""
    return (choice for choice in route.choices if not choice.needs_consent)


@dataclass(frozen=True)
class Routes:
    """The routes of every shot, in film order, and of what else may be bought.

    `continues_shots`: a shot's last frame starts the next one like it. `stills` are those of bought first frames, by
    slate. Voice, music and effects have one route each: a film speaks with one voice, `speaker` at its provider. None:
    there is nothing to make.
    """

    shots: tuple[Route, ...]
    continues_shots: bool = True
    stills: tuple[Route, ...] = ()
    voice: Route | None = None
    music: Route | None = None
    effects: Route | None = None
    speaker: str = ""

    def of(self, slate: str) -> Route:
        """The route of a shot."""
        return next(route for route in self.shots if route.slate == slate)

    def still_of(self, slate: str) -> Route | None:
        """The route of a shot's first frame, where it may be bought."""
        return next((route for route in self.stills if route.slate == slate and route.is_bought), None)

    def media(self) -> dict[str, tuple[Route, ...]]:
        """The routes of what is no clip, by what project.toml calls it."""
        sounds = {"voice": self.voice, "music": self.music, "effects": self.effects}
        return {"stills": self.stills, **{name: (route,) for name, route in sounds.items() if route is not None}}
