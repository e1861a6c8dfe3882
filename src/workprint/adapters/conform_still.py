"""Makes a bought picture the first frame of its shot: its middle in the film's shape, scaled to the film's size.

Cut and scaled, never filled up: a picture whose shape is too far from the film's is not chosen by the router.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import skia

from workprint.film.conform_orders import CONFORM_STILL, ORIGIN, ConformStillPayload
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.lab.picture_headers import PictureRefused
from workprint.lab.pictures import Pixels, load_image, save_png, to_array
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard


def conform_still(bench: Bench) -> Made:
    """The picture of role `still` as an opaque PNG of exactly the asked size. Facts: those the payload names."""
    payload = bench.payload
    assert isinstance(payload, ConformStillPayload)
    given = bench.inputs["still"]
    try:
        picture = load_image(given.path)
    except PictureRefused as refused:
        remedy = Remedy('allow another model, or let it be made here: stills = "previz" in project.toml')
        raise OrderFailed(f"The bought picture cannot be used: {refused.message}", remedy=remedy) from refused
    source = choose_crop(picture.width(), picture.height(), payload)
    path = Path(bench.scratch) / "still.png"
    save_png(draw(picture, source, payload), path)
    told = {
        "width": payload.width,
        "height": payload.height,
        "source_size": [picture.width(), picture.height()],
        "scaled_by": round(payload.width / source.width(), 3),
        "cut_away": round(1 - source.width() * source.height() / (picture.width() * picture.height()), 3),
        **{key: value for key, value in given.facts.items() if key in ORIGIN},
    }
    return Made((MadeFile(path, "image/png", f"{bench.name}.png"),), told)


def choose_crop(width: int, height: int, payload: ConformStillPayload) -> skia.Rect:
    """The largest part of a picture in the film's shape, around its middle; in pixels, and parts of them."""
    scale = min(width / payload.width, height / payload.height)
    across, down = payload.width * scale, payload.height * scale
    return skia.Rect.MakeXYWH((width - across) / 2, (height - down) / 2, across, down)


def draw(picture: skia.Image, source: skia.Rect, payload: ConformStillPayload) -> Pixels:
    """The part of the picture over the ground colour, at the asked size."""
    size = payload.width, payload.height
    surface = skia.Surface.MakeRaster(skia.ImageInfo.Make(*size, skia.kRGBA_F16_ColorType, skia.kPremul_AlphaType))
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(*bytes.fromhex(payload.ground[1:])))
    is_smaller = source.width() > payload.width
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    sharp = skia.SamplingOptions(skia.CubicResampler.Mitchell())
    canvas.drawImageRect(
        picture,
        source,
        skia.Rect.MakeWH(*size),
        smooth if is_smaller else sharp,
        None,
        skia.Canvas.kStrict_SrcRectConstraint,
    )
    return to_array(surface.makeImageSnapshot())


def _describe_tools() -> str:
    return f"skia {version('skia-python')}"


def _estimate(order: Order) -> Estimate:
    """Measured at 1080p, tests/adapters/test_conform_bought.py."""
    return Estimate(NOTHING, 0.3)


MAKERS = (
    MakerCard(
        CONFORM_STILL,
        1,
        ConformStillPayload,
        "workprint.adapters.conform_still:conform_still",
        False,
        _describe_tools,
        _estimate,
    ),
)
