"""An Ed25519 key of a fake that signs its webhooks: the same one in every run, from a seed."""

from __future__ import annotations

import hashlib
import importlib
from typing import Any


class SigningKey:
    """A private key made from a seed. Needs `cryptography`, only when it is used."""

    def __init__(self, seed: bytes) -> None:
        self._seed = hashlib.sha256(seed).digest()

    def _load(self) -> Any:
        module = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
        return module.Ed25519PrivateKey.from_private_bytes(self._seed)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return bytes(self._load().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return bytes(self._load().sign(message))
