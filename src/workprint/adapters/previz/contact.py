"""Where a product touches what it stands on: the line of contact, its shadow and its mirror image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.colour import Array
from workprint.adapters.previz.imaging import blur

STEEPEST = 1.1
"""Rise of the lower edge (rows to a column) up to which it still lies on the ground: beyond, it leaves it."""
TOUCH_SHARE = 0.955
"""Share of the height below which whatever is opaque touches the ground."""
MIRROR_BLUR = 0.005
"""Blur of a mirror image in heights: polished, not a looking glass."""


@dataclass(frozen=True)
class Contact:
    """The lower edge of a silhouette.

    `line` holds, for each column, the row it meets the ground at; `touches` says in which columns it really does,
    `rise` how many rows the line climbs from its lowest place.
    """

    line: npt.NDArray[np.intp]
    touches: npt.NDArray[np.bool_]
    rise: int


def find_contact(alpha: Array) -> Contact:
    """The contact of a silhouette (alpha 0..1): followed outwards from its foot while the lower edge stays flat.

    So a product seen from above, whose lower edge runs at a slant, lies on the ground all along that edge, and one
    seen from the front only on its foot.
    """
    height, width = alpha.shape
    solid = alpha > 0.5
    lowest = np.where(solid.any(axis=0), height - 1 - np.argmax(solid[::-1], axis=0), -1)
    feet = np.flatnonzero(lowest >= int(height * TOUCH_SHARE))
    line = np.full(width, height - 1)
    touches = np.zeros(width, bool)
    if not feet.size:
        return Contact(line, touches, 0)
    span = max(2, width // 60)
    for start, step in ((int(feet[-1]), 1), (int(feet[0]), -1)):
        column = start
        while 0 <= column + step * span < width:
            ahead = column + step * span
            if lowest[ahead] < 0 or abs(int(lowest[ahead]) - int(lowest[column])) > STEEPEST * span:
                break
            touches[min(column, ahead) : max(column, ahead) + 1] = True
            column = ahead
    touches[feet[0] : feet[-1] + 1] = True
    reached = np.flatnonzero(touches)
    line[reached] = np.where(lowest[reached] >= 0, lowest[reached], height - 1)
    # Beyond its ends the line goes on level, so that a mirror image has no step.
    line[: reached[0]], line[reached[-1] + 1 :] = line[reached[0]], line[reached[-1]]
    smooth = np.rint(blur(line.astype(np.float32)[None, :], span / 2)[0]).astype(np.intp)
    return Contact(smooth, touches, int(height - 1 - smooth[touches].min()))


def draw_mirror(
    sheet: Array, lit: Array, contact: Contact, place: tuple[int, int], *, level: float, reach: float
) -> None:
    """Lay the mirror image of a picture under it: faint, fading over `reach` rows. `place` is its (column, row)."""
    side, top = place
    height, width = lit.shape[:2]
    # Only the rows that can show anything: from the highest place of the line to where the fade has ended.
    first = max(0, int(contact.line.min()) - 2)
    rows = min(sheet.shape[0] - top - first, int(contact.line.max()) - first + int(5 * reach))
    below = (np.arange(rows)[:, None] + first) - contact.line[None, :]
    source = np.clip(contact.line[None, :] - below, 0, height - 1)
    fade = np.exp(-np.maximum(below, 0).astype(np.float32) / np.float32(reach)) * np.float32(level)
    fade *= (below >= -2) & (below <= contact.line[None, :]) & (below < 5 * reach)
    mirror = lit[source, np.arange(width)[None, :]] * fade[..., None]
    mirror = blur(mirror, MIRROR_BLUR * height)
    window = sheet[top + first : top + first + rows, side : side + width]
    window[:] = mirror + window * (1 - mirror[..., 3:4])


def draw_shadow(sheet: Array, contact: Contact, place: tuple[int, int], depth: float, height: int) -> None:
    """Darken the ground along the line of contact: a tight core and a wide, soft surround."""
    touching = np.flatnonzero(contact.touches)
    if not touching.size:
        return
    side, top = place
    half = max(3.0, (touching[-1] - touching[0]) / 2)
    unit = min(half, 0.6 * height)
    columns = np.arange(sheet.shape[1], dtype=np.float32) - np.float32(side)
    line = np.interp(columns, np.arange(contact.line.size), contact.line).astype(np.float32)
    first = max(0, top + int(line.min() - 0.25 * unit))
    last = min(sheet.shape[0], top + int(line.max() + 0.7 * unit) + 8)
    y = np.arange(first, last, dtype=np.float32)[:, None] - np.float32(top) - line[None, :]
    x = (columns - np.float32((touching[0] + touching[-1]) / 2))[None, :]
    edge = np.clip(
        (len(columns) / 2 - np.abs(np.arange(len(columns)) - len(columns) / 2)) / (0.05 * len(columns)), 0, 1
    )
    dark = np.zeros(y.shape, np.float32)
    for width, drop, strength in ((0.99, 0.030, 0.95), (1.07, 0.085, 0.68), (1.22, 0.21, 0.40)):
        across = np.exp(-((np.abs(x) / np.float32(half * width)) ** 7))
        # Upwards the shadow ends at once: above the line there is the product.
        soft = np.where(y < 0, np.float32(0.25 * unit * drop + 1), np.float32(unit * drop + 1))
        fade = np.exp(-((y / soft) ** 2))
        dark = np.maximum(dark, np.float32(strength * min(1.0, 1.25 * depth)) * across * fade)
    dark *= edge.astype(np.float32)
    keep = (1 - np.minimum(dark, 0.94))[..., None]
    window = sheet[first:last]
    window[..., :3] *= keep
    window[..., 3] = 1 - (1 - window[..., 3]) * keep[..., 0]
