"""What a shot shows, in sentences: first frame, last frame, motion (F1)."""

from __future__ import annotations

from workprint.film.brief import CameraMove
from workprint.film.shot_variety import Framing

LAYOUT_WORDS = {
    "hero_sweep": "standing alone on a seamless studio sweep",
    "plinth": "standing on a plain plinth against a soft backdrop",
    "macro": "so near that material and finish fill the frame",
    "full_bleed": "in its own surroundings, filling the frame",
    "split": "in fields that share the frame, their seams gliding apart",
    "cascade": "in prints tossed one over another onto a painted table",
    "orbit_stage": "on a slowly turning lit disc, small lamps running round its rim",
    "silhouette": "black against a great disc of light, until a light sweeps over it",
    "rack_focus": "soft behind near points of light, until the focus is pulled to it",
    "levitate": "afloat in the air, a ring of light around it, its soft shadow far below",
    "horizon": "on a wide plain before a low sun, its shadow long",
    "frame_in_frame": "in a matted picture that hangs on a painted wall",
    "grid_wall": "in a wall of drifting pictures, the one in full light",
    "endcard": "held to one side, with calm space left for type",
}
"""Layouts as a phrase after the product's name."""

LIGHT_WORDS = {
    "soft_top": "A broad soft light falls from above and leaves gentle shadows.",
    "window": "Daylight falls in from a window at the side.",
    "rim": "A narrow light from behind draws its outline out of the dark.",
    "golden": "Low golden light warms one side and casts long shadows.",
    "night": "It is night; small pools of light stand out from deep shadow.",
}
"""Light as a sentence."""

MOVE_WORDS = {
    CameraMove.STATIC: "The camera holds still while the light drifts {pace} across the surface",
    CameraMove.DOLLY_IN: "The camera moves {pace} in",
    CameraMove.DOLLY_OUT: "The camera draws {pace} back",
    CameraMove.PAN: "The camera pans {pace} across",
    CameraMove.TILT: "The camera tilts {pace} upwards",
    CameraMove.ORBIT: "The camera circles {pace} around the product",
}
"""Moves as a clause; models follow degree adverbs better than bare verbs."""

END_WORDS = {
    CameraMove.STATIC: "The frame is unchanged; only the highlight has wandered on.",
    CameraMove.DOLLY_IN: "The product stands nearer and larger, its details plain to see.",
    CameraMove.DOLLY_OUT: "The product stands smaller, with its surroundings around it.",
    CameraMove.PAN: "The view has passed across and holds the far side of the product.",
    CameraMove.TILT: "The view has risen from the base and holds the top of the product.",
    CameraMove.ORBIT: "The product shows its other side, turned by a quarter.",
}
"""Where each move ends, as a sentence."""


def say_pace(energy: int) -> str:
    """An adverb for the pace of an energy from 0 to 100."""
    if energy < 45:
        return "slowly"
    return "smoothly" if energy < 75 else "briskly"


def say_first_frame(product: str, framing: Framing, lighting: str) -> str:
    """What is seen first: size, angle, product, layout, light."""
    opening = f"{framing.size[0].upper()}{framing.size[1:]} at {framing.angle}"
    return f"{opening}: {' '.join(product.split())}, {LAYOUT_WORDS[framing.layout]}. {LIGHT_WORDS[lighting]}"


def change_light(first_frame: str, before: str, after: str) -> str:
    """A sentence of `say_first_frame` with another light in it."""
    return first_frame.removesuffix(LIGHT_WORDS[before]) + LIGHT_WORDS[after]


def say_last_frame(move: CameraMove) -> str:
    """What is seen last."""
    return END_WORDS[move]


def say_motion(move: CameraMove, energy: int) -> str:
    """What moves in between, with an end point, so that a model does not drift on."""
    return f"{MOVE_WORDS[move].format(pace=say_pace(energy))}, then comes to rest."
