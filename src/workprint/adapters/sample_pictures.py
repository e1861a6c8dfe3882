"""Sample pictures for a new project that has none yet: a plain studio object, so that the brief runs as it is.

They are placeholders and say so; a person replaces them with pictures of the product.
"""

from __future__ import annotations

from pathlib import Path

import skia

NAMES = ("sample-cutout.png", "sample-still-life.png", "sample-close.png")
SIDE = 1600


def draw_samples(folder: Path, ground: str, accent: str) -> tuple[str, ...]:
    """Draw three pictures of a lidded jar into a folder: a cut-out, a still life and a close view; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    colours = (skia.Color(*_rgb(ground)), skia.Color(*_rgb(accent)))
    for name, scale, has_ground in zip(NAMES, (1.0, 0.72, 1.7), (False, True, True), strict=True):
        surface = skia.Surface(SIDE, SIDE)
        canvas = surface.getCanvas()
        canvas.clear(skia.ColorTRANSPARENT)
        if has_ground:
            _draw_ground(canvas, *colours)
        canvas.save()
        canvas.translate(SIDE / 2, SIDE * (0.62 if scale > 1 else 0.56))
        canvas.scale(scale, scale)
        if has_ground:
            _draw_shadow(canvas)
        _draw_jar(canvas, colours[1])
        canvas.restore()
        surface.makeImageSnapshot().save(str(folder / name), skia.kPNG)
    return NAMES


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _blend(colour: int, other: int, share: float) -> int:
    parts = [
        round(part(colour) * (1 - share) + part(other) * share)
        for part in (skia.ColorGetR, skia.ColorGetG, skia.ColorGetB)
    ]
    return int(skia.Color(*parts))


def _paint_gradient(start: tuple[float, float], end: tuple[float, float], colours: list[int]) -> skia.Paint:
    shader = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], colours)
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True)


def _draw_ground(canvas: skia.Canvas, ground: int, accent: int) -> None:
    light = _blend(ground, accent, 0.45)
    shader = skia.GradientShader.MakeRadial(
        skia.Point(SIDE * 0.42, SIDE * 0.4), SIDE * 0.85, [_blend(light, skia.ColorWHITE, 0.15), light, ground]
    )
    canvas.drawPaint(skia.Paint(Shader=shader, Dither=True))


def _draw_shadow(canvas: skia.Canvas) -> None:
    paint = skia.Paint(Color=skia.Color(0, 0, 0, 120), MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 34))
    canvas.drawOval(skia.Rect.MakeLTRB(-260, 430, 380, 520), paint)


def _draw_jar(canvas: skia.Canvas, accent: int) -> None:
    dark, light = _blend(accent, skia.ColorBLACK, 0.62), _blend(accent, skia.ColorWHITE, 0.55)
    body = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(-300, -260, 300, 480), 90, 90)
    canvas.drawRRect(body, _paint_gradient((-300, 0), (300, 0), [dark, accent, light, accent, dark]))
    lid = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(-250, -420, 250, -270), 46, 46)
    metal = _blend(dark, skia.ColorBLACK, 0.35)
    canvas.drawRRect(lid, _paint_gradient((-250, 0), (250, 0), [metal, _blend(metal, light, 0.6), metal]))
    label = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(-200, -60, 200, 260), 20, 20)
    paper = _blend(light, skia.ColorWHITE, 0.7)
    canvas.drawRRect(
        label, _paint_gradient((-200, 0), (200, 0), [_blend(paper, dark, 0.25), paper, _blend(paper, dark, 0.2)])
    )
    shine = skia.Paint(
        Color=skia.Color(255, 255, 255, 90), MaskFilter=skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 18)
    )
    canvas.drawRRect(skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(-240, -200, -196, 420), 22, 22), shine)
