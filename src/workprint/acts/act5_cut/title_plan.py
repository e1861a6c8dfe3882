"""Which overlays a scene carries, where each stands and when: never two in one place at one time (R2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from workprint.film.board import Chain
from workprint.film.brief import Brief, SceneType, TextPosition
from workprint.film.time import Rate, Span

LEAD_S = Fraction(1, 5)
"""A title comes this long after its scene, so that the cut is seen first."""

TAIL_S = Fraction(1, 10)
"""And is gone this long before the scene ends."""

ENTRANCE_S = Fraction(12, 30)
"""Room an entrance needs before a cut: as long as the segment maker lets one last."""

KINETIC_ENTRANCE_S = Fraction(24, 30)
"""Room an entrance part by part needs, however many parts there are."""

CARD_ENTRANCE_S = Fraction(9, 5)
"""Room an end card's entrance needs: every part in the manner of its role."""

KINETIC_LIFE_S = Fraction(3, 2)
"""A title standing less than this comes as a whole: most of its time must be for reading."""

LEAST_STANDING = Fraction(4, 5)
"""Share of its time a title must stand: one that would wait longer for a cut comes as a whole instead."""

EXIT_S = Fraction(8, 30)
"""Room an exit needs after a cut."""

ABOVE_CAPTIONS = "above-captions"
"""The anchor of a lower third in a film with a voice: clear of where players show its captions."""

ZONES = {
    "corner": "top",
    TextPosition.TOP.value: "top",
    TextPosition.CENTER.value: "center",
    TextPosition.BOTTOM.value: "lower",
    TextPosition.LOWER_THIRD.value: "lower",
    ABOVE_CAPTIONS: "lower",
}
"""The part of the frame an anchor lies in. A wide line at the top would run into the corner, so they count as one."""

PRODUCT_ANCHORS = (TextPosition.LOWER_THIRD.value, TextPosition.TOP.value)
"""Where the product's name may stand, best first; never in the middle, where the product itself is."""

PRICE_ANCHORS = (TextPosition.BOTTOM.value, TextPosition.TOP.value)
"""Where the price may stand, best first."""


ENTRANCES = {
    "modern": ("lines", "words"),
    "elegant": ("words", "lines"),
    "bold": ("lines", "letters"),
    "editorial": ("lines", "words"),
    "technical": ("letters", "wipe"),
    "poster": ("words", "lines"),
}
"""How texts come in a type system, scene by scene in turn, so that neighbours differ. A serif is read word by word,
heavy type lands line by line or runs in letter by letter as a data sheet prints."""

LONGEST_IN_LETTERS = 28
"""A longer text comes by words: letter by letter it would be waited for."""

PLAIN_ENTRANCE = {"lines": "rise", "words": "rise", "letters": "wipe", "card": "rise"}
"""What a text does instead where a cut leaves no room for an entrance part by part."""

ROOMS = {
    "lines": KINETIC_ENTRANCE_S,
    "words": KINETIC_ENTRANCE_S,
    "letters": KINETIC_ENTRANCE_S,
    "card": CARD_ENTRANCE_S,
}
"""Room before a cut by entrance; every other needs ENTRANCE_S."""

NO_SPAN = Span(0, 0)
"""The span of an overlay that is not timed yet."""


@dataclass(frozen=True)
class Overlay:
    """One overlay of a scene: kind, label for its name, lines (role, text), anchor, and how it comes and goes.

    `part` counts the places of one text that moves with the cuts, from 0.
    """

    kind: str
    label: str
    lines: tuple[tuple[str, str], ...]
    anchor: str
    entrance: str
    exit: str = "fade"
    span: Span = NO_SPAN
    part: int = 0

    @property
    def zone(self) -> str:
        """The part of the frame it takes up."""
        return ZONES[self.anchor]


def plan_overlays(brief: Brief, chain: Chain) -> tuple[Overlay, ...]:
    """The overlays of a scene in film frames, back to front. An end card is one overlay of its own."""
    if chain.type is SceneType.ENDCARD:
        return (_time_endcard(brief, chain, compose_endcard(brief, chain)),)
    timed = _time_overlays(brief.rate, chain, list_overlays(brief, chain))
    return tuple(part for overlay in timed for part in follow_cuts(chain, overlay))


def follow_cuts(chain: Chain, overlay: Overlay) -> tuple[Overlay, ...]:
    """A text over cuts in parts, one a shot, so that on every cut it may step aside for what is shown then.

    It enters once and leaves once; between, it cuts with the picture, and stays where it stood unless that covers the
    subject. A logo stays in its corner, an end card has no cuts.
    """
    spans = [shot.span for shot in chain.shots if shot.span.overlap(overlay.span)]
    if overlay.kind == "logo" or len(spans) < 2:
        return (overlay,)
    parts = []
    for index, span in enumerate(spans):
        start, end = max(span.start, overlay.span.start), min(span.end, overlay.span.end)
        parts.append(
            replace(
                overlay,
                label=overlay.label if index == 0 else f"{overlay.label}-{index + 1}",
                entrance=overlay.entrance if index == 0 else "none",
                exit=overlay.exit if index == len(spans) - 1 else "none",
                span=Span(start, end - start),
                part=index,
            )
        )
    return tuple(parts)


def uses_logo(brief: Brief, overlay: Overlay) -> bool:
    """Whether an overlay is drawn with the logo."""
    has_logo = brief.product.logo is not None and not brief.product.no_logo
    return has_logo and overlay.kind in ("logo", "endcard")


def compose_endcard(brief: Brief, chain: Chain) -> Overlay:
    """The whole end card: product, headline, subhead, price when asked for, button, address, small print."""
    call = brief.call
    lines = (
        ("product", brief.product.name),
        ("headline", call.headline),
        ("subhead", call.subhead),
        ("price", brief.product.price_text if chain.overlays.show_price else ""),
        ("button", call.button_text),
        ("url", show_address(call.url)),
        ("legal", call.legal),
    )
    said = tuple(_flatten(text).casefold() for _, text in lines)
    texts = tuple(_flatten(block.text) for block in chain.overlays.text_blocks)
    # A text block that repeats the headline, as many briefs write it, would be read twice.
    extra = tuple(("text", text) for text in dict.fromkeys(texts) if text.casefold() not in said)
    kept = tuple((role, _flatten(text)) for role, text in (*lines, *extra) if text.strip())
    return Overlay("endcard", "endcard", kept, TextPosition.CENTER.value, "card", exit="none")


def show_address(url: str) -> str:
    """An address as people say it: without its scheme and without a slash at its end."""
    return url.strip().removeprefix("https://").removeprefix("http://").removesuffix("/")


def list_overlays(brief: Brief, chain: Chain) -> tuple[Overlay, ...]:
    """The overlays of any other scene: text blocks where the brief puts them, logo, product and price around them."""
    wish = chain.overlays
    texts = tuple(
        Overlay(
            "text",
            f"text-{number}",
            (("text", _flatten(block.text)),),
            block.position.value,
            choose_entrance(brief.product.style.font_family, chain.number + number, _flatten(block.text)),
        )
        for number, block in enumerate(wish.text_blocks, start=1)
        if block.text.strip()
    )
    has_logo = wish.show_logo and brief.product.logo is not None and not brief.product.no_logo
    placed = [Overlay("logo", "logo", (), "corner", "fade")] if has_logo else []
    texts = (*list_lower_third(brief, chain), *texts)
    name, family = _flatten(brief.product.name), brief.product.style.font_family
    named = (
        ("product", wish.show_product, name, PRODUCT_ANCHORS, choose_entrance(family, chain.number, name)),
        ("price", wish.show_price, brief.product.price_text, PRICE_ANCHORS, "pop"),
    )
    for kind, is_wanted, text, anchors, entrance in named:
        if is_wanted and text.strip():
            anchor = _find_free(anchors, (*placed, *texts))
            placed.append(Overlay(kind, kind, ((kind, _flatten(text)),), anchor, entrance))
    return (*placed, *texts)


def list_lower_third(brief: Brief, chain: Chain) -> tuple[Overlay, ...]:
    """The lower third of a scene, where it has one: before the texts of its zone, since it says who is there."""
    wish = chain.overlays.lower_third
    if wish is None or not wish.name.strip():
        return ()
    lines = tuple((role, _flatten(text)) for role, text in (("name", wish.name), ("role", wish.role)) if text.strip())
    anchor = ABOVE_CAPTIONS if brief.audio.mode.has_voice else TextPosition.LOWER_THIRD.value
    return (Overlay("lower_third", "lower-third", lines, anchor, "lines"),)


def choose_entrance(family: str, turn: int, text: str) -> str:
    """The entrance of a text in a type system; the next turn takes the next of its kind."""
    ways = ENTRANCES.get(family, ENTRANCES["modern"])
    way = ways[turn % len(ways)]
    return "words" if way == "letters" and len(text) > LONGEST_IN_LETTERS else way


def _find_free(anchors: tuple[str, ...], others: tuple[Overlay, ...]) -> str:
    taken = tuple(other.zone for other in others)
    return next((anchor for anchor in anchors if ZONES[anchor] not in taken), anchors[0])


def _time_overlays(rate: Rate, chain: Chain, overlays: tuple[Overlay, ...]) -> tuple[Overlay, ...]:
    """Overlays of one zone follow each other; those of different zones stand together; none lies over a transition."""
    lead = max(chain.opens, _frames(rate, LEAD_S, chain.span.length))
    tail = max(chain.closes, _frames(rate, TAIL_S, chain.span.length))
    room = Span(chain.span.start + lead, chain.span.length - lead - tail)
    cuts = tuple(shot.span.start for shot in chain.shots[1:])
    timed = []
    for overlay in overlays:
        mates = tuple(other for other in overlays if other.zone == overlay.zone)
        turn = mates.index(overlay)
        start = room.start + room.length * turn // len(mates)
        end = room.start + room.length * (turn + 1) // len(mates)
        timed.append(settle_overlay(replace(overlay, span=Span(start, end - start)), cuts, rate))
    return tuple(overlay for overlay in timed if overlay.span.length > 0)


def _time_endcard(brief: Brief, chain: Chain, overlay: Overlay) -> Overlay:
    lead = max(chain.opens, _frames(brief.rate, LEAD_S, chain.span.length))
    span = Span(chain.span.start + lead, chain.span.length - lead - chain.closes)
    is_last = chain.span.end == brief.frames
    cuts = tuple(shot.span.start for shot in chain.shots[1:])
    return settle_overlay(replace(overlay, span=span, exit="none" if is_last else "fade"), cuts, brief.rate)


def settle_overlay(overlay: Overlay, cuts: tuple[int, ...], rate: Rate) -> Overlay:
    """The overlay with no entrance or exit running across a cut inside its scene, where it would jump.

    An entrance begun just before a cut waits for it, an exit ending just after one hurries; what cannot move comes
    as a whole, and where even that is too long, cuts.
    """
    settled = _settle_whole(overlay, cuts, rate)
    plain = PLAIN_ENTRANCE.get(overlay.entrance)
    waits = settled.span.length < LEAST_STANDING * overlay.span.length
    is_long = settled.entrance != "none" and settled.span.length >= _frames(rate, KINETIC_LIFE_S, None)
    if plain is None or (is_long and not waits):
        return settled
    whole = _settle_whole(replace(overlay, entrance=plain), cuts, rate)
    # Where coming as a whole gains nothing, the finer entrance stays.
    return settled if is_long and whole.span.length <= settled.span.length else whole


def _settle_whole(overlay: Overlay, cuts: tuple[int, ...], rate: Rate) -> Overlay:
    room = ROOMS.get(overlay.entrance, ENTRANCE_S)
    enters, leaves = _frames(rate, room, None), _frames(rate, EXIT_S, None)
    start, end = overlay.span.start, overlay.span.end
    while end - start >= enters + leaves:
        late, early = _find_torn(start, end, enters, leaves, cuts)
        if (late, early) == (start, end):
            return replace(overlay, span=Span(start, end - start))
        # Moved to a cut, it may stand too near the next one.
        start, end = late, early
    start, end = overlay.span.start, overlay.span.end
    late, early = _find_torn(start, end, enters, leaves, cuts)
    return replace(
        overlay,
        entrance=overlay.entrance if late == start else "none",
        exit=overlay.exit if early == end else "none",
    )


def _find_torn(start: int, end: int, enters: int, leaves: int, cuts: tuple[int, ...]) -> tuple[int, int]:
    """The first cut an entrance from `start` would run across and the one an exit to `end` would; else themselves."""
    late = next((cut for cut in cuts if start < cut < start + enters), start)
    early = next((cut for cut in cuts if end - leaves < cut < end), end)
    return late, early


def _frames(rate: Rate, seconds: Fraction, scene: int | None) -> int:
    wanted = rate.frames(seconds)
    return wanted if scene is None else min(wanted, scene // 10)


def _flatten(text: str) -> str:
    return " ".join(text.split())
