"""What can go wrong with a reading."""

from __future__ import annotations


class NothingToRead(Exception):
    """There is no reading yet: `missing` says what has to come first (``"agreement"`` or ``"log"``)."""

    def __init__(self, missing: str) -> None:
        self.missing = missing
        super().__init__(f"the engagement has no {missing} yet; add one first")
