"""Draw the Ortik logo with Pillow: a ring with its pointer, and the wordmark; graphite and near-white.

    python -m venv artvenv
    artvenv/bin/pip install pillow
    artvenv/bin/python draw_logo.py OUTPUT_DIR --font Inter-Bold.otf

The stored pictures use Inter (SIL Open Font Licence 1.1).
"""

import argparse
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE, OVERSAMPLE = (1600, 460), 4
GRAPHITE, ICE, ELECTRIC = "#1C2229", "#EEF1F4", "#1566FF"
TRACKING = -0.012


def draw_mark(draw, x, y, radius, ink, accent):
    """An open ring, its gap at the top right where the pointer stands."""
    width = radius * 0.30
    draw.arc((x - radius, y - radius, x + radius, y + radius), -22, 292, fill=ink, width=round(width))
    a, r = math.radians(-45), radius - width / 2
    dot = width * 0.62
    cx, cy = x + r * math.cos(a), y + r * math.sin(a)
    draw.ellipse((cx - dot, cy - dot, cx + dot, cy + dot), fill=accent)


def draw_logo(path, font, ink):
    """Mark and word on a clear ground of the ink's own colour, so that edges keep no fringe."""
    clear = tuple(int(ink[k : k + 2], 16) for k in (1, 3, 5)) + (0,)
    width, height = SIZE[0] * OVERSAMPLE, SIZE[1] * OVERSAMPLE
    art = Image.new("RGBA", (width, height), clear)
    draw = ImageDraw.Draw(art)
    face = ImageFont.truetype(font, round(height * 0.66))
    capital = -face.getbbox("O", anchor="ls")[1]
    gap, x = face.size * TRACKING, height * 1.06
    for letter in "Ortik":
        draw.text((x, height / 2 + capital / 2), letter, font=face, fill=ink, anchor="ls")
        x += face.getlength(letter) + gap
    draw_mark(draw, height * 0.52, height / 2, capital * 0.62, ink, ELECTRIC)
    right = math.ceil((x + height * 0.18) / OVERSAMPLE)
    art.resize(SIZE, Image.LANCZOS).crop((0, 0, min(right, SIZE[0]), SIZE[1])).save(path, optimize=True)


def main():
    """Draw the logo for light and for dark grounds."""
    parser = argparse.ArgumentParser(description="Draw the Ortik logo.")
    parser.add_argument("output", type=Path)
    parser.add_argument("--font", required=True, help="a TrueType or OpenType font file")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    draw_logo(args.output / "ortik-logo.png", args.font, GRAPHITE)
    draw_logo(args.output / "ortik-logo-light.png", args.font, ICE)


if __name__ == "__main__":
    main()
