"""The sheet a title is drawn on: a soft scrim, solid plates, ink above both, and a record of where type stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import skia

from workprint.adapters.titles.backdrop import Backdrop
from workprint.adapters.titles.colours import LIGHT_GROUND, Colours, find_worst_contrast, mix
from workprint.adapters.titles.tone import Tone, choose_tone, find_gray
from workprint.film.canonical import Json
from workprint.lab.fonts import missing_glyphs
from workprint.lab.pictures import Pixels
from workprint.lab.safe_areas import Area
from workprint.lab.typeset import Block, InkBox, contrast_ratio, find_ink, find_luminance, parse_color

Plate = npt.NDArray[np.float32]

LIGHT_FEATHER = 0.72
"""How far a light scrim fades against a dark one."""

INKED = 64
"""Coverage 0-255 from which a pixel counts as part of a letter."""


@dataclass(frozen=True)
class Placed:
    """Type on the sheet: place and mask of its letters, its colour, the opaque shape below it ("" for a plate)."""

    x: int
    y: int
    mask: npt.NDArray[np.bool_]
    color: str
    ground: str


@dataclass(frozen=True)
class Written:
    """A paragraph on the sheet, its column's top left corner, the box of its ink, degrees it is turned clockwise."""

    block: Block
    x: int
    y: int
    role: str
    ground: str
    box: InkBox
    turn: float


@dataclass
class Sheet:
    """A full frame being drawn. Coordinates are pixels from the top left corner."""

    width: int
    height: int
    colours: Colours
    backdrop: Backdrop | None = None
    tone: Tone = field(init=False)
    plate: Plate = field(init=False)
    ground: skia.Surface = field(init=False)
    surface: skia.Surface = field(init=False)
    placed: list[Placed] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    things: list[Area | Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plate = np.zeros((self.height, self.width), np.float32)
        info = skia.ImageInfo.Make(self.width, self.height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        self.surface = skia.Surface.MakeRaster(info)
        self.ground = skia.Surface.MakeRaster(info)
        self.tone = choose_tone(None, (), self.colours)

    @property
    def short_side(self) -> int:
        """The unit all sizes are shares of."""
        return min(self.width, self.height)

    def spread(self, area: Area, feather: float) -> None:
        """Lay a soft scrim in the tone's colour and strength: full over the area, fading over `feather` pixels.

        A light one fades sooner: over a picture it looks like mist.
        """
        if self.tone.strength <= 0:
            return
        feather *= LIGHT_FEATHER if find_luminance(self.tone.scrim) > LIGHT_GROUND else 1.0
        columns, rows = np.arange(self.width, dtype=np.float32) + 0.5, np.arange(self.height, dtype=np.float32) + 0.5
        across = np.maximum(np.maximum(area.x - columns, columns - area.right), 0).astype(np.float32)
        down = np.maximum(np.maximum(area.y - rows, rows - area.bottom), 0).astype(np.float32)
        distance = np.hypot(across[None, :], down[:, None]) / np.float32(feather)
        np.maximum(self.plate, fade(distance) * np.float32(self.tone.strength), out=self.plate)

    def lay_plate(self, area: Area, color: str, radius: float) -> None:
        """Draw a solid rounded rectangle that comes before the type on it and is no part of its movement."""
        self._round(self.ground, area, radius, skia.Paint(Color=skia.Color(*parse_color(color)), AntiAlias=True))
        self.areas.append(area)

    def rule_plate(self, area: Area, color: str, radius: float, stroke: float) -> None:
        """Draw a rounded rectangle's edge on a plate, its stroke inside the area."""
        paint = skia.Paint(Color=skia.Color(*parse_color(color)), AntiAlias=True, StrokeWidth=stroke)
        paint.setStyle(skia.Paint.kStroke_Style)
        inset = Area(area.x + stroke / 2, area.y + stroke / 2, area.width - stroke, area.height - stroke)
        self._round(self.ground, inset, radius, paint)

    @staticmethod
    def _round(surface: skia.Surface, area: Area, radius: float, paint: skia.Paint) -> None:
        rect = skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height)
        surface.getCanvas().drawRoundRect(rect, radius, radius, paint)

    def write(self, block: Block, x: float, y: float, role: str, ground: str = "") -> None:
        """Draw type of a role, its column's top left corner at (x, y). `ground` colours an opaque shape below it."""
        self.write_turned(block, (x, y), role, ground, 0.0)

    def write_turned(self, block: Block, at: tuple[float, float], role: str, ground: str, turn: float) -> None:
        """Draw type turned clockwise by degrees about the middle of its column."""
        x, y = round(at[0]), round(at[1])
        middle = (block.width / 2, block.height / 2)
        draw_turned(block, self.surface.getCanvas(), (x, y), middle, turn)
        pad = math.ceil(block.size_px + (block.width / 2 if turn else 0))
        alone = skia.Surface(math.ceil(block.width) + 2 * pad, math.ceil(block.height) + 2 * pad)
        draw_turned(block, alone.getCanvas(), (pad, pad), middle, turn)
        alpha = alone.toarray()[:, :, 3]
        ink = find_ink(alpha)
        self.texts.append((block.text, block.style.family))
        self.cut += [role] if block.is_truncated else []
        if ink is None:
            return
        box = InkBox(x + ink.x - pad, y + ink.y - pad, ink.width, ink.height)
        mask = alpha[ink.y : ink.y + ink.height, ink.x : ink.x + ink.width] > INKED
        inside = mask[max(-box.y, 0) :, max(-box.x, 0) :]
        self.placed.append(Placed(max(box.x, 0), max(box.y, 0), inside, block.style.color, ground))
        self.areas.append(Area(box.x, box.y, box.width, box.height))
        self.things.append(Written(block, x, y, role, ground, box, turn))

    def fill(self, area: Area, color: str, radius: float) -> None:
        """Draw an opaque rounded rectangle."""
        self._round(self.surface, area, radius, skia.Paint(Color=skia.Color(*parse_color(color)), AntiAlias=True))
        self.areas.append(area)
        self.things.append(area)

    def fill_path(self, path: skia.Path, color: str, area: Area) -> None:
        """Draw an opaque shape; `area` is the box it stands in."""
        self.surface.getCanvas().drawPath(path, skia.Paint(Color=skia.Color(*parse_color(color)), AntiAlias=True))
        self.areas.append(area)
        self.things.append(area)

    def stroke_path(self, path: skia.Path, color: str, stroke: float) -> None:
        """Draw a line on a shape that is there already."""
        paint = skia.Paint(Color=skia.Color(*parse_color(color)), AntiAlias=True, StrokeWidth=stroke)
        paint.setStyle(skia.Paint.kStroke_Style)
        self.surface.getCanvas().drawPath(path, paint)

    def outline(self, area: Area, color: str, radius: float, stroke: float) -> None:
        """Draw a rounded rectangle's edge, its stroke inside the area."""
        paint = skia.Paint(
            Color=skia.Color(*parse_color(color)), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=stroke
        )
        rect = skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height).makeInset(stroke / 2, stroke / 2)
        self.surface.getCanvas().drawRoundRect(rect, radius, radius, paint)
        self.areas.append(area)
        self.things.append(area)

    def shade(self, path: skia.Path, blur: float) -> None:
        """Draw a soft shadow under a shape, so that it stands off the footage."""
        paint = skia.Paint(Color=skia.ColorSetARGB(84, 0, 0, 0), AntiAlias=True)
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        lower = skia.Path(path)
        lower.offset(0, blur * 0.55)
        self.surface.getCanvas().drawPath(lower, paint)

    def paste(self, image: skia.Image, area: Area, radius: float = 0.0) -> None:
        """Draw a picture into an area, its corners rounded where it is a tile of its own."""
        canvas = self.surface.getCanvas()
        rect = skia.Rect.MakeXYWH(area.x, area.y, area.width, area.height)
        canvas.save()
        canvas.clipRRect(skia.RRect.MakeRectXY(rect, radius, radius), doAntiAlias=True)
        canvas.drawImageRect(image, rect, skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))
        canvas.restore()
        self.areas.append(area)
        self.things.append(area)

    def find_contrast(self) -> float:
        """The lowest contrast of any letter over any footage; 21 when there is no type."""
        return min((self._judge(one) for one in self.placed), default=21.0)

    def _judge(self, one: Placed) -> float:
        if one.ground:
            return contrast_ratio(one.color, one.ground)
        under = self.plate[one.y : one.y + one.mask.shape[0], one.x : one.x + one.mask.shape[1]]
        mask = one.mask[: under.shape[0], : under.shape[1]]
        weakest = float(under[mask].min()) if mask.any() else 1.0
        if self.backdrop is None:
            return find_worst_contrast(one.color, self.tone.scrim, weakest)
        behind = self.backdrop.find_range(Area(one.x, one.y, mask.shape[1], mask.shape[0]))
        seen = (mix(find_gray(level), self.tone.scrim, weakest) for level in behind)
        return min(contrast_ratio(one.color, color) for color in seen)

    def list_facts(self) -> dict[str, Json]:
        """What a title tells about itself: ink box, lowest contrast, characters no font has."""
        x0 = max(0, math.floor(min((area.x for area in self.areas), default=0)))
        y0 = max(0, math.floor(min((area.y for area in self.areas), default=0)))
        x1 = min(self.width, math.ceil(max((area.right for area in self.areas), default=0)))
        y1 = min(self.height, math.ceil(max((area.bottom for area in self.areas), default=0)))
        # Rounded down: a reported 4.5 must not be a true 4.496.
        contrast = math.floor(self.find_contrast() * 100) / 100
        missing: list[Json] = list(dict.fromkeys(char for one in self.texts for char in missing_glyphs(*one)))
        return {"box": [x0, y0, x1 - x0, y1 - y0], "contrast": contrast, "missing": missing}

    def flatten_plate(self) -> Pixels:
        """Scrim and plates alone, (H, W, 4) with straight alpha."""
        pixels = np.empty((self.height, self.width, 4), np.uint8)
        pixels[:, :, :3] = parse_color(self.tone.scrim)
        pixels[:, :, 3] = dither(self.plate * np.float32(255))
        self._lay(self.ground, pixels)
        return pixels

    def read_ink(self, alpha: skia.AlphaType = skia.kUnpremul_AlphaType) -> Pixels:
        """All that is drawn over the plates, (H, W, 4), its alpha straight unless asked otherwise."""
        return self._read(self.surface, alpha)

    def _read(self, surface: skia.Surface, alpha: skia.AlphaType) -> Pixels:
        ink = np.empty((self.height, self.width, 4), np.uint8)
        info = surface.imageInfo().makeAlphaType(alpha)
        surface.makeImageSnapshot().readPixels(info, ink, self.width * 4, 0, 0)
        return ink

    def _lay(self, surface: skia.Surface, pixels: Pixels) -> None:
        drawn = self._read(surface, skia.kPremul_AlphaType)
        box = find_ink(drawn[:, :, 3])
        if box is not None:
            part = np.s_[box.y : box.y + box.height, box.x : box.x + box.width]
            pixels[part] = lay_over(drawn[part], pixels[part])

    def flatten(self) -> Pixels:
        """The finished frame, (H, W, 4) with straight alpha."""
        pixels = self.flatten_plate()
        self._lay(self.surface, pixels)
        return pixels


def draw_turned(
    block: Block, canvas: skia.Canvas, at: tuple[int, int], middle: tuple[float, float], turn: float
) -> None:
    """Draw a block at a place, turned about its middle."""
    canvas.save()
    canvas.rotate(turn, at[0] + middle[0], at[1] + middle[1])
    block.draw(canvas, *at)
    canvas.restore()


def fade(distance: Plate) -> Plate:
    """1 at distance 0, 0 from 1 on: a smoothstep begun early, so that no line shows where it starts or ends."""
    eased = np.minimum(distance, np.float32(1)) ** np.float32(0.8)
    return (1 - eased * eased * (3 - 2 * eased)).astype(np.float32)


def dither(levels: Plate) -> npt.NDArray[np.uint8]:
    """Round to 8 bits with interleaved gradient noise (Jimenez 2014), so that a long fade shows no bands."""
    rows, columns = np.indices(levels.shape, dtype=np.float32)
    ramp = np.modf(columns * np.float32(0.06711056) + rows * np.float32(0.00583715))[0]
    noise = np.modf(np.float32(52.9829189) * ramp)[0]
    settled = (levels <= 0) | (levels >= levels.max())
    return np.clip(np.floor(levels + np.where(settled, np.float32(0.5), noise)), 0, 255).astype(np.uint8)


def lay_over(ink: Pixels, below: Pixels) -> Pixels:
    """Straight-alpha `over` of multiplied ink on a straight plate (Porter and Duff 1984)."""
    cover = ink[:, :, 3:].astype(np.float32) / 255
    plate_alpha = below[:, :, 3:].astype(np.float32) / 255 * (1 - cover)
    alpha = cover + plate_alpha
    color = ink[:, :, :3].astype(np.float32) + below[:, :, :3].astype(np.float32) * plate_alpha
    straight = np.where(alpha > 0, color / np.maximum(alpha, np.float32(1e-6)), below[:, :, :3])
    return np.concatenate([np.rint(straight), np.rint(alpha * 255)], axis=2).clip(0, 255).astype(np.uint8)
