"""What can go wrong with a backup; each is a sentence for the administrator."""

from __future__ import annotations


class BackupError(Exception):
    """Nothing was changed, unless the sentence says so."""
