"""Seal and open bytes: AES-256-GCM, bound to what they belong to."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from giao.kernel.crypto.errors import Tampered

KEY_BYTES, NONCE_BYTES = 32, 12


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, bound_to: bytes, *, repeatable: bool = False) -> bytes:
    """Nonce and ciphertext. It opens only with the same `bound_to`.

    `repeatable`: the nonce follows from the key, the text and `bound_to` (HMAC-SHA256), so that the same thing sealed
    twice is the same bytes and a repeated delivery is known as one; two different texts share a nonce with a
    probability of 2⁻⁹⁶.
    """
    if repeatable:
        message = len(bound_to).to_bytes(4, "big") + bound_to + plain
        nonce = hmac.digest(hashlib.sha256(b"giao.nonce.1" + key).digest(), message, "sha256")[:NONCE_BYTES]
    else:
        nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Raises Tampered."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise Tampered(
            "sealed bytes do not open: they were changed, cut or moved from somewhere else; restore them from a backup"
        ) from error
