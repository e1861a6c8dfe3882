"""Set the rendered cut-out of the jar on Pikaro's sun rays, with Pillow: a flat poster without lettering.

    artvenv/bin/python draw_poster.py ASSETS_DIR        (reads pikaro-cutout.png, writes pikaro-poster.jpg)
"""

import argparse
import math
from pathlib import Path

from draw_art import CHILLI, CREAM, INK, MARIGOLD, draw_chilli
from PIL import Image, ImageDraw, ImageFilter

SIZE, OVERSAMPLE = (1360, 1700), 2
PODS = ((0.15, 0.16, 0.17), (0.76, 0.10, 0.19), (0.07, 0.62, 0.16), (0.84, 0.60, 0.18))


def draw_ground():
    """Rays from behind the jar, a red floor, pods in the four corners."""
    width, height = SIZE[0] * OVERSAMPLE, SIZE[1] * OVERSAMPLE
    art = Image.new("RGB", (width, height), MARIGOLD)
    draw = ImageDraw.Draw(art)
    x, y = width / 2, height * 0.52
    for k in range(28):
        ends = [(2 * math.pi * k / 28 + d, height) for d in (-0.056, 0.056)]
        draw.polygon([(x, y), *((x + r * math.cos(a), y + r * math.sin(a)) for a, r in ends)], fill="#FBC24A")
    draw.rectangle((0, height * 0.80, width, height), fill=CHILLI)
    draw.rectangle((0, height * 0.80, width, height * 0.806), fill=INK)
    radius = width * 0.43
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=CREAM)
    draw.rectangle((0, height * 0.806, width, height), fill=CHILLI)
    for px, py, size in PODS:
        draw_chilli(draw, px * width, py * height, size * height, CHILLI, "#2E6B1F")
    return art.resize(SIZE, Image.LANCZOS)


def stand_jar(art, jar):
    """Paste the jar with a soft contact shadow on the floor."""
    jar = jar.crop(jar.getbbox())
    jar = jar.resize((round(SIZE[0] * 0.56), round(jar.height * SIZE[0] * 0.56 / jar.width)), Image.LANCZOS)
    left, foot = (SIZE[0] - jar.width) // 2, round(SIZE[1] * 0.875)
    shade = Image.new("L", SIZE, 0)
    ImageDraw.Draw(shade).ellipse((left - 10, foot - 62, left + jar.width + 50, foot + 34), fill=170)
    art.paste(INK, (0, 0), shade.filter(ImageFilter.GaussianBlur(16)))
    art.paste(jar, (left, foot - jar.height), jar)
    return art


def main():
    """Write the poster beside the cut-out."""
    parser = argparse.ArgumentParser(description="Draw the Pikaro poster.")
    parser.add_argument("assets", type=Path)
    folder = parser.parse_args().assets
    art = stand_jar(draw_ground(), Image.open(folder / "pikaro-cutout.png"))
    art.save(folder / "pikaro-poster.jpg", quality=92, subsampling=0, optimize=True)


if __name__ == "__main__":
    main()
