"""Files written into the request itself as data URIs (RFC 2397), and read back: for providers without an upload."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from workprint.ports.provider import AskFailed, LocalInput, PreparedInput, Trouble

MARK = ";base64,"


def write_inline(item: LocalInput, largest: int) -> PreparedInput:
    """An input as a data URI. `largest` is how many bytes of file the provider takes.

    Raises AskFailed for a larger one: nothing was sent yet, and the same file will never do.
    """
    data = Path(item.path).read_bytes()
    if len(data) > largest:
        name = item.name or item.role.value
        message = f"{name} has {len(data)} bytes; at most {largest} can be sent inside a request"
        raise AskFailed(Trouble.INVALID_INPUT, message)
    inline = f"data:{item.media_type}{MARK}{base64.b64encode(data).decode()}"
    return PreparedInput(item.role, inline, item.media_type, item.duration_ms)


def strip_prefix(handle: str) -> str:
    """The base64 text of a data URI, for providers that want it bare; an address stays as it is."""
    return handle.partition(MARK)[2] if handle.startswith("data:") else handle


def read_inline(handle: str) -> bytes:
    """The bytes of a data URI; none for anything else or for broken base64."""
    head, mark, text = handle.partition(MARK)
    if not mark or not head.startswith("data:"):
        return b""
    return decode_strictly(text)


def decode_strictly(text: str) -> bytes:
    """The bytes of a base64 text without line breaks; none when it is not exactly that."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
