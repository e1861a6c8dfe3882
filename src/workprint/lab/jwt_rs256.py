"""JSON Web Tokens signed with RS256: checks one against published keys (RFC 7515, 7518, 8017), and signs for fakes.

Checking takes the public key only, and compares the whole padded block, so that no lenient parsing can be tricked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from workprint.lab.exchange import dig, read_json
from workprint.ports.provider import HookRefused

SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 (RFC 8017, 9.2)."""

LEAST_KEY_BITS = 2048
RsaKey = tuple[int, int]
"""Modulus and exponent."""


def read_rsa_keys(jwks: object) -> dict[str, RsaKey]:
    """The RSA keys of a key set by their `kid`; what is none, or too short, is left out."""
    keys: dict[str, RsaKey] = {}
    for item in dig(jwks, "keys") or ():
        if dig(item, "kty") != "RSA" or dig(item, "alg") not in (None, "RS256"):
            continue
        try:
            modulus, exponent = (int.from_bytes(_decode(str(dig(item, name))), "big") for name in ("n", "e"))
        except ValueError:
            continue
        if modulus.bit_length() >= LEAST_KEY_BITS and exponent >= 3:
            keys[str(dig(item, "kid"))] = (modulus, exponent)
    return keys


def read_key_id(token: str) -> str:
    """Which key a token says it is signed with. Raises HookRefused unless it is a token of RS256."""
    header = _read_json(token.partition(".")[0])
    if header.get("alg") != "RS256" or "crit" in header or not isinstance(header.get("kid"), str):
        raise HookRefused("the webhook's token is not signed with RS256")
    return str(header["kid"])


def verify(token: str, keys: Mapping[str, RsaKey]) -> dict[str, Any]:
    """The claims of a token whose signature is good. Raises HookRefused."""
    key = keys.get(read_key_id(token))
    parts = token.split(".")
    if key is None or len(parts) != 3:
        raise HookRefused("the webhook's token is signed with no key that is published")
    modulus, exponent = key
    try:
        signature = _decode(parts[2])
    except ValueError as error:
        raise HookRefused("the webhook's token has no signature") from error
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    expected = _pad(f"{parts[0]}.{parts[1]}".encode(), size)
    if len(signature) != size or number >= modulus:
        raise HookRefused("the webhook's token has no signature of that key")
    if not hmac.compare_digest(pow(number, exponent, modulus).to_bytes(size, "big"), expected):
        raise HookRefused("the webhook's token is not the provider's")
    return _read_json(parts[1])


def sign(claims: Mapping[str, Any], kid: str, modulus: int, private: int) -> str:
    """A token: for fakes only, as nothing here hides a private exponent from clocks."""
    header = {"alg": "RS256", "kid": kid, "typ": "JWT"}
    start = ".".join(_encode(json.dumps(part).encode()) for part in (header, dict(claims)))
    size = (modulus.bit_length() + 7) // 8
    block = int.from_bytes(_pad(start.encode(), size), "big")
    return f"{start}.{_encode(pow(block, private, modulus).to_bytes(size, 'big'))}"


def to_jwk(kid: str, modulus: int, exponent: int) -> dict[str, str]:
    """A public key as an entry of a key set."""
    size = (modulus.bit_length() + 7) // 8
    numbers = {"n": _encode(modulus.to_bytes(size, "big")), "e": _encode(exponent.to_bytes(3, "big"))}
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, **numbers}


def _pad(message: bytes, size: int) -> bytes:
    digest = SHA256_PREFIX + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Base64url without padding, in its one spelling; raises ValueError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error
    if _encode(data) != text:
        raise ValueError("another spelling of base64url")
    return data


def _read_json(text: str) -> dict[str, Any]:
    try:
        data = read_json(_decode(text))
    except ValueError as error:
        raise HookRefused("the webhook's token cannot be read") from error
    if not isinstance(data, dict):
        raise HookRefused("the webhook's token says nothing")
    return data
