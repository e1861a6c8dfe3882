"""Draw the Solvane logo: the wordmark and its mark, once in bone and once in ink.

    python -m venv logovenv
    logovenv/bin/pip install skia-python pillow
    logovenv/bin/python draw_logo.py OUTPUT_DIR --font Jost-Regular.ttf

The stored pictures use Jost Regular (SIL Open Font Licence 1.1, npm package @fontsource/jost).
Only the drawing is stored here, never the font.
"""

import argparse
from pathlib import Path

import skia
from PIL import Image

SIZE = (1600, 500)
COLOURS = {"solvane-logo": "#F3EADB", "solvane-logo-dark": "#12211D"}
WORD, FONT_SIZE, TRACKING = "SOLVANE", 172, 0.30
KERN = {"LV": -0.05, "VA": -0.10, "AN": -0.02, "NE": -0.05}     # optical, in ems


def paint_of(colour, width=0.0):
    paint = skia.Paint(AntiAlias=True, Color=skia.Color(
        *(int(colour[i:i + 2], 16) for i in (1, 3, 5))))
    if width:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
    return paint


def draw_mark(canvas, x, middle, colour, size=214.0):
    """A dome over a thin line, with a point of light between them."""
    half, stroke = size / 2, 10.5
    top = middle - size * 0.46
    dome = skia.Path()
    dome.moveTo(x - half, top + half * 1.06)
    dome.cubicTo(x - half, top + half * 0.36, x - half * 0.56, top, x, top)
    dome.cubicTo(x + half * 0.56, top, x + half, top + half * 0.36, x + half, top + half * 1.06)
    dome.close()
    line = paint_of(colour, stroke)
    line.setStrokeJoin(skia.Paint.kRound_Join)
    canvas.drawPath(dome, line)
    foot = middle + size * 0.46
    canvas.drawLine(x - half * 0.60, foot, x + half * 0.60, foot, line)
    canvas.drawCircle(x, (top + half * 1.06 + foot) / 2, size * 0.062, paint_of(colour))


def word_layout(font):
    """Glyphs, their left edges and the word's inked width, with even tracking."""
    glyphs = font.textToGlyphs(WORD)
    widths, bounds = font.getWidths(glyphs), font.getBounds(glyphs)
    gap, x, places = font.getSize() * TRACKING, 0.0, []
    for index, width in enumerate(widths):
        places.append(x)
        x += width + gap + KERN.get(WORD[index:index + 2], 0.0) * font.getSize()
    left = bounds[0].left()
    right = places[-1] + bounds[-1].right()
    return glyphs, [p - left for p in places], right - left


def draw_logo(path, colour, typeface):
    surface = skia.Surface(*SIZE)
    canvas = surface.getCanvas()
    canvas.clear(skia.ColorTRANSPARENT)
    font = skia.Font(typeface, FONT_SIZE)
    font.setSubpixel(True)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setHinting(skia.FontHinting.kNone)
    glyphs, places, width = word_layout(font)
    mark, space, middle = 214.0, 84.0, SIZE[1] / 2
    start = (SIZE[0] - (mark + space + width)) / 2
    draw_mark(canvas, start + mark / 2, middle, colour, mark)
    cap = font.getMetrics().fCapHeight
    for glyph, place in zip(glyphs, places):
        outline = font.getPath(glyph)
        canvas.save()
        canvas.translate(start + mark + space + place, middle + cap / 2)
        canvas.drawPath(outline, paint_of(colour))
        canvas.restore()
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    flat = Image.new("RGBA", SIZE, colour)           # one even colour; only the alpha is drawn
    flat.putalpha(Image.fromarray(pixels).getchannel("A"))
    flat.save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description="Draw the Solvane logo.")
    parser.add_argument("output", type=Path)
    parser.add_argument("--font", required=True, help="a TrueType or OpenType font file")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    typeface = skia.Typeface.MakeFromFile(args.font)
    if typeface is None:
        raise SystemExit(f"cannot read the font {args.font}")
    for name, colour in COLOURS.items():
        draw_logo(args.output / f"{name}.png", colour, typeface)


if __name__ == "__main__":
    main()
