"""What a picture's first bytes say: format, size, alpha, movement; anything but PNG, JPEG and WebP is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

PLAYLIST_STARTS = (
    b"#extm3u",
    b"ffconcat",
    b"#ext-x",
    b"[playlist]",
    b"<asx",
    b"<?xml",
    b"<mpd",
    b"<smil",
    b"<!doctype",
)
"""Texts that make a media library open other files or addresses (CVE-2016-1897 and its kin)."""

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


class PictureRefused(Exception):
    """A file is not a picture we read. `code` is stable, `message` says what is wrong with it.

    Codes: picture-unreadable, picture-empty, picture-not-a-picture, picture-is-playlist, picture-too-large,
    picture-truncated, picture-animated.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class PictureFacts:
    """Format (png, jpeg, webp), stored size in pixels, whether it can be transparent, how many frames (2: many)."""

    format: str
    width: int
    height: int
    has_alpha: bool
    frames: int

    @property
    def media_type(self) -> str:
        """The IANA media type."""
        return MEDIA_TYPES[self.format]


def read_facts(data: bytes) -> PictureFacts:
    """Read the headers of a whole file. Raises PictureRefused; looks at no name and decodes nothing."""
    if not data:
        raise PictureRefused("picture-empty", "the file has no bytes")
    try:
        facts = read_known(data)
    except (IndexError, ValueError) as error:
        raise PictureRefused("picture-truncated", "the file ends inside its header") from error
    if facts.width < 1 or facts.height < 1:
        raise PictureRefused("picture-empty", "it has no pixels")
    return facts


def read_known(data: bytes) -> PictureFacts:
    """Choose the reader by the first bytes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return read_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return read_jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return read_webp(data)
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(PLAYLIST_STARTS):
        raise PictureRefused("picture-is-playlist", "it is a text that points to other files, not a picture")
    raise PictureRefused("picture-not-a-picture", "it is not a PNG, JPEG or WebP picture, whatever its name says")


def take(data: bytes, at: int, count: int) -> bytes:
    """`count` bytes from a place; raises ValueError when the file ends before."""
    part = data[at : at + count]
    if len(part) < count:
        raise ValueError("end of file")
    return part


def number(data: bytes, at: int, count: int, order: str = "big") -> int:
    """An unsigned integer in the file."""
    return int.from_bytes(take(data, at, count), "little" if order == "little" else "big")


def list_png_chunks(data: bytes) -> Iterator[bytes]:
    """The chunk types of a PNG in order, the end included (PNG specification, section 5.3)."""
    at = 8
    while True:
        kind = take(data, at + 4, 4)
        yield kind
        if kind == b"IEND":
            return
        at += 12 + number(data, at, 4)


def check_end(data: bytes, facts: PictureFacts) -> None:
    """Raise PictureRefused when the container says the file should go on; decoders forgive a lost tail."""
    try:
        if facts.format == "png":
            list(list_png_chunks(data))
        if facts.format == "jpeg":
            data.rindex(b"\xff\xd9")
        if facts.format == "webp":
            take(data, 8, number(data, 4, 4, "little"))
    except ValueError as error:
        raise PictureRefused("picture-truncated", "the file ends before the picture does") from error


def read_png(data: bytes) -> PictureFacts:
    """IHDR first; tRNS gives transparency, acTL movement (APNG)."""
    if take(data, 12, 4) != b"IHDR":
        raise PictureRefused("picture-unreadable", "its header is damaged")
    kinds = list(takewhile(lambda kind: kind not in (b"IDAT", b"IEND"), list_png_chunks(data)))
    has_alpha = data[25] in (4, 6) or b"tRNS" in kinds
    frames = 2 if b"acTL" in kinds else 1
    return PictureFacts("png", number(data, 16, 4), number(data, 20, 4), has_alpha, frames)


SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG start-of-frame markers (ITU T.81, table B.1)."""

BARE_MARKERS = frozenset(range(0xD0, 0xD9)) | {0x01}
"""JPEG markers without a length."""


def read_jpeg(data: bytes) -> PictureFacts:
    """Walk the segments to the start of frame, which holds the size."""
    at = 2
    while True:
        if take(data, at, 1) != b"\xff":
            raise PictureRefused("picture-unreadable", "its header is damaged")
        marker = number(data, at + 1, 1)
        if marker in SIZE_MARKERS:
            return PictureFacts("jpeg", number(data, at + 7, 2), number(data, at + 5, 2), False, 1)
        if marker in (0xD9, 0xDA):
            raise PictureRefused("picture-unreadable", "it has no picture inside")
        if marker == 0xFF:
            at += 1
        else:
            at += 2 if marker in BARE_MARKERS else 2 + max(2, number(data, at + 2, 2))


def read_webp(data: bytes) -> PictureFacts:
    """The first chunk tells: VP8 (lossy), VP8L (lossless), VP8X (extended); WebP container specification."""
    kind = take(data, 12, 4)
    if kind == b"VP8 ":
        width, height = number(data, 26, 2, "little") & 0x3FFF, number(data, 28, 2, "little") & 0x3FFF
        return PictureFacts("webp", width, height, False, 1)
    if kind == b"VP8L":
        bits = number(data, 21, 4, "little")
        return PictureFacts("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1), 1)
    if kind == b"VP8X":
        flags = number(data, 20, 1)
        width, height = number(data, 24, 3, "little") + 1, number(data, 27, 3, "little") + 1
        return PictureFacts("webp", width, height, bool(flags & 0x10), 2 if flags & 0x02 else 1)
    raise PictureRefused("picture-unreadable", "its header is damaged")
