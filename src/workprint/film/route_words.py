"""Routes in words: why a model was chosen for an order, as a plan tells it."""

from __future__ import annotations

from workprint.film.buy_orders import MEDIA
from workprint.film.order import Order
from workprint.film.request import Medium
from workprint.film.routing import Route, Routes
from workprint.film.shot_names import find_slate


def tell_choice(routes: Routes, order: Order) -> str:
    """Which model an order goes to and why; "" for what is made here, and for a model that no route names."""
    medium = MEDIA.get(order.step)
    route = find_route(routes, medium, find_slate(order.name)) if medium is not None else None
    choices = route.choices if route is not None else ()
    reasons = next((choice.reasons for choice in choices if choice.model == order.model), ())
    return f"{order.model}: {'; '.join(reasons)}" if reasons else ""


def find_route(routes: Routes, medium: Medium, slate: str) -> Route | None:
    """The route a medium of a shot is bought on; None where it has none."""
    sounds = {Medium.VOICE: routes.voice, Medium.MUSIC: routes.music, Medium.EFFECT: routes.effects}
    if medium in sounds:
        return sounds[medium]
    pictures = routes.shots if medium is Medium.VIDEO else routes.stills
    return next((route for route in pictures if route.slate == slate), None)
