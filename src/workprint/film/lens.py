"""Lens formulas on a full-frame sensor (E1): field of view, hyperfocal distance, words for depth of field."""

from __future__ import annotations

import math

SENSOR_WIDTH_MM = 36.0
"""Long side of a full-frame sensor (36 x 24 mm, the 135 film format of ISO 1007)."""

CIRCLE_OF_CONFUSION_MM = 0.029
"""Largest blur spot seen as a point: full-frame diagonal 43.27 mm / 1500 (the Zeiss formula's customary 0.029)."""

DEEP_FOCUS_HYPERFOCAL_M = 5.0
"""Closer than this and everything from a tabletop to the wall behind it looks sharp; our own rule of thumb."""

SHALLOW_FOCUS_HYPERFOCAL_M = 14.0
"""Farther than this and a background at arm's length behind the product dissolves; our own rule of thumb."""


def measure_field_of_view(focal_length_mm: float) -> float:
    """Field of view along the sensor's long side in degrees: 2 atan(w / 2f), the thin-lens angle at infinity.

    Raises ValueError unless the focal length is positive.
    """
    if focal_length_mm <= 0:
        raise ValueError(f"a focal length must be positive, not {focal_length_mm} mm")
    return round(math.degrees(2 * math.atan(SENSOR_WIDTH_MM / (2 * focal_length_mm))), 2)


def measure_hyperfocal(focal_length_mm: float, f_number: float) -> float:
    """Hyperfocal distance in metres: f^2 / (N c) + f; focused there, all from half of it to infinity is sharp.

    Raises ValueError unless focal length and f-number are positive.
    """
    if focal_length_mm <= 0 or f_number <= 0:
        raise ValueError(f"no such lens: {focal_length_mm} mm at f/{f_number}")
    millimetres = focal_length_mm**2 / (f_number * CIRCLE_OF_CONFUSION_MM) + focal_length_mm
    return round(millimetres / 1000, 3)


def describe_depth(hyperfocal_m: float) -> str:
    """Depth of field in words a picture model understands."""
    if hyperfocal_m >= SHALLOW_FOCUS_HYPERFOCAL_M:
        return "shallow depth of field with a softly dissolving background"
    if hyperfocal_m >= DEEP_FOCUS_HYPERFOCAL_M:
        return "moderate depth of field"
    return "deep focus from front to back"
