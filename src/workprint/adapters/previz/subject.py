"""The product picture made ready for a set: cut out where it can be, framed as a print where it cannot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workprint.adapters.previz.colour import Array
from workprint.adapters.previz.cropping import choose_crop
from workprint.adapters.previz.imaging import blur, crop_to, premultiply, resize, round_box, smoothstep

Bytes = npt.NDArray[np.uint8]

BORDER_SPREAD = 7.0
"""Largest deviation (code values) round the rim of a picture for it to count as a plain studio ground."""
FLOOD_SIDE = 144
"""Long side of the small picture the plain ground is flooded on."""
EDGE_ROOM = 32
"""Pixels kept around a cut-out while its edges are cleaned: more than the blur reaches in the largest picture read."""
CARD_ASPECTS = {"tall": (0.62, 0.80), "upright": (0.7, 1.1), "square": (0.75, 1.25), "wide": (0.72, 1.6)}
"""Narrowest and widest print by frame shape: other pictures are cropped to these, so that a print fills its place."""


@dataclass(frozen=True)
class Subject:
    """A picture for a set: premultiplied RGBA trimmed to its ink, and whether it is a cut-out."""

    picture: Bytes
    is_cutout: bool

    @property
    def aspect(self) -> float:
        """Width over height."""
        return float(self.picture.shape[1] / self.picture.shape[0])


def choose_card_aspect(picture: Bytes, shape: str) -> float:
    """Width over height of the print made of a picture, in a frame of a shape."""
    low, high = CARD_ASPECTS[shape]
    return float(min(high, max(low, picture.shape[1] / picture.shape[0])))


def prepare_subject(picture: Bytes) -> Subject:
    """A subject of a straight-alpha RGBA picture: its own alpha, or a plain ground taken away, or a photo."""
    if has_cutout(picture[..., 3]):
        return Subject(trim(premultiply(clean_edges(picture))), True)
    opaque = picture.copy()
    opaque[..., 3] = 255
    alpha = cut_plain_ground(opaque)
    if alpha is None:
        return Subject(opaque, False)
    opaque[..., 3] = alpha
    return Subject(trim(premultiply(clean_edges(opaque))), True)


def has_cutout(alpha: Bytes) -> bool:
    """Whether an alpha plane really cuts something out."""
    clear = float((alpha < 16).mean())
    return 0.02 < clear < 0.995


def trim(picture: Bytes) -> Bytes:
    """A picture cropped to where its alpha is seen."""
    seen = picture[..., 3] > 10
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not rows.size:
        return picture
    return np.ascontiguousarray(picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def cut_margins(picture: Bytes) -> Bytes:
    """A picture without the ground that is wholly clear, but for EDGE_ROOM: nothing happens there."""
    rows, columns = (np.flatnonzero(picture[..., 3].any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return picture
    top, left = max(0, rows[0] - EDGE_ROOM), max(0, columns[0] - EDGE_ROOM)
    return np.ascontiguousarray(picture[top : rows[-1] + 1 + EDGE_ROOM, left : columns[-1] + 1 + EDGE_ROOM])


def clean_edges(picture: Bytes) -> Bytes:
    """Take the old background's colour out of half-transparent edges and draw the edge in by a fraction of a pixel.

    Edge colour is replaced by that of the opaque neighbourhood, so no pale outline is left on a dark set. What comes
    back has lost the empty ground around it.
    """
    radius = max(1.5, max(picture.shape[:2]) / 700)
    picture = cut_margins(picture)
    alpha: Array = picture[..., 3].astype(np.float32) / np.float32(255)
    solid: Array = (alpha > 0.97).astype(np.float32)
    if not solid.any():
        return picture
    weight = blur(solid, radius)
    share = smoothstep(0.02, 0.25, weight)
    share[alpha >= 0.97] = 0
    np.maximum(weight, 0.02, out=weight)
    out = picture.copy()
    for channel in range(3):
        near = blur(np.asarray(picture[..., channel] * solid, np.float32), radius)
        near /= weight
        near -= picture[..., channel]
        near *= share
        near += picture[..., channel]
        out[..., channel] = np.clip(near, 0, 255)
    out[..., 3] = np.clip((alpha - 0.10) / 0.88, 0, 1) * 255 + 0.5
    return out


def cut_plain_ground(picture: Bytes) -> Bytes | None:
    """Alpha of a product on a plain ground, by flooding from the rim; None when the ground is not plain."""
    height, width = picture.shape[:2]
    scale = FLOOD_SIDE / max(height, width)
    small = resize(picture, max(8, round(width * scale)), max(8, round(height * scale)))[..., :3].astype(np.float32)
    rim = np.concatenate((small[:2].reshape(-1, 3), small[-2:].reshape(-1, 3)))
    rim = np.concatenate((rim, small[:, :2].reshape(-1, 3), small[:, -2:].reshape(-1, 3)))
    middle = np.median(rim, axis=0)
    if float(np.percentile(np.abs(rim - middle).max(axis=1), 92)) > BORDER_SPREAD:
        return None
    ground = flood(np.abs(small - middle).max(axis=-1) < 3 * BORDER_SPREAD)
    share = float(ground.mean())
    if not 0.15 < share < 0.97:
        return None
    wide: Bytes = np.repeat((ground * 255).astype(np.uint8)[..., None], 4, axis=-1)
    grown = blur(resize(wide, width, height)[..., 0].astype(np.float32) / np.float32(255), 1.2 / scale)
    away = np.abs(picture[..., :3].astype(np.float32) - middle).max(axis=-1)
    product = np.maximum(smoothstep(BORDER_SPREAD * 1.2, BORDER_SPREAD * 4, away), 1 - smoothstep(0.02, 0.30, grown))
    return np.asarray(np.clip(product * 255 + 0.5, 0, 255), np.uint8)


def flood(open_places: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The open places that can be reached from the rim."""
    reached = np.zeros_like(open_places)
    reached[0], reached[-1] = open_places[0], open_places[-1]
    reached[:, 0], reached[:, -1] = open_places[:, 0], open_places[:, -1]
    count = -1
    while count != int(reached.sum()):
        count = int(reached.sum())
        for _ in range(8):
            grown = reached.copy()
            grown[1:] |= reached[:-1]
            grown[:-1] |= reached[1:]
            grown[:, 1:] |= reached[:, :-1]
            grown[:, :-1] |= reached[:, 1:]
            reached = grown & open_places
    return reached


def frame_as_card(picture: Bytes, width: int, aspect: float, paper: Array) -> Bytes:
    """A photo as a print `width` pixels wide: a paper border with rounded corners, cropped to an aspect.

    `paper` is display RGB 0..1.
    """
    height = round(width / aspect)
    border = max(2, round(0.034 * min(width, height)))
    inner = crop_to(
        picture,
        choose_crop(picture, (width - 2 * border) / (height - 2 * border)),
        width - 2 * border,
        height - 2 * border,
    )
    card = np.empty((height, width, 4), np.uint8)
    card[..., :3] = np.clip(paper * 255, 0, 244)
    card[..., 3] = 255
    card[border:-border, border:-border] = inner
    card[..., 3] = 255
    cover = round_box(width, height, 0.010 * min(width, height))
    return np.asarray(card * cover[..., None] + 0.5, np.uint8)
