"""Model the Ember lamp and render its five pictures with Blender's Cycles, on the CPU.

Set-up, in a virtual environment of its own (Python 3.11, as the bpy wheel asks for):

    python3.11 -m venv lampvenv
    lampvenv/bin/pip install "bpy==5.0.1" "numpy<2" pillow
    lampvenv/bin/python model_lamp.py OUTPUT_DIR            # all five, final quality
    lampvenv/bin/python model_lamp.py OUTPUT_DIR --only detail --scale 20 --samples 24

The stored pictures took 26 to 56 samples a pixel, two to nine minutes each on two cores.

--font FILE sets the typeface of the name engraved on the base (Jost in the stored pictures;
Blender's own font otherwise). The geometry is in lamp_geometry.py, the surfaces in
lamp_materials.py, the five sets in lamp_scenes.py, what all brands share in ../../studio.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np
from PIL import Image, ImageFilter

sys.path.append(str(Path(__file__).resolve().parents[2] / "studio"))

import lamp_scenes  # noqa: E402

TRANSPARENT = {"cutout"}
HALATION = {"evening": 0.20, "terrace": 0.20, "detail": 0.10}   # glow around bright parts


def set_up(samples, threads, scale):
    """An empty file with Cycles configured for clean, quick CPU renders."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.resolution_percentage = scale
    cycles = scene.cycles
    cycles.device, cycles.samples = "CPU", samples
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.015
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 6, 2, 4
    cycles.transparent_max_bounces = 24
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.blur_glossy = 4.0, 0.6
    return scene


def render(name, folder, args):
    scene = set_up(args.samples, args.threads, args.scale)
    lamp_scenes.SCENES[name](args.font)
    transparent = name in TRANSPARENT
    settings = scene.render.image_settings
    settings.file_format, settings.color_depth = "PNG", "8"
    settings.color_mode = "RGBA" if transparent else "RGB"
    scene.render.dither_intensity = 0.0 if transparent else 1.0
    scene.render.use_stamp = False
    scene.render.filepath = str(folder / f"{name}.png")
    bpy.ops.render.render(write_still=True)
    return folder / f"{name}.png"


def halation(image, amount):
    """Let the brightest parts bleed softly into their surroundings, as a lens does."""
    base = np.asarray(image, np.float32) / 255
    bright = np.clip(base - 0.55, 0, 1) / 0.45 * base
    source = Image.fromarray((bright * 255).astype("uint8"))
    glow = np.zeros_like(base)
    for share, weight in ((0.012, 0.35), (0.04, 0.40), (0.11, 0.45)):
        soft = source.filter(ImageFilter.GaussianBlur(image.width * share))
        glow += weight * np.asarray(soft, np.float32) / 255
    glow *= np.array([1.0, 0.74, 0.45], np.float32) * amount
    out = 1 - (1 - base) * (1 - np.clip(glow, 0, 1))
    noise = np.random.default_rng(1).normal(0, 0.0035, base.shape[:2] + (1,))
    return Image.fromarray((np.clip(out + noise, 0, 1) * 255 + 0.5).astype("uint8"))


def save_clean(raw, name, output):
    """Write the finished picture through Pillow, with pixels only and no metadata."""
    source = Image.open(raw)
    image = Image.frombytes(source.mode, source.size, source.tobytes())
    if name in TRANSPARENT:
        image.save(output / f"ember-{name}.png", optimize=True)
        return
    if name in HALATION:
        image = halation(image, HALATION[name])
    image.save(output / f"ember-{name}.jpg", quality=92, subsampling=0, optimize=True)


def main():
    parser = argparse.ArgumentParser(description="Render the pictures of the Ember lamp.")
    parser.add_argument("output", type=Path, help="folder for the finished pictures")
    parser.add_argument("--only", choices=sorted(lamp_scenes.SCENES), nargs="*")
    parser.add_argument("--scale", type=int, default=100, help="percentage of full size")
    parser.add_argument("--samples", type=int, default=56)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--font", help="font file for the engraved name")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in args.only or lamp_scenes.SCENES:
            save_clean(render(name, Path(folder), args), name, args.output)


if __name__ == "__main__":
    main()
