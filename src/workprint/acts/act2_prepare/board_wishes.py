"""Sets an intent names: the packshot of a scene takes the design its intent speaks of, where no neighbour has it."""

from __future__ import annotations

from dataclasses import replace

from workprint.acts.act2_prepare.board_rules import find_word
from workprint.acts.act2_prepare.board_words import say_first_frame
from workprint.film.board import Chain, Shot
from workprint.film.brief import Brief, SceneType
from workprint.film.shot_variety import DESIGN_WORDS, FRAMINGS, Framing


def grant_designs(brief: Brief, chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
    """The chains with the first shot of every packshot in the set its intent names.

    A wish is weighed against the neighbours as they were planned without any wish, and its size follows the scene's
    number: so a new intent changes its own scene alone, and two scenes that wish for one set still differ.
    """
    planned = [shot for chain in chains for shot in chain.shots]
    intents = {scene.id: scene.intent for scene in brief.scenes}
    granted = []
    for chain in chains:
        first = chain.shots[0]
        wish = _choose_wish(brief, chain, intents[chain.scene])
        at = planned.index(first)
        neighbours = planned[max(0, at - 1) : at] + planned[at + 1 : at + 2]
        if wish is not None and all((wish.layout, wish.size) != (one.layout, one.size) for one in neighbours):
            chain = replace(chain, shots=(_reframe(brief, first, wish), *chain.shots[1:]))
        granted.append(chain)
    return tuple(granted)


def _choose_wish(brief: Brief, chain: Chain, intent: str) -> Framing | None:
    first = chain.shots[0]
    if chain.type is not SceneType.PACKSHOT or first.picture < 0 or not brief.pictures[first.picture].has_alpha:
        return None
    layout = find_word(DESIGN_WORDS, intent)
    if layout is None:
        return None
    sizes = FRAMINGS[layout]
    return Framing(layout, *sizes[chain.number % len(sizes)])


def _reframe(brief: Brief, shot: Shot, framing: Framing) -> Shot:
    said = say_first_frame(brief.product.name, framing, shot.lighting)
    return replace(shot, layout=framing.layout, size=framing.size, angle=framing.angle, first_frame=said)
