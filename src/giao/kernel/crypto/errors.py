"""What can go wrong with keys; each is a sentence for the administrator."""

from __future__ import annotations


class CryptoError(Exception):
    """Base of this room's errors."""


class BadMasterKey(CryptoError):
    """The master keys are missing, misspelled or not those that wrapped what is to be opened."""


class Tampered(CryptoError):
    """Ciphertext that was changed, or belongs to something else."""
