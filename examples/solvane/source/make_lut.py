"""Writes ../assets/ember-dusk.cube, the look of the Solvane films: `python make_lut.py`. Needs numpy.

Print film at dusk: blacks sink into the brand's green, highlights roll off into lamplight, blues go quiet.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

SIDE = 17
"""Points a side: enough for a look without a kink."""

SHADOW = np.array((-0.020, 0.006, 0.004))
"""What is added to the darks, red, green, blue: the brand's green."""

LIGHT = np.array((0.026, -0.006, -0.026))
"""What is added to the lights: a lamp of 2700 K."""

TONES = ((0.0, 0.004), (0.12, 0.088), (0.3, 0.282), (0.5, 0.515), (0.7, 0.728), (0.88, 0.886), (1.0, 0.965))
"""The curve of a print: a dense foot, a steeper middle, a shoulder that never reaches paper white."""


def bend(values: np.ndarray) -> np.ndarray:
    """Values through the tone curve, smooth between its points (monotone cubic after Fritsch and Carlson)."""
    x, y = np.array(TONES).T
    slope = np.diff(y) / np.diff(x)
    tangent = np.concatenate((slope[:1], 2 / (1 / slope[:-1] + 1 / slope[1:]), slope[-1:]))
    at = np.clip(np.searchsorted(x, values, side="right") - 1, 0, len(slope) - 1)
    width = np.diff(x)[at]
    t = (values - x[at]) / width
    rise = y[at] * (1 + 2 * t) * (1 - t) ** 2 + y[at + 1] * t**2 * (3 - 2 * t)
    return rise + width * (tangent[at] * t * (1 - t) ** 2 - tangent[at + 1] * t**2 * (1 - t))


def grade(rgb: np.ndarray) -> np.ndarray:
    """The look, on display values 0..1 with red, green, blue on the last axis."""
    toned = bend(rgb)
    luma = (toned @ (0.2126, 0.7152, 0.0722))[..., None]
    # Blues and cyans are held back, ambers are not: the lamp is the strongest colour in every picture.
    cold = np.clip(toned[..., 2:] - toned[..., :1], 0, 1)
    toned = luma + (toned - luma) * (1.04 - 0.85 * cold)
    dark, bright = (1 - luma) ** 2 * np.sqrt(np.clip(luma, 0, 1)) * 2.2, np.clip(luma, 0, 1) ** 1.5
    return np.clip(toned + dark * SHADOW + bright * (1 - 0.5 * luma) * LIGHT, 0, 1)


def main() -> None:
    """Write the table, red fastest."""
    steps = np.linspace(0, 1, SIDE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    table = grade(np.stack((red, green, blue), axis=-1)).reshape(-1, 3)
    rows = "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in table)
    head = f'TITLE "Solvane Ember dusk"\nLUT_3D_SIZE {SIDE}\n'
    (Path(__file__).parent.parent / "assets" / "ember-dusk.cube").write_text(head + rows + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
