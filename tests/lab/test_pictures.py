"""What picture reading promises: content decides, limits come first, refusals have codes, pixels come out right."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from workprint.lab.pictures import PictureRefused, load, load_image, save_png, sniff, to_array, to_image


def make_pixels(width: int = 32, height: int = 18, alpha: int = 255) -> np.ndarray:
    """A picture whose four corners differ: red, green, blue, white."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 255, 0, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 255, 0)
    pixels[height // 2 :, width // 2 :] = (255, 255, 255, 0)
    pixels[:, :, 3] = alpha
    return pixels


def encode(kind: skia.EncodedImageFormat, pixels: np.ndarray | None = None) -> bytes:
    """A picture in a format."""
    return bytes(to_image(make_pixels() if pixels is None else pixels).encodeToData(kind, 95))


def make_png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A PNG header with a size, further chunks, and no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def refuse(path: Path, data: bytes) -> str:
    """The code a file is refused with by load (and, where headers tell, by sniff)."""
    path.write_bytes(data)
    with pytest.raises(PictureRefused) as caught:
        load(path)
    assert caught.value.message
    return caught.value.code


FORMATS = {"png": skia.kPNG, "jpeg": skia.kJPEG, "webp": skia.kWEBP}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_known_by_content(tmp_path: Path, name: str) -> None:
    """Format, size and frames come from the bytes, whatever the file is called."""
    path = tmp_path / "picture.txt"
    path.write_bytes(encode(FORMATS[name]))
    facts = sniff(path)
    assert (facts.format, facts.width, facts.height, facts.frames) == (name, 32, 18, 1)
    assert load(path).shape == (18, 32, 4)


@pytest.mark.parametrize("name", FORMATS)
def test_cut_off_files_are_refused(tmp_path: Path, name: str) -> None:
    """A file that ends early is refused wherever it was cut, also after its last pixel; never half a picture."""
    data = encode(FORMATS[name])
    for keep in (16, len(data) // 2, len(data) - 13):
        assert refuse(tmp_path / "cut", data[:keep]) == "picture-truncated"


def test_damaged_pixels_are_refused(tmp_path: Path) -> None:
    """A flipped byte in a PNG's pixels fails its checksum."""
    data = bytearray(encode(skia.kPNG, np.random.default_rng(1).integers(0, 255, (32, 32, 4), dtype=np.uint8)))
    data[len(data) // 2] ^= 0xFF
    assert refuse(tmp_path / "flipped", bytes(data)) in ("picture-unreadable", "picture-truncated")


def test_bytes_after_the_end_do_no_harm(tmp_path: Path) -> None:
    """A polyglot is read as its picture; nothing of the rest survives being written again."""
    path = tmp_path / "polyglot.png"
    path.write_bytes(encode(skia.kPNG) + b"<?php evil ?>")
    save_png(load(path), tmp_path / "clean.png")
    assert b"php" not in (tmp_path / "clean.png").read_bytes()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture-empty"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd", "picture-is-playlist"),
        (b"ffconcat version 1.0\nfile secret.png", "picture-is-playlist"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><MPD/>", "picture-is-playlist"),
        (b"GIF89a\x01\x00\x01\x00", "picture-not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture-not-a-picture"),
        (b"%PDF-1.7", "picture-not-a-picture"),
        (b"\xff\xd8\xff\xd9", "picture-unreadable"),
        (make_png(12_000, 12_000), "picture-too-large"),
        (make_png(20_000, 4), "picture-too-large"),
        (make_png(0, 4), "picture-empty"),
        (make_png(8, 8, b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0" + b"\0" * 4), "picture-animated"),
        (b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x0f\0\0", "picture-animated"),
    ],
)
def test_refusals_have_codes(tmp_path: Path, data: bytes, code: str) -> None:
    """Every kind of file that is no still picture within the limits is refused with its own code, before decoding."""
    path = tmp_path / "picture.png"
    assert refuse(path, data) == code
    with pytest.raises(PictureRefused):
        sniff(path)


def test_a_wholly_transparent_picture_is_empty(tmp_path: Path) -> None:
    """A picture nobody can see is refused."""
    assert refuse(tmp_path / "clear.png", encode(skia.kPNG, make_pixels(alpha=0))) == "picture-empty"


def test_what_is_no_file_is_unreadable(tmp_path: Path) -> None:
    """A missing file, a folder and a pipe are refused at once; reading never waits."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.png", tmp_path, tmp_path / "pipe"):
        with pytest.raises(PictureRefused) as caught:
            sniff(path)
        assert caught.value.code == "picture-unreadable"


def test_straight_alpha_survives(tmp_path: Path) -> None:
    """Writing and reading keeps colours under low alpha exactly: nothing is multiplied on the way."""
    pixels = np.random.default_rng(2).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    pixels[:, :, 3] = np.maximum(pixels[:, :, 3], 1)
    save_png(pixels, tmp_path / "a.png")
    assert np.array_equal(load(tmp_path / "a.png"), pixels)
    save_png(pixels, tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_scaling_leaves_no_fringe(tmp_path: Path) -> None:
    """The hidden colour of transparent pixels does not bleed into a smaller picture."""
    pixels = np.full((64, 64, 4), (0, 255, 0, 0), np.uint8)
    pixels[:, :33] = (200, 30, 40, 255)
    save_png(pixels, tmp_path / "a.png")
    small = load(tmp_path / "a.png", 20)
    seen = small[small[:, :, 3] > 8]
    assert small.shape == (20, 20, 4)
    assert np.abs(seen[:, :3].astype(int) - (200, 30, 40)).max() <= 6
    assert load_image(tmp_path / "a.png", 20).width() == 20


TURNS = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: np.rot90(p, 1),
}


@pytest.mark.parametrize("orientation", TURNS)
def test_jpegs_are_turned_upright(tmp_path: Path, orientation: int) -> None:
    """All eight EXIF orientations come out as the camera meant them (EXIF 2.32, tag 274)."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">H", orientation) + b"\0" * 6
    data = encode(skia.kJPEG)
    path = tmp_path / "turned.jpg"
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    wanted, found = TURNS[orientation](make_pixels()), load(path)
    assert found.shape == wanted.shape
    corners = np.s_[[2, 2, -3, -3], [2, -3, 2, -3]]
    assert np.abs(found[corners].astype(int) - wanted[corners]).max() < 12


def test_pictures_become_arrays_and_back() -> None:
    """An array turned into a picture and back is the same."""
    assert np.array_equal(to_array(to_image(make_pixels(alpha=200))), make_pixels(alpha=200))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"]))
def test_any_bytes_are_refused_cleanly(tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes) -> None:
    """Whatever bytes come, the answer is PictureRefused with a code, never another error."""
    path = tmp_path_factory.getbasetemp() / "fuzz"
    path.write_bytes(start + data)
    with pytest.raises(PictureRefused):
        load(path)
