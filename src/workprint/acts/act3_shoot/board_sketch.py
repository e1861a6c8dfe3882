"""What a storyboard panel sketches over its picture: the overlays its shot carries, roughly where they will stand."""

from __future__ import annotations

from workprint.film.board import Chain, Shot
from workprint.film.board_orders import PanelMark
from workprint.film.brief import Brief, SceneType, TextPosition
from workprint.film.time import Span

LOWER = (TextPosition.BOTTOM.value, TextPosition.LOWER_THIRD.value)
"""Anchors of one zone: what stands there takes turns."""

LEAST_SHARE = 3
"""A shot shows an overlay that stands over at least a third of it; less is a tail another panel tells of."""


def sketch_marks(brief: Brief, chain: Chain, shot: Shot) -> tuple[PanelMark, ...]:
    """The overlays of one shot. Those of one place follow each other over the scene, as they will in the film."""
    marks = list_card_marks(brief, chain) if chain.type is SceneType.ENDCARD else list_marks(brief, chain)
    if chain.type is SceneType.ENDCARD:
        return marks
    return tuple(mark for mark in marks if _stands_over(mark, marks, chain, shot))


def list_card_marks(brief: Brief, chain: Chain) -> tuple[PanelMark, ...]:
    """What an end card says, in reading order; the small print is left to the film."""
    lines = (
        ("headline", brief.call.headline),
        ("subhead", brief.call.subhead),
        ("price", brief.product.price_text if chain.overlays.show_price else ""),
        ("button", brief.call.button_text),
    )
    return tuple(PanelMark(kind, _flatten(text), "endcard") for kind, text in lines if text.strip())


def list_marks(brief: Brief, chain: Chain) -> tuple[PanelMark, ...]:
    """Logo, text blocks, product and price of any other scene; product and price stand where the texts leave room."""
    wish = chain.overlays
    texts = tuple(
        PanelMark("text", _flatten(block.text), block.position.value)
        for block in wish.text_blocks
        if block.text.strip()
    )
    third = wish.lower_third
    said = " \u00b7 ".join(part for part in (third.name, third.role) if part.strip()) if third else ""
    names = (PanelMark("text", _flatten(said), TextPosition.LOWER_THIRD.value),) if said else ()
    texts = (*names, *texts)
    has_logo = wish.show_logo and brief.product.logo is not None and not brief.product.no_logo
    logo = (PanelMark("logo", "Logo", "corner"),) if has_logo else ()
    product = brief.product.name if wish.show_product else ""
    price = brief.product.price_text if wish.show_price else ""
    is_low_taken = any(mark.anchor in LOWER for mark in texts)
    anchor = TextPosition.TOP.value if is_low_taken else TextPosition.BOTTOM.value
    named = (("product", product), ("price", price))
    return (*logo, *texts, *(PanelMark(kind, _flatten(text), anchor) for kind, text in named if text.strip()))


def _stands_over(mark: PanelMark, marks: tuple[PanelMark, ...], chain: Chain, shot: Shot) -> bool:
    if mark.kind != "text":
        return True
    mates = tuple(other for other in marks if other.kind == "text" and _zone(other) == _zone(mark))
    turn = mates.index(mark)
    start = chain.span.start + chain.span.length * turn // len(mates)
    end = chain.span.start + chain.span.length * (turn + 1) // len(mates)
    return shot.span.overlap(Span(start, end - start)) * LEAST_SHARE >= shot.span.length


def _zone(mark: PanelMark) -> str:
    return LOWER[0] if mark.anchor in LOWER else mark.anchor


def _flatten(text: str) -> str:
    return " ".join(text.split())
