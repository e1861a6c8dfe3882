"""Ed25519 public keys as a JWKS publishes them (RFC 8037), and signatures checked against them."""

from __future__ import annotations

import base64
import binascii
import importlib
from typing import Any

from workprint.film.canonical import Json
from workprint.film.errors import MissingExtra, Remedy
from workprint.lab.exchange import dig

KEY_BYTES = 32
MOST_KEYS = 32


def read_jwks(data: Json) -> tuple[bytes, ...]:
    """The raw Ed25519 keys of a key set; keys of other kinds are left out."""
    keys = dig(data, "keys")
    found = []
    for key in keys[:MOST_KEYS] if isinstance(keys, list) else []:
        if dig(key, "kty") == "OKP" and dig(key, "crv") == "Ed25519":
            raw = _read_base64url(str(dig(key, "x") or ""))
            if len(raw) == KEY_BYTES:
                found.append(raw)
    return tuple(found)


def is_signed_by_any(keys: tuple[bytes, ...], signature: bytes, message: bytes) -> bool:
    """Whether one of the keys made the signature. Raises MissingExtra when `cryptography` is not installed."""
    ed25519, invalid = _load()
    for key in keys:
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except invalid:
            continue
        return True
    return False


def _load() -> tuple[Any, type[Exception]]:
    try:
        ed25519 = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
        exceptions = importlib.import_module("cryptography.exceptions")
    except ImportError as error:
        raise MissingExtra(
            "Ed25519 signatures need the Python package `cryptography`, which is not installed.",
            remedy=Remedy("Install the extra `providers`.", "pip install 'workprint[providers]'"),
        ) from error
    return ed25519, exceptions.InvalidSignature


def _read_base64url(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
