"""Render sets with Blender's Cycles on the CPU and write the pictures without metadata."""

import argparse
import tempfile
from pathlib import Path

import bpy
from PIL import Image


def set_up(samples, threads, scale):
    """An empty file with Cycles configured for clean, quick CPU renders."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.resolution_percentage = scale
    scene.render.use_stamp = False
    cycles = scene.cycles
    cycles.device, cycles.samples = "CPU", samples
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.05
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_prefilter, cycles.denoising_quality = "FAST", "BALANCED"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 4, 1, 3
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.blur_glossy = 4.0, 0.6
    return scene


def render(build, path, args):
    """Build one set and render it; a set that returns "cut-out" keeps a clear ground."""
    scene = set_up(args.samples, args.threads, args.scale)
    is_cut_out = build(args) == "cut-out"
    settings = scene.render.image_settings
    settings.file_format, settings.color_depth = "PNG", "8"
    settings.color_mode = "RGBA" if is_cut_out else "RGB"
    scene.render.film_transparent = is_cut_out
    scene.render.dither_intensity = 0.0 if is_cut_out else 1.0
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def save_clean(raw, target):
    """Write the finished picture through Pillow: PNG where it has alpha, JPEG otherwise, pixels only."""
    source = Image.open(raw)
    image = Image.frombytes(source.mode, source.size, source.tobytes())
    if image.mode == "RGBA":
        image.save(target.with_suffix(".png"), optimize=True)
    else:
        image.save(target.with_suffix(".jpg"), quality=92, subsampling=0, optimize=True)


def run(sets, prefix, description):
    """The command line every brand's script shares."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("output", type=Path, help="folder for the finished pictures")
    parser.add_argument("--only", choices=sorted(sets), nargs="*")
    parser.add_argument("--scale", type=int, default=100, help="percentage of full size")
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--font", help="font file for lettering on the product")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        args.folder = Path(folder)
        for name in args.only or sets:
            raw = args.folder / f"{name}.png"
            render(sets[name], raw, args)
            save_clean(raw, args.output / f"{prefix}-{name}")
