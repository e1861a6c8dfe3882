"""The router for what is no clip: which model makes first frames, voice, music and effects, with every reason.

Nothing of these is bought unless project.toml asks for it. What the whole film shares, a voice above all, has one
route: two voices in one film would be two films.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workprint.film.brief import SceneType
from workprint.film.buy_orders import NOT_MADE
from workprint.film.market import AUTO, PREVIZ, Market, name_bought
from workprint.film.model_card import ModelCard
from workprint.film.money import Money
from workprint.film.pricing import Quote, quote_price
from workprint.film.request import GenerationRequest, MediaInput, Medium, Role
from workprint.film.routing import (
    LOOK_WORDS,
    Choice,
    Route,
    chain_choices,
    find_avoided,
    find_closed,
    fit_aspect,
    fit_resolution,
    measure_loss,
)

STILL_NEEDS = {
    SceneType.PACKSHOT: ("product",),
    SceneType.LIFESTYLE: ("still",),
    SceneType.MONTAGE: ("draft",),
    SceneType.ENDCARD: (),
}
"""What the first frame of a scene of a type needs from a model: the default policy, as for clips."""

ONE_SPEAKER = (Medium.VOICE,)
"""Media without fallbacks: a line that another voice speaks would be heard as another person."""


@dataclass(frozen=True)
class Piece:
    """One thing to be asked for: its words, and its length in milliseconds (0 where the words decide it)."""

    prompt: str = ""
    duration_ms: int = 0


@dataclass(frozen=True)
class MediaNeed:
    """What the router looks at: the medium, whose it is, all pieces that one model is to make, strengths wanted.

    `references` is how many pictures of the product there are to send along; `aspect` is the film's, for pictures.
    """

    medium: Medium
    slate: str
    pieces: tuple[Piece, ...]
    wanted: tuple[str, ...]
    aspect: str = ""
    references: int = 0


def route_media(need: MediaNeed, market: Market) -> Route:
    """The route of one medium. Where the project's wish cannot be met, nothing is chosen in its stead."""
    wish = market.wish(need.medium)
    if wish == PREVIZ:
        return Route(need.slate, (), ("previz: project.toml buys none",))
    if market.is_look:
        return Route(need.slate, (), (LOOK_WORDS,))
    fitting: list[tuple[tuple[float, ...], Choice]] = []
    refused: list[str] = []
    for card in market.cards:
        if card.medium is not need.medium or wish not in (AUTO, card.provider, card.name):
            continue
        judged = judge_media(card, need, market)
        if isinstance(judged, str):
            refused.append(f"{card.name}: {judged}")
        else:
            fitting.append((_rank(card, judged, need, market), judged))
    if not fitting:
        refused += [] if refused else [_explain_nobody(wish, need.medium, market)]
        return Route(need.slate, (), (f"nobody may be asked for it, and {wish} is wished for",), tuple(refused), wish)
    ordered = [choice for _, choice in sorted(fitting, key=lambda item: item[0])]
    first = ordered[0]
    # Who does not see the product does not take over from one who does: it would be another product.
    seeing = [choice for choice in ordered[1:] if choice.most_references or not first.most_references]
    chain = chain_choices([first, *(seeing if need.medium not in ONE_SPEAKER else ())], market)
    return Route(need.slate, chain, (f"{first.model}: {'; '.join(first.reasons)}",), tuple(refused), wish)


def _explain_nobody(wish: str, medium: Medium, market: Market) -> str:
    """Why no card at all was looked at: the provider is not named, or has no such model."""
    provider = wish.partition("/")[0]
    if wish == AUTO:
        return f"no provider under [providers] use in project.toml makes {medium.value}"
    if provider not in market.providers:
        return f"{wish}: {provider} is not named under [providers] use in project.toml"
    names = ", ".join(card.name for card in market.cards if card.medium is medium and card.provider == provider)
    return f"{wish}: no such model is known; {provider} makes {medium.value} with {names or 'none'}"


def judge_media(card: ModelCard, need: MediaNeed, market: Market) -> Choice | str:
    """What a model would make of it, for how much at most, or the reason why it cannot."""
    aspect = fit_aspect(card, need.aspect) if need.aspect else ""
    closed = next(find_closed(card, market), "")
    is_kept = bool(closed) and market.bought.get(name_bought(need.medium, need.slate)) == card.name
    bar = ("" if is_kept else closed) or next(find_avoided(card, market), "")
    if bar or aspect is None:
        return bar or f"it makes no {need.aspect}, nor an aspect near enough to cut it from"
    limit = card.limit(Role.REFERENCE_IMAGE)
    references = min(need.references, limit.most if limit is not None else 0)
    resolution = fit_resolution(card, market.short_side) if need.medium is Medium.IMAGE else ""
    requests = tuple(
        _sketch(card, need, piece, aspect=aspect, resolution=resolution, references=references) for piece in need.pieces
    )
    try:
        quotes = tuple(quote_price(card, request) for request in requests)
    except ValueError as error:
        return str(error)
    price = Money(sum(quote.amount.micros for quote in quotes))
    return Choice(
        card.name,
        aspect,
        resolution,
        price,
        sum(quote.billed_ms for quote in quotes),
        (
            *(("what it made is kept", f"not asked anew: {closed}") if is_kept else ()),
            *_explain(card, need, market, quotes, references=references, aspect=aspect),
        ),
        prompt_limit=card.prompt_limit,
        takes_first_frame=False,
        takes_negatives=card.takes_negatives,
        most_references=references,
        only_kept=is_kept,
    )


def _sketch(
    card: ModelCard, need: MediaNeed, piece: Piece, *, aspect: str, resolution: str, references: int
) -> GenerationRequest:
    """The request a price is asked for: the words, the length and as many inputs as the real one."""
    inputs = (MediaInput(Role.REFERENCE_IMAGE, NOT_MADE),) * references
    return GenerationRequest(
        need.medium,
        card.name,
        piece.prompt,
        duration_ms=piece.duration_ms,
        aspect=aspect,
        resolution=resolution,
        inputs=inputs,
    )


def _rank(card: ModelCard, choice: Choice, need: MediaNeed, market: Market) -> tuple[float, ...]:
    """Smaller is better. Who made the take that is there stays; who sees the product comes before who invents it.

    Then as for clips: by price what an accepted take costs, by quality how many needs are met.
    """
    name = name_bought(need.medium, need.slate)
    stays = 0.0 if market.bought.get(name) == card.name else 1.0
    blind = 1.0 if need.references and not choice.most_references else 0.0
    met = sum(1 for strength in need.wanted if strength in card.strengths)
    expected = choice.price.micros / market.learned_for(name, card.name).acceptance
    place = market.providers.index(card.provider)
    if market.prefers == "quality":
        return (stays, blind, -met, expected, place)
    return (stays, blind, 0.0 if met or not need.wanted else 1.0, expected, -met, place)


def _explain(
    card: ModelCard, need: MediaNeed, market: Market, quotes: tuple[Quote, ...], *, references: int, aspect: str
) -> Iterator[str]:
    met = [strength for strength in need.wanted if strength in card.strengths]
    yield f"good at {', '.join(met)}" if met else "no declared strength for this"
    price, billed = Money(sum(quote.amount.micros for quote in quotes)), sum(quote.billed_ms for quote in quotes)
    of_all = f" for all {len(quotes)}" if len(quotes) > 1 else ""
    own = f", at your price of {card.own_price_as_of}" if card.own_price_as_of else ""
    yield f"{price} USD at most{of_all}" + (f", billed as {billed / 1000:g} s" if billed else "") + own
    learned = market.learned_for(name_bought(need.medium, need.slate), card.name)
    if learned.made:
        yield f"{learned.good} of {learned.made} takes of it were good here"
    if need.references and not references:
        yield "it sees no reference picture, so the product is its own guess"
    elif need.references:
        yield f"it sees {references} of {need.references} reference pictures"
    if aspect and aspect != need.aspect:
        yield f"made in {aspect} and cut to {need.aspect} ({measure_loss(aspect, need.aspect):.0%} goes)"
