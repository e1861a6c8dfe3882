"""Checks what the files a brief names really hold: pictures decoded, sounds opened, nothing taken on its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from workprint.adapters.brief_yaml.codes import CODES, Findings, quote
from workprint.adapters.brief_yaml.files import Folder
from workprint.adapters.brief_yaml.fonts import CheckedFont, check_fonts
from workprint.adapters.brief_yaml.normalise import find_picture
from workprint.adapters.brief_yaml.schema import Document
from workprint.lab.cube_lut import LARGEST_SIDE, CubeRefused, read_cube
from workprint.lab.picture_headers import PictureRefused
from workprint.lab.pictures import load, sniff
from workprint.lab.sound import SoundRefused, sniff_sound
from workprint.lab.subjects import sketch_picture

USD_NAMES = (".usd", ".usda", ".usdc", ".usdz")
CONTROL_NAMES = (".png", ".jpg", ".jpeg", ".webp", ".exr")

USD_HEADS = (b"PXR-USDC", b"#usda 1.")
"""How the binary and the text form of USD begin."""
LARGEST_USD = 64 * 1024 * 1024
"""As much as the stage reads: about two million points."""

OPAQUE = 255
HEAD_BYTES = 4096
"""Where the root element of an SVG stands, after its prologue and comments."""

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class CheckedPicture:
    """A picture that decodes: where it lies, what it is, its size in pixels, whether it has alpha, what it shows."""

    file: Path
    media_type: str
    width: int
    height: int
    has_alpha: bool
    tone: str
    subject: tuple[int, int, int, int] | None


@dataclass(frozen=True)
class CheckedSound:
    """A sound that decodes: where it lies and what it is."""

    file: Path
    media_type: str


@dataclass
class CheckedFiles:
    """The files of a brief that passed, by the text the brief names them with."""

    pictures: dict[str, CheckedPicture] = field(default_factory=dict)
    sounds: dict[str, CheckedSound] = field(default_factory=dict)
    product_usd: Path | None = None
    lut: Path | None = None
    fonts: dict[str, CheckedFont] = field(default_factory=dict)


def check_files(document: Document, folder: Folder, findings: Findings) -> CheckedFiles:
    """Look at every file the brief names; all findings are collected."""
    checked = CheckedFiles()
    for written, path in _list_pictures(document):
        if written not in checked.pictures:
            _check_picture(written, path, folder, checked, findings)
    for written, path in _list_sounds(document):
        _check_sound(written, path, folder, checked, findings)
    for written, path, endings in _list_others(document):
        _check_kind(written, path, endings, folder, findings)
    if document.assets.product_usd is not None:
        checked.product_usd = _check_product(document.assets.product_usd, folder, findings)
    if document.product.style_pack.lut is not None:
        checked.lut = _check_lut(document.product.style_pack.lut, folder, findings)
    checked.fonts = check_fonts(document, folder, findings)
    _check_pack(document, checked, findings)
    _check_choices(document, findings)
    return checked


def _list_pictures(document: Document) -> Iterator[tuple[str, str]]:
    if document.product.logo is not None:
        yield document.product.logo, "product.logo"
    for index, written in enumerate(document.assets.reference_images):
        yield written, f"assets.reference_images[{index}]"


def _list_sounds(document: Document) -> Iterator[tuple[str, str]]:
    for name in ("music_file", "voice_file"):
        written = getattr(document.audio, name)
        if written is not None:
            yield written, f"audio.{name}"


def _list_others(document: Document) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    assets, controls = document.assets, document.assets.controls
    for name in ("usd_scene", "product_usd"):
        written = getattr(assets, name)
        if written is not None:
            yield written, f"assets.{name}", USD_NAMES
    for name in ("segmaps", "depths"):
        for index, written in enumerate(getattr(controls, name)):
            yield written, f"assets.controls.{name}[{index}]", CONTROL_NAMES
    if controls.pose is not None:
        yield controls.pose, "assets.controls.pose", (".json",)


def _check_picture(written: str, path: str, folder: Folder, checked: CheckedFiles, findings: Findings) -> None:
    found = folder.find(written, path)
    if found is None:
        return
    try:
        # A pipe or a device is refused before anything is read to its end.
        media_type = sniff(found).media_type
        checked.pictures[written] = _look_at(found, media_type, digest_file(found))
    except PictureRefused as refused:
        remedy = "Save it again as a PNG, JPEG or WebP still picture of reasonable size."
        findings.error(_name_refusal(found, refused), path, f"{quote(written)}: {refused.message}.", remedy)
        return
    except OSError:
        findings.error("file-unreadable", path, f"{quote(written)} cannot be read.", "Copy the file here again.")


@lru_cache(maxsize=64)
def _look_at(found: Path, media_type: str, _digest: str) -> CheckedPicture:
    """What a picture shows, decoded once for the same bytes: one command reads its brief up to four times."""
    pixels = load(found)
    height, width = pixels.shape[:2]
    # A channel that says "opaque" everywhere is no cut-out.
    has_alpha = bool(pixels[:, :, 3].min() < OPAQUE)
    return CheckedPicture(found, media_type, width, height, has_alpha, *sketch_picture(pixels))


def _name_refusal(found: Path, refused: PictureRefused) -> str:
    """The code of a refusal; a drawing in SVG is named as such, for it is the likeliest honest mistake."""
    if refused.code in ("picture-not-a-picture", "picture-is-playlist"):
        with found.open("rb") as stream:
            if b"<svg" in stream.read(HEAD_BYTES).lower():
                return "picture-is-svg"
    return refused.code if refused.code in CODES else "picture-refused"


def _check_sound(written: str, path: str, folder: Folder, checked: CheckedFiles, findings: Findings) -> None:
    found = folder.find(written, path)
    if found is None:
        return
    try:
        codec = sniff_sound(found).codec
    except SoundRefused as refused:
        code = refused.code if refused.code in CODES else "sound-refused"
        remedy = "Export it again as WAV, FLAC, MP3 or AAC."
        findings.error(code, path, f"{quote(written)}: {refused.message}", remedy)
        return
    except OSError:
        findings.error("file-unreadable", path, f"{quote(written)} cannot be read.", "Copy the file here again.")
        return
    checked.sounds[written] = CheckedSound(found, name_sound_type(codec))


def name_sound_type(codec: str) -> str:
    """The media type of a sound by its codec: what the bytes are, whatever the file is called."""
    if codec.startswith("pcm_"):
        return "audio/wav"
    known = {"mp3": "audio/mpeg", "mp3float": "audio/mpeg", "flac": "audio/flac", "aac": "audio/mp4"}
    return known.get(codec, "audio/ogg" if codec in ("vorbis", "opus", "libopus") else "application/octet-stream")


def _check_kind(written: str, path: str, endings: tuple[str, ...], folder: Folder, findings: Findings) -> None:
    found = folder.find(written, path)
    if found is not None and found.suffix.lower() not in endings:
        message = f"{quote(written)} is not one of the kinds wanted here: {', '.join(endings)}."
        findings.error("file-kind", path, message, "Name a file of one of these kinds, or remove the key.")


def _check_product(written: str, folder: Folder, findings: Findings) -> Path | None:
    """The product's USD file when it begins like one; its depths are the stage's business."""
    found = folder.find(written, "assets.product_usd")
    if found is None:
        return None
    with found.open("rb") as stream:
        head = stream.read(len(USD_HEADS[0]))
    if head in USD_HEADS and found.stat().st_size <= LARGEST_USD:
        return found
    message = f"{quote(written)} is not one self-contained USD file of at most {LARGEST_USD // 1024**2} MB."
    remedy = "Export the product as one .usdc or .usda file with everything in it."
    findings.error("usd-refused", "assets.product_usd", message, remedy)
    return None


def _check_lut(written: str, folder: Folder, findings: Findings) -> Path | None:
    """The look-up table when all of it can be read."""
    path = "product.style_pack.lut"
    found = folder.find(written, path)
    if found is None:
        return None
    try:
        read_cube(found)
    except CubeRefused as refused:
        remedy = f"Export it again as .cube with at most {LARGEST_SIDE} points a side, or remove the key."
        findings.error(refused.code, path, f"{quote(written)}: {refused.message}.", remedy)
        return None
    return found


def digest_file(file: Path) -> str:
    """The sha256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _check_pack(document: Document, checked: CheckedFiles, findings: Findings) -> None:
    images = document.assets.reference_images
    if not images:
        message = "The reference pack is empty: there is no picture to make the film from."
        remedy = "Put pictures into the project folder and list them under assets.reference_images; three or more."
        findings.error("pictures-missing", "assets.reference_images", message, remedy)
    first: dict[str, int] = {}
    for index, written in enumerate(images):
        picture = checked.pictures.get(written)
        path = f"assets.reference_images[{index}]"
        if picture is None or findings.is_broken(path):
            continue
        earlier = first.setdefault(digest_file(picture.file), index)
        if earlier != index:
            message = f"{quote(written)} is the same picture as {quote(images[earlier])}."
            findings.warn("picture-duplicate", path, message, "Give another view of the product.")


def _check_choices(document: Document, findings: Findings) -> None:
    images = document.assets.reference_images
    for number, scene in enumerate(document.scenes):
        for index, choice in enumerate(scene.pictures):
            if find_picture(choice, images) is None:
                message = f"Scene {scene.id} wants the picture {quote(choice)}, which is not in the reference pack."
                remedy = f"Use a number from 0 to {len(images) - 1}, or a file name from assets.reference_images."
                path = f"scenes[{number}].pictures[{index}]"
                findings.error("picture-unknown", path, message, remedy, uses=["assets.reference_images"])
