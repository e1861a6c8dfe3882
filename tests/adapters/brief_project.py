"""A small good project for tests of the brief: a brief as data, pictures made by Skia, a second of sound."""

from __future__ import annotations

import copy
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from workprint.adapters.brief_yaml.source import YamlBriefSource, hash_only
from workprint.film.brief import Brief, Finding
from workprint.film.lineage import FileRef
from workprint.lab.pictures import save_png
from workprint.lab.sound import write_wav

GOOD: dict[str, Any] = {
    "schema": "workprint/brief@1",
    "contract": {"format": "ad", "cap_usd": 5, "quota_usd": 2},
    "project": {"name": "Solvane spring", "aspect": "9:16", "duration_s": 15, "fps": 30},
    "product": {
        "name": "Solvane Ember",
        "key_benefit": "A lamp that dims like dusk",
        "price_text": "$129",
        "brand_colors": ["#1F1510", "e8a657"],
        "logo": "assets/logo.png",
        "style_pack": {"palette_hint": "warm", "visual_style": ["quiet", "elegant"]},
    },
    "call_to_action": {"headline": "Bring the evening with you", "url": "https://solvane.example"},
    "audio": {"mode": "both", "bpm": 100, "music_file": "assets/music.wav", "beat_markers": [3, 9.5]},
    "assets": {"reference_images": ["assets/front.png", "assets/side.png", "assets/detail.png"]},
    "scenes": [
        {
            "id": "open",
            "start_s": 0,
            "end_s": 4,
            "type": "lifestyle",
            "intent": "The lamp on a window sill at dusk",
            "voice": "Evening has a shape.",
        },
        {
            "id": "lamp",
            "start_s": 4,
            "end_s": 9.5,
            "type": "packshot",
            "intent": "Slow push in on the lamp",
            "camera": {"move": "dolly_in", "focal_length_mm": 50},
            "pictures": ["front.png", 2],
            "overlays": {"show_logo": True},
        },
        {
            "id": "close",
            "start_s": 9.5,
            "end_s": 15,
            "type": "endcard",
            "intent": "Logo and price on a plain ground",
            "overlays": {
                "show_price": True,
                "text_blocks": [{"text": "Bring the evening with you", "position": "safe-lower-third"}],
            },
        },
    ],
    "safety": {"banned_terms": ["miracle"]},
}
"""A brief without a single finding."""


def build_project(folder: Path) -> Path:
    """A good project in a new folder; returns the folder."""
    assets = folder / "assets"
    assets.mkdir(parents=True)
    for index, name in enumerate(("front", "side", "detail")):
        pixels = np.full((18, 32, 4), 255, np.uint8)
        pixels[:, :, index] = 40
        save_png(pixels, assets / f"{name}.png")
    logo = np.zeros((8, 8, 4), np.uint8)
    logo[2:6, 2:6] = 255
    save_png(logo, assets / "logo.png")
    wave = np.sin(np.arange(24_000, dtype=np.float32) / 20)[:, None].repeat(2, axis=1) * np.float32(0.2)
    write_wav(assets / "music.wav", wave.astype(np.float32))
    write_data(folder, GOOD)
    return folder


def write_data(folder: Path, data: Any) -> None:
    """A brief as JSON, which is YAML."""
    (folder / "brief.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def good_copy() -> dict[str, Any]:
    """The good brief, to be changed."""
    return copy.deepcopy(GOOD)


class ImportBook:
    """An import_file that stores nothing and remembers what it was given."""

    def __init__(self) -> None:
        self.files: list[tuple[str, str]] = []

    def __call__(self, file: Path, media_type: str) -> FileRef:
        self.files.append((file.name, media_type))
        return hash_only(file, media_type)


def read_project(folder: Path, book: ImportBook | None = None) -> tuple[Brief | None, tuple[Finding, ...]]:
    """What the brief source says of a project."""
    return YamlBriefSource(folder, book or ImportBook()).read(folder / "brief.yaml")


def photograph(folder: Path) -> dict[str, bytes]:
    """Every regular file of a folder and what it holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def make_png(width: int, height: int, *, animated: bool = False) -> bytes:
    """A PNG whose header says a size its pixel data does not bear out; with acTL it says it moves."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    chunks += [(b"acTL", struct.pack(">II", 2, 0))] if animated else []
    chunks += [(b"IDAT", zlib.compress(bytes(64))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
