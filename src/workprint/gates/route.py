"""Gate: who the brief asks for makes the shot, or a person has said that somebody else may."""

from __future__ import annotations

from workprint.film.board import Board
from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy
from workprint.film.routing import Routes
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate

HANDLED_ELSEWHERE = ("auto", "t2v", "previz", "stage", "omniverse", "cosmos")
"""Hints that name a kind, not a provider: the brief's own checks speak about them."""


@gate(name="route", guards=("stage:shoot_clips",), reads_order=False)
def route(view: GateView) -> Verdict:
    """A hint at a provider is honoured, or refused with the reason; nothing else is made in its stead unasked."""
    routes, board = view.noun(Routes), view.nouns.get(Board)
    own = [shot.slate for shot in board.shots if shot.take.footage is not None] if isinstance(board, Board) else []
    hints = {f"SC{scene.number:02d}": scene.hint for scene in view.brief.scenes}
    broken = []
    for shot in routes.shots:
        hint = hints.get(shot.slate[:4], "auto")
        if hint not in HANDLED_ELSEWHERE and not shot.is_bought and shot.slate not in own:
            why = "; ".join(shot.refused) or "no such provider is known"
            broken.append(f"{shot.slate} hints at {hint}, which cannot make it: {why}")
    subject = digest_of(["route", broken])
    if not broken:
        return Verdict(Level.PASS, subject=subject)
    remedy = Remedy("change the hint, or let the previz make it", "workprint approve route")
    return Verdict(Level.SOFT, tuple(broken), (remedy,), subject=subject)
