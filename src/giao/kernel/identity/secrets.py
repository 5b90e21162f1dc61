"""Secrets of one-time links: 256 random bits; stored is only their SHA-256."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> tuple[str, str]:
    """(secret for the link, hash for the row)."""
    secret = secrets.token_urlsafe(32)
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
