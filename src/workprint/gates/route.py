"""Gate: who the brief or project.toml asks for makes it, or a person has said that somebody else may."""

from __future__ import annotations

from collections.abc import Iterator

from workprint.film.board import Board
from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.routing import Routes
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

HANDLED_ELSEWHERE = ("auto", "t2v", "previz", "stage", "omniverse")
"""Hints that name a kind, not a provider: the brief's own checks speak about them."""

BUYING_STAGES = ("shoot_clips", "shoot_stills", "record_voice", "score_music", "design_effects")
"""Stages that may buy: all of them wait, so that nothing is paid for a film that is not made as it was asked for."""


@gate(name="route", guards=tuple(f"stage:{name}" for name in BUYING_STAGES), reads_order=False)
def route(view: GateView) -> Verdict:
    """Hints and wishes for a provider are honoured, or refused with the reason; nobody stands in for it unasked."""
    routes, board = view.noun(Routes), view.nouns.get(Board)
    own = [shot.slate for shot in board.shots if shot.take.footage is not None] if isinstance(board, Board) else []
    hints = {f"SC{scene.number:02d}": scene.hint for scene in view.brief.scenes}
    broken = [*_list_broken_hints(routes, hints, own), *_list_broken_wishes(routes)]
    subject = digest_of(["route", broken])
    if not broken:
        return Verdict(Level.PASS, subject=subject)
    remedy = Remedy("change the hint or the setting, or let it be made here", "workprint approve route")
    return Verdict(Level.SOFT, tuple(broken), (remedy,), subject=subject)


def _list_broken_hints(routes: Routes, hints: dict[str, str], own: list[str]) -> Iterator[str]:
    for shot in routes.shots:
        hint = hints.get(shot.slate[:4], "auto")
        if hint not in HANDLED_ELSEWHERE and not shot.is_bought and shot.slate not in own:
            why = "; ".join(shot.refused) or "no such provider is known"
            yield f"{shot.slate} hints at {hint}, which cannot make it: {why}"


def _list_broken_wishes(routes: Routes) -> Iterator[str]:
    """What project.toml wishes for and nobody can make; several shots with the same reason are told of once."""
    for setting, found in routes.media().items():
        unmet = {
            (route.wish, route.refused): route.slate for route in reversed(found) if route.wish and not route.is_bought
        }
        for (wish, refused), slate in reversed(unmet.items()):
            where = f" for {slate}" if setting == "stills" else ""
            yield f'project.toml says {setting} = "{wish}", which cannot make it{where}: {"; ".join(refused)}'
