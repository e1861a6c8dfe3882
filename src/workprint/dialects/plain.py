"""The plain dialect: full sentences in the order subject, action, camera, style, constraints (G6)."""

from __future__ import annotations

from workprint.film.board import Shot
from workprint.film.brief import CameraMove
from workprint.ports.dialect import Dialect, ShotText

FIDELITY = "Keep the product exactly as the reference pictures show it: shape, colour, proportions, markings."
"""The first constraint of every prompt (D12): the reference pictures are what a take is judged against."""

CAMERA_WORDS = {
    CameraMove.STATIC: "locked off",
    CameraMove.DOLLY_IN: "dolly in",
    CameraMove.DOLLY_OUT: "dolly out",
    CameraMove.PAN: "pan",
    CameraMove.TILT: "tilt",
    CameraMove.ORBIT: "orbit",
}
"""Moves by the name the trade gives them."""


class PlainDialect:
    """Compiles both halves of a spec for makers that read plain sentences, our own previz among them.

    Dialogue is left out: the voice is recorded by itself, and a new line must not cost a new picture.
    """

    name = "plain"

    def image_prompt(self, text: ShotText) -> str:
        """The first frame: what is seen, the scene's intent, where the camera stands, the modifier, what must hold."""
        return _join(text.shot.first_frame, text.prompt, _say_camera(text.shot), text.modifier, FIDELITY)

    def video_prompt(self, text: ShotText) -> str:
        """The motion from first to last frame; unwanted things are named here, as a video order has no other place."""
        action = f"{text.shot.motion} {text.shot.last_frame} {text.prompt}"
        camera = f"{_say_camera(text.shot)}, {CAMERA_WORDS[text.shot.move]}, {text.seconds:g} s in one take"
        avoid = f"Avoid: {', '.join(text.negatives)}" if text.negatives else ""
        return _join(text.shot.first_frame, action, camera, text.modifier, FIDELITY, avoid)


def _say_camera(shot: Shot) -> str:
    return f"Camera: {shot.size}, {shot.angle}, {shot.focal_length_mm} mm"


def _join(*parts: str) -> str:
    flat = (" ".join(part.split()) for part in parts)
    return " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in flat if part)


PLAIN: Dialect = PlainDialect()
"""The dialect of the local makers."""
