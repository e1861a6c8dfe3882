"""Draw Pikaro's flat art with Pillow: the wrap-round label of the jar and the logo.

    python -m venv artvenv
    artvenv/bin/pip install pillow
    artvenv/bin/python draw_art.py OUTPUT_DIR --font SofiaSansExtraCondensed-ExtraBold.ttf

The stored pictures use Sofia Sans Extra Condensed (SIL Open Font Licence 1.1).
"""

import argparse
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CHILLI, MARIGOLD, CREAM, INK = "#C4200F", "#F5A300", "#FFF1D6", "#3A0B05"
LABEL = (3840, 1000)
OVERSAMPLE = 2


def chilli_outline(x, y, size, lean=0.0):
    """A curved pod as a polygon: stem end at the top, tip to the right; size is its length."""
    left, right = [], []
    for k in range(61):
        t = k / 60
        bend = 0.34 * math.sin(t * math.pi * 0.62)
        cx, cy = x + size * (0.60 * t * t + lean * t), y + size * (t - bend * t * 0.5)
        width = size * 0.17 * (1 - t) ** 0.62 * (0.72 + 0.6 * math.sin(math.pi * min(1.0, t * 1.7)))
        left.append((cx - width * 0.95, cy + width * 0.35))
        right.append((cx + width * 0.95, cy - width * 0.35))
    return left + right[::-1]


def draw_chilli(draw, x, y, size, pod, stem):
    """A pod with its green or dark cap."""
    draw.polygon(chilli_outline(x, y, size), fill=pod)
    draw.pieslice((x - size * 0.17, y - size * 0.16, x + size * 0.19, y + size * 0.14), 175, 365, fill=stem)
    draw.line(
        [(x, y - size * 0.08), (x - size * 0.03, y - size * 0.24), (x - size * 0.10, y - size * 0.30)],
        fill=stem,
        width=max(2, round(size * 0.065)),
        joint="curve",
    )


def draw_centred(draw, text, middle, y, face, fill, tracking=0.0):
    """One line, centred letter by letter so that tracking and kerning stay even."""
    gap = face.size * tracking
    width = sum(face.getlength(letter) + gap for letter in text) - gap
    x = middle - width / 2
    for letter in text:
        draw.text((x, y), letter, font=face, fill=fill, anchor="ls")
        x += face.getlength(letter) + gap
    return width


def draw_label(path, font):
    """The label: a sun of rays on cream, the name, a red foot with what it is. Its middle faces the camera."""
    scale = OVERSAMPLE
    width, height = LABEL[0] * scale, LABEL[1] * scale
    art = Image.new("RGB", (width, height), CREAM)
    draw = ImageDraw.Draw(art)
    middle, sun = width / 2, height * 0.60
    for k in range(-40, 41):
        a = math.pi / 2 + k * math.pi / 40
        ends = [(middle + math.cos(a + d) * width, sun - math.sin(a + d) * width) for d in (-0.020, 0.020)]
        draw.polygon([(middle, sun), *ends], fill="#F9CE73")
    radius = height * 0.47
    draw.ellipse((middle - radius * 1.36, sun - radius, middle + radius * 1.36, sun + radius), fill=MARIGOLD)
    draw.rectangle((0, height * 0.70, width, height), fill=CHILLI)
    draw.rectangle((0, height * 0.70, width, height * 0.722), fill=INK)
    big, small, tiny = (ImageFont.truetype(font, round(height * share)) for share in (0.56, 0.205, 0.10))
    draw_centred(draw, "PIKARO", middle, height * 0.635, big, CHILLI, 0.012)
    draw_centred(draw, "CHILLI CRUNCH", middle, height * 0.895, small, CREAM, 0.035)
    draw_centred(draw, "LOUD. CRISPY. SPOONABLE.", middle, height * 0.165, tiny, INK, 0.06)
    for side in (-1, 1):
        draw_chilli(draw, middle + side * width * 0.245, height * 0.20, height * 0.36, CHILLI, "#2E6B1F")
        for k in range(5):
            y = height * (0.22 + 0.085 * k)
            draw.rectangle(
                (
                    middle + side * width * 0.40 - width * 0.05,
                    y,
                    middle + side * width * 0.40 + width * (0.05 - 0.012 * (k % 3)),
                    y + height * 0.03,
                ),
                fill=INK,
            )
    art.resize(LABEL, Image.LANCZOS).save(path)


def draw_logo(path, font, colour, accent):
    """The wordmark with its pod, on a clear ground."""
    size, scale = (1600, 620), 4
    clear = tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5)) + (0,)
    art = Image.new("RGBA", (size[0] * scale, size[1] * scale), clear)
    draw = ImageDraw.Draw(art)
    face = ImageFont.truetype(font, round(460 * scale))
    draw_centred(draw, "PIKARO", art.width * 0.60, art.height * 0.77, face, colour, 0.012)
    draw_chilli(draw, art.width * 0.085, art.height * 0.28, art.height * 0.50, accent, colour)
    art.resize(size, Image.LANCZOS).save(path, optimize=True)


def main():
    """Draw the label and both logos."""
    parser = argparse.ArgumentParser(description="Draw the Pikaro label and logo.")
    parser.add_argument("output", type=Path)
    parser.add_argument("--font", required=True, help="a TrueType or OpenType font file")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    draw_label(args.output / "label.png", args.font)
    draw_logo(args.output / "pikaro-logo.png", args.font, INK, CHILLI)
    draw_logo(args.output / "pikaro-logo-light.png", args.font, CREAM, CREAM)


if __name__ == "__main__":
    main()
