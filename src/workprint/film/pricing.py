"""What a request costs at most: pure arithmetic on a model card, by the slot that is billed, rounded up."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.film.model_card import ModelCard, Price, PriceUnit
from workprint.film.money import Money
from workprint.film.request import GenerationRequest, Medium, Role


@dataclass(frozen=True)
class Quote:
    """An upper bound: the amount, the billed length in milliseconds, and each line of it in words."""

    amount: Money
    billed_ms: int
    lines: tuple[str, ...]


def quote_price(card: ModelCard, request: GenerationRequest) -> Quote:
    """What a request costs at most on a model.

    Raises ValueError when the card has no price for it, or no slot as long: what cannot be priced is not bought.
    """
    billed = _billed_ms(card, request)
    total, lines, priced = 0, [], []
    for unit in PriceUnit:
        price = next((item for item in card.prices if item.unit is unit and _holds(item, request, billed)), None)
        if price is None:
            continue
        numerator, denominator, words = _count(price, card, request, billed)
        amount = -(-price.micros * numerator // denominator)
        total += amount
        priced.append(unit)
        lines.append(f"{words} at {Money(price.micros)} USD: {Money(amount)} USD")
    if not priced or not any(unit not in (PriceUnit.INPUT_IMAGE, PriceUnit.INPUT_VIDEO_SECOND) for unit in priced):
        raise ValueError(f"{card.name} has no price for this request (card of {card.as_of})")
    if total < card.minimum_micros:
        total = card.minimum_micros
        lines.append(f"raised to the minimum of {Money(total)} USD")
    return Quote(Money(total), billed, tuple(lines))


def _billed_ms(card: ModelCard, request: GenerationRequest) -> int:
    """The slot that is billed. A clip that keeps its source's length is billed by that."""
    if not request.duration_ms:
        return 0
    if card.durations.longest == 0:
        return request.duration_ms
    slot = card.durations.slot(request.duration_ms)
    if slot is None:
        raise ValueError(f"{card.name} makes at most {card.durations.longest / 1000:g} s")
    return slot


def _holds(price: Price, request: GenerationRequest, billed_ms: int) -> bool:
    roles = {item.role for item in request.inputs}
    return (
        (not price.resolutions or request.resolution in price.resolutions)
        and (price.audio is None or price.audio == request.audio)
        and (not price.with_input or bool(roles.intersection(price.with_input)))
        and (not price.durations_ms or billed_ms in price.durations_ms)
    )


def _count(price: Price, card: ModelCard, request: GenerationRequest, billed_ms: int) -> tuple[int, int, str]:
    """How many units, as numerator and denominator, and in words."""
    if price.unit in (PriceUnit.SECOND, PriceUnit.MINUTE):
        length = 1000 if price.unit is PriceUnit.SECOND else 60_000
        return billed_ms, length, f"{billed_ms / 1000:g} s" + ("" if length == 1000 else " by the minute")
    if price.unit is PriceUnit.INPUT_VIDEO_SECOND:
        length = sum(item.duration_ms for item in request.of_role(Role.REFERENCE_VIDEO, Role.SOURCE_VIDEO))
        return length, 1000, f"{length / 1000:g} s of input video"
    if price.unit is PriceUnit.INPUT_IMAGE:
        pictures = len(request.of_role(Role.FIRST_FRAME, Role.LAST_FRAME, Role.REFERENCE_IMAGE))
        extra = max(0, pictures - price.above_count)
        return extra, 1, f"{extra} input pictures beyond {price.above_count}"
    if price.unit is PriceUnit.THOUSAND_TOKENS:
        tokens = count_tokens(card, request, price.frame_rate, billed_ms)
        return tokens, 1000, f"{tokens} tokens"
    if price.unit is PriceUnit.THOUSAND_CHARACTERS:
        return len(request.prompt), 1000, f"{len(request.prompt)} characters"
    images = int(request.knobs.get("count", 1)) if request.medium is Medium.IMAGE else 1
    return images, 1, f"{images} image{'s' if images > 1 else ''}" if price.unit is PriceUnit.IMAGE else "one call"


def count_tokens(card: ModelCard, request: GenerationRequest, frame_rate: int, billed_ms: int) -> int:
    """Video tokens as ModelArk counts them: W x H x (rate x seconds + 1 + rate x input seconds) / 1024, rounded up."""
    width, height = card.frame_size(request.aspect, request.resolution)
    source_ms = sum(item.duration_ms for item in request.of_role(Role.REFERENCE_VIDEO, Role.SOURCE_VIDEO))
    frames = -(-frame_rate * (billed_ms + source_ms) // 1000) + 1
    return -(-width * height * frames // 1024)
